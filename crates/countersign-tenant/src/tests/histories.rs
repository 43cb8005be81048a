//! Random histories of commands: what must hold after every one of them, whoever gave them and in whatever order.
//!
//! In half of the histories everybody gives commands, and the state's own invariants are checked. In the other half only
//! a coalition does that holds no ownership: afterwards nobody may hold anything that he did not hold before and that the
//! coalition could not have handed on.

mod authority;
mod commands;
mod invariants;
mod world;

use crate::{Commit, Memory, settle};
use authority::{Before, gained};
use countersign_wire::api::{AuditEntry, CommandAnswer, CommandCall};
use fastrand::Rng;
use invariants::broken;
use std::sync::atomic::{AtomicU64, Ordering};
use world::{World, worlds};

/// Histories of one run, unless `COUNTERSIGN_HISTORIES` says otherwise: a quarter of what is run before a release, so that
/// a whole run from nothing stays within its time.
const HISTORIES: u64 = 25_000;
/// The longest history.
const LONGEST: usize = 200;

/// A fault that is planted to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seeded {
    /// Commands are carried out as if an operator had given them
    Unchecked,
    /// The index of assignments is not kept
    NoIndex,
    /// The log's last entry is not remembered
    LostEntry,
    /// A commit is applied without its first event
    LostEvent,
}

/// One history; what it broke, if anything, with the commands that led there.
fn history(world: &World, seed: u64, seeded: Option<Seeded>) -> Result<usize, String> {
    let rng = &mut Rng::with_seed(seed);
    let mut state = world.state.clone();
    let coalition = rng.bool().then(|| world.coalition(rng));
    let length = match rng.u8(..) {
        0..=2 => rng.usize(1..=LONGEST),
        3..=40 => rng.usize(1..=20),
        _ => rng.usize(1..=6),
    };
    let before = coalition.as_ref().map(|coalition| Before::of(&state, coalition));
    let mut told: Vec<String> = Vec::new();
    let mut log: Vec<AuditEntry> = Vec::new();
    let mut now = world::NOW;
    for _ in 0..length {
        let actor = match &coalition {
            Some(coalition) => rng.choice(coalition).cloned().unwrap_or_default(),
            None => world.somebody(rng, &state),
        };
        let command = commands::random(rng, world, &state);
        let operator = actor.starts_with("operator:") || (seeded == Some(Seeded::Unchecked));
        let call = CommandCall::new(&actor, operator, command);
        let mut chance = [0; 32];
        rng.fill(&mut chance);
        let settled = settle(&state, &call, now, chance).map_err(|fault| format!("{fault}\n{call:?}"))?;
        if let CommandAnswer::Done(done) = &settled.answer {
            told.push(format!("{} {:?} -> {:?}", call.actor, call.command, done.id));
            if let (CommandAnswer::Done(done), Some(before)) = (&settled.answer, &before)
                && let Some(wrong) = before.impersonated(&call.command, done)
            {
                return Err(format!("{wrong}\n{}", told.join("\n")));
            }
        }
        let previous = state.clone();
        if let Some(commit) = &settled.commit {
            state.apply(&spoiled(commit, seeded));
        }
        if let Some(entry) = &settled.entry {
            log.push(entry.clone());
            if seeded != Some(Seeded::LostEntry) {
                state.log(entry);
            }
        }
        if coalition.is_none() {
            now += rng.i64(0..60_000);
            if let Some(commit) = crate::tick(&state, now, chance).map_err(|fault| fault.to_string())? {
                state.apply(&commit);
            }
        }
        if let Some(wrong) = broken(&previous, &state, &log, now) {
            return Err(format!("{wrong}\n{}", told.join("\n")));
        }
    }
    match before.and_then(|before| gained(&before, &state)) {
        Some(wrong) => Err(format!("{wrong}\n{}", told.join("\n"))),
        None => Ok(told.len()),
    }
}

fn spoiled(commit: &Commit, seeded: Option<Seeded>) -> Commit {
    let mut commit = commit.clone();
    match seeded {
        Some(Seeded::NoIndex) => {
            commit.events.retain(|event| !matches!(event, crate::Event::Doc { key, .. } if key.starts_with("holder/")));
        }
        Some(Seeded::LostEvent) if commit.events.len() > 1 => drop(commit.events.remove(0)),
        _ => {}
    }
    commit
}

#[test]
fn histories_keep_what_must_hold() {
    let worlds = worlds();
    let wanted = std::env::var("COUNTERSIGN_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(HISTORIES);
    let done = AtomicU64::new(0);
    let run = |first: u64| {
        for seed in (first..wanted).step_by(2) {
            let world = &worlds[seed as usize % worlds.len()];
            match history(world, seed, None) {
                Ok(commands) => drop(done.fetch_add(commands as u64, Ordering::Relaxed)),
                Err(wrong) => panic!("history {seed}: {wrong}"),
            }
        }
    };
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().stack_size(16 << 20).spawn_scoped(scope, || run(1)).expect("a thread");
        run(0);
        other.join().expect("every history is sound");
    });
    let done = done.into_inner();
    assert!(done > wanted / 2, "most commands are refused: {done}");
}

#[test]
fn every_planted_fault_is_found() {
    let worlds = worlds();
    for fault in [Seeded::Unchecked, Seeded::NoIndex, Seeded::LostEntry, Seeded::LostEvent] {
        let found =
            (0..2_000).position(|seed| history(&worlds[seed as usize % worlds.len()], seed, Some(fault)).is_err());
        assert!(found.is_some(), "{fault:?} was not found");
    }
}

/// The state of a member as histories look at it.
fn members(state: &Memory) -> Vec<String> {
    use crate::State;
    let keys = state.keys("", "", usize::MAX).expect("memory");
    keys.iter().filter_map(|key| key.strip_prefix("subject/")).map(str::to_owned).collect()
}
