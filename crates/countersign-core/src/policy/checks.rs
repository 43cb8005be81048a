//! What makes a policy sound.

use super::{ApprovalSpec, ConditionId, ResourceType, RoleSpec, RuleSpec, TypeId};
use crate::PolicyError;
use crate::attribute::{AttributeSpec, Owner};
use crate::limits::{
    ACTIONS_PER_TYPE, APPROVAL_POLICIES, ATTRIBUTES, CONDITIONS, ID_BYTES, ROLES, RULES, TITLES, TYPES,
};
use crate::sort::sorted;
use alloc::vec::Vec;

/// What is wrong, and with what; a name is only copied for whoever tells it.
pub(super) enum Fault<'a> {
    Name(&'a str),
    Duplicate(&'a str),
    Limit(&'a str),
    Reference(&'a str),
}

impl From<Fault<'_>> for PolicyError {
    fn from(fault: Fault<'_>) -> Self {
        match fault {
            Fault::Name(name) => Self::Name(name.into()),
            Fault::Duplicate(name) => Self::Duplicate(name.into()),
            Fault::Limit(name) => Self::Limit(name.into()),
            Fault::Reference(name) => Self::Reference(name.into()),
        }
    }
}

pub(super) fn types(types: &[ResourceType], declared: usize) -> Result<(), Fault<'_>> {
    if types.len() > TYPES {
        return Err(Fault::Limit("types"));
    }
    unique(types.iter().map(ResourceType::name).collect())?;
    for kind in types {
        let called = &kind.spec.name;
        name(called)?;
        if kind.spec.actions.len() > ACTIONS_PER_TYPE {
            return Err(Fault::Limit(called));
        }
        if kind.spec.parents.iter().any(|parent| usize::from(parent.0) >= declared) {
            return Err(Fault::Reference(called));
        }
        for (bit, action) in kind.spec.actions.iter().enumerate() {
            name(action)?;
            if kind.spec.actions.iter().take(bit).any(|earlier| earlier == action) {
                return Err(Fault::Duplicate(action));
            }
        }
    }
    Ok(())
}

pub(super) fn roles<'a>(types: &[ResourceType], roles: &'a [RoleSpec], conditions: usize) -> Result<(), Fault<'a>> {
    if roles.len() > ROLES {
        return Err(Fault::Limit("roles"));
    }
    if conditions > CONDITIONS {
        return Err(Fault::Limit("conditions"));
    }
    unique(roles.iter().map(|role| &*role.id).collect())?;
    for role in roles {
        name(&role.id)?;
        if role.titles.len() > TITLES {
            return Err(Fault::Limit(&role.id));
        }
        let parts = role.parts.iter().flat_map(|part| &part.masks);
        let mut named = role.masks.iter().chain(parts).map(|(on, _, _)| on).chain(&role.at);
        let types_exist = named.all(|on| usize::from(on.0) < types.len());
        let whens = role
            .parts
            .iter()
            .flat_map(|part| &part.when)
            .chain(&role.when)
            .chain(role.titles.iter().flat_map(|title| &title.when));
        let conditions_exist = whens.into_iter().all(|when| usize::from(when.0) < conditions)
            && role.parts.iter().all(|part| !part.when.is_empty());
        let roles_exist = role.assigns.iter().all(|given| usize::from(given.0) < roles.len());
        if !(types_exist && roles_exist && conditions_exist) {
            return Err(Fault::Reference(&role.id));
        }
    }
    Ok(())
}

/// Whether no name is there twice. There may be thousands: each is compared with those beside it alone.
fn unique(names: Vec<&str>) -> Result<(), Fault<'_>> {
    let names = sorted(names, |a, b| a.cmp(b));
    let again = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next);
    again.map_or(Ok(()), |(name, _)| Err(Fault::Duplicate(name)))
}

/// A name: letters, digits, `_`, `-` and `.`, beginning with a letter or a digit.
pub(super) fn name(name: &str) -> Result<(), Fault<'_>> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if first && rest && name.len() <= ID_BYTES { Ok(()) } else { Err(Fault::Name(name)) }
}

/// Whether the engine gives this name itself: `subject.id`, `resource.id`, `resource.type`, `action.name`.
fn reserved(spec: &AttributeSpec) -> bool {
    match spec.owner {
        Owner::Subject => *spec.name == *"id",
        Owner::Action => *spec.name == *"name",
        Owner::Context => false,
        Owner::Type(_) => *spec.name == *"id" || *spec.name == *"type",
    }
}

pub(super) fn attributes(attributes: &[AttributeSpec], types: usize) -> Result<(), Fault<'_>> {
    if attributes.len() > ATTRIBUTES {
        return Err(Fault::Limit("attributes"));
    }
    for (at, spec) in attributes.iter().enumerate() {
        name(&spec.name)?;
        let again = attributes.iter().take(at).any(|other| other.owner == spec.owner && other.name == spec.name);
        if again || reserved(spec) {
            return Err(Fault::Duplicate(&spec.name));
        }
        if matches!(spec.owner, Owner::Type(on) if usize::from(on.0) >= types) {
            return Err(Fault::Reference(&spec.name));
        }
    }
    Ok(())
}

pub(super) fn rules(types: usize, rules: &[RuleSpec], conditions: usize) -> Result<(), Fault<'_>> {
    if rules.len() > RULES {
        return Err(Fault::Limit("rules"));
    }
    let sound = rules.iter().all(|rule| targets(types, &rule.targets, rule.when, conditions));
    if sound { Ok(()) } else { Err(Fault::Reference("rules")) }
}

pub(super) fn approvals(types: usize, policies: &[ApprovalSpec], conditions: usize) -> Result<(), Fault<'_>> {
    if policies.len() > APPROVAL_POLICIES {
        return Err(Fault::Limit("approval_policies"));
    }
    for policy in policies {
        name(&policy.id)?;
        if !targets(types, &policy.targets, policy.when, conditions) {
            return Err(Fault::Reference(&policy.id));
        }
    }
    Ok(())
}

fn targets(types: usize, targets: &[(TypeId, u64)], when: Option<ConditionId>, conditions: usize) -> bool {
    targets.iter().all(|(on, _)| usize::from(on.0) < types) && when.is_none_or(|when| usize::from(when.0) < conditions)
}
