//! Members: their status, and what is written down of them.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, unknown_member};
use crate::{admins, held};
use countersign_wire::record::StatusForm;
use serde_json::json;

/// The word of a status.
pub(crate) fn word(status: StatusForm) -> &'static str {
    match status {
        StatusForm::Invited => "invited",
        StatusForm::Active => "active",
        StatusForm::Deactivated => "deactivated",
        StatusForm::Locked => "locked",
    }
}

/// Sets a member's status.
pub(crate) fn set_status<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    wanted: StatusForm,
) -> Result<(), Stop> {
    let known = held::subject(draft, subject)?;
    let current = known.as_ref().map(|record| record.status);
    let action = match (current, wanted) {
        (_, StatusForm::Deactivated) => "deactivate",
        (_, StatusForm::Locked) => "lock",
        (Some(StatusForm::Locked), StatusForm::Active) => "unlock",
        _ => "activate",
    };
    if !rights.may(action, "/", &format!("member:{subject}")) {
        return Err(forbidden("You may not change members. Ask an administrator of this account."));
    }
    // Every way out of `locked` is an unlocking.
    let leaves_locked = current == Some(StatusForm::Locked) && wanted != StatusForm::Locked;
    if leaves_locked && !rights.may("unlock", "/", &format!("member:{subject}")) {
        return Err(forbidden("This member is locked, and you may not unlock members. Ask an administrator."));
    }
    let mut record = known.ok_or_else(|| unknown_member(subject))?;
    if draft.actor == subject && wanted != StatusForm::Active {
        return Err(conflict("own_status", "You cannot shut yourself out. Ask another administrator to do it."));
    }
    if record.status == wanted {
        return Ok(());
    }
    if record.status == StatusForm::Invited {
        return Err(conflict(
            "invited",
            "This member has not accepted the invitation yet; revoke or resend it instead.",
        ));
    }
    if wanted == StatusForm::Invited {
        return Err(conflict("already_member", "Somebody who is a member already cannot be made an invited one."));
    }
    let before = word(record.status);
    record.status = wanted;
    draft.put_member(subject, &record)?;
    let mut person = draft.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    word(wanted).clone_into(&mut person.status);
    draft.put_person(subject, person);
    draft.note(format!("member:{subject}"), json!({ "status": before }), json!({ "status": word(wanted) }));
    crate::links::changed(draft, subject)?;
    keeps_an_administrator(draft)
}

/// Refuses what would leave the tenant without an administrator.
pub(crate) fn keeps_an_administrator<S: State>(draft: &Draft<'_, S>) -> Result<(), Stop> {
    let (now, actor) = (draft.now, &draft.actor);
    if admins::is_one(draft, &draft.policy, actor, now)? || admins::any(draft, &draft.policy, now)? {
        return Ok(());
    }
    let Some(policy) = held::policy(draft.before())? else { return Ok(()) };
    if !admins::any(draft.before(), &policy, now)? {
        return Ok(());
    }
    Err(conflict(
        "last_administrator",
        "This would leave the account without an administrator. Make somebody else one first.",
    ))
}
