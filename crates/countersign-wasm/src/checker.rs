//! One subject's snapshot, asked through two buffers in wasm memory.

use crate::told::Told;
use crate::vocabulary::{attributes, vocabulary};
use countersign_core::limits::PATH_BYTES;
use countersign_core::{Action, Attributes, Decision, Millis, PathError, Prepared, Question, TypeId};
use countersign_wire::explain::Words;
use countersign_wire::given::supplied;
use countersign_wire::plan;
use countersign_wire::projection::{self, Projection, ProjectionError};
use countersign_wire::reason;
use wasm_bindgen::prelude::wasm_bindgen;

/// The refusal of a moment that is no finite number.
const NO_TIME: u32 = 3;

/// Where in the scratch buffer the supplied values begin: behind the longest path.
const VALUES: usize = PATH_BYTES;

/// Room for supplied values that is there from the start.
const VALUES_BYTES: usize = 4096;

/// Walks that are kept for questions to come.
const PLACES: usize = 256;

/// The refusal of a place that there is none of.
const NO_PLACE: u32 = 4;

/// What `check` and its like return instead of an answer.
const REFUSED: u32 = u32::MAX;

/// A checker bound to one subject.
#[wasm_bindgen]
pub struct RawChecker {
    projection: Projection,
    /// Written by JavaScript between two calls: the path of the next question, and from [`VALUES`] on what is supplied
    input: Vec<u8>,
    /// Walks, where JavaScript said that it will look for them
    places: Vec<Prepared>,
    /// Read by JavaScript
    answer: Told,
    /// The reason of the last `check`
    reason: String,
    /// What was supplied with the last `resolve`: room for what comes with the next
    supplied: Attributes,
}

#[wasm_bindgen]
impl RawChecker {
    /// Reads a snapshot; nothing if it is none that this package reads, and then [`RawChecker::refusal`] says why.
    pub fn load(snapshot: &[u8]) -> Option<Self> {
        let projection = projection::decode(snapshot).ok()?;
        let input = vec![0; VALUES + VALUES_BYTES];
        let answer = Told::new();
        Some(Self {
            projection,
            input,
            places: Vec::new(),
            answer,
            reason: String::new(),
            supplied: Attributes::default(),
        })
    }

    /// Why a snapshot is not read: the format version that it has instead of the one known here, or 0 if it is damaged.
    pub fn refusal(snapshot: &[u8]) -> u8 {
        match projection::decode(snapshot) {
            Err(ProjectionError::Version(version)) => version,
            _ => 0,
        }
    }

    /// The address of the scratch buffer: a question's path goes there, and supplied values behind it.
    pub fn input(&self) -> usize {
        self.input.as_ptr() as usize
    }

    /// Where in the scratch buffer supplied values begin; before that is room for the longest path there can be.
    pub fn values(&self) -> usize {
        VALUES
    }

    /// How many bytes the scratch buffer has.
    pub fn input_bytes(&self) -> usize {
        self.input.len()
    }

    /// Makes the scratch buffer longer; its address changes.
    pub fn reserve(&mut self, bytes: usize) {
        self.input.resize(bytes.max(self.input.len()), 0);
    }

    /// The address of the answer: f64 valid until, u32 type, u32 allow (low), u32 allow (high), u32 uniform,
    /// u32 dynamic (low), u32 dynamic (high).
    pub fn answer(&self) -> usize {
        self.answer.address()
    }

    /// Answers for all actions of the resource whose path is in the scratch buffer; 0, or the number of a refusal.
    pub fn mask(&self, path_length: usize, now: f64) -> u32 {
        let Some(now) = millis(now) else { return NO_TIME };
        let Some(path) = self.path(path_length) else { return refusal(PathError::Segment) };
        match self.projection.answer(path, now) {
            Err(problem) => refusal(problem),
            Ok(answer) => {
                self.answer.set(answer);
                0
            }
        }
    }

    /// Walks to the resource whose path is in the scratch buffer, and keeps what stands there at `place`, of which the
    /// first is 0 and the next is never left out; 0, or the number of a refusal. The answer says how long it holds.
    pub fn prepare(&mut self, place: usize, path_length: usize, now: f64) -> u32 {
        let Some(now) = millis(now) else { return NO_TIME };
        let Some(path) = self.path(path_length) else { return refusal(PathError::Segment) };
        match self.projection.policy().prepare(&self.projection.subject(), path, now) {
            Err(problem) => refusal(problem),
            Ok(walk) => {
                self.answer.set_until(walk.valid_until());
                if let Some(known) = self.places.get_mut(place) {
                    *known = walk;
                } else if place == self.places.len() && place < PLACES {
                    self.places.push(walk);
                } else {
                    return NO_PLACE;
                }
                0
            }
        }
    }

    /// Decides one question about a place, with the supplied values up to `end`, as `check` does but without its reason.
    /// The answer says how long the decision holds.
    pub fn resolve(&mut self, place: usize, action: usize, end: usize, now: f64) -> u32 {
        let (Some(now), Some(walk), Some(action)) = (millis(now), self.places.get(place), Action::new(action)) else {
            return REFUSED - NO_PLACE;
        };
        self.supplied = self.supplied(end);
        let decision = self.projection.resolve(walk, action, &self.supplied, now);
        self.answer.set_until(decision.valid_until);
        numbers(decision)
    }

    /// Whether no decision depends on whether these values up to `end` are supplied or those of the last `resolve`, or
    /// numbers between them that the attributes may have.
    pub fn same(&self, end: usize) -> bool {
        self.projection.policy().is_same(&self.projection.subject(), &self.supplied, &self.supplied(end))
    }

    /// Decides one question, with the supplied values up to `end`: the decision in the low byte, the stage in the next; or
    /// all ones minus a refusal's number.
    pub fn check(&mut self, path_length: usize, action: usize, end: usize, now: f64) -> u32 {
        let mut lines = String::new();
        let Some(now) = millis(now) else { return REFUSED - NO_TIME };
        let Some(path) = self.path(path_length) else { return REFUSED - refusal(PathError::Segment) };
        let policy = self.projection.policy();
        let on = match self.projection.answer(path, now) {
            Ok(answer) => answer.on,
            Err(problem) => return REFUSED - refusal(problem),
        };
        let supplied = self.supplied(end);
        let action = self.action(on, action).unwrap_or_default();
        let question = Question { action, path, supplied: &supplied, now };
        let decision = self.projection.check(&question);
        reason::each(policy, &self.projection.subject(), decision, &question, &mut |key, value| {
            for part in [key, "=", value, "\n"] {
                lines.push_str(part);
            }
        });
        self.reason = lines;
        numbers(decision)
    }

    /// Explains the decision that `check` makes: JSON, or no text where there is no such question.
    pub fn explain(&self, path_length: usize, action: usize, end: usize, now: f64) -> String {
        let (Some(path), Some(now)) = (self.path(path_length), millis(now)) else { return String::new() };
        let policy = self.projection.policy();
        let (subject, supplied) = (self.projection.subject(), self.supplied(end));
        let on = self.projection.answer(path, now).map(|answer| answer.on);
        let Some(action) = on.ok().and_then(|on| self.action(on, action)) else { return String::new() };
        let question = Question { action, path, supplied: &supplied, now };
        let words = Words { policy, subject: &subject, question: &question, groups: &[] };
        words.json(&self.projection.explain(&question))
    }

    /// On which resources of a type the action is allowed: JSON, or no text where there is no such question.
    pub fn plan(&self, on: u16, action: usize, end: usize, now: f64) -> String {
        let (Some(now), Some(kind), Some(action)) = (millis(now), self.kind(on), self.action(TypeId(on), action))
        else {
            return String::new();
        };
        let plan = self.projection.plan_with(action, kind, &self.supplied(end), now);
        plan::to_json(&plan, self.projection.policy())
    }

    /// Whether the action is allowed on any resource of a type, with the values that are wanted from `end` up to `wanted`.
    pub fn anywhere(&self, on: u16, action: usize, end: usize, wanted: usize, now: f64) -> bool {
        let (Some(now), Some(kind), Some(action)) = (millis(now), self.kind(on), self.action(TypeId(on), action))
        else {
            return false;
        };
        let wanted = self.input.get(end..wanted).and_then(|bytes| {
            // What the values mean is the policy's to say.
            supplied::wanted(self.projection.policy(), TypeId(on), bytes)
        });
        wanted.is_some_and(|wanted| self.projection.anywhere_with(action, kind, &wanted, &self.supplied(end), now))
    }

    /// What decided in the last `check`: a line `key=value` each.
    pub fn reason(&self) -> String {
        self.reason.clone()
    }

    /// A line a type, in order: its name and its actions in bit order.
    pub fn vocabulary(&self) -> String {
        vocabulary(self.projection.policy())
    }

    /// A line a declared attribute: its slot, its owner's number, whether callers may supply it, and its name.
    pub fn attributes(&self) -> String {
        attributes(self.projection.policy())
    }

    /// The subject that the snapshot is of.
    pub fn subject(&self) -> String {
        self.projection.stamp.subject.clone()
    }

    /// The tenant that the snapshot is of.
    pub fn tenant(&self) -> String {
        self.projection.stamp.tenant.clone()
    }

    /// The tenant's revision that the snapshot shows.
    pub fn revision(&self) -> f64 {
        self.projection.stamp.revision as f64
    }

    /// The first millisecond at which the snapshot says nothing any more.
    pub fn expires(&self) -> f64 {
        self.projection.stamp.expires as f64
    }
}

impl RawChecker {
    fn path(&self, length: usize) -> Option<&str> {
        str::from_utf8(self.input.get(..length.min(VALUES))?).ok()
    }

    fn kind(&self, on: u16) -> Option<&str> {
        self.projection.policy().resource_type(TypeId(on)).map(|kind| kind.name())
    }

    fn action(&self, on: TypeId, action: usize) -> Option<&str> {
        self.projection.policy().resource_type(on)?.actions().get(action).map(|name| &**name)
    }

    fn supplied(&self, end: usize) -> Attributes {
        supplied::attributes(self.projection.policy(), self.input.get(VALUES..end).unwrap_or_default())
    }
}

/// A decision as a number.
fn numbers(decision: Decision) -> u32 {
    (decision.effect as u32) | ((decision.stage as u32) << 8)
}

/// The number of a refusal: 1 malformed, 2 unknown type.
fn refusal(problem: PathError) -> u32 {
    match problem {
        PathError::UnknownType => 2,
        _ => 1,
    }
}

/// A moment that is no number must not become one.
fn millis(now: f64) -> Option<Millis> {
    now.is_finite().then_some(now as Millis)
}
