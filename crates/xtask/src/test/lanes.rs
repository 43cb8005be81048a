//! Two lanes of steps: each stops when the other has failed, and one waits for what the other builds.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use anyhow::{Error, Result};

/// What the lanes know of each other.
#[derive(Default)]
pub(super) struct Lanes {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    failed: bool,
    command: bool,
}

/// The other lane failed, and says why.
#[derive(Debug)]
struct LeftOut;

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the rest was left out")
    }
}

impl std::error::Error for LeftOut {}

impl Lanes {
    /// Runs a lane; the other one learns of its failure.
    pub(super) fn run(&self, lane: impl FnOnce() -> Result<()>) -> Result<()> {
        let outcome = lane();
        if outcome.is_err() {
            self.note(|state| state.failed = true);
        }
        outcome
    }

    /// Between two steps.
    ///
    /// # Errors
    /// When the other lane has failed.
    pub(super) fn go_on(&self) -> Result<()> {
        if locked(&self.state).failed { Err(Error::new(LeftOut)) } else { Ok(()) }
    }

    /// The command `countersign` is built.
    pub(super) fn has_command(&self) {
        self.note(|state| state.command = true);
    }

    /// Waits until it is.
    ///
    /// # Errors
    /// When the other lane has failed.
    pub(super) fn wait_for_command(&self) -> Result<()> {
        let wait = |state: &mut State| !state.command && !state.failed;
        drop(self.changed.wait_while(locked(&self.state), wait).unwrap_or_else(PoisonError::into_inner));
        self.go_on()
    }

    fn note(&self, what: impl FnOnce(&mut State)) {
        what(&mut locked(&self.state));
        self.changed.notify_all();
    }
}

/// What came of both: the failure, not what was left out for it.
pub(super) fn outcome(one: Result<()>, other: Result<()>) -> Result<()> {
    match (one, other) {
        (Err(one), Err(other)) if one.is::<LeftOut>() => Err(other),
        (one, other) => one.and(other),
    }
}

/// A lock whose holder never leaves anything half done.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
