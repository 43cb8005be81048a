//! The impact of a change against brute force: all resources, all values, before and after.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod brute;
mod cases;
mod facts;
mod generate;
#[path = "../it/rng.rs"]
#[expect(dead_code, reason = "other tests draw more")]
mod rng;

use brute::{Pair, Wrong};
use countersign_tenant::impact::{Change, Outcome};
use facts::load;
use rng::{Rng, seeds};
use std::collections::BTreeMap;

const FIRST: u64 = 5_000_000;

/// Tries so many pairs of worlds; gives those that load, with what impact says of them.
fn every_pair(
    first: u64,
    count: u64,
    mut try_one: impl FnMut(&mut Rng, &Pair, Vec<Change>, &dyn Fn(&str) -> String),
) -> u64 {
    let mut loaded = 0;
    for seed in seeds(first, count) {
        let mut rng = Rng::new(seed);
        let (before, after, axes) = generate::pair(&mut rng);
        let (Ok(old), Ok(new)) = (load(&before), load(&after)) else { continue };
        loaded += 1;
        let changes = countersign_tenant::impact(&old, &new, generate::NOW);
        let pair = Pair { before: old, after: new, points: brute::points(&axes) };
        let tell = |what: &str| {
            let texts = |facts: &facts::Facts| format!("{}---\n{}", facts.model(), facts.tenant());
            format!(
                "{what}\nreplay: COUNTERSIGN_SEED={seed}\n=== before\n{}\n=== after\n{}",
                texts(&before),
                texts(&after)
            )
        };
        try_one(&mut rng, &pair, changes, &tell);
    }
    loaded
}

fn agrees(first: u64, count: u64) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let loaded = every_pair(first, count, |_, pair, changes, tell| {
        if let Err(wrong) = brute::review(pair, &changes) {
            panic!("{}", tell(&format!("{wrong:?}\n{changes:#?}")));
        }
        for change in &changes {
            let place = if change.scope == "/" { "root" } else { "deep" };
            let key = format!("{}→{} {place}", change.before.as_str(), change.after.as_str());
            *seen.entry(key).or_default() += 1;
            *seen.entry(change.reach.as_str().to_owned()).or_default() += 1;
            *seen.entry(format!("proved {}", change.proved)).or_default() += 1;
        }
        *seen.entry(if changes.is_empty() { "no change" } else { "changes" }.to_owned()).or_default() += 1;
    });
    assert!(loaded * 10 > count * 9, "only {loaded} of {count} pairs load");
    for key in ["deny→allow root", "allow→deny deep", "depends→depends root", "deny→depends deep", "no change", "tree"]
    {
        assert!(seen.get(key).is_some_and(|count| *count > 10), "hardly any {key}: {seen:?}");
    }
}

#[test]
fn impact_is_what_brute_force_finds() {
    agrees(FIRST, 1050);
}

#[test]
fn impact_is_what_brute_force_finds_again() {
    agrees(FIRST + 1_000_000, 1050);
}

#[test]
fn a_wrong_report_is_found() {
    let mut tampered: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    every_pair(FIRST + 2_000_000, 400, |rng, pair, changes, _| {
        if changes.is_empty() {
            return;
        }
        let at = rng.below(changes.len());
        for (name, tamper) in TAMPERS {
            let mut wrong = changes.clone();
            if tamper(&mut wrong, at) {
                let found: Result<(), Wrong> = brute::review(pair, &wrong);
                let [made, caught] = tampered.entry(name).or_default();
                *made += 1;
                *caught += usize::from(found.is_err());
            }
        }
    });
    for (name, _) in TAMPERS {
        let [made, caught] = tampered.get(name).copied().unwrap_or_default();
        assert!(made > 4 && made == caught, "{name}: {caught} of {made} caught");
    }
}

type Tamper = fn(&mut Vec<Change>, usize) -> bool;

/// Ways to get a report wrong; each says whether there was anything to get wrong.
const TAMPERS: [(&str, Tamper); 4] = [
    ("a change left out", |changes, at| {
        // What brute force cannot find on its grid is no loss to it.
        let proved = changes[at].proved;
        changes.remove(at);
        proved
    }),
    ("an outcome turned round", |changes, at| {
        let change = &mut changes[at];
        std::mem::swap(&mut change.before, &mut change.after);
        change.before != change.after
    }),
    ("an exception forgotten", |changes, _| {
        // A line that says `depends` holds of what it excepts, too, if that comes to one of its outcomes.
        let told = |change: &&mut Change| change.before != Outcome::Depends && change.after != Outcome::Depends;
        let change = changes.iter_mut().filter(told).find(|change| !change.except.is_empty());
        change.is_some_and(|change| change.except.pop().is_some())
    }),
    ("a change that is none", |changes, at| {
        let mut more = changes[at].clone();
        more.subject = "user:nobody".to_owned();
        changes.push(more);
        true
    }),
];
