//! How much an isolate holds of its tenants, and a tenant's object of those who watch, whoever asks and however many: never
//! more than they allow themselves.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod world;

use cap::Cap;
use countersign_core::Millis;
use countersign_gate::fresh::{Cache, Freshness, Need, view};
use countersign_gate::watch::{Board, Seats, Terms};
use countersign_wire::api::Watch;
use countersign_wire::record::{
    ApprovedForm, AssignmentForm, ItemForm, OverrideForm, ResourcesRecord, StatusForm, SubjectRecord, ValueForm, encode,
};
use futures_util::FutureExt;
use std::alloc::System;
use std::io::Write;
use world::{KEY, World};

#[global_allocator]
static COUNTED: Cap<System> = Cap::new(System, usize::MAX);

/// What the cache allows itself.
const LIMIT: usize = 32 << 20;
/// What a tenant's object allows itself for those who watch.
const WATCHED: usize = 16 << 20;
const SMALL: &str = "name = 'm'\n[types.t]\nactions = ['v', 'w']\nattributes.k = 'bool'\n[roles.r]\nallow = ['t:v']\n";

fn member() -> SubjectRecord {
    SubjectRecord {
        status: StatusForm::Active,
        attributes: Vec::new(),
        groups: Vec::new(),
        assignments: Vec::new(),
        overrides: Vec::new(),
        approved: Vec::new(),
    }
}

fn assignment(scope: String) -> AssignmentForm {
    AssignmentForm { id: "a1".to_owned(), role: "r".to_owned(), scope, from: None, until: None, when: None }
}

/// Asks for `subjects` subjects of each of `tenants` tenants; the most that was held, and what is held in the end.
fn held(world: &World, tenants: usize, subjects: usize) -> (usize, usize) {
    let (cache, before) = (Cache::default(), COUNTED.allocated());
    let mut most = 0;
    for number in 0..tenants * subjects {
        let (tenant, subject) = (format!("t{}", number % tenants), format!("user:u{number}"));
        let freshness = Freshness::Bounded(5_000);
        let need = Need { tenant: &tenant, subject: &subject, freshness, at_least: 0, grace: 0, mac_key: KEY };
        drop(view(&cache, world.ports(), need).now_or_never().expect("nothing waits here").expect("a view"));
        most = most.max(COUNTED.allocated() - before);
    }
    (most, COUNTED.allocated() - before)
}

/// Opens a page of each of so many subjects in a tenant's object, and closes it again: as [`held`].
fn watched(world: &World, subjects: usize) -> (usize, usize) {
    let (mut board, before) = (Board::default(), COUNTED.allocated());
    let mut most = 0;
    for number in 0..subjects {
        let watch = Watch { subject: format!("user:u{number}"), held: None, until: Millis::MAX };
        // Whoever is no member is refused, and was read all the same.
        let terms = Terms { tenant: "t", ttl: 1_000, now: 0 };
        drop(board.open(world, &watch, Seats::default(), terms));
        most = most.max(COUNTED.allocated() - before);
        board.forget(&watch.subject);
    }
    (most, COUNTED.allocated() - before)
}

#[track_caller]
fn check(name: &str, world: &World, subject: Option<SubjectRecord>, tenants: usize, subjects: usize) {
    *world.subject.borrow_mut() = subject.map(|subject| encode(&subject).expect("it can be written"));
    within(name, held(world, tenants, subjects), LIMIT);
    if tenants < 50 {
        within(&format!("{name} that watch"), watched(world, tenants * subjects), WATCHED);
    }
}

#[track_caller]
fn within(name: &str, (most, last): (usize, usize), limit: usize) {
    let line = format!("{name}: {:.1} MiB at most, {:.1} in the end\n", mib(most), mib(last));
    std::io::stderr().write_all(line.as_bytes()).expect("an open stderr");
    assert!(most <= limit, "{name}: {:.1} MiB", mib(most));
    // Whoever is turned out too soon is read again and again.
    assert!(most >= limit / 8, "{name}: {:.1} MiB", mib(most));
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// One test: whatever else runs is counted, too.
#[test]
fn whoever_asks_what_is_held_stays_within_its_limit() {
    let world = World::new(SMALL, ResourcesRecord::default());
    check("strangers", &world, None, 4, 60_000);
    let plain = SubjectRecord { assignments: vec![assignment("t:project-1".to_owned())], ..member() };
    check("members", &world, Some(plain), 50, 2_000);
    let assignments = (0..200).map(|number| assignment(format!("t:{number}"))).collect();
    check("many assignments", &world, Some(SubjectRecord { assignments, ..member() }), 4, 600);
    let overrides = (0..200).map(|number| OverrideForm {
        permission: "t:v".to_owned(),
        scope: format!("t:{number}"),
        allow: number % 2 == 0,
        from: None,
        until: None,
    });
    check("many overrides", &world, Some(SubjectRecord { overrides: overrides.collect(), ..member() }), 4, 600);
    let approved = (0..200).map(|number| ApprovedForm {
        id: "a".to_owned(),
        permission: "t:v".to_owned(),
        path: format!("t:{number}"),
        context: Vec::new(),
        from: None,
        until: None,
    });
    check("many approved requests", &world, Some(SubjectRecord { approved: approved.collect(), ..member() }), 4, 600);

    let value = || vec![("k".to_owned(), ValueForm::One(ItemForm::Bool(true)))];
    let resources = (0..2_000).map(|number| (format!("t:{number}"), value())).collect();
    let world = World::new(SMALL, ResourcesRecord { resources });
    check("resources", &world, None, 400, 1);
    let world = World::new(include_str!("../../../../presets/signagent/model.toml"), ResourcesRecord::default());
    check("policies", &world, None, 510, 1);
}
