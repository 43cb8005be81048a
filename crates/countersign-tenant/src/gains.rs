//! What the holders of roles gain when the tenant's policy changes.
//!
//! Errs towards more: a permission under other conditions than before is a new one, and so is everything in a role that
//! may be assigned in more places.

use crate::authority::{Row, all_rows};
use countersign_core::sorted::Set;
use countersign_core::{ConditionId, Policy, RoleId, RoleSpec, TypeId};
use countersign_wire::record::{ConditionForm, encode};

/// What is new.
#[derive(Debug, Default)]
pub(crate) struct Gains {
    /// What is allowed that was not
    pub(crate) allowed: Vec<Row>,
    /// What was denied and is no more, with the role as the old policy numbers it
    pub(crate) freed: Vec<(RoleId, Row)>,
    /// The roles that can be given by those who could not give them, as the new policy numbers them
    pub(crate) assigns: Vec<RoleId>,
}

/// A condition by what it says.
type Content = Vec<u8>;

/// What the roles of `after` say beyond those of `before`, which has the same types.
pub(crate) fn between(before: &Policy, after: &Policy) -> Gains {
    let mut gains = Gains::default();
    for role in after.roles() {
        let new = role.spec();
        let known = before.role_named(role.id()).and_then(|id| Some((id, before.role(id)?.spec())));
        match known {
            Some((_, old)) if !is_wider(old, new) => {
                gains.allowed.extend(allowed(before, old, after, new));
                gains.assigns.extend(assigns(before, old, after, new));
            }
            _ => {
                gains.allowed.extend(all_rows(new).map(|(on, allow, _)| (on, allow)));
                gains.assigns.extend(&new.assigns);
            }
        }
        if let Some((id, old)) = known {
            gains.freed.extend(freed(before, old, after, new).into_iter().map(|row| (id, row)));
        }
    }
    gains.allowed.retain(|(_, mask)| *mask != 0);
    gains.freed.retain(|(_, (_, mask))| *mask != 0);
    gains
}

/// Whether a role may be assigned where it could not.
fn is_wider(old: &RoleSpec, new: &RoleSpec) -> bool {
    (new.at_root && !old.at_root) || new.at.iter().any(|on| !old.at.contains(on))
}

fn allowed(before: &Policy, old: &RoleSpec, after: &Policy, new: &RoleSpec) -> Vec<Row> {
    let known = sayings(before, old);
    let beyond = |(when, on, allow, _): (Set<Content>, TypeId, u64, u64)| {
        let had = known.iter().filter(|(under, of, _, _)| *of == on && (under.is_empty() || *under == when));
        (on, allow & !had.fold(0, |mask, (_, _, allow, _)| mask | allow))
    };
    sayings(after, new).into_iter().map(beyond).collect()
}

fn freed(before: &Policy, old: &RoleSpec, after: &Policy, new: &RoleSpec) -> Vec<Row> {
    let still = sayings(after, new);
    let gone = |(when, on, _, deny): (Set<Content>, TypeId, u64, u64)| {
        let kept = still.iter().filter(|(under, of, _, _)| *of == on && (under.is_empty() || *under == when));
        (on, deny & !kept.fold(0, |mask, (_, _, _, deny)| mask | deny))
    };
    sayings(before, old).into_iter().map(gone).collect()
}

fn assigns(before: &Policy, old: &RoleSpec, after: &Policy, new: &RoleSpec) -> Vec<RoleId> {
    let names = |policy: &Policy, spec: &RoleSpec| -> Set<String> {
        spec.assigns.iter().filter_map(|id| policy.role(*id)).map(|role| role.id().to_owned()).collect()
    };
    let known = if acts_alike(before, old, after, new) { names(before, old) } else { Set::new() };
    let is_new = |id: &RoleId| after.role(*id).is_some_and(|role| !known.contains(role.id()));
    new.assigns.iter().copied().filter(is_new).collect()
}

/// Whether the role's own condition says the same.
pub(crate) fn acts_alike(before: &Policy, old: &RoleSpec, after: &Policy, new: &RoleSpec) -> bool {
    contents(before, old.when.as_slice()) == contents(after, new.when.as_slice())
}

/// All that a role says: under which conditions, of which type, allowed, denied.
fn sayings(policy: &Policy, role: &RoleSpec) -> Vec<(Set<Content>, TypeId, u64, u64)> {
    let firm = role.masks.iter().map(|(on, allow, deny)| (Set::new(), *on, *allow, *deny));
    let parts = role.parts.iter().flat_map(|part| {
        let when = contents(policy, &part.when);
        part.masks.iter().map(move |(on, allow, deny)| (when.clone(), *on, *allow, *deny))
    });
    firm.chain(parts).collect()
}

fn contents(policy: &Policy, conditions: &[ConditionId]) -> Set<Content> {
    // Compared by what they say: a new policy numbers its conditions anew.
    let content = |id: &ConditionId| {
        let form = policy.condition(*id).map(|condition| ConditionForm::of(condition, policy));
        form.and_then(|form| encode(&form).ok()).unwrap_or_default()
    };
    conditions.iter().map(content).collect()
}
