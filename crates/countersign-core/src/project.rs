//! The projection: what one subject needs, and nothing about anybody else.

use crate::policy::Action;
use crate::{
    Assignment, GrantError, Grants, GrantsBuilder, Millis, Override, Permission, Policy, PolicyError, RoleId, RoleSpec,
    Scope, Subject, TypeId, Window,
};
use alloc::vec::Vec;

/// Reduces a policy and a subject's grants to what decides that subject's questions from `now` on.
///
/// Only the roles that reach the subject are kept, in an order that depends on nothing else; what came through groups
/// becomes the subject's own; grants that are over by `now` are dropped; who may give which role is dropped.
/// The answers are those of the full policy, for this subject, at `now` and later.
///
/// # Errors
/// When the grants were not built against this policy.
pub fn project(policy: &Policy, subject: &Subject<'_>, now: Millis) -> Result<(Policy, Grants), ProjectError> {
    let mut held: Vec<(RoleId, &str, Window)> = Vec::new();
    for grants in core::iter::once(&subject.own).chain(subject.groups) {
        held.extend(grants.assignments().filter(|(_, _, window)| now < window.until));
    }
    let mut kept: Vec<&crate::Role> = held.iter().filter_map(|(role, _, _)| policy.role(*role)).collect();
    kept.sort_by_key(|role| role.id());
    kept.dedup_by_key(|role| role.id());

    let mut builder = GrantsBuilder::default();
    for (role, scope, window) in held {
        let id = policy.role(role).map(crate::Role::id);
        let place = kept.iter().position(|kept| Some(kept.id()) == id).and_then(|place| u16::try_from(place).ok());
        let role = RoleId(place.ok_or(GrantError::Reference)?);
        builder.assign(Assignment { role, scope: Scope::parse(scope).map_err(GrantError::Scope)?, window });
    }
    for (on, allow, deny, scope, window) in subject.own.overrides().filter(|(.., window)| now < window.until) {
        let scope = Scope::parse(scope).map_err(GrantError::Scope)?;
        for (mask, allows) in [(allow, true), (deny, false)] {
            for action in bits(mask) {
                let permission = Permission { on, action };
                builder.set(Override { permission, scope: scope.clone(), allow: allows, window });
            }
        }
    }
    let types = policy.types().iter().filter(|kind| !kind.is_builtin()).map(|kind| kind.spec().clone()).collect();
    let roles = kept.iter().map(|role| bare(role.spec())).collect();
    let reduced = Policy::new(types, roles)?;
    let grants = builder.build(&reduced)?;
    Ok((reduced, grants))
}

/// The actions whose bits are set in `mask`.
pub(crate) fn bits(mask: u64) -> impl Iterator<Item = Action> {
    (0..u64::BITS as usize).filter_map(Action::new).filter(move |action| mask & action.mask() != 0)
}

/// The role without what only its giving needs.
fn bare(role: &RoleSpec) -> RoleSpec {
    let masks: Vec<(TypeId, u64, u64)> = role.masks.clone();
    RoleSpec { id: role.id.clone(), masks, at_root: true, at: Vec::new(), assigns: Vec::new() }
}

/// Why a projection could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectError {
    /// The grants do not belong to the policy
    Grants(GrantError),
    /// The reduced policy was refused
    Policy(PolicyError),
}

impl core::fmt::Display for ProjectError {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Grants(error) => error.fmt(out),
            Self::Policy(error) => error.fmt(out),
        }
    }
}

impl core::error::Error for ProjectError {}

impl From<GrantError> for ProjectError {
    fn from(error: GrantError) -> Self {
        Self::Grants(error)
    }
}

impl From<PolicyError> for ProjectError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}
