//! What the runtime leaves to a module of its own, because few pages ask for it: explanations, plans, `anywhere`.

use crate::snapshots::{Held, VALUES, ask, millis, tell};
use countersign_core::{Question, TypeId};
use countersign_wire::explain::Words;
use countersign_wire::given::supplied;
use countersign_wire::plan as plans;
use wasm_bindgen::prelude::wasm_bindgen;

/// Explains the decision that `check` makes: JSON, or no text where there is no such question.
#[wasm_bindgen]
pub fn explain(number: usize, path_length: usize, action: usize, end: usize, now: f64) {
    let told = ask(number, |held| {
        let Held { projection, .. } = held;
        let (path, now) = (held.path(path_length)?, millis(now)?);
        let (subject, supplied) = (projection.subject(), held.supplied(VALUES..end));
        let on = projection.answer(path, now).ok()?.on;
        let question = Question { action: held.action(on, action)?, path, supplied: &supplied, now };
        let words = Words { policy: projection.policy(), subject: &subject, question: &question, groups: &[] };
        Some(words.json(&projection.explain(&question)))
    });
    tell(told.unwrap_or_default());
}

/// On which resources of a type the action is allowed: JSON, or no text where there is no such question.
#[wasm_bindgen]
pub fn plan(number: usize, on: u16, action: usize, end: usize, now: f64) {
    let told = ask(number, |held| {
        let (now, kind, action) = (millis(now)?, kind(held, on)?, held.action(TypeId(on), action)?);
        let plan = held.projection.plan_with(action, kind, &held.supplied(VALUES..end), now);
        Some(plans::to_json(&plan, held.projection.policy()))
    });
    tell(told.unwrap_or_default());
}

/// Whether the action is allowed on any resource of a type, with the values that are wanted from `end` up to `wanted`.
#[wasm_bindgen]
pub fn anywhere(number: usize, on: u16, action: usize, end: usize, wanted: usize, now: f64) -> bool {
    let found = ask(number, |held| {
        let (now, kind, action) = (millis(now)?, kind(held, on)?, held.action(TypeId(on), action)?);
        // What the values mean is the policy's to say.
        let wanted = supplied::wanted(held.projection.policy(), TypeId(on), held.input.get(end..wanted)?)?;
        Some(held.projection.anywhere_with(action, kind, &wanted, &held.supplied(VALUES..end), now))
    });
    found.unwrap_or_default()
}

fn kind(held: &Held, on: u16) -> Option<&str> {
    held.projection.policy().resource_type(TypeId(on)).map(|kind| kind.name())
}
