//! The other ways to ask say what a question says: a projection, a prepared walk, and all actions at once; and an answer
//! holds until it says.

use crate::compare::{decide, fail, supplied, verdict, world};
use crate::enrich::{facts, of_others, shuffle};
use crate::facts::{Facts, Question};
use crate::generate::{NOW, SUBJECTS};
use crate::naive;
use crate::question::{moment, question};
use crate::rng::{Rng, parallel};
use crate::text::tenant_text;
use countersign_core::{self as core, Answer, Decision, Effect, Millis};
use countersign_tenant::World;
use countersign_wire::projection::{self, Projection, Stamp};

const FIRST: u64 = 3_000_000;
/// A hundred years: what never changes is asked for until then.
const FAR: i64 = 100 * 365 * 86_400_000;

/// Asks `count` questions of each of so many worlds, and adds up what `try_one` finds.
pub(crate) fn every_question(
    worlds: u64,
    count: usize,
    try_one: impl Fn(&mut Rng, &Facts, &World, &Question) -> Result<usize, String> + Sync,
) -> usize {
    let found = parallel(FIRST, worlds, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let world = world(&facts, seed);
        let mut found = 0;
        for _ in 0..count {
            let question = question(&mut rng, &facts);
            match try_one(&mut rng, &facts, &world, &question) {
                Ok(one) => found += one,
                Err(what) => fail(&facts, seed, &format!("{question:?}\n{what}")),
            }
        }
        found
    });
    found.into_iter().sum()
}

#[test]
fn an_answer_holds_until_it_says() {
    let ends = every_question(600, 150, |rng, facts, world, question| {
        let first = decide(world, question);
        if first.valid_until <= question.now {
            return Err(format!("{first:?}\nis valid until before it is asked"));
        }
        let mut moments = vec![(first.valid_until - 1).min(NOW + FAR)];
        moments.extend((0..8).map(|_| moment(rng, facts)));
        for now in moments {
            let later = decide(world, &Question { now, ..question.clone() });
            if (question.now..first.valid_until).contains(&now) && verdict(later) != verdict(first) {
                return Err(format!("at first: {first:?}\nat {now}: {later:?}"));
            }
        }
        Ok(usize::from(first.valid_until != Millis::MAX))
    });
    assert!(ends > 5000, "only {ends} answers end");
}

#[test]
fn a_projection_says_what_the_oracle_says() {
    let allowed = every_question(700, 100, |rng, facts, world, question| {
        let taken = question.now.min(NOW);
        let projection = project(world, &question.subject, taken);
        let mut allowed = 0;
        for now in [question.now, taken, moment(rng, facts).max(taken)] {
            let question = Question { now, ..question.clone() };
            let (effect, stage) = naive::decide(facts, &question, None);
            let supplied = supplied(projection.policy(), &question);
            let asked = core::Question { action: &question.action, path: &question.resource, supplied: &supplied, now };
            let found = projection.check(&asked);
            // A denial may have a poorer reason: the projection knows nothing of what cannot be allowed.
            let same = verdict(found) == (effect, stage) || (found.effect == Effect::Deny && effect == "deny");
            let all = projection.answer(&question.resource, now).ok();
            if !same || !fits(projection.policy(), all, &question, effect) {
                return Err(format!("projected at {taken}, at {now}: {found:?}, {all:?}\noracle: {effect} {stage}"));
            }
            allowed += usize::from(effect == "allow");
        }
        Ok(allowed)
    });
    assert!(allowed > 15_000, "only {allowed} allowed");
}

#[test]
fn a_prepared_walk_says_what_the_oracle_says() {
    let allowed = every_question(1000, 100, |rng, facts, world, question| {
        let policy = world.policy();
        let (prepared, until) = world.ask(&question.subject, |subject| {
            let prepared = policy.prepare(subject, &question.resource, question.now).ok();
            let until = prepared.as_ref().map_or(question.now + 1, core::Prepared::valid_until);
            (prepared, until)
        });
        let mut allowed = 0;
        for now in [question.now, (until - 1).min(NOW + FAR), moment(rng, facts)] {
            if !(question.now..until).contains(&now) {
                continue;
            }
            let question = Question { now, ..crate::question::again(rng, facts, question) };
            let oracle = naive::decide(facts, &question, None);
            let supplied = supplied(policy, &question);
            let found: Option<Decision> = world.ask(&question.subject, |subject| {
                let prepared = prepared.as_ref()?;
                let action = policy.resource_type(prepared.on())?.action(&question.action)?;
                Some(policy.resolve(subject, prepared, action, &supplied, now))
            });
            let all = world.ask(&question.subject, |subject| policy.answer(subject, &question.resource, now).ok());
            // Where the answer is the family's, so is the walk.
            if all.is_some_and(|all| all.uniform) {
                let (parent, _) = question.resource.rsplit_once('/').unwrap_or(("", ""));
                let slash = if parent.is_empty() { "" } else { "/" };
                let leaf = question.resource.get(parent.len() + slash.len()..).unwrap_or_default();
                let kind = leaf.split_once(':').map_or("", |(kind, _)| kind);
                let other = format!("{parent}{slash}{kind}:other");
                let resolved = world.ask(&question.subject, |subject| {
                    let prepared = policy.prepare(subject, &other, now).ok()?;
                    let action = policy.resource_type(prepared.on())?.action(&question.action)?;
                    Some(policy.resolve(subject, &prepared, action, &supplied, now))
                });
                if resolved.map(verdict) != found.map(verdict) {
                    return Err(format!("now {question:?}\nprepared: {found:?}\nfor {other}: {resolved:?}"));
                }
            }
            let same = found.map_or(oracle.0 == "deny", |found| verdict(found) == oracle);
            if !same || !fits(policy, all, &question, oracle.0) {
                return Err(format!("now {question:?}\nprepared: {found:?}, {all:?}\noracle: {oracle:?}"));
            }
            allowed += usize::from(oracle.0 == "allow");
        }
        Ok(allowed)
    });
    assert!(allowed > 20_000, "only {allowed} allowed");
}

/// Whether the answer for all actions of the resource fits the effect of the question's action.
fn fits(policy: &core::Policy, all: Option<Answer>, question: &Question, effect: &str) -> bool {
    let Some(all) = all else { return effect == "deny" };
    let kind = policy.resource_type(all.on).expect("the answer's type");
    let Some(action) = kind.action(&question.action) else { return effect == "deny" };
    let allowed = all.allow & action.mask() != 0;
    all.dynamic & action.mask() != 0 || allowed == (effect == "allow")
}

pub(crate) fn project(world: &World, subject: &str, now: Millis) -> Projection {
    let stamp = Stamp { tenant: "acme".to_owned(), subject: subject.to_owned(), revision: 1, expires: Millis::MAX };
    let bytes = world.snapshot(&stamp, now).expect("a projection");
    projection::decode(&bytes).expect("what was encoded")
}

#[test]
fn a_projection_tells_nothing_about_others() {
    same_projections(of_others);
}

#[test]
fn a_projection_does_not_tell_in_which_order_things_were_written() {
    same_projections(|rng, facts| {
        let mut other = facts.clone();
        shuffle(rng, &mut other);
        // A rule's place in the model is its name in every reason, and the model's words are for every member.
        other.rules.clone_from(&facts.rules);
        other
    });
}

/// Compares the projections of all subjects but `user:g` with those of the changed tenant.
fn same_projections(change: fn(&mut Rng, &Facts) -> Facts) {
    let compared = parallel(FIRST, 2600, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let others = change(&mut rng, &facts);
        let now = moment(&mut rng, &facts);
        let (one, other) = (world(&facts, seed), world(&others, seed));
        let subjects: Vec<_> = SUBJECTS.iter().filter(|subject| **subject != "user:g").collect();
        for subject in &subjects {
            let subject = (**subject).to_owned();
            let stamp = Stamp { tenant: "acme".to_owned(), subject, revision: 7, expires: NOW + 1000 };
            if one.snapshot(&stamp, now) != other.snapshot(&stamp, now) {
                let (subject, text) = (&stamp.subject, tenant_text(&others));
                fail(&facts, seed, &format!("the projection of {subject} differs from that of this tenant:\n{text}"));
            }
        }
        subjects.len()
    });
    let compared: usize = compared.into_iter().sum();
    assert!(compared >= 20_000, "only {compared} projections");
}
