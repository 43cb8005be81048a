//! Groups: who is in them holds what they were given, so putting somebody in hands it on, and taking somebody out takes
//! it back.

use crate::approval_policies::may_name;
use crate::authority::Rights;
use crate::draft::Draft;
use crate::members::{keeps_an_administrator, may_give};
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid, unknown_group};
use crate::{assignments, doc, gone, held, index, settings};
use countersign_compile::{Principal, principal};
use countersign_core::limits::GROUPS;
use countersign_wire::api::GroupBody;
use countersign_wire::record::GroupRecord;
use countersign_wire::seal::{group_key, subject_key};
use serde_json::{Value, json};

pub(crate) use countersign_wire::stored::Named;

/// Members of the largest group that is deleted with one command.
const MOST_OUT: usize = 1_000;
/// Bytes of the longest name.
const LONGEST_NAME: usize = 256;

/// Adds a group.
pub(crate) fn create<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &GroupBody) -> Result<(), Stop> {
    let plain = !body.id.is_empty() && body.id.bytes().all(|byte| byte.is_ascii_graphic());
    let full = format!("group:{}", body.id);
    let sound = plain && matches!(principal(&full), Some(Principal::Group(_)));
    if !rights.may("create", "/", if sound { &full } else { "group:new" }) {
        return Err(forbidden("You may not add groups. Ask an administrator of this account."));
    }
    if !sound {
        return Err(invalid("invalid_group", "A group's id has plain ASCII signs, without space or `/`."));
    }
    let named = named(body)?;
    if held::group(draft, &body.id)?.is_some() {
        return Err(conflict("group_exists", format!("There is a group `{}` already.", body.id)));
    }
    gone::refuse(draft, &full)?;
    draft.put_group(&body.id, &GroupRecord::default())?;
    draft.put_doc(format!("{}{}", doc::GROUP, body.id), &named)?;
    draft.note(full, Value::Null, json!({ "name": named.name }));
    draft.id = Some(body.id.clone());
    draft.created = true;
    Ok(())
}

/// Changes a group's name.
pub(crate) fn edit<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    id: &str,
    body: &GroupBody,
) -> Result<(), Stop> {
    may(rights, "edit", id)?;
    held::group(draft, id)?.ok_or_else(|| unknown_group(id))?;
    if body.id != id {
        return Err(invalid("invalid_group", format!("A group keeps its id: write `{id}`, or make another group.")));
    }
    let named = named(body)?;
    let key = format!("{}{id}", doc::GROUP);
    let before: Named = doc::read(draft, &key)?.unwrap_or_default();
    draft.note(format!("group:{id}"), json!({ "name": before.name }), json!({ "name": named.name }));
    draft.put_doc(key, &named)
}

/// Removes a group with what it was given; its members keep what is their own.
pub(crate) fn delete<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    may(rights, "delete", id)?;
    let record = held::group(draft, id)?.ok_or_else(|| unknown_group(id))?;
    let key = group_key(id);
    for form in &record.assignments {
        assignments::may_take_back(draft, rights, &key, form)?;
    }
    let full = format!("group:{id}");
    let approver = |policy: &&countersign_core::ApprovalSpec| policy.approvers.iter().any(|named| **named == *full);
    if let Some(policy) = draft.policy.approvals().iter().find(approver) {
        let detail = format!("The approval policy `{}` names this group. Name other approvers first.", policy.id);
        return Err(conflict("group_in_use", detail));
    }
    let members: Vec<(String, ())> = doc::list(draft, &format!("{}{id}/", doc::IN_GROUP), "", MOST_OUT + 1)?;
    if members.len() > MOST_OUT {
        let detail = format!("The group has more than {MOST_OUT} members. Take members out first, then delete it.");
        return Err(conflict("group_too_large", detail));
    }
    for (subject, ()) in &members {
        out(draft, id, subject)?;
    }
    let ids: Vec<String> = record.assignments.iter().map(|form| form.id.clone()).collect();
    for assignment in ids {
        assignments::take(draft, &key, &assignment)?;
    }
    let named: Named = doc::read(draft, &format!("{}{id}", doc::GROUP))?.unwrap_or_default();
    let subjects: Vec<String> = members.into_iter().map(|(subject, ())| subject).collect();
    draft.note(full, json!({ "name": named.name, "members": subjects }), Value::Null);
    draft.remove_doc(format!("{}{id}", doc::GROUP));
    draft.remove_record(key);
    gone::bury(draft, &format!("group:{id}"))?;
    keeps_an_administrator(draft)
}

/// Puts a member into a group.
pub(crate) fn add<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str, subject: &str) -> Result<(), Stop> {
    join(draft, rights, id, subject)?;
    // A role of the group may deny, and so take administration away.
    keeps_an_administrator(draft)
}

/// Puts a member into a group, whatever becomes of the administrators.
pub(crate) fn join<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str, subject: &str) -> Result<(), Stop> {
    may(rights, "edit", id)?;
    let group = held::group(draft, id)?.ok_or_else(|| unknown_group(id))?;
    let mut record = draft.member(subject)?;
    if record.groups.iter().any(|known| known == id) {
        return Ok(());
    }
    if subject.starts_with("support:") {
        let detail = "Support is given a role by authorising it, for a time; it cannot be in groups.";
        return Err(invalid("invalid_subject", detail));
    }
    if !may_name(&draft.policy, rights, &format!("group:{id}")) {
        return Err(forbidden(
            "Whoever is in this group approves requests, and you may not say who does. Ask an administrator who may.",
        ));
    }
    for form in &group.assignments {
        settings::refuse_sealed(draft, &form.role)?;
        if !may_give(draft, &draft.policy, rights, form)? {
            return Err(forbidden(format!(
                "Whoever is in this group has the role `{}` at `{}`, and you may not give that. Ask an administrator who \
                 may.",
                form.role, form.scope
            )));
        }
    }
    if record.groups.len() >= GROUPS {
        return Err(conflict("too_many_groups", format!("A member can be in at most {GROUPS} groups.")));
    }
    record.groups.push(id.to_owned());
    draft.put_member(subject, &record)?;
    draft.put_doc(index::in_group(id, subject), &())?;
    draft.note(format!("group:{id}/{subject}"), json!(false), json!(true));
    Ok(())
}

/// Takes a member out of a group.
pub(crate) fn remove<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str, subject: &str) -> Result<(), Stop> {
    may(rights, "edit", id)?;
    let group = held::group(draft, id)?.ok_or_else(|| unknown_group(id))?;
    let record = draft.member(subject)?;
    if !record.groups.iter().any(|known| known == id) {
        return Ok(());
    }
    for form in &group.assignments {
        // As from the member itself: whoever takes itself out may not lose a restriction so.
        assignments::may_take_back(draft, rights, &subject_key(subject), form)?;
    }
    out(draft, id, subject)?;
    draft.note(format!("group:{id}/{subject}"), json!(true), json!(false));
    keeps_an_administrator(draft)
}

fn out<S: State>(draft: &mut Draft<'_, S>, id: &str, subject: &str) -> Result<(), Stop> {
    let mut record = draft.member(subject)?;
    record.groups.retain(|known| known != id);
    draft.put_member(subject, &record)?;
    draft.remove_doc(index::in_group(id, subject));
    Ok(())
}

fn may(rights: &Rights, action: &str, id: &str) -> Result<(), Stop> {
    if rights.may(action, "/", &format!("group:{id}")) {
        return Ok(());
    }
    Err(forbidden("You may not change groups. Ask an administrator of this account."))
}

fn named(body: &GroupBody) -> Result<Named, Stop> {
    let name = body.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    if name.as_ref().is_some_and(|name| name.len() > LONGEST_NAME || name.chars().any(char::is_control)) {
        let detail = format!("A group's name has at most {LONGEST_NAME} bytes, and no line breaks.");
        return Err(invalid("invalid_name", detail));
    }
    Ok(Named { name })
}
