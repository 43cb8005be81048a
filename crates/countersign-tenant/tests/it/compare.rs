//! The engine against the oracle: loading, asking, and what a failure prints.

use crate::bug::Bug;
use crate::facts::{Facts, Question, Supplied, Values};
use crate::naive::{self, Verdict};
use crate::shrink::{shrink, shrink_question};
use crate::text::{model_text, tenant_text};
use crate::value::Given;
use countersign_compile::Model;
use countersign_core::{Attributes, Decision, Policy};
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::document::{Node, Value};
use countersign_wire::given;

/// The engine's world, from the texts.
pub(crate) fn load(facts: &Facts) -> Result<World, String> {
    model(facts).and_then(|model| tenant(&model, facts))
}

/// The model of the facts.
pub(crate) fn model(facts: &Facts) -> Result<Model, String> {
    let text = model_text(facts);
    Model::parse(Source { name: "model.toml", text: &text }).map_err(|problems| format!("{problems}\n{text}"))
}

/// The tenant of the facts, under a model that was read before.
pub(crate) fn tenant(model: &Model, facts: &Facts) -> Result<World, String> {
    let text = tenant_text(facts);
    let loaded = World::load(model, Source { name: "tenant.toml", text: &text });
    loaded.map_err(|problems| format!("{problems}\n{}\n{text}", model_text(facts)))
}

/// The engine's world of generated facts, which must load.
pub(crate) fn world(facts: &Facts, seed: u64) -> World {
    load(facts).unwrap_or_else(|problems| panic!("a world was refused (COUNTERSIGN_SEED={seed}):\n{problems}"))
}

/// Effect and stage of the engine's decision.
pub(crate) fn ask(world: &World, question: &Question) -> Verdict {
    verdict(decide(world, question))
}

pub(crate) fn verdict(decision: Decision) -> Verdict {
    (decision.effect.as_str(), decision.stage.as_str())
}

/// The engine's decision.
pub(crate) fn decide(world: &World, question: &Question) -> Decision {
    let Question { subject, action, resource, now, supplied } = question;
    world.check(&Asked { subject, action, resource, given: &bags(supplied), now: *now })
}

/// What the caller supplies, as the core wants it.
pub(crate) fn supplied(policy: &Policy, question: &Question) -> Attributes {
    bags(&question.supplied).attributes(policy, &question.resource)
}

fn bags(supplied: &Supplied) -> given::Given {
    given::Given {
        subject: bag(&supplied.subject),
        action: bag(&supplied.action),
        resource: bag(&supplied.resource),
        context: bag(&supplied.context),
    }
}

fn bag(values: &Values) -> Vec<(String, Value)> {
    values.iter().map(|(name, value)| (name.clone(), document(value))).collect()
}

/// The value as it would be read from a document.
fn document(given: &Given) -> Value {
    let node = |item: &Given| Node { span: 0..0, value: document(item) };
    match given {
        Given::Null => Value::Null,
        Given::Bool(value) => Value::Bool(*value),
        Given::Number(text) => Value::Number(text.clone()),
        Given::Text(text) => Value::String(text.clone()),
        Given::List(items) => Value::Array(items.iter().map(node).collect()),
        Given::Table => Value::Table(Vec::new()),
    }
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
