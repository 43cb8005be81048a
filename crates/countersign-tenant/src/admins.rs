//! Administrators: an account that had one keeps one.
//!
//! An administrator is an active user who may give roles at the root, for good and whatever the conditions, and whose role
//! gives no less than another does. Support, those whose administration ends, and helpers who may give a part of what
//! others give do not count: they cannot be the last to hold the keys.

use crate::doc;
use crate::held::Held;
use crate::state::{Fault, State};
use countersign_core::limits::ROLES;
use countersign_core::sorted::{Map, Set};
use countersign_core::{Millis, Policy, Question, Role, RoleId, Status};

/// How many holders are looked at a time.
const AT_ONCE: usize = 100;

/// Whether the tenant has an administrator other than nobody.
pub(crate) fn any(state: &impl State, policy: &Policy, now: Millis) -> Result<bool, Fault> {
    let administering = roles(state, policy)?;
    for role in administering.iter().filter_map(|role| policy.role(*role)) {
        let prefix = format!("{}{}/", doc::ROLE_HELD, role.id());
        let mut after = String::new();
        loop {
            let held: Vec<(String, String)> = doc::list(state, &prefix, &after, AT_ONCE)?;
            for (_, holder) in &held {
                if any_behind(state, policy, &administering, holder, now)? {
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
    is_among(state, policy, &roles(state, policy)?, subject, now)
}

/// Whether the subject is an administrator by one of these roles.
fn is_among(
    state: &impl State,
    policy: &Policy,
    administering: &Set<RoleId>,
    subject: &str,
    now: Millis,
) -> Result<bool, Fault> {
    if !subject.starts_with("user:") {
        return Ok(false);
    }
    let held = Held::of(state, policy, subject)?;
    let firm = held.assignments().any(|given| {
        given.scope == "/"
            && given.window.until == Millis::MAX
            && given.window.from <= now
            && given.when.is_none()
            && administering.contains(&given.role)
    });
    let may = || held.ask(|who| policy.check(who, &Question::new("create", "assignment:new", now))).is_allow();
    Ok(held.status == Some(Status::Active) && firm && may())
}

/// Whether whoever has the record under this key, or is in the group that has it, is an administrator.
fn any_behind(
    state: &impl State,
    policy: &Policy,
    administering: &Set<RoleId>,
    holder: &str,
    now: Millis,
) -> Result<bool, Fault> {
    if let Some(subject) = holder.strip_prefix("subject/") {
        return is_among(state, policy, administering, subject, now);
    }
    let Some(group) = holder.strip_prefix("group/") else { return Ok(false) };
    let prefix = format!("{}{group}/", doc::IN_GROUP);
    let mut after = String::new();
    loop {
        let members: Vec<(String, ())> = doc::list(state, &prefix, &after, AT_ONCE)?;
        for (subject, ()) in &members {
            if is_among(state, policy, administering, subject, now)? {
                return Ok(true);
            }
        }
        match members.last() {
            Some((last, ())) if members.len() == AT_ONCE => after.clone_from(last),
            _ => return Ok(false),
        }
    }
}

/// The roles that make an administrator of whoever holds one at the root: they let their holders give roles, whatever
/// the conditions, and no other role that does so leads to all of the model's roles that this one leads to, and to more.
///
/// What leads to the tenant's own roles alone makes nobody an administrator: everybody may make such roles.
pub(crate) fn roles(state: &impl State, policy: &Policy) -> Result<Set<RoleId>, Fault> {
    let custom = state.docs(doc::ROLE, "", ROLES)?;
    let custom: Set<&str> = custom.iter().filter_map(|(key, _)| key.strip_prefix(doc::ROLE)).collect();
    let giving = (0..).map(RoleId).zip(policy.roles()).filter(|(_, role)| gives_roles(policy, role));
    let mut reach: Map<RoleId, Set<RoleId>> = giving.map(|(id, _)| (id, Set::new())).collect();
    // What is led to grows until nothing is new: at most once for each role of the model.
    let mut grew = true;
    while grew {
        grew = false;
        let ids: Vec<RoleId> = reach.keys().copied().collect();
        for id in ids {
            let mut led = Set::new();
            for given in policy.role(id).map(|role| role.spec().assigns.as_slice()).unwrap_or_default() {
                if policy.role(*given).is_some_and(|role| !custom.contains(role.id())) {
                    led.insert(*given);
                }
                led.extend(reach.get(given).into_iter().flatten().copied());
            }
            if let Some(known) = reach.get_mut(&id).filter(|known| known.len() < led.len()) {
                *known = led;
                grew = true;
            }
        }
    }
    let all: Set<&Set<RoleId>> = reach.values().collect();
    let most = |led: &Set<RoleId>| !all.iter().any(|other| led.len() < other.len() && led.is_subset(other));
    Ok(reach.iter().filter(|(_, led)| !led.is_empty() && most(led)).map(|(id, _)| *id).collect())
}

fn gives_roles(policy: &Policy, role: &Role) -> bool {
    let spec = role.spec();
    let create = policy.permission("assignment:create");
    let firmly = create.is_some_and(|permission| {
        spec.masks.iter().any(|(on, allow, _)| *on == permission.on && allow & permission.action.mask() != 0)
    });
    firmly && spec.at_root && spec.when.is_none() && !spec.assigns.is_empty()
}
