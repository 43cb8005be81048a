//! The short way makes what the long one makes.

use crate::grants::{Assignment, Grants, GrantsBuilder};
use crate::{GrantError, Policy, PolicySpec, RoleId, RoleSpec, Scope, TypeId, TypeSpec, Window};
use alloc::vec;
use alloc::vec::Vec;

fn policy() -> Policy {
    let folder = TypeSpec { name: "f".into(), at_root: true, parents: vec![TypeId(0)], actions: vec!["view".into()] };
    let role = |id: &str| RoleSpec { id: id.into(), at_root: true, at: vec![TypeId(0)], ..RoleSpec::default() };
    let roles = vec![role("a"), role("b"), role("c")];
    Policy::new(PolicySpec { types: vec![folder], roles, ..PolicySpec::default() }).unwrap()
}

const SCOPES: [&str; 6] = ["/", "f:a", "f:a/f:b", "f:a!", "f:ab", "f:b"];
const WINDOWS: [Window; 3] = [Window::ALWAYS, Window { from: 1, until: 9 }, Window { from: 2, until: i64::MAX }];

#[test]
fn it_is_what_the_builder_makes() {
    let policy = policy();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |bound: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(random >> 33).unwrap() % bound
    };
    for round in 0..500 {
        let scopes: Vec<Scope> = SCOPES.iter().map(|scope| Scope::parse(scope).unwrap()).collect();
        let mut all: Vec<(&Scope, RoleId, Window)> = (0..round % 12)
            .map(|_| (&scopes[below(SCOPES.len())], RoleId(u16::try_from(below(3)).unwrap()), WINDOWS[below(3)]))
            .collect();
        let mut builder = GrantsBuilder::default();
        for (scope, role, window) in &all {
            builder.assign(Assignment { role: *role, scope: (*scope).clone(), window: *window, when: None });
        }
        all.sort();
        all.dedup();
        assert_eq!(Grants::of_ordered(&all, &policy), builder.build(&policy));
    }
}

#[test]
fn what_is_out_of_order_is_refused() {
    let (policy, root, folder) = (policy(), Scope::root(), Scope::parse("f:a").unwrap());
    let one = |scope, role| (scope, RoleId(role), Window::ALWAYS);
    assert!(Grants::of_ordered(&[one(&root, 0), one(&root, 1), one(&folder, 0)], &policy).is_ok());
    for wrong in [[one(&folder, 0), one(&root, 0)], [one(&root, 1), one(&root, 0)], [one(&root, 0), one(&root, 0)]] {
        assert_eq!(Grants::of_ordered(&wrong, &policy), Err(GrantError::Limit));
    }
    assert_eq!(Grants::of_ordered(&[one(&root, 3)], &policy), Err(GrantError::Reference));
}
