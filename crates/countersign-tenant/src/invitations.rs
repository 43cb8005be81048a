//! Invitations: single use, for a time, for one subject at one address, and only while whoever sent it could still give
//! what the subject was given.
//!
//! The secret is `{id}.{64 hexadecimal digits}`, so that looking it up is one read; its digest alone is kept.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::members::{All, published, status, word};
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden, invalid, not_found};
use crate::{doc, held, secret, settings};
use countersign_core::Status;
use countersign_wire::record::StatusForm;
use countersign_wire::stored::Invitation;
use countersign_wire::time;
use serde_json::{Value, json};
use std::rc::Rc;

const HOUR: i64 = 60 * 60 * 1_000;

/// Invites a member that was added before, or invites again: a new secret, and the old one ends.
pub(crate) fn resend<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, subject: &str) -> Result<(), Stop> {
    let known = of(draft, subject)?;
    let sent = known.as_ref().is_some_and(|(_, invitation)| invitation.sent_at.is_some());
    let id = known.map_or_else(|| "new".to_owned(), |(id, _)| id);
    if !rights.may(if sent { "resend" } else { "create" }, "/", &format!("invitation:{id}")) {
        return Err(forbidden("You may not invite anybody. Ask an administrator of this account."));
    }
    let record = draft.member(subject)?;
    if record.status != StatusForm::Invited {
        let detail = "This is a member already, and needs no invitation. Give a role instead.";
        return Err(conflict("already_member", detail));
    }
    send(draft, rights, subject)
}

/// Sends an invitation to somebody who is to be invited.
pub(crate) fn send<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, subject: &str) -> Result<(), Stop> {
    let email = draft.person(subject)?.and_then(|(_, person)| person.email);
    let email = email.ok_or_else(|| {
        invalid("no_address", "There is no address that the invitation could go to. Write one down first.")
    })?;
    let (id, old) = made(draft, rights, subject)?;
    let hours = i64::from(settings::of(draft)?.invitation_hours);
    let expires = draft.now.saturating_add(hours.saturating_mul(HOUR));
    forget_end(draft, &id, &old);
    let secret = format!("{id}.{}", draft.secret(&format!("invitation {id}")));
    let new = Invitation {
        email: Some(email.clone()),
        inviter: draft.actor.clone(),
        operator: rights.is_operator(),
        digest: Some(secret::digest(secret.as_bytes())),
        sent_at: Some(draft.now),
        expires: Some(expires),
        ..old.clone()
    };
    draft.put_doc(doc::due_key(expires, &format!("invitation/{id}")), &())?;
    draft.note(format!("invitation:{id}"), shown(&old), shown(&new));
    draft.put_doc(format!("{}{id}", doc::INVITATION), &new)?;
    let data = json!({
        "invitation": id, "subject": subject, "inviter": new.inviter, "expires": time::format(expires),
    });
    draft.tell("invitation.sent", vec![subject.to_owned()], data, Some(json!({ "secret": secret, "email": email })));
    draft.id = Some(id);
    Ok(())
}

/// Makes an invitation that waits until somebody asks for it to be sent.
pub(crate) fn prepare<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, subject: &str) -> Result<(), Stop> {
    let (id, mut invitation) = made(draft, rights, subject)?;
    draft.actor.clone_into(&mut invitation.inviter);
    invitation.operator = rights.is_operator();
    draft.note(format!("invitation:{id}"), Value::Null, shown(&invitation));
    draft.put_doc(format!("{}{id}", doc::INVITATION), &invitation)
}

/// The member's invitation, new if it has none, with what it is bound to now. The inviter must be able to give it all.
fn made<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, subject: &str) -> Result<(String, Invitation), Stop> {
    let all = All::of(draft, &draft.member(subject)?, draft.now)?;
    if let Some(lacking) = all.lacking(draft, &draft.policy, rights)? {
        return Err(forbidden(format!(
            "This member would have {lacking}, and you may not give that. Ask an administrator who may to invite."
        )));
    }
    let (id, known) = match of(draft, subject)? {
        Some(known) => known,
        None => {
            let id = draft.new_id("i");
            draft.put_doc(format!("{}{subject}", doc::INVITED), &id)?;
            (id, Invitation { subject: subject.to_owned(), ..Invitation::default() })
        }
    };
    Ok((id, Invitation { given: all.names(), ..known }))
}

/// Takes an invitation back; the member stays invited, and can be invited again.
pub(crate) fn revoke<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    if !rights.may("revoke", "/", &format!("invitation:{id}")) {
        return Err(forbidden("You may not take invitations back. Ask an administrator of this account."));
    }
    let invitation: Option<Invitation> = doc::read(draft, &format!("{}{id}", doc::INVITATION))?;
    let unknown = || not_found("unknown_invitation", format!("There is no invitation `{id}`."));
    remove_of(draft, &invitation.ok_or_else(unknown)?.subject)
}

/// Accepts an invitation: the one command that somebody who is invited gives.
pub(crate) fn accept<S: State>(draft: &mut Draft<'_, S>, text: &str) -> Result<(), Stop> {
    let subject = draft.actor.clone();
    let Some((id, invitation)) = meant(draft, text)?.filter(|(_, found)| found.subject == subject) else {
        return Err(not_found(
            "unknown_invitation",
            "There is no such invitation for you: it was used, taken back, or replaced by a newer one. Look for a newer \
             one, or ask whoever invited you to send it again.",
        ));
    };
    let again = |code: &str, why: &str| {
        let inviter = if invitation.operator { "whoever invited you" } else { &invitation.inviter };
        conflict(code, format!("{why} Ask {inviter}, or another administrator of this account, to send it again."))
    };
    if invitation.expires.is_none_or(|expires| expires <= draft.now) {
        return Err(again("invitation_expired", "This invitation has ended."));
    }
    let mut record = draft.member(&subject)?;
    let mut person = draft.person(&subject)?.map(|(_, person)| person).unwrap_or_default();
    if record.status != StatusForm::Invited {
        return Err(conflict("already_member", "You are a member already, and need no invitation."));
    }
    if invitation.email != person.email {
        return Err(again("invitation_changed", "Your address was changed after this invitation was sent."));
    }
    inviter_may(draft, &invitation, &All::of(draft, &record, draft.now)?)?;
    let before = status(&record, &person);
    record.status = published(StatusForm::Active, person.credential_change_required);
    word(StatusForm::Active).clone_into(&mut person.status);
    draft.put_member(&subject, &record)?;
    draft.put_person(&subject, person);
    draft.note(format!("member:{subject}"), json!({ "status": word(before) }), json!({ "status": "active" }));
    remove_of(draft, &subject)?;
    let data = json!({ "subject": subject, "invitation": id });
    draft.tell("invitation.accepted", vec![invitation.inviter], data, None);
    draft.tell("member.activated", vec![subject.clone()], json!({ "subject": subject }), None);
    draft.id = Some(subject);
    Ok(())
}

/// The invitation that a secret is for, if it is the one that was sent last.
fn meant(state: &impl State, text: &str) -> Result<Option<(String, Invitation)>, Fault> {
    let Some((id, _)) = text.split_once('.').filter(|(id, _)| id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    else {
        return Ok(None);
    };
    let invitation: Option<Invitation> = doc::read(state, &format!("{}{id}", doc::INVITATION))?;
    let digest = secret::digest(text.as_bytes());
    let meant = |known: &Invitation| known.digest.as_ref().is_some_and(|known| secret::same(known, &digest));
    Ok(invitation.filter(meant).map(|invitation| (id.to_owned(), invitation)))
}

/// Whether the inviter is still one who could give all of it. Operators are not the tenant's to judge.
fn inviter_may<S: State>(draft: &Draft<'_, S>, invitation: &Invitation, all: &All) -> Result<(), Stop> {
    if invitation.operator {
        return Ok(());
    }
    let inviter = &invitation.inviter;
    let rights = Rights::of(draft, Rc::clone(&draft.policy), inviter, false, draft.now)?;
    let active = held::subject(draft, inviter)?.is_some_and(|record| Status::from(record.status) == Status::Active);
    let lacking =
        if active { all.lacking(draft, &draft.policy, &rights)? } else { Some("membership itself".to_owned()) };
    let Some(lacking) = lacking else { return Ok(()) };
    // Somebody else may have given more since: then it is not the inviter that changed.
    let names = all.names();
    if active && names.iter().any(|name| !invitation.given.contains(name)) {
        return Err(conflict(
            "invitation_changed",
            format!(
                "You were given more since this invitation was sent: {lacking}, which {inviter} may not give. Ask an \
                 administrator of this account who may to send it again."
            ),
        ));
    }
    Err(conflict(
        "inviter_lost_right",
        format!(
            "{inviter}, who invited you, may no longer give you {lacking}. Ask another administrator of this account to \
             send the invitation again."
        ),
    ))
}

/// What is due at an invitation's end.
pub(crate) fn expire<S: State>(draft: &mut Draft<'_, S>, id: &str) -> Result<(), Stop> {
    let key = format!("{}{id}", doc::INVITATION);
    let Some(invitation) = doc::read::<Invitation>(draft, &key)? else { return Ok(()) };
    if invitation.digest.is_none() || invitation.expires.is_none_or(|expires| expires > draft.now) {
        return Ok(());
    }
    let data = json!({ "invitation": id, "subject": invitation.subject });
    draft.tell("invitation.expired", vec![invitation.inviter.clone()], data, None);
    draft.put_doc(key, &Invitation { digest: None, ..invitation })
}

/// Ends what was sent to a member; the invitation can be sent again.
pub(crate) fn end_of<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    let Some((id, old)) = of(draft, subject)? else { return Ok(()) };
    if old.digest.is_none() {
        return Ok(());
    }
    forget_end(draft, &id, &old);
    let new = Invitation { digest: None, email: None, expires: None, ..old.clone() };
    draft.note(format!("invitation:{id}"), shown(&old), shown(&new));
    draft.put_doc(format!("{}{id}", doc::INVITATION), &new)
}

/// Removes a member's invitation, if it has one.
pub(crate) fn remove_of<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    let Some((id, invitation)) = of(draft, subject)? else { return Ok(()) };
    forget_end(draft, &id, &invitation);
    draft.note(format!("invitation:{id}"), shown(&invitation), Value::Null);
    draft.remove_doc(format!("{}{id}", doc::INVITATION));
    draft.remove_doc(format!("{}{subject}", doc::INVITED));
    Ok(())
}

/// A member's invitation with its id.
pub(crate) fn of(state: &impl State, subject: &str) -> Result<Option<(String, Invitation)>, Fault> {
    let Some(id) = doc::read::<String>(state, &format!("{}{subject}", doc::INVITED))? else { return Ok(None) };
    let invitation: Option<Invitation> = doc::read(state, &format!("{}{id}", doc::INVITATION))?;
    Ok(invitation.map(|invitation| (id, invitation)))
}

fn forget_end<S: State>(draft: &mut Draft<'_, S>, id: &str, invitation: &Invitation) {
    if let Some(expires) = invitation.expires {
        draft.remove_doc(doc::due_key(expires, &format!("invitation/{id}")));
    }
}

/// An invitation as the log shows it: never its secret, nor the digest.
fn shown(invitation: &Invitation) -> Value {
    let moment = |at: Option<i64>| at.and_then(time::format);
    json!({
        "subject": invitation.subject, "email": invitation.email, "inviter": invitation.inviter,
        "sent_at": moment(invitation.sent_at), "expires": moment(invitation.expires),
    })
}
