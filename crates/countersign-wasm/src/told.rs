//! Where JavaScript reads an answer for all actions of a resource.

use countersign_core::{Answer, Millis};
use std::cell::Cell;

/// Words that JavaScript reads: valid until (an f64 in two words), type, allow (low, high), uniform, dynamic (low, high).
pub(crate) struct Told([Cell<u64>; 4]);

impl Told {
    pub(crate) const fn new() -> Self {
        Self([const { Cell::new(0) }; 4])
    }

    /// Where the words are: as long as this is not moved.
    pub(crate) fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    pub(crate) fn set(&self, answer: Answer) {
        self.set_until(answer.valid_until);
        let [_, second, third, fourth] = &self.0;
        second.set(u64::from(answer.on.0) | (answer.allow << 32));
        third.set((answer.allow >> 32) | (u64::from(answer.uniform) << 32));
        fourth.set(answer.dynamic);
    }

    pub(crate) fn set_until(&self, moment: Millis) {
        let [until, ..] = &self.0;
        until.set(if moment == Millis::MAX { f64::INFINITY } else { moment as f64 }.to_bits());
    }
}
