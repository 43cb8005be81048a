//! The engine against the oracle: loading, asking, and what a failure prints.

use crate::facts::{Facts, Question, model_text, tenant_text};
use crate::naive::{self, Bug, Verdict};
use countersign_compile::Model;
use countersign_core::{Decision, Effect};
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;

/// The engine's world, from the texts.
pub(crate) fn load(facts: &Facts) -> Result<World, String> {
    let (model, tenant) = (model_text(facts), tenant_text(facts));
    let read = Model::parse(Source { name: "model.toml", text: &model }).map_err(|problems| problems.to_string());
    read.and_then(|read| {
        World::load(&read, Source { name: "tenant.toml", text: &tenant }).map_err(|problems| problems.to_string())
    })
    .map_err(|problems| format!("{problems}\n{model}\n{tenant}"))
}

/// The engine's world of generated facts, which must load.
pub(crate) fn world(facts: &Facts, seed: u64) -> World {
    load(facts).unwrap_or_else(|problems| panic!("a world was refused (COUNTERSIGN_SEED={seed}):\n{problems}"))
}

pub(crate) fn ask(world: &World, question: &Question) -> Decision {
    world.check(&question.subject, &question.action, &question.resource, question.now)
}

pub(crate) fn verdict(decision: Decision) -> Verdict {
    (decision.effect.as_str(), decision.stage.as_str())
}

pub(crate) fn allows(world: &World, question: &Question) -> bool {
    ask(world, question).effect == Effect::Allow
}

/// Whether engine and oracle disagree.
pub(crate) fn differs(facts: &Facts, question: &Question, bug: Option<Bug>) -> bool {
    load(facts).is_ok_and(|world| verdict(ask(&world, question)) != naive::decide(facts, question, bug))
}

/// Prints a disagreement in the smallest world that still shows it.
pub(crate) fn disagree(facts: &Facts, question: &Question, seed: u64) -> ! {
    let small = shrink(facts.clone(), &|facts| differs(facts, question, None));
    let oracle = naive::decide(&small, question, None);
    let engine = load(&small).map(|world| ask(&world, question));
    fail(&small, seed, &format!("{question:?}\noracle: {oracle:?}\nengine: {engine:?}"))
}

/// Prints a failure with everything that is needed to see it again.
pub(crate) fn fail(facts: &Facts, seed: u64, what: &str) -> ! {
    let (model, tenant) = (model_text(facts), tenant_text(facts));
    panic!("{what}\nreplay: COUNTERSIGN_SEED={seed}\n--- model.toml\n{model}--- tenant.toml\n{tenant}---")
}

/// Leaves out whatever can be left out while `fails` holds.
fn shrink(mut facts: Facts, fails: &dyn Fn(&Facts) -> bool) -> Facts {
    loop {
        let smaller = smaller(&facts).into_iter().find(|smaller| fails(smaller));
        match smaller {
            Some(smaller) => facts = smaller,
            None => return facts,
        }
    }
}

/// Every world that has one thing less. (Some do not load: those do not fail either.)
fn smaller(facts: &Facts) -> Vec<Facts> {
    let mut all = Vec::new();
    without(&mut all, facts, |facts| &mut facts.assignments);
    without(&mut all, facts, |facts| &mut facts.overrides);
    without(&mut all, facts, |facts| &mut facts.members);
    for at in 0..facts.members.len() {
        without(&mut all, facts, |facts| &mut facts.members[at].groups);
    }
    for at in 0..facts.custom.len() {
        without(&mut all, facts, |facts| &mut facts.custom[at].allow);
        without(&mut all, facts, |facts| &mut facts.custom[at].deny);
        without(&mut all, facts, |facts| &mut facts.custom[at].includes);
    }
    for at in 0..facts.roles.len() {
        without(&mut all, facts, |facts| &mut facts.roles[at].allow);
        without(&mut all, facts, |facts| &mut facts.roles[at].deny);
        without(&mut all, facts, |facts| &mut facts.roles[at].includes);
    }
    without(&mut all, facts, |facts| &mut facts.custom);
    without(&mut all, facts, |facts| &mut facts.roles);
    without(&mut all, facts, |facts| &mut facts.types);
    all
}

fn without<T>(all: &mut Vec<Facts>, facts: &Facts, list: impl Fn(&mut Facts) -> &mut Vec<T>) {
    for at in 0..list(&mut facts.clone()).len() {
        let mut less = facts.clone();
        list(&mut less).remove(at);
        all.push(less);
    }
}
