//! The tenant's own roles: made, changed, removed.
//!
//! A role is kept as it was written, and the policy is made anew from all of them: a change writes one published record,
//! whatever the number of those who have the role.

mod views;

pub(crate) use views::{one, page};

use crate::approval_policies::may_name;
use crate::authority::Rights;
use crate::draft::Draft;
use crate::members::keeps_an_administrator;
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden, invalid, not_found};
use crate::{assignments, doc, gains, gone, recompile, selves};
use countersign_core::limits::{APPROVAL_POLICIES, ROLES};
use countersign_core::{Millis, Policy, RoleSpec};
use countersign_wire::api::RoleBody;
use serde_json::Value;

/// How many assignments are looked at when a role may be assigned in fewer places than before.
const HOLDERS: usize = 5_000;
/// How many assignments of a role are counted.
pub(crate) const COUNTED: usize = 1_000;

/// Adds a role.
pub(crate) fn create<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &RoleBody) -> Result<(), Stop> {
    if !rights.may("create", "/", "role:new") {
        return Err(forbidden("You may not make roles. Ask an administrator of this account."));
    }
    let Some(id) = body.0.get("id").and_then(Value::as_str).map(str::to_owned) else {
        return Err(invalid("invalid_role", "A role needs an `id`: letters, digits, `_`, `-` and `.`."));
    };
    if draft.policy.role_named(&id).is_some() {
        return Err(conflict("role_exists", format!("There is a role `{id}` already. Choose another id.")));
    }
    gone::refuse(draft, &format!("role:{id}"))?;
    write(draft, rights, &id, Value::Null, Value::Object(body.0.clone()))?;
    draft.id = Some(id);
    draft.created = true;
    Ok(())
}

/// Replaces a role.
pub(crate) fn edit<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str, body: &RoleBody) -> Result<(), Stop> {
    if !rights.may("edit", "/", &format!("role:{id}")) {
        return Err(forbidden("You may not change roles. Ask an administrator of this account."));
    }
    let before = own(draft, id)?;
    let mut body = body.0.clone();
    match body.get("id") {
        None => drop(body.insert("id".to_owned(), id.into())),
        Some(same) if same == id => {}
        Some(_) => return Err(invalid("id_changed", "A role keeps its id. Leave `id` out, or make another role.")),
    }
    write(draft, rights, id, before, Value::Object(body))
}

/// Removes a role that nobody has and nothing names.
pub(crate) fn delete<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    if !rights.may("delete", "/", &format!("role:{id}")) {
        return Err(forbidden("You may not remove roles. Ask an administrator of this account."));
    }
    let before = own(draft, id)?;
    let in_use = |how: String| Err(conflict("role_in_use", how));
    let held = held_by(draft, id, COUNTED)?.len();
    if held > 0 {
        let count = if held < COUNTED { held.to_string() } else { format!("{COUNTED} or more") };
        return in_use(format!("{count} assignments give the role `{id}`. Take them back, and then remove the role."));
    }
    let names = |body: &Value, list: &str, name: &str| {
        body.get(list).and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == name))
    };
    let others: Vec<(String, Value)> = doc::list(draft, doc::ROLE, "", ROLES)?;
    let mut others = others.iter().filter(|(other, _)| other != id);
    if let Some((other, _)) = others.find(|(_, body)| names(body, "includes", id) || names(body, "assigns", id)) {
        return in_use(format!("The role `{other}` includes or assigns `{id}`. Change it, and then remove this one."));
    }
    let policies: Vec<(String, Value)> = doc::list(draft, doc::APPROVAL_POLICY, "", APPROVAL_POLICIES)?;
    let approver = format!("role:{id}");
    if let Some((policy, _)) = policies.iter().find(|(_, body)| names(body, "approvers", &approver)) {
        return in_use(format!(
            "The approval policy `{policy}` names `{id}` as an approver. Change it, and then remove the role."
        ));
    }
    draft.remove_doc(format!("{}{id}", doc::ROLE));
    gone::bury(draft, &format!("role:{id}"))?;
    let policy = recompile::policy(draft, "invalid_role")?;
    draft.put_policy(policy)?;
    draft.note(format!("role:{id}"), before, Value::Null);
    keeps_an_administrator(draft)
}

/// Writes a role, if the actor could hand on what its holders gain by it.
fn write<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    id: &str,
    before: Value,
    body: Value,
) -> Result<(), Stop> {
    draft.put_doc(format!("{}{id}", doc::ROLE), &body)?;
    let policy = recompile::policy(draft, "invalid_role")?;
    may_bring(draft, rights, &policy)?;
    keeps_approvers(draft, rights, id, &policy)?;
    keeps_places(draft, &policy)?;
    draft.put_policy(policy)?;
    draft.note(format!("role:{id}"), before, body);
    keeps_an_administrator(draft)
}

/// Refuses what would give the holders of roles more than the actor could hand on everywhere and for good.
fn may_bring<S: State>(draft: &Draft<'_, S>, rights: &Rights, after: &Policy) -> Result<(), Stop> {
    if rights.is_operator() {
        return Ok(());
    }
    let gains = gains::between(&draft.policy, after);
    let beyond = || {
        forbidden(
            "This role would hold more than you could hand on yourself: everywhere in the account, without condition \
             or end. Ask an administrator who can.",
        )
    };
    let freed: Vec<_> = gains.freed.iter().map(|(_, row)| *row).collect();
    let for_good = |until: Option<Millis>| until == Some(Millis::MAX);
    let given = RoleSpec { assigns: gains.assigns, ..RoleSpec::default() };
    if !for_good(rights.hands_on_until(&gains.allowed, "/"))
        || !for_good(rights.hands_on_until(&freed, "/"))
        || !for_good(rights.could_give_until(after, &given, "/"))
    {
        return Err(beyond());
    }
    let freed = |rights: &Rights| gains.freed.iter().any(|(role, _)| rights.has_role(*role));
    if !gains.freed.is_empty() && selves::any(draft, rights, freed)? {
        return Err(forbidden("This role restricts you. Ask another administrator to change what it denies."));
    }
    Ok(())
}

/// Refuses to change when a role acts by which requests are approved, to those who do not say who approves.
fn keeps_approvers<S: State>(draft: &Draft<'_, S>, rights: &Rights, id: &str, after: &Policy) -> Result<(), Stop> {
    let spec = |policy: &'_ Policy| Some(policy.role(policy.role_named(id)?)?.spec().clone());
    let alike = spec(&draft.policy)
        .zip(spec(after))
        .is_some_and(|(old, new)| gains::acts_alike(&draft.policy, &old, after, &new));
    if alike || may_name(after, rights, &format!("role:{id}")) {
        return Ok(());
    }
    Err(forbidden(
        "Whoever has this role approves requests while its condition holds, and you may not say who does. Ask an \
         administrator who may.",
    ))
}

/// Refuses what would leave somebody with a role where it may not be assigned.
fn keeps_places<S: State>(draft: &Draft<'_, S>, after: &Policy) -> Result<(), Stop> {
    for new in after.roles() {
        let old = draft.policy.role_named(new.id()).and_then(|id| draft.policy.role(id));
        let Some(old) = old.map(|role| role.spec()) else { continue };
        let narrower = (old.at_root && !new.spec().at_root) || old.at.iter().any(|on| !new.spec().at.contains(on));
        if !narrower {
            continue;
        }
        let id = new.id();
        let held = held_by(draft, id, HOLDERS + 1)?;
        if held.len() > HOLDERS {
            return Err(conflict(
                "role_in_use",
                format!(
                    "More than {HOLDERS} assignments give the role `{id}`, too many to see whether all may stay where \
                     they are. Make another role instead of narrowing where this one may be assigned."
                ),
            ));
        }
        for (assignment, key) in held {
            let Some(form) = assignments::find(draft, &key, &assignment)? else { continue };
            let role = after.role_named(id).ok_or_else(|| Fault(format!("the policy lost the role {id}")))?;
            if after.may_assign_at(role, &form.scope) != Ok(true) {
                return Err(conflict(
                    "role_in_use",
                    format!(
                        "The assignment `{assignment}` gives the role `{id}` at `{}`, where it may not be assigned any \
                         more. Take it back first, or keep that place in `at`.",
                        form.scope
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// The assignments that give a role, at most `limit`: their ids, and the keys of the records that hold them.
pub(crate) fn held_by(state: &impl State, role: &str, limit: usize) -> Result<Vec<(String, String)>, Fault> {
    doc::list(state, &format!("{}{role}/", doc::ROLE_HELD), "", limit)
}

/// A role of the tenant's own, as it was written.
fn own<S: State>(draft: &Draft<'_, S>, id: &str) -> Result<Value, Stop> {
    if let Some(body) = doc::read(draft, &format!("{}{id}", doc::ROLE))? {
        return Ok(body);
    }
    if draft.policy.role_named(id).is_some() {
        let detail = format!("The role `{id}` comes from the model of this account and cannot be changed here.");
        return Err(conflict("model_role", detail));
    }
    Err(not_found("unknown_role", format!("There is no role `{id}`.")))
}
