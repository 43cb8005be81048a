//! How a law is tried: on pairs of random worlds, of which the engine is asked; and on mistakes, which it has to find.
//!
//! For the mistakes the oracle takes the engine's place, and makes one on purpose.

use crate::bug::Bug;
use crate::compare::{ask, fail, world};
use crate::enrich::facts;
use crate::facts::{Facts, Question};
use crate::naive::{self, Verdict};
use crate::question::question;
use crate::rng::{Rng, parallel, seeds};
use countersign_tenant::World;

const FIRST: u64 = 2_000_000;
const WORLDS: u64 = 540;
const QUESTIONS: usize = 600;
/// In how many cases each law has to have been tried.
const CASES: usize = 300_000;

/// The worlds, and the questions to each, in which a law has to find its mistakes.
const PLANTED: (u64, usize) = (50, 100);

/// Who answers a law's questions.
pub(crate) enum Answers<'a> {
    Engine(&'a World),
    /// The oracle, with a mistake or without
    Oracle(&'a Facts, Option<Bug>),
}

impl Answers<'_> {
    pub(crate) fn ask(&self, question: &Question) -> Verdict {
        match self {
            Self::Engine(world) => ask(world, question),
            Self::Oracle(facts, bug) => naive::decide(facts, question, *bug),
        }
    }

    /// Whether it is let through, be it after an approval.
    pub(crate) fn grants(&self, question: &Question) -> bool {
        self.ask(question).0 != "deny"
    }
}

/// Two worlds that differ in what a law speaks of, and the same question to both.
pub(crate) struct Case<'a> {
    pub(crate) before: Answers<'a>,
    pub(crate) after: Answers<'a>,
    pub(crate) question: &'a Question,
}

/// Tries a law in [`CASES`] cases: `change` makes of one world two. Adds up how often `law` says that it mattered.
///
/// Before that the law is tried on the mistakes, and has to find each of them.
pub(crate) fn every_change<C>(
    mistakes: &[Bug],
    change: impl Fn(&mut Rng, &mut Facts, &mut Facts) -> Option<C> + Sync,
    law: impl Fn(&mut Rng, &C, &Case<'_>) -> Result<usize, &'static str> + Sync,
) -> usize {
    find_all(mistakes, &change, &law);
    let tried = parallel(FIRST, WORLDS, |seed| {
        let mut rng = Rng::new(seed);
        let Some((first, second, what)) = changed(&mut rng, &change) else { return (0, 0) };
        let (before, after) = (world(&first, seed), world(&second, seed));
        let mut mattered = 0;
        for _ in 0..QUESTIONS {
            let question = asked(&mut rng, &first, &second);
            let case = Case { before: Answers::Engine(&before), after: Answers::Engine(&after), question: &question };
            match law(&mut rng, &what, &case) {
                Ok(one) => mattered += one,
                Err(law) => {
                    let answers =
                        format!("before: {:?}\nafter: {:?}", case.before.ask(&question), case.after.ask(&question));
                    let files = "(the files are those after the change)";
                    fail(&second, seed, &format!("{law}\n{question:?}\n{answers}\n{files}"));
                }
            }
        }
        (QUESTIONS, mattered)
    });
    let (tried, mattered): (Vec<usize>, Vec<usize>) = tried.into_iter().unzip();
    let tried: usize = tried.into_iter().sum();
    assert!(tried >= CASES, "only {tried} cases");
    mattered.into_iter().sum()
}

fn changed<C>(
    rng: &mut Rng,
    change: impl Fn(&mut Rng, &mut Facts, &mut Facts) -> Option<C>,
) -> Option<(Facts, Facts, C)> {
    let facts = facts(rng);
    let (mut first, mut second) = (facts.clone(), facts);
    let what = change(rng, &mut first, &mut second)?;
    Some((first, second, what))
}

/// A question that is likely to find something in one of the two worlds.
fn asked(rng: &mut Rng, first: &Facts, second: &Facts) -> Question {
    let aim = if rng.chance(50) { first } else { second };
    question(rng, aim)
}

/// Tries the law on each mistake until it finds it. The oracle without a mistake must keep the law in the same cases.
fn find_all<C>(
    mistakes: &[Bug],
    change: impl Fn(&mut Rng, &mut Facts, &mut Facts) -> Option<C>,
    law: impl Fn(&mut Rng, &C, &Case<'_>) -> Result<usize, &'static str>,
) {
    let (mut missing, mut found, mut tried) = (mistakes.to_vec(), Vec::new(), 0);
    for seed in seeds(FIRST, PLANTED.0) {
        let mut rng = Rng::new(seed);
        let Some((first, second, what)) = changed(&mut rng, &change) else { continue };
        for _ in 0..PLANTED.1 {
            if missing.is_empty() {
                return;
            }
            tried += 1;
            let question = &asked(&mut rng, &first, &second);
            let mut keeps = |bug: Option<Bug>| {
                let (before, after) = (Answers::Oracle(&first, bug), Answers::Oracle(&second, bug));
                law(&mut rng, &what, &Case { before, after, question }).is_ok()
            };
            assert!(keeps(None), "an engine without a mistake breaks the law: {question:?}");
            missing.retain(|bug| {
                let keeps = keeps(Some(*bug));
                found.extend((!keeps).then_some((tried, *bug)));
                keeps
            });
        }
    }
    assert!(missing.is_empty(), "{missing:?} not found in {tried} cases; the others after {found:?}");
}
