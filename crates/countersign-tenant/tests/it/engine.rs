//! The engine says what the oracle says; its projections say what it says; and it keeps saying so until `valid_until`.

use crate::compare::{ask, disagree, fail, verdict, world};
use crate::facts::{Facts, Question};
use crate::generate::{self, NOW, facts, moment};
use crate::naive::{self, Bug};
use crate::rng::{Rng, seeds};
use countersign_core::{Effect, Millis};
use countersign_tenant::World;
use countersign_wire::projection::{self, Projection, Stamp};
use std::collections::BTreeMap;

const FIRST: u64 = 1_000_000;

/// Asks `count` questions of each of so many generated worlds.
fn every_question(worlds: u64, count: usize, mut try_one: impl FnMut(&mut Rng, &Facts, &World, &Question, u64)) {
    for seed in seeds(FIRST, worlds) {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        for _ in 0..count {
            let question = generate::question(&mut rng, &facts);
            try_one(&mut rng, &facts, &world, &question, seed);
        }
    }
}

#[test]
fn the_engine_agrees_with_the_oracle() {
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    every_question(600, 200, |_, facts, world, question, seed| {
        let engine = verdict(ask(world, question));
        if engine != naive::decide(facts, question, None) {
            disagree(facts, question, seed);
        }
        *seen.entry(engine).or_default() += 1;
    });
    // Questions that always end the same way would prove little.
    for stage in ["role", "override"] {
        for effect in ["allow", "deny"] {
            let found = seen.get(&(effect, stage)).copied().unwrap_or_default();
            assert!(found > 4000, "only {found} times {effect} by {stage}: {seen:?}");
        }
    }
}

#[test]
fn the_comparison_finds_every_seeded_bug() {
    // From the default seed all are found within 2000 questions, most within 500.
    let bugs = [
        Bug::NearnessReversed,
        Bug::AllowBeatsDeny,
        Bug::EndInclusive,
        Bug::StartExclusive,
        Bug::GroupsIgnored,
        Bug::SiblingPrefix,
        Bug::RoleDenyLoses,
        Bug::StatusIgnored,
        Bug::IncludesIgnored,
        Bug::ParentsIgnored,
    ];
    let mut asked = 0;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    every_question(50, 200, |_, facts, world, question, _| {
        asked += 1;
        let engine = verdict(ask(world, question));
        for bug in bugs {
            if engine != naive::decide(facts, question, Some(bug)) {
                found.entry(format!("{bug:?}")).or_insert(asked);
            }
        }
    });
    let missed: Vec<_> = bugs.iter().filter(|bug| !found.contains_key(&format!("{bug:?}"))).collect();
    assert!(missed.is_empty(), "{missed:?} not found in {asked} questions; the others after {found:?}");
}

#[test]
fn an_answer_holds_until_it_says() {
    let mut ends = 0;
    every_question(200, 150, |rng, facts, world, question, seed| {
        let first = ask(world, question);
        if first.valid_until <= question.now {
            fail(facts, seed, &format!("{question:?}\n{first:?}\nis valid until before it is asked"));
        }
        let mut moments = vec![first.valid_until - 1];
        moments.extend((0..8).map(|_| moment(rng, facts)));
        for now in moments {
            let later = ask(world, &Question { now, ..question.clone() });
            if (question.now..first.valid_until).contains(&now) && verdict(later) != verdict(first) {
                fail(facts, seed, &format!("{question:?}\nat first: {first:?}\nat {now}: {later:?}"));
            }
        }
        ends += usize::from(first.valid_until != Millis::MAX);
    });
    assert!(ends > 2000, "only {ends} answers end");
}

#[test]
fn a_projection_says_what_the_engine_says() {
    let mut allowed = 0;
    every_question(200, 110, |rng, facts, world, question, seed| {
        let taken = question.now.min(NOW);
        let projection = project(world, &question.subject, taken);
        for now in [question.now, taken, moment(rng, facts).max(taken)] {
            let question = Question { now, ..question.clone() };
            let engine = ask(world, &question);
            let Question { action, resource, .. } = &question;
            let projected = projection.policy.check(&projection.subject(), action, resource, now);
            let by_mask = mask_allows(&projection, &question);
            let sound = projected.valid_until == engine.valid_until && verdict(projected) == verdict(engine);
            if !sound || by_mask != (engine.effect == Effect::Allow) {
                let found = format!("engine: {engine:?}\nprojection: {projected:?}\nby mask: {by_mask}");
                fail(facts, seed, &format!("{question:?}, projected at {taken}\n{found}"));
            }
            allowed += usize::from(by_mask);
        }
    });
    assert!(allowed > 4000, "only {allowed} allowed");
}

fn project(world: &World, subject: &str, now: Millis) -> Projection {
    let stamp = Stamp { tenant: "acme".to_owned(), subject: subject.to_owned(), revision: 1, expires: Millis::MAX };
    let bytes = world.snapshot(&stamp, now).expect("a projection");
    projection::decode(&bytes).expect("what was encoded")
}

/// The answer for all actions of the resource, and in it the one of the question.
fn mask_allows(projection: &Projection, question: &Question) -> bool {
    let answer = projection.policy.answer(&projection.subject(), &question.resource, question.now);
    answer.is_ok_and(|answer| {
        let kind = projection.policy.resource_type(answer.on).expect("the answer's type");
        kind.action(&question.action).is_some_and(|action| answer.allow & action.mask() != 0)
    })
}
