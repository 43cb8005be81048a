//! The runtime's questions about a snapshot: answers for all actions of a resource, single decisions, and the words.

use crate::snapshots::{Held, VALUES, ask, ask_mut, millis, tell};
use crate::told::Told;
use crate::vocabulary::{attributes, vocabulary};
use countersign_core::{Action, Decision, PathError, Question};
use countersign_wire::reason;
use wasm_bindgen::prelude::wasm_bindgen;

/// The refusal of a moment that is no finite number.
const NO_TIME: u32 = 3;

/// Walks that are kept for questions to come.
const PLACES: usize = 256;

/// The refusal of a place that there is none of.
const NO_PLACE: u32 = 4;

/// The refusal of a snapshot that there is none of.
const NO_SNAPSHOT: u32 = 5;

/// What `check` and its like return instead of an answer.
const REFUSED: u32 = u32::MAX;

thread_local! {
    /// Read by JavaScript
    static ANSWER: Told = const { Told::new() };
}

/// The address of the answer: f64 valid until, u32 type, u32 allow (low), u32 allow (high), u32 uniform,
/// u32 dynamic (low), u32 dynamic (high).
#[wasm_bindgen]
pub fn answer() -> usize {
    ANSWER.with(Told::address)
}

/// Answers for all actions of the resource whose path is in the scratch buffer; 0, or the number of a refusal.
#[wasm_bindgen]
pub fn mask(number: usize, path_length: usize, now: f64) -> u32 {
    let masked = ask(number, |held| {
        let Some(now) = millis(now) else { return Some(NO_TIME) };
        let Some(path) = held.path(path_length) else { return Some(refusal(PathError::Segment)) };
        Some(match held.projection.answer(path, now) {
            Err(problem) => refusal(problem),
            Ok(answer) => {
                ANSWER.with(|told| told.set(answer));
                0
            }
        })
    });
    masked.unwrap_or(NO_SNAPSHOT)
}

/// Walks to the resource whose path is in the scratch buffer, and keeps what stands there at `place`, of which the
/// first is 0 and the next is never left out; 0, or the number of a refusal. It holds as long as the path's answer.
#[wasm_bindgen]
pub fn prepare(number: usize, place: usize, path_length: usize, now: f64) -> u32 {
    let prepared = ask_mut(number, |held| {
        let Some(now) = millis(now) else { return NO_TIME };
        let Some(path) = held.path(path_length) else { return refusal(PathError::Segment) };
        match held.projection.policy().prepare(&held.projection.subject(), path, now) {
            Err(problem) => refusal(problem),
            Ok(walk) => {
                if let Some(known) = held.places.get_mut(place) {
                    *known = walk;
                } else if place == held.places.len() && place < PLACES {
                    held.places.push(walk);
                } else {
                    return NO_PLACE;
                }
                0
            }
        }
    });
    prepared.unwrap_or(NO_SNAPSHOT)
}

/// Decides one question about a place, with the supplied values up to `end`, as `check` does but without its reason.
/// The answer says how long the decision holds.
#[wasm_bindgen]
pub fn resolve(number: usize, place: usize, action: usize, end: usize, now: f64) -> u32 {
    let decision = ask(number, |held| {
        let (walk, action) = (held.places.get(place)?, Action::new(action)?);
        Some(held.projection.resolve(walk, action, &held.supplied(VALUES..end), millis(now)?))
    });
    let Some(decision) = decision else { return REFUSED - NO_PLACE };
    ANSWER.with(|told| told.set_until(decision.valid_until));
    numbers(decision)
}

/// Whether no decision depends on whether the supplied values up to `middle` are supplied or those from there up to `end`,
/// or numbers between them that the attributes may have.
#[wasm_bindgen]
pub fn same(number: usize, middle: usize, end: usize) -> bool {
    let same = ask(number, |held| {
        let (projection, one, other) = (&held.projection, held.supplied(VALUES..middle), held.supplied(middle..end));
        Some(projection.policy().is_same(&projection.subject(), &one, &other))
    });
    same.unwrap_or_default()
}

/// Decides one question, with the supplied values up to `end`: the decision in the low byte, the stage in the next; or
/// all ones minus a refusal's number. What is told then is the reason, a line `key=value` each.
#[wasm_bindgen]
pub fn check(number: usize, path_length: usize, action: usize, end: usize, now: f64) -> u32 {
    let mut lines = String::new();
    let decided = ask(number, |held| {
        let Some(now) = millis(now) else { return Some(Err(NO_TIME)) };
        let Some(path) = held.path(path_length) else { return Some(Err(refusal(PathError::Segment))) };
        let on = match held.projection.answer(path, now) {
            Ok(answer) => answer.on,
            Err(problem) => return Some(Err(refusal(problem))),
        };
        let supplied = held.supplied(VALUES..end);
        let action = held.action(on, action).unwrap_or_default();
        let question = Question { action, path, supplied: &supplied, now };
        let decision = held.projection.check(&question);
        let (policy, subject) = (held.projection.policy(), held.projection.subject());
        reason::each(policy, &subject, decision, &question, &mut |key, value| {
            for part in [key, "=", value, "\n"] {
                lines.push_str(part);
            }
        });
        Some(Ok(decision))
    });
    match decided {
        Some(Ok(decision)) => {
            tell(lines);
            numbers(decision)
        }
        Some(Err(problem)) => REFUSED - problem,
        None => REFUSED - NO_SNAPSHOT,
    }
}

/// Tells one of a snapshot's texts: 0 a line a type, in order, with its name and its actions
/// in bit order; 1 a line a declared attribute: its slot, its owner's number, whether callers may supply it, and its name;
/// 2 the subject that the snapshot is of; 3 the tenant.
#[wasm_bindgen]
pub fn text(number: usize, which: usize) {
    let text = ask(number, |Held { projection, .. }| {
        Some(match which {
            0 => vocabulary(projection.policy()),
            1 => attributes(projection.policy()),
            2 => projection.stamp.subject.clone(),
            _ => projection.stamp.tenant.clone(),
        })
    });
    tell(text.unwrap_or_default());
}

/// The tenant's revision that the snapshot shows.
#[wasm_bindgen]
pub fn revision(number: usize) -> f64 {
    ask(number, |held| Some(held.projection.stamp.revision as f64)).unwrap_or_default()
}

/// The first millisecond at which the snapshot says nothing any more.
#[wasm_bindgen]
pub fn expires(number: usize) -> f64 {
    ask(number, |held| Some(held.projection.stamp.expires as f64)).unwrap_or_default()
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
