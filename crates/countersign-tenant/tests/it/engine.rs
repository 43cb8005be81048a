//! The engine says what the oracle says, in a million random cases; and the comparison would notice if it did not.

use crate::bug::Bug;
use crate::compare::{ask, disagree, world};
use crate::enrich::facts;
use crate::naive;
use crate::question::question;
use crate::rng::{Rng, parallel, seeds};
use std::collections::BTreeMap;

const FIRST: u64 = 1_000_000;

#[test]
fn the_engine_agrees_with_the_oracle() {
    let counts = parallel(FIRST, 2500, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        let mut seen: BTreeMap<_, usize> = BTreeMap::new();
        for _ in 0..400 {
            let question = question(&mut rng, &facts);
            let engine = ask(&world, &question);
            if engine != naive::decide(&facts, &question, None) {
                disagree(&facts, &question, seed);
            }
            *seen.entry(engine).or_default() += 1;
        }
        seen
    });
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    for (verdict, count) in counts.into_iter().flatten() {
        *seen.entry(verdict).or_default() += count;
    }
    // Questions that always end the same way would prove little.
    let ends = [
        ("deny", "status"),
        ("deny", "forbid"),
        ("deny", "override"),
        ("allow", "override"),
        ("deny", "role"),
        ("allow", "role"),
        ("allow", "permit"),
        ("deny", "default"),
        ("approval", "approval"),
    ];
    for end in ends {
        let found = seen.get(&end).copied().unwrap_or_default();
        assert!(found > 20_000, "only {found} times {end:?}: {seen:?}");
    }
    assert_eq!(seen.len(), ends.len(), "{seen:?}");
}

#[test]
fn the_comparison_finds_every_seeded_bug() {
    let mut asked = 0;
    let mut missing = Bug::ALL.to_vec();
    let mut found = Vec::new();
    for seed in seeds(FIRST, 500) {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        for _ in 0..40 {
            asked += 1;
            let question = question(&mut rng, &facts);
            let engine = ask(&world, &question);
            missing.retain(|bug| {
                let agrees = engine == naive::decide(&facts, &question, Some(*bug));
                if !agrees {
                    found.push((asked, *bug));
                }
                agrees
            });
        }
    }
    assert!(missing.is_empty(), "{missing:?} not found in {asked} questions; the others after {found:?}");
}
