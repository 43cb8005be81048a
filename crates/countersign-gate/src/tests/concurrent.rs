//! Freshness among concurrent requests: heads and records that come late and out of order, writes at every await, tenants
//! that push one another out of the cache. What a view says must be true at the very revision that it names.

use super::world::{KEY, Mood, NOWHERE, TENANT, World};
use crate::fresh::{Cache, Freshness, Need, View, view};
use crate::ports::Fault;
use countersign_core::Millis;
use countersign_wire::api::{Assign, Command, Import};
use countersign_wire::record::StatusForm;
use std::collections::HashMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:bob'\ngroups = ['team']\n\
    [[members]]\nsubject = 'user:root'\n[[assignments]]\nto = 'user:root'\nrole = 'owner'\n";
const BOUND: Millis = 5_000;
const TENANTS: [&str; 5] = [TENANT, "b", "c", "d", NOWHERE];
const WHO: [&str; 2] = ["user:ann", "user:bob"];

/// The model; in its second form readers may do nothing.
fn model(second: bool) -> String {
    let allow = if second { "[]" } else { "['doc:view']" };
    format!(
        "name = 'm'\n[types.doc]\nactions = ['view']\n[roles.reader]\nallow = {allow}\n\
         [roles.ban]\ndeny = ['doc:view']\n[roles.owner]\nallow = ['*']\nassigns = ['reader', 'ban']\n"
    )
}

/// What is true of the tenant, by hand.
#[derive(Clone, Default)]
struct Truth {
    second_model: bool,
    /// By holder: reader assignments and ban assignments, by id
    held: HashMap<(&'static str, &'static str), Vec<String>>,
    ann_is_out: bool,
}

impl Truth {
    fn may(&self, who: usize) -> bool {
        let holders: &[&str] = if who == 0 { &["user:ann"] } else { &["user:bob", "group:team"] };
        let has =
            |role| holders.iter().any(|holder| self.held.get(&(*holder, role)).is_some_and(|ids| !ids.is_empty()));
        let is_out = who == 0 && self.ann_is_out;
        has("reader") && !has("ban") && !self.second_model && !is_out
    }
}

/// A request under way.
struct Running<'a> {
    future: Pin<Box<dyn Future<Output = Result<View, Fault>> + 'a>>,
    tenant: &'static str,
    who: usize,
    /// The revision that the view must not be older than
    floor: u64,
}

/// One random history; counts what was answered and what was refused, or says what came out that must not have.
fn history(seed: u64, mood: Mood) -> Result<[u32; 2], String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let world = World::new(&model(false), PEOPLE);
    world.mood.set(mood);
    world.delay.set(3);
    world.random.replace(fastrand::Rng::with_seed(seed));
    let caches = [Cache::default(), Cache::default()];
    let mut truth = Truth::default();
    // What was true at each revision, and when the revision was committed.
    let mut record = vec![(1_u64, world.now.get(), truth.clone())];
    let mut running: Vec<Running<'_>> = Vec::new();
    let mut counts = [0; 2];
    for step in 0..600 {
        match random.u8(0..20) {
            0..=2 => {
                let revision = write(&world, &mut truth, &mut random);
                record.push((revision, world.now.get(), truth.clone()));
            }
            3 => world.publish(["policy", "subject/user:ann", "subject/user:bob", "group/team"][random.usize(0..4)]),
            4 => world.now.set(world.now.get() + random.i64(0..2_000)),
            5..=7 if running.len() < 6 => {
                let (tenant, who) = (TENANTS[random.usize(0..TENANTS.len())], random.usize(0..2));
                let now = world.now.get();
                let current = record.last().map_or(0, |(revision, ..)| *revision);
                let settled =
                    record.iter().filter(|(_, at, _)| now - at >= BOUND).map(|(revision, ..)| *revision).max();
                let (freshness, at_least, floor) = match random.u8(0..3) {
                    0 => (Freshness::Strict, 0, current),
                    1 => (Freshness::Bounded(BOUND), current, current),
                    _ => (Freshness::Bounded(BOUND), 0, settled.unwrap_or(0)),
                };
                let need = Need { tenant, subject: WHO[who], freshness, at_least, grace: 0, mac_key: KEY };
                let future = Box::pin(view(&caches[random.usize(0..2)], world.ports(), need));
                running.push(Running { future, tenant, who, floor });
            }
            _ if running.is_empty() => {}
            _ => {
                let turn = random.usize(0..running.len());
                let polled = running[turn].future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                let Poll::Ready(outcome) = polled else { continue };
                let request = running.swap_remove(turn);
                counts[usize::from(outcome.is_err())] += 1;
                let Ok(view) = outcome else { continue };
                judge(&request, &view, &record).map_err(|what| format!("seed {seed}, step {step}: {what}"))?;
            }
        }
    }
    Ok(counts)
}

fn judge(request: &Running<'_>, view: &View, record: &[(u64, Millis, Truth)]) -> Result<(), String> {
    let allowed = view
        .ask(|policy, subject| policy.check(subject, &countersign_core::Question::new("view", "doc:1", 0)))
        .is_allow();
    let Running { tenant, who, floor, .. } = request;
    let who = WHO[*who];
    if *tenant == NOWHERE {
        return if allowed { Err(format!("{who} is allowed nowhere")) } else { Ok(()) };
    }
    let revision = view.revision;
    if revision < *floor {
        return Err(format!("{who} in {tenant}: revision {revision}, though {floor} was demanded"));
    }
    let truth = record.iter().find(|(at, ..)| *at == revision).map(|(.., truth)| truth.may(request.who));
    if truth == Some(allowed) {
        return Ok(());
    }
    Err(format!("{who} in {tenant}: {allowed} at revision {revision}, where {truth:?} was true"))
}

/// One random change; answers with its revision.
fn write(world: &World, truth: &mut Truth, random: &mut fastrand::Rng) -> u64 {
    let holder = ["user:ann", "user:bob", "group:team"][random.usize(0..3)];
    let role = if random.u8(0..3) == 0 { "ban" } else { "reader" };
    match random.u8(0..12) {
        0 => {
            *truth = Truth { second_model: random.bool(), ..Truth::default() };
            let texts = Import { model: model(truth.second_model), tenant: PEOPLE.to_owned(), run: None };
            world.command("operator:dev", true, Command::Import(texts)).revision
        }
        1 => {
            let status = if truth.ann_is_out { StatusForm::Active } else { StatusForm::Deactivated };
            truth.ann_is_out = !truth.ann_is_out;
            let subject = "user:ann".to_owned();
            world.command("user:root", false, Command::SetStatus { subject, status }).revision
        }
        _ => match truth.held.entry((holder, role)).or_default().pop() {
            Some(id) => world.command("user:root", false, Command::Unassign { id }).revision,
            None => {
                let (to, role_id, scope) = (holder.to_owned(), role.to_owned(), "/".to_owned());
                let given = Assign { to, role: role_id, scope, ..Assign::default() };
                let commit = world.command("user:root", false, Command::Assign(given));
                truth.held.entry((holder, role)).or_default().extend(commit.id);
                commit.revision
            }
        },
    }
}

#[test]
fn what_a_view_says_was_true_at_its_revision() {
    let mut counts = [0; 2];
    for seed in 0..2_000 {
        let [answered, refused] = history(seed, Mood::Sound).unwrap_or_else(|what| panic!("{what}"));
        counts = [counts[0] + answered, counts[1] + refused];
    }
    let [answered, refused] = counts;
    assert!(answered > 10_000, "only {answered} requests were answered");
    // With a write at every fifth turn, and answers that take several, hardly anybody is put off.
    assert!(refused * 50 < answered, "{refused} refused, {answered} answered");
}

#[test]
fn a_head_that_forgets_changes_is_found_out() {
    let found = (0..1_000).find(|seed| history(*seed, Mood::Forgetful).is_err());
    assert!(found.is_some_and(|seed| seed < 20), "{found:?}");
}
