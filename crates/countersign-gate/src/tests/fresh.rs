//! Freshness under a store that is stale without bound: a revocation acts on the next strict view, and on every view
//! within the bound.

use super::world::{KEY, Mood, TENANT, World};
use crate::fresh::{Cache, Freshness, Need, refresh, view};
use crate::ports::Fault;
use countersign_core::Millis;
use countersign_wire::api::{Assign, Command};
use countersign_wire::record::StatusForm;
use futures_util::FutureExt;

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view']\n\
    [roles.reader]\nallow = ['doc:view']\n[roles.owner]\nallow = ['*']\nassigns = ['reader']\n";
const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:bob'\ngroups = ['team']\n\
    [[members]]\nsubject = 'user:root'\n[[assignments]]\nto = 'user:root'\nrole = 'owner'\n";
const BOUND: Millis = 5_000;
const GRACE: Millis = 30_000;

fn may_view(cache: &Cache, world: &World, subject: &str, freshness: Freshness, at_least: u64) -> Result<bool, Fault> {
    let need = Need { tenant: TENANT, subject, freshness, at_least, grace: GRACE, mac_key: KEY };
    let view = view(cache, world.ports(), need).now_or_never().expect("nothing waits here")?;
    let now = world.now.get();
    Ok(view
        .ask(|policy, subject| policy.check(subject, &countersign_core::Question::new("view", "doc:1", now)))
        .is_allow())
}

fn give(world: &World, to: &str) -> String {
    let assign = Assign { to: to.to_owned(), role: "reader".to_owned(), scope: "/".to_owned(), ..Assign::default() };
    world.command("user:root", false, Command::Assign(assign)).id.expect("an assignment has an id")
}

fn take_back(world: &World, id: &str) -> u64 {
    world.command("user:root", false, Command::Unassign { id: id.to_owned() }).revision
}

const BOUNDED: Freshness = Freshness::Bounded(BOUND);

#[test]
fn warm_views_read_nothing_and_cold_ones_ask_the_head() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    give(&world, "user:ann");
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
    let (reads, heads) = (world.reads.get(), world.heads.get());
    for _ in 0..10 {
        assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
    }
    assert_eq!((world.reads.get(), world.heads.get()), (reads, heads));
}

/// Policy, subject, groups and head, at the same time; the attributes of resources where there are any.
#[test]
fn a_cold_view_takes_one_round() {
    let people = PEOPLE.replace("groups = ['team']", "groups = ['team', 'night']");
    let check = |model: &str, subject: &str, copies: u32| {
        let world = World::new(model, &people);
        give(&world, "group:night");
        for key in ["policy", "resources", "subject/user:ann", "subject/user:bob", "group/team", "group/night"] {
            world.publish(key);
        }
        let allowed = may_view(&Cache::default(), &world, subject, BOUNDED, 0);
        assert_eq!(allowed, Ok(subject == "user:bob"));
        // Each round asks the head once.
        assert_eq!((world.reads.get(), world.heads.get()), (copies, 1), "{subject}");
    };
    check(MODEL, "user:ann", 2);
    check(MODEL, "user:bob", 4);
    let stores = MODEL.replace("actions = ['view']", "actions = ['view']\nattributes.kind = 'string'");
    check(&stores, "user:ann", 3);
    check(&stores, "user:bob", 5);
}

/// What is behind in the store comes from the object in the second round, groups included.
#[test]
fn what_the_store_does_not_have_comes_from_the_object_at_once() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    give(&world, "group:team");
    assert_eq!(may_view(&cache, &world, "user:bob", BOUNDED, 0), Ok(true));
    assert_eq!(world.heads.get(), 2);
}

#[test]
fn the_head_is_asked_behind_the_answer_once_half_of_the_bound_is_over() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    let id = give(&world, "user:ann");
    let ask = || may_view(&cache, &world, "user:ann", BOUNDED, 0);
    let pass = |time: Millis| world.now.set(world.now.get() + time);
    assert_eq!((ask(), cache.due()), (Ok(true), None));
    pass(BOUND / 2 - 1);
    assert_eq!((ask(), cache.due()), (Ok(true), None));
    pass(1);
    let heads = world.heads.get();
    assert_eq!((ask(), ask(), world.heads.get()), (Ok(true), Ok(true), heads), "nobody waits");
    let due = cache.due().expect("a refresh is due");
    assert_eq!((due.tenant.as_str(), cache.due()), (TENANT, None), "one at a time");
    take_back(&world, &id);
    refresh(&cache, world.ports(), &due, KEY).now_or_never().expect("nothing waits here");
    let heads = world.heads.get();
    assert_eq!((ask(), world.heads.get(), cache.due()), (Ok(false), heads, None), "it is known already");
    // A refresh that fails is not tried again at once.
    pass(BOUND / 2);
    world.mood.set(Mood::OutOfReach);
    assert_eq!(ask(), Ok(false));
    let due = cache.due().expect("a refresh is due");
    refresh(&cache, world.ports(), &due, KEY).now_or_never().expect("nothing waits here");
    pass(BOUND / 2 - 1);
    assert_eq!((ask(), cache.due()), (Ok(false), None), "somebody may still be at it");
}

#[test]
fn whoever_keeps_asking_stays_though_many_ask_once() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    give(&world, "user:ann");
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
    for number in 0..500 {
        assert_eq!(may_view(&cache, &world, &format!("user:stranger-{number}"), BOUNDED, 0), Ok(false));
        let (reads, heads) = (world.reads.get(), world.heads.get());
        assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
        assert_eq!((world.reads.get(), world.heads.get()), (reads, heads), "after {number} strangers");
    }
}

/// A clock that ran ahead when the head was asked does not make what is held look young later.
#[test]
fn a_clock_that_is_set_back_makes_nothing_young() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    let id = give(&world, "user:ann");
    let now = world.now.get();
    world.now.set(now + 60_000);
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
    world.now.set(now);
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
    take_back(&world, &id);
    world.now.set(now + 60_000);
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(false));
}

#[test]
fn a_miss_in_the_store_is_never_believed() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    give(&world, "user:ann");
    assert!(world.kv.borrow().is_empty());
    assert_eq!(may_view(&cache, &world, "user:ann", Freshness::Strict, 0), Ok(true));
    world.store_fails.set(true);
    assert_eq!(may_view(&Cache::default(), &world, "user:ann", Freshness::Strict, 0), Ok(true));
}

#[test]
fn what_cannot_be_known_is_refused() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    give(&world, "user:ann");
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true));
    world.mood.set(Mood::OutOfReach);
    assert_eq!(may_view(&cache, &world, "user:ann", Freshness::Strict, 0), Err(Fault::Deadline));
    assert_eq!(may_view(&cache, &world, "user:bob", BOUNDED, 0), Err(Fault::Deadline), "nothing is held of bob");
    world.now.set(world.now.get() + BOUND + GRACE - 1);
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Ok(true), "within the grace");
    world.now.set(world.now.get() + 1);
    assert_eq!(may_view(&cache, &world, "user:ann", BOUNDED, 0), Err(Fault::Deadline), "after it");
}

/// A stranger's old view says nothing of a revision that the request has seen: it may be the one that let him in.
#[test]
fn who_was_just_let_in_is_not_turned_away_by_an_old_view() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    assert_eq!(may_view(&cache, &world, "user:new", BOUNDED, 0), Ok(false));
    world.mood.set(Mood::OutOfReach);
    world.now.set(world.now.get() + BOUND);
    assert_eq!(may_view(&cache, &world, "user:new", BOUNDED, 0), Ok(false), "within the grace");
    assert_eq!(may_view(&cache, &world, "user:new", BOUNDED, 1), Err(Fault::Deadline));
}

#[test]
fn tampered_foreign_and_unsigned_copies_are_not_believed() {
    let world = World::new(MODEL, PEOPLE);
    let id = give(&world, "user:ann");
    world.publish("policy");
    world.publish("subject/user:ann");
    let good = world.kv.borrow().clone();
    take_back(&world, &id);
    let ann = "t/acme/subject/user:ann".to_owned();
    let sealed = good.get(&ann).cloned().flatten().expect("it was published");
    let mut stripped = sealed.clone();
    stripped.drain(4..36);
    let mut flipped = sealed.clone();
    flipped[40] ^= 1;
    for hostile in [sealed, stripped, flipped, Vec::new(), b"CSR\x01".to_vec(), b"CSR\x02".to_vec()] {
        world.kv.borrow_mut().insert(ann.clone(), Some(hostile));
        for freshness in [Freshness::Strict, BOUNDED] {
            assert_eq!(may_view(&Cache::default(), &world, "user:ann", freshness, 0), Ok(false));
        }
    }
}

#[test]
fn a_replaced_tenant_gives_nothing_of_the_old_one() {
    let (world, cache) = (World::new(MODEL, PEOPLE), Cache::default());
    give(&world, "user:ann");
    assert_eq!(may_view(&cache, &world, "user:ann", Freshness::Strict, 0), Ok(true));
    let texts = countersign_wire::api::Import { model: MODEL.to_owned(), tenant: PEOPLE.to_owned(), run: None };
    world.command("operator:dev", true, Command::Import(texts));
    assert_eq!(may_view(&cache, &world, "user:ann", Freshness::Strict, 0), Ok(false));
}

/// One random history; says where an allow came out that must not have.
fn history(seed: u64, mood: Mood) -> Option<String> {
    let mut random = fastrand::Rng::with_seed(seed);
    let world = World::new(MODEL, PEOPLE);
    world.mood.set(mood);
    let caches = [Cache::default(), Cache::default(), Cache::default()];
    let people = ["user:ann", "user:bob"];
    // By person: the assignments that give the right, and the moment since which it is gone.
    let mut state = [(Vec::<String>::new(), 0 as Millis, 0_u64), (Vec::new(), 0, 0)];
    for step in 0..200 {
        world.now.set(world.now.get() + random.i64(0..2_000));
        let who = random.usize(0..people.len());
        match random.u8(0..10) {
            0 => {
                // Bob is reached through his group, half of the time.
                let to = if who == 1 && random.bool() { "group:team" } else { people[who] };
                let id = give(&world, to);
                state[who].0.push(id);
            }
            1 => {
                for id in std::mem::take(&mut state[who].0) {
                    let revision = take_back(&world, &id);
                    state[who].1 = world.now.get();
                    state[who].2 = revision;
                }
            }
            2 => {
                let status = if random.bool() { StatusForm::Deactivated } else { StatusForm::Active };
                let subject = "user:ann".to_owned();
                world.command("user:root", false, Command::SetStatus { subject, status });
            }
            3 => world.publish(["policy", "subject/user:ann", "subject/user:bob", "group/team"][random.usize(0..4)]),
            4 => world.store_fails.set(random.bool()),
            _ => {
                let cache = &caches[random.usize(0..caches.len())];
                let (held, gone_at, revision) = state[who].clone();
                let (freshness, at_least) = match random.u8(0..3) {
                    0 => (Freshness::Strict, 0),
                    1 => (BOUNDED, revision),
                    _ => (BOUNDED, 0),
                };
                let allowed = may_view(cache, &world, people[who], freshness, at_least) == Ok(true);
                let must_be_gone = freshness == Freshness::Strict || at_least > 0 || world.now.get() - gone_at >= BOUND;
                if allowed && held.is_empty() && must_be_gone {
                    return Some(format!("seed {seed}, step {step}: {freshness:?} {at_least} {}", people[who]));
                }
            }
        }
    }
    None
}

#[test]
fn no_history_allows_what_was_revoked() {
    for seed in 0..1_000 {
        assert_eq!(history(seed, Mood::Sound), None);
    }
}

#[test]
fn a_head_that_forgets_changes_is_found_out() {
    let found = (0..1_000).find(|seed| history(*seed, Mood::Forgetful).is_some());
    assert!(found.is_some_and(|seed| seed < 100), "{found:?}");
}
