//! The laws of the decision, each over random worlds, none with the help of the oracle; and each finds its mistakes.

use crate::bug::Bug;
use crate::conditions::condition;
use crate::enrich::{self, moot, reads_ids};
use crate::expr::{Expr, Name, Op};
use crate::facts::{Assignment, Attribute, Facts, Override, Question, Role, Rule, Times, last_type};
use crate::generate::path;
use crate::law::every_change;
use crate::pools;
use crate::rng::Rng;
use crate::value::Kind;

#[test]
fn what_nothing_allows_is_denied() {
    let silence = |rng: &mut Rng, before: &mut Facts, after: &mut Facts| {
        let ways = rng.below(3);
        for facts in [before, after] {
            facts.overrides.retain(|set| !set.allow);
            facts.rules.retain(|rule| !rule.permit);
            match ways {
                0 => facts.all_roles_mut().for_each(|role| role.deny.append(&mut role.allow)),
                1 => facts.assignments.clear(),
                _ => {
                    facts.members.clear();
                    facts.overrides.clear();
                    facts.assignments.retain(|grant| grant.to.starts_with("group:"));
                }
            }
        }
        Some(ways == 2)
    };
    every_change(&[Bug::DefaultAllows], silence, |_, no_members, case| {
        let (effect, stage) = case.after.ask(case.question);
        if effect != "deny" || (*no_members && stage != "status") {
            return Err("nothing allows, and yet it is allowed");
        }
        Ok(0)
    });
}

#[test]
fn a_forbid_wins_over_everything() {
    let forbid = |rng: &mut Rng, before: &mut Facts, after: &mut Facts| {
        let kind = rng.pick(&before.types).clone();
        let action = if kind.actions.is_empty() { return Some(None) } else { rng.pick(&kind.actions).clone() };
        let permissions = vec![format!("{}:{action}", kind.name)];
        let when = declare_never(rng, before, after);
        // A rule that an unconditional one leaves nothing to decide would be refused.
        before.rules.retain(|rule| rule.permit || rule.when.is_some());
        after.rules.retain(|rule| rule.permit || rule.when.is_some());
        after.rules.insert(rng.below(after.rules.len() + 1), Rule { permit: false, permissions, when: Some(when) });
        Some(Some((kind.name, action)))
    };
    let mattered = every_change(&[Bug::OverrideBeforeForbid, Bug::ForbidErrorIgnored], forbid, |_, forbidden, case| {
        let Some((kind, action)) = forbidden else { return Ok(0) };
        if case.question.action != *action || last_type(&case.question.resource) != kind {
            return Ok(0);
        }
        match case.after.ask(case.question) {
            ("deny", "status" | "forbid" | "default") => Ok(usize::from(case.before.grants(case.question))),
            _ => Err("it is forbidden"),
        }
    });
    assert!(mattered > 5000, "only {mattered} were allowed otherwise");
}

/// A condition that always errors: an attribute that no question has a good value for, in both worlds.
fn declare_never(rng: &mut Rng, before: &mut Facts, after: &mut Facts) -> Expr {
    let kind = *rng.pick(&[Kind::Bool, Kind::Int]);
    let never = Attribute { name: "never".to_owned(), kind, one_of: Vec::new(), request: true };
    before.context.push(never.clone());
    after.context.push(never);
    let never = Expr::Name(Name::Context("never".to_owned()));
    match kind {
        Kind::Int => Expr::Two(Op::MoreOrSame, Box::new(never), Box::new(Expr::Int(0))),
        _ => never,
    }
}

#[test]
fn a_deny_override_wins_at_its_scope() {
    let deny = |rng: &mut Rng, before: &mut Facts, after: &mut Facts| {
        let set = deny_override(rng, before);
        if let Some(set) = &set {
            after.overrides.insert(rng.below(after.overrides.len() + 1), set.clone());
        }
        Some(set)
    };
    let mattered =
        every_change(&[Bug::AllowBeatsDeny, Bug::NearnessReversed, Bug::PermitBeforeOverride], deny, |_, set, case| {
            let Some(set) = set else { return Ok(0) };
            let (_, action) = set.permission.split_once(':').unwrap_or_default();
            let (subject, action, resource) = (set.subject.clone(), action.to_owned(), set.scope.clone());
            let at_scope = Question { subject, action, resource, ..case.question.clone() };
            match case.after.ask(&at_scope) {
                ("deny", "override" | "status" | "forbid") => Ok(usize::from(case.before.grants(&at_scope))),
                _ => Err("denied by an override at this very scope"),
            }
        });
    assert!(mattered > 5000, "only {mattered} were allowed otherwise");
}

/// An override that denies an action at a resource that has it.
fn deny_override(rng: &mut Rng, facts: &Facts) -> Option<Override> {
    let mut scopes: Vec<String> = facts.assignments.iter().map(|grant| grant.scope.clone()).collect();
    scopes.extend((0..3).map(|_| path(rng, &facts.types, &["p1", "p10"])));
    let with_actions = |scope: &String| facts.type_named(last_type(scope)).is_some_and(|kind| !kind.actions.is_empty());
    scopes.retain(with_actions);
    let scope = if scopes.is_empty() { return None } else { rng.pick(&scopes).clone() };
    let kind = facts.type_named(last_type(&scope))?;
    let permission = format!("{}:{}", kind.name, rng.pick(&kind.actions));
    let subject = rng.pick(&facts.members).subject.clone();
    Some(Override { subject, permission, scope, allow: false, times: Times::default() })
}

#[test]
fn order_never_matters() {
    let shuffle = |rng: &mut Rng, _: &mut Facts, facts: &mut Facts| {
        enrich::shuffle(rng, facts);
        rng.shuffle(&mut facts.types);
        rng.shuffle(&mut facts.subject);
        rng.shuffle(&mut facts.context);
        for role in facts.all_roles_mut() {
            rng.shuffle(&mut role.allow);
            rng.shuffle(&mut role.deny);
            rng.shuffle(&mut role.includes);
        }
        facts.rules.iter_mut().for_each(|rule| rng.shuffle(&mut rule.permissions));
        Some(())
    };
    every_change(&[Bug::LastAssignmentDecides], shuffle, |rng, (), case| {
        let mut shuffled = case.question.clone();
        let supplied = &mut shuffled.supplied;
        for bag in [&mut supplied.subject, &mut supplied.action, &mut supplied.resource, &mut supplied.context] {
            rng.shuffle(bag);
        }
        let (first, second) = (case.before.ask(case.question), case.after.ask(&shuffled));
        // How long an answer holds may differ: of two rules that both hold, the first that is found ends the search, and
        // the other one, which may read the clock, is then not looked at. Both ends are true.
        if first != second {
            return Err("the order of the files changed the answer");
        }
        Ok(0)
    });
}

#[test]
fn adding_a_deny_never_allows() {
    let deny = |rng: &mut Rng, before: &mut Facts, facts: &mut Facts| {
        match rng.below(3) {
            0 => facts.overrides.extend(deny_override(rng, before)),
            1 => {
                let kind = rng.pick(&facts.types).clone();
                let action = if kind.actions.is_empty() { "*" } else { rng.pick(&kind.actions) };
                let at = rng.below(facts.roles.len());
                facts.roles[at].deny.push(format!("{}:{action}", kind.name));
            }
            _ => {
                let kind = rng.pick(&facts.types).clone();
                let permissions: Vec<String> =
                    kind.actions.iter().map(|action| format!("{}:{action}", kind.name)).collect();
                if !kind.actions.is_empty() {
                    let when = Some(condition(rng, before, &permissions));
                    facts.rules.push(Rule { permit: false, permissions, when });
                    if moot(facts).is_some() {
                        // Such a rule would be refused.
                        facts.rules.pop();
                    }
                }
            }
        }
        Some(())
    };
    let mattered = every_change(&[Bug::FalseForbidPermits], deny, |_, (), case| {
        let (before, after) = (case.before.ask(case.question).0, case.after.ask(case.question).0);
        if after != before && after != "deny" { Err("a deny allowed it") } else { Ok(usize::from(before != after)) }
    });
    assert!(mattered > 5000, "only {mattered} were denied by it");
}

#[test]
fn an_assignment_reaches_nobody_else_and_nothing_outside() {
    let give = |rng: &mut Rng, before: &mut Facts, facts: &mut Facts| {
        let to = rng.pick(&facts.members).subject.clone();
        let all = vec!["*".to_owned()];
        let when = rng.chance(30).then(|| condition(rng, before, &all));
        facts.custom.push(Role { id: "everything".to_owned(), allow: all, ..Role::default() });
        let scope = path(rng, &facts.types, &["p1", "p10", "p1!"]);
        let scope = if rng.chance(70) && !facts.assignments.is_empty() {
            rng.pick(&facts.assignments).scope.clone()
        } else {
            scope
        };
        let grant = Assignment { to, role: "everything".to_owned(), scope, when, times: Times::default() };
        facts.assignments.push(grant.clone());
        Some(grant)
    };
    let mattered = every_change(&[Bug::FellowsShare, Bug::SiblingPrefix], give, |_, grant, case| {
        let Question { resource, .. } = case.question;
        let below = *resource == grant.scope || resource.starts_with(&format!("{}/", grant.scope));
        let own = Question { subject: grant.to.clone(), ..case.question.clone() };
        let mut changed = 0;
        for question in [case.question, &own] {
            let reached = grant.to == question.subject && (grant.scope == "/" || below);
            let same = case.before.ask(question) == case.after.ask(question);
            changed += usize::from(!same);
            if !same && !reached {
                return Err("the new assignment is another subject's or of another place");
            }
        }
        Ok(changed)
    });
    assert!(mattered > 5000, "the assignment changed only {mattered} answers");
}

/// Names that a careless engine might take for the same one.
fn lookalikes(id: &str) -> Vec<String> {
    let swapped =
        |letter: char| if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
    vec![
        id.to_uppercase(),
        id.to_lowercase(),
        id.chars().map(swapped).collect(),
        format!("{id} "),
        format!(" {id}"),
        format!("{id}\u{200b}"),
        format!("{id}\u{fe0f}"),
        id.replace('e', "\u{435}"),
        id.replace('\u{e9}', "e\u{301}"),
        id.replace("e\u{301}", "\u{e9}"),
        id.replace('1', "\u{ff11}"),
        id.replace(':', "%3A"),
        format!("{id}*"),
    ]
}

#[test]
fn ids_are_compared_byte_for_byte() {
    // Conditions may compare ids in any way they like, so here they do not.
    let forget = |_: &mut Rng, before: &mut Facts, after: &mut Facts| {
        for facts in [before, &mut *after] {
            for when in facts.conditions_mut().into_iter().filter(|when| when.as_ref().is_some_and(reads_ids)) {
                let (now, then) = (Box::new(Expr::Name(Name::Now)), Box::new(Expr::Time("2026-03-01T12:00:00Z")));
                *when = Some(Expr::Two(Op::Less, now, then));
            }
            while let Some(at) = moot(facts) {
                facts.rules.remove(at);
            }
        }
        Some(after.clone())
    };
    let mattered = every_change(&[Bug::SubjectCaseIgnored, Bug::SiblingPrefix], forget, |rng, facts, case| {
        let Question { subject, action, resource, .. } = case.question;
        let (above, segment) = resource.rsplit_once('/').unwrap_or(("", resource));
        // A lookalike of a long id would be too long, and a control character is out of place in any.
        let plain = |id: &str| id.len() < 200 && !id.bytes().any(|byte| byte.is_ascii_control());
        let Some((kind, last)) = segment.split_once(':').filter(|(_, id)| plain(id)) else { return Ok(0) };
        let place = |kind: &str| if above.is_empty() { kind.to_owned() } else { format!("{above}/{kind}") };
        let mut other = case.question.clone();
        match rng.below(4) {
            0 => {
                other.subject = rng.pick(&lookalikes(subject)).clone();
                if facts.members.iter().any(|member| member.subject == other.subject) {
                    return Ok(0);
                }
                if case.after.ask(&other) != ("deny", "status") {
                    return Err("nobody has this subject");
                }
            }
            1 => {
                other.action = rng.pick(&lookalikes(action)).clone();
                if facts.types.iter().any(|kind| kind.actions.contains(&other.action)) {
                    return Ok(0);
                }
                if !matches!(case.after.ask(&other), ("deny", "status" | "default")) {
                    return Err("nothing has this action");
                }
            }
            2 => {
                let kind = rng.pick(&lookalikes(kind)).clone();
                if facts.type_named(&kind).is_some() {
                    return Ok(0);
                }
                other.resource = format!("{}:{last}", place(&kind));
                if !matches!(case.after.ask(&other), ("deny", "status" | "default")) {
                    return Err("there is no such type");
                }
            }
            _ => {
                other.resource = format!("{}:{}", place(kind), rng.pick(&lookalikes(last)));
                let mut paths = facts.assignments.iter().map(|grant| &grant.scope);
                let mut set = facts.overrides.iter().map(|set| &set.scope);
                let mut registered = facts.resources.iter().map(|(path, _)| path);
                let known = |path: &String| path.starts_with(&other.resource);
                if other.resource == *resource || paths.any(known) || set.any(known) || registered.any(known) {
                    return Ok(0);
                }
                let fresh = Question { resource: format!("{}:fresh", place(kind)), ..other.clone() };
                if case.after.ask(&other) != case.after.ask(&fresh) {
                    return Err("nothing speaks of this id");
                }
            }
        }
        Ok(usize::from(case.after.ask(case.question) != case.after.ask(&other)))
    });
    assert!(mattered > 5000, "only {mattered} answers changed");
}

#[test]
fn what_is_supplied_for_a_stored_attribute_changes_nothing() {
    let nothing = |_: &mut Rng, _: &mut Facts, after: &mut Facts| Some(after.clone());
    let supplied = every_change(&[Bug::SuppliedOverridesStored], nothing, |rng, facts, case| {
        let (mut without, mut with) = (case.question.clone(), case.question.clone());
        let none = Vec::new();
        let on = facts.type_named(last_type(&case.question.resource)).map_or(&none, |kind| &kind.attributes);
        let mut stored = 0;
        for (declared, without, with) in [
            (&facts.subject, &mut without.supplied.subject, &mut with.supplied.subject),
            (on, &mut without.supplied.resource, &mut with.supplied.resource),
        ] {
            for attribute in declared.iter().filter(|attribute| !attribute.request) {
                without.retain(|(name, _)| *name != attribute.name);
                with.retain(|(name, _)| *name != attribute.name);
                with.push((attribute.name.clone(), pools::good(rng, attribute)));
                stored += 1;
            }
        }
        if case.before.ask(&without) != case.after.ask(&with) {
            return Err("what the caller supplied was taken for what the tenant stores");
        }
        Ok(usize::from(stored > 0 && case.after.grants(&with)))
    });
    assert!(supplied > 5000, "only {supplied} were allowed with something supplied");
}

#[test]
fn errors_never_allow() {
    // Before: what depends on a condition allows nothing. After: every such condition errs or is false.
    let break_all = |rng: &mut Rng, before: &mut Facts, after: &mut Facts| {
        let never = declare_never(rng, before, after);
        before.rules.retain(|rule| !rule.permit || rule.when.is_none());
        before.assignments.retain(|grant| grant.when.is_none());
        for role in before.all_roles_mut().filter(|role| role.when.is_some()) {
            *role = Role { id: role.id.clone(), at: role.at.clone(), ..Role::default() };
        }
        let broken = |when: &mut Option<Expr>, rng: &mut Rng| {
            if let Some(known) = when.take() {
                let (known, never) = (Box::new(known), Box::new(never.clone()));
                let (left, right) = if rng.chance(50) { (known, never) } else { (never, known) };
                *when = Some(Expr::Two(Op::And, left, right));
            }
        };
        after.rules.iter_mut().filter(|rule| rule.permit).for_each(|rule| broken(&mut rule.when, rng));
        after.all_roles_mut().for_each(|role| broken(&mut role.when, rng));
        after.assignments.iter_mut().for_each(|grant| broken(&mut grant.when, rng));
        Some(())
    };
    let mattered = every_change(&[Bug::ErrorKeepsAllow, Bug::PermitErrorAllows], break_all, |_, (), case| {
        let (before, after) = (case.before.ask(case.question), case.after.ask(case.question));
        // Denials may be lost before, so that only one direction holds.
        if after.0 != "deny" && before.0 != after.0 {
            return Err("an error allowed it");
        }
        Ok(usize::from(after.0 == "deny" && after.1 == "role"))
    });
    assert!(mattered > 5000, "only {mattered} were denied by a role");
}
