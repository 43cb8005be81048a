//! A plan admits exactly the resources on which `check` says *allow*.

use crate::generate::{ALL, Made, NOW, SUBJECTS, TYPES, given, resource, type_of, world};
use crate::reference::{Bug, Resource, admits};
use crate::rng::{Rng, seeds};
use countersign_core::{Approved, Attributes, Effect, Node, Owner, Permission, Plan, Question, Subject, Window};
use std::collections::BTreeMap;

/// A plan with the resources that it is asked about.
struct Case<'a> {
    made: &'a Made,
    plan: Plan,
    resource: Resource<'a>,
    effect: Effect,
    text: String,
}

/// Plans of so many worlds, each with random resources of its type.
fn every_case(first: u64, worlds: u64, mut try_one: impl FnMut(&Case<'_>)) {
    for seed in seeds(first, worlds) {
        let mut rng = Rng::new(seed);
        let made = world(&mut rng, 30, ALL, true);
        for _ in 0..12 {
            let (subject, now) = (*rng.pick(&SUBJECTS), NOW + *rng.pick(&[-1, 0, 0, 1]));
            let (on, _, actions) = *rng.pick(&TYPES);
            let action = *rng.pick(actions);
            let given = given(&mut rng, true);
            let policy = made.world.policy();
            let supplied = given.attributes(policy, "");
            let approved = approved(&mut rng, &made, on, action, &supplied);
            made.world.ask(subject, |subject| {
                let subject = &Subject { approved: &approved, ..*subject };
                let plan = policy.plan(subject, action, on, &supplied, now);
                for _ in 0..60 {
                    let path = resource(&mut rng, &made);
                    if type_of(&path) != on
                        || policy.locate(&countersign_core::Path::parse(&path).expect("a path")).is_err()
                    {
                        continue;
                    }
                    let whole = given.attributes(policy, &path);
                    let question = Question { action, path: &path, supplied: &whole, now };
                    let effect = policy.check(subject, &question).effect;
                    let resource = Resource { policy, path: &path, stored: subject.resources, supplied: &whole };
                    let text = format!("seed {seed}: {} {action} {path} at {now} with {given:?}", subject.id);
                    let case = Case { made: &made, plan: plan.clone(), resource, effect, text };
                    try_one(&case);
                }
            });
        }
    }
}

/// Approved requests, some of which speak of this action and this context.
fn approved(rng: &mut Rng, made: &Made, on: &str, action: &str, supplied: &Attributes) -> Vec<Approved> {
    let policy = made.world.policy();
    let permission = policy.permission(&format!("{on}:{action}")).expect("a permission");
    let other = policy.permission("sign:view").expect("a permission");
    let mut context = Attributes::default();
    for (slot, value) in supplied.all() {
        if policy.attribute(slot).is_some_and(|spec| spec.owner == Owner::Context) {
            context.set(slot, value.clone());
        }
    }
    let mut all = Vec::new();
    // A plan does not know what a caller will supply of a resource, and a request pins that.
    let on_type = policy.type_named(on).map(Owner::Type);
    if policy.attributes().iter().any(|spec| Some(spec.owner) == on_type && spec.from_request) {
        return all;
    }
    for path in made.registered.iter().filter(|path| type_of(path) == on) {
        if rng.chance(30) {
            let permission: Permission = if rng.chance(90) { permission } else { other };
            let context = if rng.chance(80) { context.clone() } else { Attributes::default() };
            let window = Window { from: 0, until: NOW + rng.below(2) as i64 };
            all.push(Approved { permission, path: path.as_str().into(), context, window });
        }
    }
    all
}

#[test]
fn a_plan_admits_what_check_allows() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut cases = 0;
    every_case(5_000_000, 1900, |case| {
        let expected = case.effect == Effect::Allow;
        let (reference, core) =
            (admits(&case.plan, &case.resource, None), case.plan.admits(case.resource.path, &case.resource));
        if reference != expected || core != expected {
            let Made { model, tenant, .. } = case.made;
            panic!(
                "{model}\n{tenant}\n{}\ncheck: {:?}, plan: {reference}, core: {core}\n{:#?}",
                case.text, case.effect, case.plan
            );
        }
        let kind = match &case.plan {
            Plan::Always => "always",
            Plan::Never => "never",
            Plan::When(filter) if filter.residuals.is_empty() => "scopes",
            Plan::When(filter) if filter.residuals.iter().any(|residual| residual.heavy) => "heavy",
            Plan::When(_) => "residual",
        };
        cases += 1;
        *seen.entry(format!("{kind}: {:?}", case.effect)).or_default() += 1;
    });
    assert!(cases > 200_000, "only {cases} cases");
    for kind in [
        "always: Allow",
        "never: Deny",
        "scopes: Allow",
        "scopes: Deny",
        "residual: Allow",
        "residual: Deny",
        "residual: Approval",
    ] {
        assert!(seen.get(kind).is_some_and(|count| *count > 1000), "too few {kind}: {seen:?}");
    }
}

#[test]
fn the_comparison_finds_every_seeded_bug() {
    let bugs = [Bug::NearestIgnored, Bug::MayHoldAsHolds, Bug::UnderWithoutSlash];
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut asked = 0;
    every_case(5_000_000, 60, |case| {
        asked += 1;
        for bug in bugs {
            if admits(&case.plan, &case.resource, Some(bug)) != (case.effect == Effect::Allow) {
                found.entry(format!("{bug:?}")).or_insert(asked);
            }
        }
    });
    assert_eq!(found.len(), bugs.len(), "of {asked} cases, these were found first: {found:?}");
}

#[test]
fn what_is_known_leaves_no_condition() {
    // Whatever a plan still asks, it asks of resources; and it says nothing twice.
    every_case(6_000_000, 100, |case| {
        let Plan::When(filter) = &case.plan else { return };
        for (at, node) in filter.nodes.iter().enumerate() {
            assert!(filter.nodes.iter().skip(at + 1).all(|other| other != node), "{node:?} stands twice");
            match node {
                Node::And(children) | Node::Or(children) => assert!(children.len() > 1, "{filter:#?}"),
                Node::Under(scope) => assert_ne!(&**scope, "/"),
                _ => {}
            }
        }
        let silent = filter.residuals.iter().find(|residual| residual.condition.references.is_empty());
        assert!(silent.is_none(), "{silent:?}");
    });
}
