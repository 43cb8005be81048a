//! The laws of the decision, each over random worlds, none with the help of the oracle.

use crate::compare::{allows, ask, fail, verdict, world};
use crate::facts::{Assignment, Facts, Member, Override, Question, Role, Times};
use crate::generate::{self, NOW, SUBJECTS, facts};
use crate::rng::{Rng, seeds};
use countersign_core::{Effect, Stage};
use countersign_tenant::World;
use countersign_wire::projection::Stamp;

const FIRST: u64 = 2_000_000;

/// Asks 100 questions of two worlds, the second one made by `change`, in each of so many cases.
fn every_change<C>(
    cases: u64,
    change: impl Fn(&mut Rng, &mut Facts) -> Option<C>,
    mut try_one: impl FnMut(&C, &World, &World, &Question) -> Result<(), &'static str>,
) {
    let mut asked = 0;
    for seed in seeds(FIRST, cases) {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let mut changed = facts.clone();
        let Some(what) = change(&mut rng, &mut changed) else { continue };
        let (before, after) = (world(&facts, seed), world(&changed, seed));
        for _ in 0..100 {
            let aim = if rng.chance(50) { &facts } else { &changed };
            let question = generate::question(&mut rng, aim);
            if let Err(law) = try_one(&what, &before, &after, &question) {
                let answers = format!("before: {:?}\nafter: {:?}", ask(&before, &question), ask(&after, &question));
                fail(
                    &changed,
                    seed,
                    &format!("{law}\n{question:?}\n{answers}\n(the files are those after the change)"),
                );
            }
            asked += 1;
        }
    }
    assert!(asked >= 20_000, "only {asked} questions");
}

#[test]
fn what_nothing_allows_is_denied() {
    let silence = |_: &mut Rng, facts: &mut Facts| {
        facts.roles.iter_mut().chain(&mut facts.custom).for_each(|role| role.allow.clear());
        facts.overrides.retain(|set| !set.allow);
        Some(())
    };
    every_change(210, silence, |(), _, after, question| {
        if allows(after, question) { Err("nothing allows, and yet it is allowed") } else { Ok(()) }
    });
}

#[test]
fn without_grants_or_members_everything_is_denied() {
    let remove = |rng: &mut Rng, facts: &mut Facts| {
        facts.assignments.clear();
        facts.overrides.clear();
        let members_too = rng.chance(50);
        if members_too {
            facts.members.clear();
        }
        Some(members_too)
    };
    every_change(210, remove, |no_members, _, after, question| {
        let decision = ask(after, question);
        if decision.effect != Effect::Deny || (*no_members && decision.stage != Stage::Status) {
            return Err("everything was removed");
        }
        Ok(())
    });
}

#[test]
fn a_deny_override_wins_at_its_scope() {
    let deny = |rng: &mut Rng, facts: &mut Facts| {
        let set = deny_override(rng, facts)?;
        facts.overrides.insert(rng.below(facts.overrides.len() + 1), set.clone());
        Some(set)
    };
    every_change(260, deny, |set, _, after, question| {
        let (_, action) = set.permission.split_once(':').unwrap_or_default();
        let here = Question { subject: set.subject.clone(), action: action.to_owned(), ..question.clone() };
        let at_scope = ask(after, &Question { resource: set.scope.clone(), ..here });
        if at_scope.effect != Effect::Deny || !matches!(at_scope.stage, Stage::Override | Stage::Status) {
            return Err("denied by an override at this very scope");
        }
        Ok(())
    });
}

/// An override that denies an action at a resource that has it.
fn deny_override(rng: &mut Rng, facts: &Facts) -> Option<Override> {
    let with_type = |scope: &str| {
        let kind = scope.rsplit('/').next()?.split_once(':')?.0;
        facts.types.iter().find(|known| known.name == kind && !known.actions.is_empty())
    };
    let scopes: Vec<&String> = facts.assignments.iter().map(|grant| &grant.scope).collect();
    let scopes: Vec<&String> = scopes.into_iter().filter(|scope| with_type(scope).is_some()).collect();
    let scope = if scopes.is_empty() { return None } else { (*rng.pick(&scopes)).clone() };
    let kind = with_type(&scope)?;
    let permission = format!("{}:{}", kind.name, rng.pick(&kind.actions));
    let subject = rng.pick(&facts.members).subject.clone();
    Some(Override { subject, permission, scope, allow: false, times: Times::default() })
}

#[test]
fn order_never_matters() {
    let shuffle = |rng: &mut Rng, facts: &mut Facts| {
        rng.shuffle(&mut facts.members);
        rng.shuffle(&mut facts.assignments);
        rng.shuffle(&mut facts.overrides);
        rng.shuffle(&mut facts.roles);
        rng.shuffle(&mut facts.custom);
        rng.shuffle(&mut facts.types);
        for role in facts.roles.iter_mut().chain(&mut facts.custom) {
            rng.shuffle(&mut role.allow);
            rng.shuffle(&mut role.deny);
            rng.shuffle(&mut role.includes);
        }
        facts.members.iter_mut().for_each(|member| rng.shuffle(&mut member.groups));
        Some(())
    };
    every_change(210, shuffle, |(), before, after, question| {
        let (first, second) = (ask(before, question), ask(after, question));
        if verdict(first) != verdict(second) || first.valid_until != second.valid_until {
            return Err("the order of the files changed the answer");
        }
        Ok(())
    });
}

#[test]
fn adding_a_deny_never_allows() {
    let deny = |rng: &mut Rng, facts: &mut Facts| {
        if rng.chance(50) {
            let set = deny_override(rng, facts)?;
            facts.overrides.push(set);
            return Some(());
        }
        let kind = rng.pick(&facts.types).clone();
        let action = if kind.actions.is_empty() { "*" } else { rng.pick(&kind.actions) };
        let at = rng.below(facts.roles.len());
        facts.roles[at].deny.push(format!("{}:{action}", kind.name));
        Some(())
    };
    every_change(260, deny, |(), before, after, question| {
        if allows(after, question) && !allows(before, question) { Err("a deny allowed it") } else { Ok(()) }
    });
}

#[test]
fn an_assignment_reaches_nobody_else_and_nothing_outside() {
    let give = |rng: &mut Rng, facts: &mut Facts| {
        let to = rng.pick(&facts.members).subject.clone();
        let role = Role { id: "everything".to_owned(), allow: vec!["*".to_owned()], ..Role::default() };
        facts.custom.push(role);
        let scope = generate::path(rng, &facts.types, &["p1", "p10", "p1!"]);
        let scope = if rng.chance(70) && !facts.assignments.is_empty() {
            rng.pick(&facts.assignments).scope.clone()
        } else {
            scope
        };
        let grant = Assignment { to, role: "everything".to_owned(), scope, times: Times::default() };
        facts.assignments.push(grant.clone());
        Some(grant)
    };
    let mut changed = 0;
    every_change(210, give, |grant, before, after, question| {
        let below = question.resource == grant.scope || question.resource.starts_with(&format!("{}/", grant.scope));
        let own = Question { subject: grant.to.clone(), ..question.clone() };
        for question in [question, &own] {
            let reached = grant.to == question.subject && (grant.scope == "/" || below);
            let same = verdict(ask(before, question)) == verdict(ask(after, question));
            changed += usize::from(!same);
            if !same && !reached {
                return Err("the new assignment is another subject's or of another place");
            }
        }
        Ok(())
    });
    assert!(changed > 500, "the assignment changed only {changed} answers");
}

#[test]
fn a_projection_tells_nothing_about_others() {
    let mut compared = 0;
    for seed in seeds(FIRST, 3500) {
        let mut rng = Rng::new(seed);
        let facts = facts(&mut rng);
        let others = with_other_others(&mut rng, &facts);
        let (one, other) = (world(&facts, seed), world(&others, seed));
        for subject in SUBJECTS.iter().filter(|subject| **subject != "user:g") {
            let stamp = |tenant: &str| Stamp {
                tenant: tenant.to_owned(),
                subject: (*subject).to_owned(),
                revision: 7,
                expires: NOW + 1000,
            };
            let now = generate::moment(&mut rng, &facts);
            if one.snapshot(&stamp("acme"), now) != other.snapshot(&stamp("acme"), now) {
                let text = crate::facts::tenant_text(&others);
                fail(&facts, seed, &format!("the projection of {subject} differs from that of this tenant:\n{text}"));
            }
            compared += 1;
        }
    }
    assert!(compared >= 20_000, "only {compared} projections");
}

/// The same tenant, in another order, with another `user:g`, a group that nobody is in, and a role nobody else holds.
fn with_other_others(rng: &mut Rng, facts: &Facts) -> Facts {
    let mut others = facts.clone();
    others.members.retain(|member| member.subject != "user:g");
    others.overrides.retain(|set| set.subject != "user:g");
    others.assignments.retain(|grant| grant.to != "user:g");
    let secret = Role { id: "secret".to_owned(), allow: vec!["*".to_owned()], ..Role::default() };
    others.custom.insert(rng.below(others.custom.len() + 1), secret);
    let place = rng.below(others.members.len() + 1);
    let member = Member { subject: "user:g".to_owned(), status: "active", groups: vec!["g".to_owned()] };
    others.members.insert(place, member);
    for to in ["user:g", "group:nobody"] {
        let scope = generate::path(rng, &facts.types, &["p1", "secret"]);
        let grant = Assignment { to: to.to_owned(), role: "secret".to_owned(), scope, times: Times::default() };
        others.assignments.push(grant);
    }
    // In which order an administrator wrote things down is nobody's business either.
    rng.shuffle(&mut others.assignments);
    rng.shuffle(&mut others.overrides);
    rng.shuffle(&mut others.roles);
    rng.shuffle(&mut others.custom);
    others.members.iter_mut().for_each(|member| rng.shuffle(&mut member.groups));
    others
}
