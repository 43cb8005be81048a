//! A projection says what the world says: the effect always, the stage wherever something may be allowed.

use crate::compare::{decide, fail, load, supplied, verdict};
use crate::enrich::facts;
use crate::facts::Question;
use crate::generate::NOW;
use crate::others::bytes;
use crate::question::{again, moment, question};
use crate::rng::{Rng, parallel};
use countersign_core::{self as core, Effect};
use countersign_wire::projection;
use std::collections::BTreeMap;

const WORLDS: u64 = 1600;
const QUESTIONS: usize = 50;

#[test]
fn it_answers_as_the_world_does() {
    let found = parallel(9_000_000, WORLDS, |seed| {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let Ok(world) = load(&facts) else { return (0, 0, 0) };
        let taken = moment(&mut rng, &facts).min(NOW);
        let mut known = BTreeMap::new();
        let (mut asked, mut allowed, mut staged) = (0, 0, 0);
        for _ in 0..QUESTIONS {
            let first = question(&mut rng, &facts);
            let subject = first.subject.clone();
            let projection = known
                .entry(subject.clone())
                .or_insert_with(|| projection::decode(&bytes(&world, &subject, taken)).expect("what was encoded"));
            let ask = |question: &Question| {
                let Question { action, resource, now, .. } = question;
                let supplied = supplied(projection.policy(), question);
                projection.check(&core::Question { action, path: resource, supplied: &supplied, now: *now })
            };
            let mut all = vec![first.clone(), again(&mut rng, &facts, &first), again(&mut rng, &facts, &first)];
            all.iter_mut().for_each(|question| question.now = question.now.max(taken));
            let both: Vec<_> = all.iter().map(|question| (decide(&world, question), ask(question))).collect();
            let open = both.iter().any(|(world, _)| world.effect != Effect::Deny);
            for ((from_world, from_projection), question) in both.iter().zip(&all) {
                let allowing = from_world.effect != Effect::Deny;
                if from_world.effect != from_projection.effect
                    || (open && verdict(*from_world) != verdict(*from_projection))
                {
                    let what = format!("{question:?}\ntaken at {taken}\n{from_world:?}\n{from_projection:?}");
                    fail(&facts, seed, &what);
                }
                (asked, allowed, staged) =
                    (asked + 1, allowed + usize::from(allowing), staged + usize::from(open && !allowing));
            }
        }
        (asked, allowed, staged)
    });
    let sum = |one: fn(&(usize, usize, usize)) -> usize| found.iter().map(one).sum::<usize>();
    let (asked, allowed, staged) = (sum(|all| all.0), sum(|all| all.1), sum(|all| all.2));
    assert!(asked >= 100_000 && allowed > 15_000 && staged > 2000, "{asked} asked, {allowed} allowed, {staged} staged");
}
