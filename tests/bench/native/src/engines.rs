//! What every engine must do here, and the list of them.

mod by_hand;
mod casbin;
mod cedar;
mod countersign;
mod regorus;

use anyhow::Result;

use crate::world::{Member, Question};

/// An engine with a tenant loaded.
pub trait Engine {
    /// Whether the question is answered with an allow; an engine's own error is one here too, for it must not happen.
    fn check(&self, question: &Question) -> Result<bool>;
}

/// How an engine is set up.
pub struct Contender {
    /// Its name in tables and on the command line
    pub name: &'static str,
    /// The tenant, as the engine's users would write it down
    pub document: fn(&[Member]) -> Vec<u8>,
    /// From that document to an engine that answers
    pub load: fn(&[u8]) -> Result<Box<dyn Engine>>,
}

/// All of them; the first is the floor that the others are measured by.
pub const CONTENDERS: [Contender; 5] =
    [by_hand::CONTENDER, countersign::CONTENDER, cedar::CONTENDER, casbin::CONTENDER, regorus::CONTENDER];

/// Those that are only loaded: they are one of the others once they are.
pub const COMPILED: [Contender; 1] = [countersign::COMPILED];

/// All that can be loaded.
pub fn loadable() -> impl Iterator<Item = &'static Contender> {
    CONTENDERS.iter().chain(&COMPILED)
}
