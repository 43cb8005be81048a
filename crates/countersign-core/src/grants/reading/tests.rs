//! What is read again is what was built, and what nobody built is refused.

use crate::grants::{Assignment, Grants, GrantsBuilder, GrantsReading};
use crate::{GrantError, Policy, PolicySpec, RoleId, RoleSpec, Scope, TypeId, TypeSpec, Window};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

fn policy() -> Policy {
    let actions = (0..40).map(|action| alloc::format!("a{action}").into()).collect();
    let folder = TypeSpec { name: "f".into(), at_root: true, parents: vec![TypeId(0)], actions };
    let leaf = TypeSpec { name: "l".into(), at_root: false, parents: vec![TypeId(0)], actions: vec!["view".into()] };
    let role = |id: &str| RoleSpec { id: id.into(), at_root: true, at: vec![TypeId(0)], ..RoleSpec::default() };
    let roles = vec![role("a"), role("b"), role("c")];
    Policy::new(PolicySpec { types: vec![folder, leaf], roles, ..PolicySpec::default() }).unwrap()
}

const SCOPES: [&str; 7] = ["/", "f:a", "f:a/f:b", "f:a/l:b", "f:a!", "f:ab", "f:b"];
const WINDOWS: [Window; 3] = [Window::ALWAYS, Window { from: 1, until: 9 }, Window { from: 2, until: i64::MAX }];

type Given = (RoleId, &'static str, Window);
type Set = (TypeId, u64, u64, &'static str, Window);

/// Reads them out of bytes in which each scope stands between others.
fn read(given: &[Given], set: &[Set]) -> Result<Grants, GrantError> {
    let (policy, mut bytes, mut ends) = (policy(), String::new(), Vec::new());
    for (_, scope, _) in given {
        bytes.push_str("f:x");
        bytes.push_str(scope);
        ends.push(bytes.len());
    }
    bytes.push_str("f:y");
    let mut reading = GrantsReading::new(&policy, bytes.as_bytes(), given.len());
    for ((role, scope, window), end) in given.iter().zip(ends) {
        reading.assign(*role, scope, bytes.len() - end, *window, None)?;
    }
    reading.assigned(set.len());
    for (on, allow, deny, scope, window) in set {
        reading.set(*on, *allow, *deny, scope, *window)?;
    }
    reading.done()
}

fn listed(grants: &Grants) -> String {
    let given: Vec<_> = grants.assignments().map(|held| (held.role, held.scope, held.window)).collect();
    alloc::format!("{given:?} {:?}", grants.overrides().collect::<Vec<_>>())
}

#[test]
fn it_is_what_was_built() {
    let policy = policy();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |bound: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(random >> 33).unwrap() % bound
    };
    for round in 0..1_000 {
        let (mut builder, mut given) = (GrantsBuilder::default(), Vec::new());
        for _ in 0..round % 23 {
            let (role, scope, window) = (RoleId(below(3) as u16), SCOPES[below(7)], WINDOWS[below(3)]);
            builder.assign(Assignment { role, scope: Scope::parse(scope).unwrap(), window, when: None });
            // What is written holds nothing twice, in an order of its own.
            if !given.contains(&(role, scope, window)) {
                given.insert(below(given.len() + 1), (role, scope, window));
            }
        }
        for _ in 0..below(12) {
            let mask = |low: usize, high: usize| (low | high << 31) as u64;
            let (allow, deny, scope) = (mask(below(8), below(8)), mask(below(8), below(8)), SCOPES[below(7)]);
            builder.set_all(TypeId(0), allow, deny, Scope::parse(scope).unwrap(), WINDOWS[below(3)]);
        }
        let built = builder.build(&policy).unwrap();
        let scope = |scope: &str| SCOPES.into_iter().find(|known| *known == scope).unwrap();
        let set: Vec<Set> = built.overrides().map(|(on, a, d, at, window)| (on, a, d, scope(at), window)).collect();
        assert_eq!(listed(&read(&given, &set).unwrap()), listed(&built));
    }
}

#[test]
fn what_nobody_built_is_refused() {
    let given = |role, scope| (RoleId(role), scope, Window::ALWAYS);
    let set = |mask, scope| (TypeId(0), mask, 0, scope, Window::ALWAYS);
    assert!(read(&[given(0, "f:b"), given(1, "/")], &[set(1, "/"), set(2, "f:a"), set(4, "f:b")]).is_ok());
    assert_eq!(read(&[given(3, "/")], &[]), Err(GrantError::Reference), "a role that is none");
    assert_eq!(read(&[], &[set(1 << 40, "/")]), Err(GrantError::Reference), "an action that is none");
    for out_of_order in
        [[set(1, "f:a"), set(1, "/")], [set(1, "f:b"), set(1, "f:a")], [set(1, "f:ab"), set(1, "f:a/f:b")]]
    {
        assert_eq!(read(&[], &out_of_order), Err(GrantError::Limit));
        assert_eq!(read(&[given(0, "/"), given(0, "f:a!")], &out_of_order), Err(GrantError::Limit));
    }
    for scope in ["", "//", "f:a/", "f", "l:a", "f:a/x:y", "/f:a", "f:\n"] {
        for refused in [
            read(&[given(0, scope)], &[]),
            read(&[given(0, "/"), given(0, scope)], &[]),
            read(&[], &[set(1, scope)]),
            read(&[given(0, "/")], &[set(1, "/"), set(1, scope)]),
        ] {
            assert!(refused.is_err(), "{scope:?}");
        }
    }
}
