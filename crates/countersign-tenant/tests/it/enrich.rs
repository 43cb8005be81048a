//! What makes a plain world a full one: attributes, conditions, rules, approval policies and registered resources.

use crate::conditions::condition;
use crate::expr::{Expr, Name};
use crate::facts::{Approval, Assignment, Attribute, Facts, Member, Role, Rule, Times, Values, last_type};
use crate::generate::{path, permission, plain};
use crate::pools::{ATTRIBUTES, attributes, good};
use crate::rng::Rng;
use std::collections::BTreeSet;

/// A world with everything.
pub(crate) fn facts(rng: &mut Rng) -> Facts {
    let mut facts = plain(rng);
    declare(rng, &mut facts);
    conditions(rng, &mut facts);
    rules(rng, &mut facts);
    approvals(rng, &mut facts);
    store(rng, &mut facts);
    facts
}

fn declare(rng: &mut Rng, facts: &mut Facts) {
    // Where there are few names, conditions are about the same ones.
    let mut all = ATTRIBUTES.to_vec();
    rng.shuffle(&mut all);
    let names = &all[..*rng.pick(&[1, 2, 3, 5, 10])];
    for kind in &mut facts.types {
        kind.attributes = attributes(rng, names, 6, 40);
    }
    facts.subject = attributes(rng, names, 7, 35);
    facts.action = attributes(rng, names, 2, 100);
    facts.context = attributes(rng, names, 6, 100);
}

fn conditions(rng: &mut Rng, facts: &mut Facts) {
    let known = facts.clone();
    for role in facts.all_roles_mut() {
        let permissions = [role.allow.clone(), role.deny.clone()].concat();
        role.when = rng.chance(25).then(|| condition(rng, &known, &permissions));
    }
    for grant in &mut facts.assignments {
        let role = known.all_roles().find(|role| role.id == grant.role).expect("assigned roles exist");
        let permissions = [role.allow.clone(), role.deny.clone()].concat();
        grant.when = rng.chance(25).then(|| condition(rng, &known, &permissions));
    }
}

fn rules(rng: &mut Rng, facts: &mut Facts) {
    for _ in 0..rng.below(6) {
        let permit = rng.chance(60);
        let permissions = permissions(rng, facts, permit);
        let conditional = rng.chance(if permit { 75 } else { 92 });
        let when = conditional.then(|| condition(rng, facts, &permissions));
        facts.rules.push(Rule { permit, permissions, when });
    }
    // A rule that another one leaves nothing to decide is refused.
    while let Some(at) = moot(facts) {
        facts.rules.remove(at);
    }
}

/// A rule that others leave nothing to decide.
pub(crate) fn moot(facts: &Facts) -> Option<usize> {
    (0..facts.rules.len()).find(|at| is_moot(facts, *at))
}

/// Whether rules without a condition, or with the same one, decide all that the rule targets.
fn is_moot(facts: &Facts, at: usize) -> bool {
    let rule = &facts.rules[at];
    let others = facts.rules.iter().enumerate().filter(|(other, known)| {
        *other != at
            && (known.when.is_none() || known.when == rule.when)
            && (!known.permit || known.permit == rule.permit)
    });
    let decided: BTreeSet<String> = others.flat_map(|(_, other)| targets(facts, &other.permissions)).collect();
    targets(facts, &rule.permissions).is_subset(&decided)
}

/// Every single permission; `*` stands for those of the built-in types.
fn targets(facts: &Facts, permissions: &[String]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for permission in permissions {
        if permission == "*" {
            all.insert(permission.clone());
        }
        for kind in &facts.types {
            let single = kind.actions.iter().map(|action| format!("{}:{action}", kind.name));
            let wide = permission == "*" || *permission == format!("{}:*", kind.name);
            all.extend(single.filter(|single| wide || single == permission));
        }
    }
    all
}

fn approvals(rng: &mut Rng, facts: &mut Facts) {
    for number in 0..rng.below(4) {
        let permissions = permissions(rng, facts, true);
        let when = rng.chance(75).then(|| condition(rng, facts, &permissions));
        let approver = format!("role:{}", facts.roles[0].id);
        facts.policies.push(Approval { id: format!("policy-{number}"), permissions, when, approver });
    }
}

fn permissions(rng: &mut Rng, facts: &Facts, wide: bool) -> Vec<String> {
    let mut permissions: Vec<String> = (0..1 + rng.below(3)).map(|_| permission(rng, &facts.types, wide)).collect();
    permissions.sort();
    permissions.dedup();
    rng.shuffle(&mut permissions);
    permissions
}

/// What the tenant stores of members and resources: well typed, since nothing else is accepted, but often missing.
fn store(rng: &mut Rng, facts: &mut Facts) {
    let declared = facts.subject.clone();
    for member in &mut facts.members {
        member.attributes = stored(rng, &declared);
    }
    let scopes = facts.assignments.iter().map(|grant| &grant.scope).chain(facts.overrides.iter().map(|set| &set.scope));
    let mut paths: BTreeSet<String> = scopes.filter(|scope| *scope != "/").cloned().collect();
    for _ in 0..6 {
        paths.insert(path(rng, &facts.types, &["p1", "p10"]));
    }
    paths.remove("/");
    for path in paths {
        if rng.chance(75) {
            let declared = facts.type_named(last_type(&path)).map_or_else(Vec::new, |kind| kind.attributes.clone());
            let values = stored(rng, &declared);
            facts.resources.push((path, values));
        }
    }
    rng.shuffle(&mut facts.resources);
}

fn stored(rng: &mut Rng, declared: &[Attribute]) -> Values {
    let mut values = Vec::new();
    for attribute in declared.iter().filter(|attribute| !attribute.request) {
        if rng.chance(85) {
            values.push((attribute.name.clone(), good(rng, attribute)));
        }
    }
    values
}

/// Whether the condition compares ids.
pub(crate) fn reads_ids(expr: &Expr) -> bool {
    expr.names().into_iter().any(|name| matches!(name, Name::ResourceId | Name::IdOf(_) | Name::SubjectId))
}

/// The same tenant with another `user:g`, a group that nobody is in, and a role nobody else holds.
pub(crate) fn of_others(rng: &mut Rng, facts: &Facts) -> Facts {
    let mut others = facts.clone();
    others.members.retain(|member| member.subject != "user:g");
    others.overrides.retain(|set| set.subject != "user:g");
    others.assignments.retain(|grant| grant.to != "user:g");
    let secret = Role { id: "secret".to_owned(), allow: vec!["*".to_owned()], ..Role::default() };
    others.custom.insert(rng.below(others.custom.len() + 1), secret);
    let place = rng.below(others.members.len() + 1);
    let attributes = stored(rng, &facts.subject);
    let groups = vec!["g".to_owned()];
    let member = Member { subject: "user:g".to_owned(), status: "active", groups, attributes };
    others.members.insert(place, member);
    for to in ["user:g", "group:nobody"] {
        let scope = path(rng, &facts.types, &["p1", "secret"]);
        let grant =
            Assignment { to: to.to_owned(), role: "secret".to_owned(), scope, when: None, times: Times::default() };
        others.assignments.push(grant);
    }
    others
}

/// The same facts, written down in another order.
pub(crate) fn shuffle(rng: &mut Rng, facts: &mut Facts) {
    rng.shuffle(&mut facts.members);
    rng.shuffle(&mut facts.assignments);
    rng.shuffle(&mut facts.overrides);
    rng.shuffle(&mut facts.roles);
    rng.shuffle(&mut facts.custom);
    rng.shuffle(&mut facts.rules);
    rng.shuffle(&mut facts.policies);
    rng.shuffle(&mut facts.resources);
    facts.members.iter_mut().for_each(|member| rng.shuffle(&mut member.groups));
}
