//! The suggested changes, made in the documents, flip the decision; so they do in a projection.

use crate::facts::{self, Case, Facts};
use crate::traces::every_case;
use countersign_core::{Change, Effect, Trace, What};
use countersign_tenant::World;
use std::collections::BTreeMap;

/// The effect after changes, in a world that was loaded again.
fn effect_after(facts: &Facts, world: &World, case: &Case, changes: &[Change]) -> Effect {
    let changed = facts::changed(facts, case, world, changes);
    facts::effect(&changed, &facts::world(&changed), case)
}

#[test]
fn the_suggested_changes_flip_the_decision() {
    let (mut sizes, mut none): (BTreeMap<usize, usize>, usize) = (BTreeMap::new(), 0);
    every_case(2300, 10, |facts, world, case| {
        let told = facts::explain(facts, world, case);
        let Some(changes) = &told.flip else {
            none += 1;
            // Nothing flips what is not in the model, and no approval matches an ill-typed context.
            assert!(told.trace.place.is_some() || !told.trace.approvable, "{case:?}\n{told:#?}");
            return;
        };
        let wanted = if told.decision.effect == Effect::Allow { Effect::Deny } else { Effect::Allow };
        assert_eq!(effect_after(facts, world, case, changes), wanted, "{case:?}\n{told:#?}\n{facts:#?}");
        *sizes.entry(changes.len()).or_default() += 1;
    });
    assert!(sizes.values().sum::<usize>() >= 20_000, "{sizes:?}");
}

#[test]
fn no_smaller_change_flips_the_decision() {
    let mut tried = 0;
    every_case(300, 10, |facts, world, case| {
        let told = facts::explain(facts, world, case);
        let Some(changes) = told.flip.filter(|changes| changes.len() > 1) else { return };
        // Leaving any of them out does not do.
        for left_out in 0..changes.len() {
            let mut fewer = changes.clone();
            // An override of nobody is no document at all.
            if fewer.remove(left_out) == Change::AddMember {
                continue;
            }
            assert_ne!(effect_after(facts, world, case, &fewer), Effect::Allow, "{case:?} {fewer:?} of {changes:?}");
            tried += 1;
        }
    });
    assert!(tried > 300, "only {tried}");
}

/// What would flip if nothing else spoke of it: the change that removes what decided.
fn unchecked(trace: &Trace) -> Option<Change> {
    let step = trace.steps.get(trace.decide().by?)?;
    match step.what {
        What::Override => Some(Change::RemoveOverride { depth: step.depth }),
        What::Assignment { role, holder: 0, .. } => Some(Change::RemoveAssignment { role, depth: step.depth }),
        _ => None,
    }
}

#[test]
fn a_flip_that_is_not_checked_is_found_out() {
    let (mut tried, mut wrong) = (0, 0);
    every_case(100, 20, |facts, world, case| {
        let told = facts::explain(facts, world, case);
        if let Some(change) = unchecked(&told.trace) {
            tried += 1;
            wrong += usize::from(effect_after(facts, world, case, &[change]) == told.decision.effect);
        }
    });
    assert!(wrong > 100, "of {tried} unchecked changes only {wrong} were found out");
}
