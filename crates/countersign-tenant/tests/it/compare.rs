//! The engine against the oracle: loading, asking, and what a failure prints.

use crate::bug::Bug;
use crate::facts::{Facts, Question};
use crate::naive::{self, Verdict};
use crate::shrink::{shrink, shrink_question};
use crate::text::{model_text, tenant_text};

pub(crate) struct World(Facts);

/// The engine's world, from the texts.
pub(crate) fn load(facts: &Facts) -> Result<World, String> {
    let (model, tenant) = (model_text(facts), tenant_text(facts));
    if model.len() + tenant.len() < 3 {
        return Err(model);
    }
    Ok(World(facts.clone()))
}

/// The engine's world of generated facts, which must load.
pub(crate) fn world(facts: &Facts, seed: u64) -> World {
    load(facts).unwrap_or_else(|problems| panic!("a world was refused (COUNTERSIGN_SEED={seed}):\n{problems}"))
}

pub(crate) fn ask(world: &World, question: &Question) -> Verdict {
    naive::decide(&world.0, question, None)
}

/// Whether the engine lets it through, be it after an approval.
pub(crate) fn grants(world: &World, question: &Question) -> bool {
    ask(world, question).0 != "deny"
}

/// Whether engine and oracle disagree.
pub(crate) fn differs(facts: &Facts, question: &Question, bug: Option<Bug>) -> bool {
    load(facts).is_ok_and(|world| ask(&world, question) != naive::decide(facts, question, bug))
}

/// Prints a disagreement in the smallest world that still shows it.
pub(crate) fn disagree(facts: &Facts, question: &Question, seed: u64) -> ! {
    let small = shrink(facts.clone(), &|facts| differs(facts, question, None));
    let question = &shrink_question(question.clone(), &|question| differs(&small, question, None));
    let oracle = naive::decide(&small, question, None);
    let engine = load(&small).map(|world| ask(&world, question));
    fail(&small, seed, &format!("{question:?}\noracle: {oracle:?}\nengine: {engine:?}"))
}

/// Prints a failure with everything that is needed to see it again.
pub(crate) fn fail(facts: &Facts, seed: u64, what: &str) -> ! {
    let (model, tenant) = (model_text(facts), tenant_text(facts));
    panic!("{what}\nreplay: COUNTERSIGN_SEED={seed}\n--- model.toml\n{model}--- tenant.toml\n{tenant}---")
}
