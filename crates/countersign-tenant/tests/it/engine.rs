//! The engine says what the oracle says, in a million random cases; and the comparison would notice if it did not.

use crate::bug::Bug;
use crate::compare::{ask, disagree, world};
use crate::enrich::facts;
use crate::naive;
use crate::question::question;
use crate::rng::{Rng, parallel, seeds};
use std::collections::BTreeMap;
use std::time::Instant;

const FIRST: u64 = 1_000_000;
const WORLDS: u64 = 2_500;
const QUESTIONS: usize = 400;

#[test]
fn the_engine_agrees_with_the_oracle() {
    let began = Instant::now();
    let counts = parallel(FIRST, WORLDS, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        let mut seen: BTreeMap<_, usize> = BTreeMap::new();
        for _ in 0..QUESTIONS {
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
    let (asked, took) = (seen.values().sum::<usize>(), began.elapsed().as_secs_f64());
    assert_eq!(asked as u64, WORLDS * QUESTIONS as u64);
    println!("figure: engine and oracle: {asked} questions in {took:.1} s");
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
