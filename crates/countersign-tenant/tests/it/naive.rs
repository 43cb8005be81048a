//! The oracle: the order of evaluation, written from its prose alone, with no index, no cache and nothing clever.
//!
//! It shares no code with the engine. A [`Bug`] makes it wrong on purpose, to show that the comparison would notice.

use crate::facts::{Facts, Question, Role, Times};

/// A mistake to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// The farthest override decides
    NearnessReversed,
    /// Of two overrides at one scope, the allow decides
    AllowBeatsDeny,
    /// A grant is still live at `until`
    EndInclusive,
    /// A grant is not yet live at `from`
    StartExclusive,
    /// Only a subject's own assignments count
    GroupsIgnored,
    /// `project:p1` reaches whatever begins with these letters, `project:p10` too
    SiblingPrefix,
    /// A role that allows beats a role that denies
    RoleDenyLoses,
    /// A member who is not active is treated as if he were
    StatusIgnored,
    /// A role has only its own permissions
    IncludesIgnored,
    /// Types may stand anywhere in a path
    ParentsIgnored,
}

/// Effect and stage.
pub(crate) type Verdict = (&'static str, &'static str);

pub(crate) fn decide(facts: &Facts, question: &Question, bug: Option<Bug>) -> Verdict {
    let has = |mistake| bug == Some(mistake);
    let Question { subject, action, resource, now } = question;

    // 1. status
    let Some(member) = facts.members.iter().find(|member| member.subject == *subject) else {
        return ("deny", "status");
    };
    if member.status != "active" && !has(Bug::StatusIgnored) {
        return ("deny", "status");
    }

    // What is not declared is not granted.
    let Some(kind) = type_of(facts, resource, has(Bug::ParentsIgnored)) else { return ("deny", "default") };
    if !facts.types.iter().any(|known| known.name == kind && known.actions.contains(action)) {
        return ("deny", "default");
    }
    let names = |permission: &String| {
        *permission == "*" || *permission == format!("{kind}:*") || *permission == format!("{kind}:{action}")
    };

    // 3. override
    let mut scopes = ancestors(resource);
    if has(Bug::NearnessReversed) {
        scopes.reverse();
    }
    for scope in &scopes {
        let here: Vec<bool> = facts
            .overrides
            .iter()
            .filter(|set| set.subject == *subject && names(&set.permission))
            .filter(|set| set.scope == *scope && live(set.times, *now, bug))
            .map(|set| set.allow)
            .collect();
        let denied = if has(Bug::AllowBeatsDeny) { !here.contains(&true) } else { here.contains(&false) };
        if !here.is_empty() {
            return (if denied { "deny" } else { "allow" }, "override");
        }
    }

    // 4. role
    let mut allowed = false;
    let mut denied = false;
    for assignment in &facts.assignments {
        let own = assignment.to == *subject;
        let through_group = member.groups.iter().any(|group| assignment.to == format!("group:{group}"));
        let mine = own || (through_group && !has(Bug::GroupsIgnored));
        let reaches = if has(Bug::SiblingPrefix) {
            assignment.scope == "/" || resource.starts_with(&assignment.scope)
        } else {
            scopes.contains(&assignment.scope)
        };
        if mine && reaches && live(assignment.times, *now, bug) {
            let role = role(facts, &assignment.role);
            let included = !has(Bug::IncludesIgnored);
            allowed |= says(facts, role, &|role| role.allow.iter().any(names), included);
            denied |= says(facts, role, &|role| role.deny.iter().any(names), included);
        }
    }
    match (allowed, denied) {
        (true, true) if has(Bug::RoleDenyLoses) => ("allow", "role"),
        (_, true) => ("deny", "role"),
        (true, false) => ("allow", "role"),
        // 6. default
        (false, false) => ("deny", "default"),
    }
}

/// The resource and what is above it, nearest first; the root is last.
fn ancestors(resource: &str) -> Vec<String> {
    let segments: Vec<&str> = resource.split('/').collect();
    let mut scopes: Vec<String> = (1..=segments.len()).rev().map(|count| segments[..count].join("/")).collect();
    scopes.push("/".to_owned());
    scopes
}

/// The type of a resource whose path follows the declared parents from the root.
fn type_of(facts: &Facts, resource: &str, anywhere: bool) -> Option<String> {
    let mut above = "/".to_owned();
    let segments: Vec<&str> = resource.split('/').collect();
    if segments.len() > 16 {
        return None;
    }
    for segment in segments {
        let (kind, id) = segment.split_once(':')?;
        let declared = facts.types.iter().find(|known| known.name == kind)?;
        let parents = if declared.parents.is_empty() { vec!["/".to_owned()] } else { declared.parents.clone() };
        if id.is_empty() || id.len() > 256 || !(anywhere || parents.contains(&above)) {
            return None;
        }
        above = kind.to_owned();
    }
    Some(above)
}

fn live(times: Times, now: i64, bug: Option<Bug>) -> bool {
    let begun = times.from.is_none_or(|from| if bug == Some(Bug::StartExclusive) { from < now } else { from <= now });
    let ended =
        times.until.is_some_and(|until| if bug == Some(Bug::EndInclusive) { until < now } else { until <= now });
    begun && !ended
}

fn role<'a>(facts: &'a Facts, id: &str) -> &'a Role {
    facts.roles.iter().chain(&facts.custom).find(|role| role.id == id).expect("assigned roles exist")
}

/// Whether the role, or one that it includes, says so.
fn says(facts: &Facts, asked: &Role, what: &dyn Fn(&Role) -> bool, included: bool) -> bool {
    what(asked) || (included && asked.includes.iter().any(|id| says(facts, role(facts, id), what, included)))
}
