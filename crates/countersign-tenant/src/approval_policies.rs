//! The tenant's approval policies: made, changed, removed. What waits under one that changes must be asked again.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::members::keeps_an_administrator;
use crate::query::{Asker, Shown, paged, size};
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden, invalid, not_found};
use crate::{doc, gone, held, recompile, requests, target};
use countersign_compile::{Principal, principal};
use countersign_core::limits::APPROVAL_POLICIES;
use countersign_core::{ApprovalSpec, Policy, TypeId};
use countersign_wire::api::{ApprovalPolicyBody, Page, view::ApprovalPolicyView};
use countersign_wire::form::from_value;
use serde_json::Value;

/// Characters of the longest name.
const LONGEST_NAME: usize = 256;

/// Adds an approval policy.
pub(crate) fn create<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    body: &ApprovalPolicyBody,
) -> Result<(), Stop> {
    if !rights.may("create", "/", "approval_policy:new") {
        return Err(forbidden("You may not make approval policies. Ask an administrator of this account."));
    }
    let id = &body.id;
    let sound = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if id.is_empty() || id.len() > countersign_core::limits::ID_BYTES || !id.chars().all(sound) {
        let detail = format!("`{id}` cannot be an approval policy's id. Use letters, digits, `_`, `-` and `.`.");
        return Err(invalid("invalid_approval_policy", detail));
    }
    if draft.doc(&key(id))?.is_some() {
        let detail = format!("There is an approval policy `{id}` already. Choose another id.");
        return Err(conflict("approval_policy_exists", detail));
    }
    gone::refuse(draft, &format!("approval_policy:{id}"))?;
    write(draft, Value::Null, body)?;
    draft.id = Some(id.clone());
    draft.created = true;
    Ok(())
}

/// Replaces an approval policy.
pub(crate) fn edit<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    id: &str,
    body: &ApprovalPolicyBody,
) -> Result<(), Stop> {
    if !rights.may("edit", "/", &format!("approval_policy:{id}")) {
        return Err(forbidden("You may not change approval policies. Ask an administrator of this account."));
    }
    let before = known(draft, id)?;
    if body.id != id {
        let detail = "An approval policy keeps its id. Send the id that it has, or make another one.";
        return Err(invalid("id_changed", detail));
    }
    write(draft, before, body)
}

/// Removes an approval policy.
pub(crate) fn delete<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    if !rights.may("delete", "/", &format!("approval_policy:{id}")) {
        return Err(forbidden("You may not remove approval policies. Ask an administrator of this account."));
    }
    let before = known(draft, id)?;
    draft.remove_doc(key(id));
    gone::bury(draft, &format!("approval_policy:{id}"))?;
    draft.note(format!("approval_policy:{id}"), before, Value::Null);
    take_effect(draft)
}

fn write<S: State>(draft: &mut Draft<'_, S>, before: Value, body: &ApprovalPolicyBody) -> Result<(), Stop> {
    check_people(draft, body)?;
    let entry = serde_json::to_value(body).map_err(|error| Fault(error.to_string()))?;
    draft.put_doc(key(&body.id), &entry)?;
    draft.note(format!("approval_policy:{}", body.id), before, entry);
    take_effect(draft)
}

/// The policy made anew, and what was asked under the old one looked at again.
fn take_effect<S: State>(draft: &mut Draft<'_, S>) -> Result<(), Stop> {
    let policy = recompile::policy(draft, "invalid_approval_policy")?;
    // An approval of a management command would be bound to nothing in particular, and could shut everybody out.
    let builtin = |on: &TypeId| policy.resource_type(*on).is_some_and(|kind| kind.is_builtin());
    if policy.approvals().iter().any(|approval| approval.targets.iter().any(|(on, _)| builtin(on))) {
        return Err(invalid(
            "invalid_approval_policy",
            "Approvals are for what your product does, not for managing the account: name permissions of the model's own \
             types.",
        ));
    }
    draft.put_policy(policy)?;
    requests::look_again(draft, "")?;
    keeps_an_administrator(draft)
}

/// Whether the actor may make somebody an approver: whoever decides who approves may, for what they approve.
pub(crate) fn may_name(policy: &Policy, rights: &Rights, approver: &str) -> bool {
    let named = |approval: &&ApprovalSpec| approval.approvers.iter().any(|known| **known == *approver);
    let mut all = policy.approvals().iter().filter(named);
    all.all(|approval| rights.may("edit", "/", &format!("approval_policy:{}", approval.id)))
}

/// Those who approve exist, and there are enough of them where they are counted.
fn check_people<S: State>(draft: &Draft<'_, S>, body: &ApprovalPolicyBody) -> Result<(), Stop> {
    if body.name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        return Err(invalid("invalid_approval_policy", format!("A name has at most {LONGEST_NAME} characters.")));
    }
    if body.quorum == 0 {
        return Err(invalid("invalid_approval_policy", "At least one must approve: the quorum begins with 1."));
    }
    let mut members = countersign_core::sorted::Set::new();
    for approver in &body.approvers {
        let exists = match (approver.strip_prefix("role:"), principal(approver)) {
            (Some(role), _) => draft.policy.role_named(role).is_some(),
            (None, Some(Principal::Group(group))) => held::group(draft, group)?.is_some(),
            (None, Some(Principal::Subject(subject))) => {
                members.insert(subject);
                held::subject(draft, subject)?.is_some()
            }
            (None, None) => false,
        };
        if !exists {
            let detail =
                format!("There is no role, member or group `{approver}`. Write `role:…`, `user:…` or `group:…`.");
            return Err(invalid("unknown_approver", detail));
        }
    }
    let counted = body.approvers.iter().all(|approver| members.contains(approver.as_str()));
    if counted && !members.is_empty() && usize::from(body.quorum) > members.len() {
        let detail = format!("{} approvals are needed, and only {} may approve.", body.quorum, members.len());
        return Err(invalid("invalid_approval_policy", detail));
    }
    Ok(())
}

fn known(state: &impl State, id: &str) -> Result<Value, Stop> {
    let hidden = || not_found("unknown_approval_policy", format!("There is no approval policy `{id}`."));
    doc::read(state, &key(id))?.ok_or_else(hidden)
}

fn key(id: &str) -> String {
    format!("{}{id}", doc::APPROVAL_POLICY)
}

/// Approval policies by id.
pub(crate) fn page<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    let after = page.cursor.as_deref().unwrap_or_default();
    let all: Vec<(String, Value)> = doc::list(asker.state, doc::APPROVAL_POLICY, after, APPROVAL_POLICIES)?;
    let seen = |id: &str| asker.rights.may("view", "/", &format!("approval_policy:{id}"));
    let seen = all.into_iter().filter(|(id, _)| seen(id)).take(size(page) + 1);
    let items = seen.map(|(id, body)| Ok((id, view(body)?)));
    Ok((paged(items.collect::<Result<_, Stop>>()?, page), None))
}

/// One approval policy.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, id: &str) -> Result<Shown, Stop> {
    if !asker.rights.may("view", "/", &format!("approval_policy:{id}")) {
        let detail = format!("There is no approval policy `{id}` that you may see.");
        return Err(not_found("unknown_approval_policy", detail));
    }
    let changed = target::changed(asker.state, &target::document(doc::APPROVAL_POLICY, id))?;
    Ok((view(known(asker.state, id)?)?, changed))
}

fn view(body: Value) -> Result<Value, Stop> {
    let body: ApprovalPolicyBody = from_value(body).map_err(Fault)?;
    let ApprovalPolicyBody { id, name, permissions, when, approvers, quorum } = body;
    let shown = ApprovalPolicyView { id, name, permissions, when, approvers, quorum };
    Ok(serde_json::to_value(shown).map_err(|error| Fault(error.to_string()))?)
}
