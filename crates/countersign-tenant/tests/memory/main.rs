//! How much memory a projection takes that says something of 200 permissions at 1,000 scopes, while it is read and afterwards.
//! The package keeps its bytes beside it.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use cap::Cap;
use countersign_core::{
    Action, Assignment, Grants, GrantsBuilder, Override, Permission, Policy, PolicySpec, RoleId, RoleSpec, Scope,
    Status, Subject, TypeId, TypeSpec, Window,
};
use countersign_wire::projection::{self, Stamp};
use std::alloc::System;
use std::io::Write;

#[global_allocator]
static COUNTED: Cap<System> = Cap::new(System, usize::MAX);

const TYPES: u16 = 20;
const ACTIONS: usize = 10;
const SCOPES: usize = 1000;
const LIMIT: usize = 1 << 20;

fn policy() -> Policy {
    let project = TypeSpec { name: "project".into(), at_root: true, parents: Vec::new(), actions: vec!["view".into()] };
    let types = (0..TYPES).map(|number| TypeSpec {
        name: format!("type-{number}").into(),
        at_root: true,
        parents: vec![TypeId(0)],
        actions: (0..ACTIONS).map(|action| format!("action-{action}").into()).collect(),
    });
    let roles = (0..TYPES).map(|number| RoleSpec {
        id: format!("role-{number}").into(),
        masks: vec![(TypeId(number + 1), 0x3ff, 0)],
        at_root: true,
        at: vec![TypeId(0)],
        ..RoleSpec::default()
    });
    let spec = PolicySpec {
        types: core::iter::once(project).chain(types).collect(),
        roles: roles.collect(),
        ..PolicySpec::default()
    };
    Policy::new(spec).expect("a good policy")
}

fn scope(number: usize) -> Scope {
    Scope::parse(&format!("project:project-{number:06}")).expect("a path")
}

/// What reading the projection of these grants takes at most, its bytes included.
fn taken(name: &str, policy: &Policy, own: &Grants) -> usize {
    let subject = Subject::new("user:ann", Some(Status::Active), own, &[]);
    let stamp = Stamp { tenant: "acme".into(), subject: "user:ann".into(), revision: 1, expires: i64::MAX };
    let bytes = projection::encode(policy, &subject, &stamp, 0).expect("a projection");
    let (most, before) = (COUNTED.max_allocated(), COUNTED.allocated());
    // The most that there ever was must be what there is now, or it hides what reading takes for a while.
    let ballast: Vec<u8> = Vec::with_capacity(most - before);
    let most = COUNTED.max_allocated();
    let projection = projection::decode(&bytes).expect("what was encoded");
    let taken = COUNTED.max_allocated() - most + bytes.len();
    let kept = COUNTED.allocated() - before - ballast.capacity();
    let line = format!("{name}: {taken} bytes at most, {kept} kept beside the {} encoded\n", bytes.len());
    std::io::stderr().write_all(line.as_bytes()).expect("an open stderr");
    assert!(taken > bytes.len() + kept / 2, "{name}: what was read was not counted");
    assert!(projection.answer("project:project-000500/type-3:x", 0).expect("a path").allow != 0);
    drop(projection);
    taken
}

/// One test: whatever else runs is counted, too.
#[test]
fn two_hundred_permissions_at_a_thousand_scopes_take_at_most_a_megabyte() {
    let policy = policy();
    let mut assigned = GrantsBuilder::default();
    let mut set = GrantsBuilder::default();
    for number in 0..SCOPES {
        for role in 0..TYPES {
            let (role, window) = (RoleId(role), Window::ALWAYS);
            assigned.assign(Assignment { role, scope: scope(number), window, when: None });
        }
        for on in 0..TYPES {
            for action in (0..ACTIONS).filter_map(Action::new) {
                let permission = Permission { on: TypeId(on + 1), action };
                set.set(Override { permission, scope: scope(number), allow: true, window: Window::ALWAYS });
            }
        }
    }
    let assigned = taken("by roles", &policy, &assigned.build(&policy).expect("good grants"));
    let set = taken("by overrides", &policy, &set.build(&policy).expect("good grants"));
    assert!(assigned <= LIMIT && set <= LIMIT, "{assigned}, {set}");
}
