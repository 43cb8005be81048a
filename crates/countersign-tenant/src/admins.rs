//! Administrators: an account that had one keeps one.
//!
//! An administrator is an active user who may give roles at the root, for good and whatever the conditions, and whose role
//! gives no less than another does. Support, those whose administration ends, and helpers who may give a part of what
//! others give do not count: they cannot be the last to hold the keys.

use crate::doc;
use crate::held::Held;
use crate::state::{Fault, State};
use countersign_core::{Millis, Policy, Question, Role, RoleId, Status};
use std::collections::BTreeSet;

/// How many holders are looked at a time.
const AT_ONCE: usize = 100;

/// Whether the tenant has an administrator other than nobody.
pub(crate) fn any(state: &impl State, policy: &Policy, now: Millis) -> Result<bool, Fault> {
    for role in policy.roles().iter().filter(|role| administers(policy, role)) {
        let prefix = format!("{}{}/", doc::ROLE_HELD, role.id());
        let mut after = String::new();
        loop {
            let held: Vec<(String, String)> = doc::list(state, &prefix, &after, AT_ONCE)?;
            for (_, holder) in &held {
                if any_behind(state, policy, holder, now)? {
                    return Ok(true);
                }
            }
            match held.last() {
                Some((last, _)) if held.len() == AT_ONCE => after.clone_from(last),
                _ => break,
            }
        }
    }
    Ok(false)
}

/// Whether the subject is an administrator.
pub(crate) fn is_one(state: &impl State, policy: &Policy, subject: &str, now: Millis) -> Result<bool, Fault> {
    if !subject.starts_with("user:") {
        return Ok(false);
    }
    let held = Held::of(state, policy, subject)?;
    let firm = held.assignments().any(|given| {
        given.scope == "/"
            && given.window.until == Millis::MAX
            && given.window.from <= now
            && given.when.is_none()
            && policy.role(given.role).is_some_and(|role| administers(policy, role))
    });
    let may = || held.ask(|who| policy.check(who, &Question::new("create", "assignment:new", now))).is_allow();
    Ok(held.status == Some(Status::Active) && firm && may())
}

/// Whether whoever has the record under this key, or is in the group that has it, is an administrator.
fn any_behind(state: &impl State, policy: &Policy, holder: &str, now: Millis) -> Result<bool, Fault> {
    if let Some(subject) = holder.strip_prefix("subject/") {
        return is_one(state, policy, subject, now);
    }
    let Some(group) = holder.strip_prefix("group/") else { return Ok(false) };
    let prefix = format!("{}{group}/", doc::IN_GROUP);
    let mut after = String::new();
    loop {
        let members: Vec<(String, ())> = doc::list(state, &prefix, &after, AT_ONCE)?;
        for (subject, ()) in &members {
            if is_one(state, policy, subject, now)? {
                return Ok(true);
            }
        }
        match members.last() {
            Some((last, ())) if members.len() == AT_ONCE => after.clone_from(last),
            _ => return Ok(false),
        }
    }
}

/// Whether the role, held at the root, makes an administrator: it lets its holder give roles, whatever the conditions, and
/// no other role that does so leads to all of the roles that this one leads to, and to more.
pub(crate) fn administers(policy: &Policy, role: &Role) -> bool {
    let own = within_reach(policy, role);
    let more =
        |other: &Role| own.is_subset(&within_reach(policy, other)) && own.len() < within_reach(policy, other).len();
    gives_roles(policy, role) && !policy.roles().iter().any(|other| gives_roles(policy, other) && more(other))
}

/// The roles that the role's holder can give, and those whom it gave them in turn.
fn within_reach(policy: &Policy, role: &Role) -> BTreeSet<RoleId> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<RoleId> = role.spec().assigns.clone();
    while let Some(given) = next.pop() {
        if reached.insert(given) {
            let giving = policy.role(given).filter(|role| gives_roles(policy, role));
            next.extend(giving.into_iter().flat_map(|role| &role.spec().assigns));
        }
    }
    reached
}

fn gives_roles(policy: &Policy, role: &Role) -> bool {
    let spec = role.spec();
    let create = policy.permission("assignment:create");
    let firmly = create.is_some_and(|permission| {
        spec.masks.iter().any(|(on, allow, _)| *on == permission.on && allow & permission.action.mask() != 0)
    });
    firmly && spec.at_root && spec.when.is_none() && !spec.assigns.is_empty()
}
