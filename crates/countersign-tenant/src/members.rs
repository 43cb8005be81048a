//! Members: their status, and what is written down of them.
//!
//! A member that must change its credential is published as locked, so that every copy denies it everything; people read
//! the status that it has besides.

mod create;
mod delete;
mod edit;
mod handing;
mod profile;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use edit::edit;
pub(crate) use handing::{All, may_give};

use crate::authority::Rights;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, unknown_member};
use crate::{admins, held};
use countersign_wire::record::{StatusForm, SubjectRecord};
use countersign_wire::stored::Person;
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

/// The status that people read: that of the record, unless a credential is waited for.
pub(crate) fn status(record: &SubjectRecord, person: &Person) -> StatusForm {
    if person.credential_change_required && record.status == StatusForm::Locked && person.status == "active" {
        return StatusForm::Active;
    }
    record.status
}

/// The status that is published for one that people read.
pub(crate) fn published(status: StatusForm, credential_change_required: bool) -> StatusForm {
    if credential_change_required && status == StatusForm::Active { StatusForm::Locked } else { status }
}

/// Sets a member's status.
pub(crate) fn set_status<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    wanted: StatusForm,
) -> Result<(), Stop> {
    let known = held::subject(draft, subject)?;
    let mut person = draft.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    let current = known.as_ref().map(|record| status(record, &person));
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
    let before = status(&record, &person);
    if before == wanted {
        return Ok(());
    }
    if before == StatusForm::Invited {
        return Err(conflict(
            "invited",
            "This member has not accepted the invitation yet; revoke or resend it instead.",
        ));
    }
    if wanted == StatusForm::Invited {
        return Err(conflict("already_member", "Somebody who is a member already cannot be made an invited one."));
    }
    record.status = published(wanted, person.credential_change_required);
    draft.put_member(subject, &record)?;
    word(wanted).clone_into(&mut person.status);
    draft.put_person(subject, person);
    draft.note(format!("member:{subject}"), json!({ "status": word(before) }), json!({ "status": word(wanted) }));
    // Only who is active again can read it in its inbox; the others are for those who listen from outside.
    let to = if wanted == StatusForm::Active { vec![subject.to_owned()] } else { Vec::new() };
    draft.tell(event(wanted), to, json!({ "subject": subject }), None);
    crate::links::changed(draft, subject)?;
    keeps_an_administrator(draft)
}

fn event(status: StatusForm) -> &'static str {
    match status {
        StatusForm::Invited => "member.invited",
        StatusForm::Active => "member.activated",
        StatusForm::Deactivated => "member.deactivated",
        StatusForm::Locked => "member.locked",
    }
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
