//! Stored attributes of members: what may be written, who may write it, and how it is shown.
//!
//! Conditions of roles and rules read attributes, so whoever sets one may hand something on with it.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::held::Held;
use crate::state::State;
use crate::stop::{Stop, diagnosed, forbidden, invalid};
use crate::{admins, assignments, authority};
use countersign_compile::piece;
use countersign_core::condition::{Condition, Decimal, Reference};
use countersign_core::sorted::Set;
use countersign_core::{ConditionId, Millis, Owner, Policy, Slot, TypeId};
use countersign_wire::api::Values;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::{ItemForm, SubjectRecord, ValueForm};
use countersign_wire::time;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The stored attributes after `changes`: what is named changes, and null takes it away.
pub(crate) fn merged(
    policy: &Policy,
    current: &[(String, ValueForm)],
    changes: &Values,
) -> Result<Vec<(String, ValueForm)>, Stop> {
    for name in changes.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name) {
        if policy.slot(Owner::Subject, name).is_none() && !current.iter().any(|(known, _)| known == name) {
            return Err(invalid("invalid_attributes", format!("Members have no attribute `{name}` in this model.")));
        }
    }
    let given: Values =
        changes.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
    let text = json!({ "attributes": given }).to_string();
    let new = piece::stored(policy, Owner::Subject, Source { name: "attributes", text: &text })
        .map_err(|problems| diagnosed("invalid_attributes", &problems))?;
    let kept = current.iter().filter(|(name, _)| !changes.contains_key(name)).cloned();
    let mut all: Vec<_> = kept.chain(new).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

/// The names of those that differ.
pub(crate) fn differing(before: &[(String, ValueForm)], after: &[(String, ValueForm)]) -> Set<String> {
    let missing = |from: &[(String, ValueForm)], entry: &(String, ValueForm)| !from.contains(entry);
    let gone = before.iter().filter(|entry| missing(after, entry));
    let new = after.iter().filter(|entry| missing(before, entry));
    gone.chain(new).map(|(name, _)| name.clone()).collect()
}

/// Whether the actor may change these attributes of `subject`: not of itself, and of others only where it could hand on
/// itself whatever may come of it. What a condition makes of a new value is not worked out: that it reads the attribute is
/// enough.
pub(crate) fn may_change<S: State>(
    draft: &Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    names: &Set<String>,
) -> Result<(), Stop> {
    if names.is_empty() || rights.is_operator() {
        return Ok(());
    }
    if draft.selves()?.has(subject) {
        return Err(forbidden("You may not change your own attributes. Ask an administrator of this account."));
    }
    let policy = &draft.policy;
    let slots: Vec<Slot> = names.iter().filter_map(|name| policy.slot(Owner::Subject, name)).collect();
    let reads = |when: &Condition| {
        when.references.iter().any(|read| matches!(read, Reference::Slot(slot) if slots.contains(slot)))
    };
    let reads_id = |id: &ConditionId| policy.condition(*id).is_some_and(reads);
    let held = Held::of(draft, policy, subject)?;
    for given in held.assignments().filter(|given| given.window.until > draft.now) {
        let Some(role) = policy.role(given.role) else { continue };
        let spec = role.spec();
        let mut whens = spec.when.iter().chain(spec.parts.iter().flat_map(|part| &part.when));
        if !given.when.is_some_and(reads) && !whens.any(reads_id) {
            continue;
        }
        let custom = assignments::is_custom(draft, role.id())?;
        // It may come to allow, and to deny no more.
        let give = rights.may_give_until(given.role, given.scope, custom);
        let last = give.min(rights.may_take_until(given.role, given.scope, custom));
        if last.is_none_or(|last| given.window.until > last) {
            return Err(forbidden(format!(
                "What the role `{}` lets this member do depends on this attribute, and you may not give that role here. \
                 Ask an administrator who may.",
                role.id()
            )));
        }
    }
    let rules = policy.rules().iter().map(|rule| (rule.permit, rule.when, &rule.targets));
    let approvals = policy.approvals().iter().map(|policy| (false, policy.when, &policy.targets));
    for (permit, _, targets) in rules.chain(approvals).filter(|(_, when, _)| when.as_ref().is_some_and(reads_id)) {
        may_free(policy, rights, targets)?;
        // What forbids stands above all that a helper could give; taking it off somebody is an administrator's.
        if !permit && !admins::is_one(draft, policy, &draft.actor, draft.now)? {
            return Err(rule_reads_it(policy, targets));
        }
    }
    Ok(())
}

fn may_free(policy: &Policy, rights: &Rights, targets: &[authority::Row]) -> Result<(), Stop> {
    if rights.hands_on_until(targets, "/") == Some(Millis::MAX) {
        return Ok(());
    }
    Err(rule_reads_it(policy, targets))
}

fn rule_reads_it(policy: &Policy, targets: &[authority::Row]) -> Stop {
    let name = |on: &TypeId| policy.resource_type(*on).map_or("", |kind| kind.name());
    let kinds: Set<&str> = targets.iter().map(|(on, _)| name(on)).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    forbidden(format!(
        "A rule about `{}` looks at this attribute, and you could not give those rights yourself. Ask an administrator \
         who could.",
        kinds.join("`, `")
    ))
}

/// Attributes as they would be written: what `merged` reads as the same.
pub(crate) fn shown(record: &SubjectRecord) -> Values {
    record.attributes.iter().map(|(name, value)| (name.clone(), written(value))).collect()
}

fn written(value: &ValueForm) -> Value {
    match value {
        ValueForm::One(item) => one(item),
        ValueForm::Many(items) => items.iter().map(one).collect::<Vec<_>>().into(),
    }
}

fn one(item: &ItemForm) -> Value {
    match item {
        ItemForm::Error | ItemForm::Duration(_) | ItemForm::Range(..) => Value::Null,
        ItemForm::Bool(value) => (*value).into(),
        ItemForm::Int(value) => (*value).into(),
        // Exact, as a text: a number of JSON may pass through a float.
        ItemForm::Decimal(units, scale) => {
            Decimal::new(*units, *scale).map_or(Value::Null, |value| value.to_text().into())
        }
        ItemForm::String(value) => value.clone().into(),
        ItemForm::Timestamp(at) => time::format(*at).map_or(Value::Null, Value::String),
        ItemForm::Ip(true, bits) => Ipv6Addr::from(*bits).to_string().into(),
        ItemForm::Ip(false, bits) => {
            u32::try_from(*bits).map_or(Value::Null, |bits| Ipv4Addr::from(bits).to_string().into())
        }
    }
}
