//! What makes a policy sound.

use super::{ApprovalSpec, ConditionId, ResourceType, RoleSpec, RuleSpec, TypeId};
use crate::PolicyError;
use crate::attribute::{AttributeSpec, Owner};
use crate::limits::{
    ACTIONS_PER_TYPE, APPROVAL_POLICIES, ATTRIBUTES, CONDITIONS, ID_BYTES, ROLES, RULES, TITLES, TYPES,
};
use alloc::boxed::Box;

pub(super) fn types(types: &[ResourceType], declared: usize) -> Result<(), PolicyError> {
    if types.len() > TYPES {
        return Err(PolicyError::Limit(Box::from("types")));
    }
    for (at, kind) in types.iter().enumerate() {
        let called = &kind.spec.name;
        name(called)?;
        if types.iter().take(at).any(|earlier| earlier.name() == kind.name()) {
            return Err(PolicyError::Duplicate(called.clone()));
        }
        if kind.spec.actions.len() > ACTIONS_PER_TYPE {
            return Err(PolicyError::Limit(called.clone()));
        }
        if kind.spec.parents.iter().any(|parent| usize::from(parent.0) >= declared) {
            return Err(PolicyError::Reference(called.clone()));
        }
        for (bit, action) in kind.spec.actions.iter().enumerate() {
            name(action)?;
            if kind.spec.actions.iter().take(bit).any(|earlier| earlier == action) {
                return Err(PolicyError::Duplicate(action.clone()));
            }
        }
    }
    Ok(())
}

pub(super) fn roles(types: &[ResourceType], roles: &[RoleSpec], conditions: usize) -> Result<(), PolicyError> {
    if roles.len() > ROLES {
        return Err(PolicyError::Limit(Box::from("roles")));
    }
    if conditions > CONDITIONS {
        return Err(PolicyError::Limit(Box::from("conditions")));
    }
    for (at, role) in roles.iter().enumerate() {
        name(&role.id)?;
        if role.titles.len() > TITLES {
            return Err(PolicyError::Limit(role.id.clone()));
        }
        if roles.iter().take(at).any(|earlier| earlier.id == role.id) {
            return Err(PolicyError::Duplicate(role.id.clone()));
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
            return Err(PolicyError::Reference(role.id.clone()));
        }
    }
    Ok(())
}

/// A name: letters, digits, `_`, `-` and `.`, beginning with a letter or a digit.
pub(super) fn name(name: &str) -> Result<(), PolicyError> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if first && rest && name.len() <= ID_BYTES { Ok(()) } else { Err(PolicyError::Name(Box::from(name))) }
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

pub(super) fn attributes(attributes: &[AttributeSpec], types: usize) -> Result<(), PolicyError> {
    if attributes.len() > ATTRIBUTES {
        return Err(PolicyError::Limit(Box::from("attributes")));
    }
    for (at, spec) in attributes.iter().enumerate() {
        name(&spec.name)?;
        let again = attributes.iter().take(at).any(|other| other.owner == spec.owner && other.name == spec.name);
        if again || reserved(spec) {
            return Err(PolicyError::Duplicate(spec.name.clone()));
        }
        if matches!(spec.owner, Owner::Type(on) if usize::from(on.0) >= types) {
            return Err(PolicyError::Reference(spec.name.clone()));
        }
    }
    Ok(())
}

pub(super) fn rules(types: usize, rules: &[RuleSpec], conditions: usize) -> Result<(), PolicyError> {
    if rules.len() > RULES {
        return Err(PolicyError::Limit(Box::from("rules")));
    }
    let sound = rules.iter().all(|rule| targets(types, &rule.targets, rule.when, conditions));
    if sound { Ok(()) } else { Err(PolicyError::Reference(Box::from("rules"))) }
}

pub(super) fn approvals(types: usize, policies: &[ApprovalSpec], conditions: usize) -> Result<(), PolicyError> {
    if policies.len() > APPROVAL_POLICIES {
        return Err(PolicyError::Limit(Box::from("approval_policies")));
    }
    for policy in policies {
        name(&policy.id)?;
        if !targets(types, &policy.targets, policy.when, conditions) {
            return Err(PolicyError::Reference(policy.id.clone()));
        }
    }
    Ok(())
}

fn targets(types: usize, targets: &[(TypeId, u64)], when: Option<ConditionId>, conditions: usize) -> bool {
    targets.iter().all(|(on, _)| usize::from(on.0) < types) && when.is_none_or(|when| usize::from(when.0) < conditions)
}
