//! Support access: an administrator lets the support user in, with one role, for a reason and for a time.
//!
//! Support is a member without a standing right: what it holds is one assignment with an end, made and taken back here
//! alone. After the end it no longer acts, with no command run; the document is closed by the clock.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::query::{Asker, Shown};
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid, refuse};
use crate::{assignments, doc, gone, held, index, listing, text};
use countersign_compile::{Principal, principal};
use countersign_core::Millis;
use countersign_wire::api::SupportBody;
use countersign_wire::api::view::SupportView;
use countersign_wire::record::{AssignmentForm, StatusForm, SubjectRecord};
use countersign_wire::seal::subject_key;
use countersign_wire::stored::{Person, SupportSession};
use countersign_wire::time;
use serde_json::{Value, json};

/// For how long support is let in when nobody says: four hours.
const USUAL: Millis = 4 * 60 * 60 * 1_000;
/// For how long it may be let in at most: thirty days.
const MOST: Millis = 30 * 24 * 60 * 60 * 1_000;

/// Lets the support user in.
pub(crate) fn authorise<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &SupportBody) -> Result<(), Stop> {
    if !rights.may("authorise", "/", "support:new") {
        return Err(forbidden("You may not let support in. Ask an administrator of this account."));
    }
    if draft.actor.starts_with("support:") {
        return Err(forbidden("Support cannot let itself in again. Ask an administrator of this account."));
    }
    if !body.subject.starts_with("support:") || !matches!(principal(&body.subject), Some(Principal::Subject(_))) {
        let detail = format!("`{}` is no support user: write it as in `support:vendor`.", body.subject);
        return Err(invalid("not_support", detail));
    }
    text::sentence(&body.reason, "reason")?;
    let until = body.until.as_deref().map_or(Ok(draft.now.saturating_add(USUAL)), text::moment)?;
    if until <= draft.now || until > draft.now.saturating_add(MOST) {
        return Err(invalid("invalid_until", "Support can be let in for up to 30 days from now."));
    }
    if let Some(open) = session(draft)?.filter(|open| open.ended.is_none()) {
        if open.until > draft.now {
            let at = time::format(open.until).unwrap_or_default();
            let detail = format!("Support was let in already, until {at}. End that first to let it in otherwise.");
            return Err(conflict("support_open", detail));
        }
        close(draft, open)?;
    }
    may_give(draft, rights, &body.role, until)?;
    let record = fresh(draft, &body.subject)?;
    let id = draft.new_id("a");
    let form = AssignmentForm {
        id: id.clone(),
        role: body.role.clone(),
        scope: "/".to_owned(),
        from: Some(draft.now),
        until: Some(until),
        when: None,
    };
    let shown = assignments::shown(&body.subject, &form, None);
    let key = subject_key(&body.subject);
    draft.put_record(key.clone(), &SubjectRecord { assignments: vec![form], ..record })?;
    index::add(draft, &id, &body.role, &key)?;
    mark(draft, &body.subject, StatusForm::Active)?;
    let opened = SupportSession {
        subject: body.subject.clone(),
        role: body.role.clone(),
        assignment: id.clone(),
        reason: body.reason.clone(),
        authorised_by: draft.actor.clone(),
        since: draft.now,
        until,
        ended: None,
    };
    draft.put_doc(doc::SUPPORT.to_owned(), &opened)?;
    draft.put_doc(doc::due_key(until, &format!("support/{id}")), &())?;
    draft.note(format!("assignment:{id}"), Value::Null, shown);
    draft.note("support".to_owned(), Value::Null, noted(&opened));
    draft.tell("support.authorised", vec!["administrators".to_owned()], noted(&opened), None);
    draft.created = true;
    Ok(())
}

/// Ends support access at once; nothing to do where it has ended.
pub(crate) fn disable<S: State>(draft: &mut Draft<'_, S>, rights: &Rights) -> Result<(), Stop> {
    if !rights.may("disable", "/", "support:any") {
        return Err(forbidden("You may not end support access. Ask an administrator of this account."));
    }
    match session(draft)?.filter(|open| open.ended.is_none()) {
        Some(open) => close(draft, open),
        None => Ok(()),
    }
}

/// Closes the session that this assignment stands for, once its end has come.
pub(crate) fn expire<S: State>(draft: &mut Draft<'_, S>, assignment: &str) -> Result<(), Stop> {
    match session(draft)?.filter(|open| open.ended.is_none() && open.assignment == assignment) {
        Some(open) => close(draft, open),
        None => Ok(()),
    }
}

/// Whether support is let in, and what the last time was about.
pub(crate) fn show<S: State>(asker: &Asker<'_, S>) -> Result<Shown, Stop> {
    if !asker.rights.may("view", "/", "support:any") {
        return Err(forbidden("You may not see support access. Ask an administrator of this account."));
    }
    let changed = asker.state.doc(doc::SUPPORT)?.map(|(revision, _)| revision);
    let view = session(asker.state)?.map_or_else(SupportView::default, |last| {
        let at = |moment| time::format(moment);
        SupportView {
            open: last.ended.is_none() && asker.now < last.until,
            subject: Some(last.subject),
            role: Some(last.role),
            reason: Some(last.reason),
            authorised_by: Some(last.authorised_by),
            since: at(last.since),
            until: at(last.ended.unwrap_or(last.until)),
        }
    });
    Ok((listing::view(&view)?, changed))
}

/// Refuses to give support anything but by letting it in: what else it would get would outlast its access.
///
/// What it had before may stay, so that it can be deactivated whatever it has.
pub(crate) fn refuse_standing<S: State>(
    draft: &Draft<'_, S>,
    subject: &str,
    record: &SubjectRecord,
) -> Result<(), Stop> {
    if !subject.starts_with("support:") {
        return Ok(());
    }
    let before = held::subject(draft, subject)?;
    let (assignments, groups, overrides) = before
        .as_ref()
        .map_or((&[][..], &[][..], &[][..]), |was| (&was.assignments[..], &was.groups[..], &was.overrides[..]));
    let gains = record.assignments.iter().any(|form| !assignments.contains(form))
        || record.groups.iter().any(|group| !groups.contains(group))
        || record.overrides.iter().any(|form| form.allow && !overrides.contains(form))
        || (record.status == StatusForm::Active && before.is_none_or(|was| was.status != StatusForm::Active));
    if gains {
        return Err(refuse(
            409,
            "support_access",
            "Support has no standing rights. Let it in with a role, a reason and an end instead.",
        ));
    }
    Ok(())
}

fn session(state: &impl State) -> Result<Option<SupportSession>, crate::state::Fault> {
    doc::read(state, doc::SUPPORT)
}

/// The right to give the role to support, for as long.
fn may_give<S: State>(draft: &Draft<'_, S>, rights: &Rights, role: &str, until: Millis) -> Result<(), Stop> {
    let unknown = || invalid("unknown_role", format!("There is no role `{role}`."));
    let number = draft.policy.role_named(role).ok_or_else(unknown)?;
    crate::settings::refuse_sealed(draft, role)?;
    let custom = assignments::is_custom(draft, role)?;
    let Some(last) = rights.may_give_until(number, "/", custom) else {
        return Err(forbidden("You may not give this role. Ask an administrator of this account."));
    };
    if draft.policy.may_assign_at(number, "/") != Ok(true) {
        return Err(invalid("scope_not_allowed", format!("The role `{role}` may not be assigned at `/`.")));
    }
    if until > last {
        let at = time::format(last).unwrap_or_default();
        let detail = format!("Your own right to give this role ends at {at}. Let support access end by then.");
        return Err(invalid("outlasts_giver", detail));
    }
    Ok(())
}

/// The support user's record as it is to begin with; only what denies it something outlasts a session.
fn fresh<S: State>(draft: &Draft<'_, S>, subject: &str) -> Result<SubjectRecord, Stop> {
    gone::refuse(draft, subject)?;
    let empty = SubjectRecord {
        status: StatusForm::Active,
        attributes: Vec::new(),
        groups: Vec::new(),
        assignments: Vec::new(),
        overrides: Vec::new(),
        approved: Vec::new(),
    };
    let Some(known) = held::subject(draft, subject)? else { return Ok(empty) };
    if known.status != StatusForm::Deactivated || !known.assignments.is_empty() || !known.groups.is_empty() {
        let detail =
            format!("`{subject}` has rights outside of support access. Take them back, and deactivate it first.");
        return Err(conflict("support_member", detail));
    }
    let overrides = known.overrides.into_iter().filter(|form| !form.allow).collect();
    Ok(SubjectRecord { overrides, attributes: known.attributes, ..empty })
}

/// Takes back what support holds, and writes down that it is over.
fn close<S: State>(draft: &mut Draft<'_, S>, open: SupportSession) -> Result<(), Stop> {
    let key = subject_key(&open.subject);
    if let Some(record) = held::subject(draft, &open.subject)? {
        for form in &record.assignments {
            assignments::take(draft, &key, &form.id)?;
        }
        mark(draft, &open.subject, StatusForm::Deactivated)?;
    }
    let before = noted(&open);
    let closed = SupportSession { ended: Some(draft.now.min(open.until)), ..open };
    draft.remove_doc(doc::due_key(closed.until, &format!("support/{}", closed.assignment)));
    draft.put_doc(doc::SUPPORT.to_owned(), &closed)?;
    draft.note("support".to_owned(), before, noted(&closed));
    draft.tell("support.ended", vec!["administrators".to_owned()], noted(&closed), None);
    Ok(())
}

/// Sets the support user's status, in the record and for people.
fn mark<S: State>(draft: &mut Draft<'_, S>, subject: &str, status: StatusForm) -> Result<(), Stop> {
    let record = draft.member(subject)?;
    draft.put_record(subject_key(subject), &SubjectRecord { status, ..record })?;
    let person = draft.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    draft.put_person(subject, Person { status: crate::members::word(status).to_owned(), ..person });
    Ok(())
}

fn noted(session: &SupportSession) -> Value {
    json!({
        "subject": session.subject, "role": session.role, "reason": session.reason,
        "authorised_by": session.authorised_by, "since": time::format(session.since),
        "until": time::format(session.until), "ended": session.ended.and_then(time::format),
    })
}
