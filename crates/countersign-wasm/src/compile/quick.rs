//! Whether a subject may, asked through buffers and answered in numbers: strings and JSON cost more than the question.
//!
//! What is refused here is asked again by [`RawTenant::check`], which has words for it.

use super::RawTenant;
use crate::told::Told;
use countersign_core::limits::PATH_BYTES;
use countersign_core::{Action, Attributes, Effect, Millis, Question};
use countersign_wire::given::supplied;
use std::ops::Range;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes for subject and path together.
const NAMES: usize = PATH_BYTES + 1024;

/// Room for supplied values that is there from the start.
const VALUES_BYTES: usize = 4096;

/// The buffers between JavaScript and a tenant.
pub(super) struct Room {
    /// Written by JavaScript between two calls: subject and path, and from [`NAMES`] on what is supplied
    input: Vec<u8>,
    /// Read by JavaScript
    told: Box<Told>,
    /// What was supplied last: room for what comes next
    supplied: Attributes,
}

impl Room {
    pub(super) fn new() -> Self {
        Self { input: vec![0; NAMES + VALUES_BYTES], told: Box::new(Told::new()), supplied: Attributes::default() }
    }

    fn text(&self, range: Range<usize>) -> Option<&str> {
        str::from_utf8(self.input.get(range)?).ok()
    }
}

#[wasm_bindgen]
impl RawTenant {
    /// The address of the scratch buffer: a question's subject goes there, the path behind it, and from `values` on what is
    /// supplied.
    pub fn input(&self) -> usize {
        self.1.input.as_ptr() as usize
    }

    /// Where in the scratch buffer supplied values begin; before that is room for the longest path there can be.
    pub fn values(&self) -> usize {
        NAMES
    }

    /// How many bytes the scratch buffer has.
    pub fn input_bytes(&self) -> usize {
        self.1.input.len()
    }

    /// Makes the scratch buffer longer; its address changes.
    pub fn reserve(&mut self, bytes: usize) {
        let Self(_, room) = self;
        room.input.resize(bytes.max(room.input.len()), 0);
    }

    /// The address of the answer: f64 valid until, u32 type, u32 allow (low), u32 allow (high), u32 uniform,
    /// u32 dynamic (low), u32 dynamic (high).
    pub fn answer(&self) -> usize {
        self.1.told.address()
    }

    /// Answers for all actions of the resource whose path stands behind the subject, at `path..end`; false where there is
    /// no answer.
    pub fn mask(&self, path: usize, end: usize, now: f64) -> bool {
        let (Some(subject), Some(resource)) = (self.1.text(0..path), self.1.text(path..end)) else { return false };
        match self.0.answer(subject, resource, now as Millis) {
            Ok(answer) => {
                self.1.told.set(answer);
                true
            }
            Err(_) => false,
        }
    }

    /// Whether one action, by its bit, is allowed with the supplied values up to `values`; else as `mask`. What cannot be
    /// asked is not allowed.
    pub fn decide(&mut self, path: usize, end: usize, action: usize, values: usize, now: f64) -> bool {
        let Self(world, room) = self;
        let bytes = room.input.get(NAMES..values).unwrap_or_default();
        supplied::read(world.policy(), bytes, &mut room.supplied);
        let (Some(subject), Some(path)) = (room.text(0..path), room.text(path..end)) else { return false };
        let Some(action) = Action::new(action) else { return false };
        let question = Question { action: "", path, supplied: &room.supplied, now: now as Millis };
        world.decide(subject, action, &question).effect == Effect::Allow
    }
}
