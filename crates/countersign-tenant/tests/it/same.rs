//! Numbers that the engine calls the same get the same decision, and so do all between them; a bound that is wrong by one
//! step is found.

use crate::compare::{supplied, verdict};
use crate::generate::NOW;
use crate::projection::{every_question, project};
use countersign_core::condition::{Decimal, Kind, Value};
use countersign_core::{self as core, AttributeSpec, Attributes, Slot};
use countersign_wire::projection::Projection;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Hundredths around the constants of conditions: those themselves, their neighbours, and what lies far away.
const HUNDREDTHS: [i64; 20] =
    [-99_999, -151, -150, -149, -100, -1, 0, 9, 10, 11, 29, 30, 31, 4998, 4999, 5000, 5001, 99_999, 100_000, 100_001];
const WHOLE: [i64; 16] = [-100, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 100, i64::MAX];

/// The numbers that an attribute may have, in their order; none for what is no number.
fn numbers(spec: &AttributeSpec) -> Vec<Value<'static>> {
    match spec.kind {
        Kind::Int => WHOLE.into_iter().map(Value::Int).collect(),
        Kind::Decimal => {
            HUNDREDTHS.into_iter().flat_map(|units| Decimal::new(units.into(), 2)).map(Value::Decimal).collect()
        }
        _ => Vec::new(),
    }
}

/// Counts spans of more than one number that are called the same though not all numbers are, and those of these spans in
/// which a decision is another.
fn wrong(claim: impl Fn(&Projection, &dyn Fn(usize) -> Attributes, usize, usize) -> bool + Sync) -> (usize, usize) {
    let wrong = AtomicUsize::new(0);
    let spans = every_question(300, 30, |rng, _, world, question| {
        let projection = project(world, &question.subject, question.now.min(NOW));
        let policy = projection.policy();
        let base = supplied(policy, question);
        let numeric = |(_, spec): &(u16, &AttributeSpec)| {
            (spec.from_request || !spec.owner.is_stored()) && matches!(spec.kind, Kind::Int | Kind::Decimal)
        };
        let slots: Vec<_> = (0..).zip(policy.attributes()).filter(numeric).collect();
        if slots.is_empty() {
            return Ok(0);
        }
        let (slot, spec) = *rng.pick(&slots);
        let numbers = numbers(spec);
        let with = |at: usize| {
            let mut values = base.clone();
            values.set(Slot(slot), numbers[at].clone());
            values
        };
        let decide = |at: usize| {
            let supplied = with(at);
            let (action, path, now) = (&*question.action, &*question.resource, question.now);
            verdict(projection.check(&core::Question { action, path, supplied: &supplied, now }))
        };
        let last = numbers.len() - 1;
        let parted = !policy.is_same(&projection.subject(), &with(0), &with(last));
        let mut spans = 0;
        for _ in (0..8).filter(|_| parted) {
            let low = rng.below(last);
            let high = low + 1 + rng.below(last - low);
            if claim(&projection, &with, low, high) {
                spans += 1;
                if (low..=high).any(|at| decide(at) != decide(low)) {
                    wrong.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        Ok(spans)
    });
    (spans, wrong.into_inner())
}

fn is_same(projection: &Projection, with: &dyn Fn(usize) -> Attributes, low: usize, high: usize) -> bool {
    projection.policy().is_same(&projection.subject(), &with(low), &with(high))
}

#[test]
fn what_is_called_the_same_is_decided_the_same() {
    let (spans, wrong) = wrong(is_same);
    assert_eq!(wrong, 0, "of {spans} spans");
    assert!(spans > 1_000, "only {spans} spans");
}

#[test]
fn a_bound_one_step_too_far_is_found() {
    let (spans, wrong) = wrong(|projection, with, low, high| is_same(projection, with, low, high - 1));
    assert!(wrong > 10, "{wrong} of {spans} spans are found");
}
