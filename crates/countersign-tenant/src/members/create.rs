//! Adding a member: active at once, or invited.

use super::profile;
use crate::authority::Rights;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid};
use crate::{assignments, attributes, doc, gone, groups, held, invitations};
use countersign_compile::{Principal, principal};
use countersign_wire::api::{Assign, Invite, NewMember};
use countersign_wire::record::{StatusForm, SubjectRecord};
use countersign_wire::stored::Person;
use serde_json::Value;

/// The most assignments of a new member.
const MOST: usize = 100;

/// Adds a member with all that it is given, or nothing of it.
pub(crate) fn create<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, new: &NewMember) -> Result<(), Stop> {
    let named = named(new);
    // Permission first: neither what exists nor what is wrong is told to those who may not add members.
    let target = named.as_ref().map_or("new", |(subject, _)| subject.as_str());
    if !rights.may("create", "/", &format!("member:{target}")) {
        return Err(forbidden("You may not add members. Ask an administrator of this account."));
    }
    if new.invite != Invite::No && !rights.may("create", "/", "invitation:new") {
        return Err(forbidden("You may not invite anybody. Ask an administrator of this account."));
    }
    let (subject, mut person) = named?;
    is_new(draft, new, &subject, &person)?;
    let status = if new.invite == Invite::No { StatusForm::Active } else { StatusForm::Invited };
    super::word(status).clone_into(&mut person.status);
    let attributes = attributes::merged(&draft.policy, &[], &new.attributes)?;
    let set = attributes::differing(&[], &attributes);
    attributes::may_change(draft, rights, &subject, &set)?;
    let record = SubjectRecord {
        status,
        attributes,
        groups: Vec::new(),
        assignments: Vec::new(),
        overrides: Vec::new(),
        approved: Vec::new(),
    };
    draft.put_member(&subject, &record)?;
    let after = profile::noted(&person, attributes::shown(&record).into());
    draft.put_person(&subject, person);
    draft.note(format!("member:{subject}"), Value::Null, after);
    for group in &new.groups {
        groups::join(draft, rights, group, &subject)?;
    }
    if new.assignments.len() > MOST {
        return Err(invalid("assignments", format!("Give at most {MOST} assignments to a new member at once.")));
    }
    for assign in &new.assignments {
        if !assign.to.is_empty() && assign.to != subject {
            let detail = "The assignments of a new member are its own: leave `to` out.";
            return Err(invalid("invalid_assignment", detail));
        }
        assignments::give(draft, rights, &Assign { to: subject.clone(), ..assign.clone() })?;
    }
    match new.invite {
        Invite::No => {
            draft.tell("member.activated", vec![subject.clone()], serde_json::json!({ "subject": subject }), None)
        }
        Invite::Now => invitations::send(draft, rights, &subject)?,
        Invite::Later => invitations::prepare(draft, rights, &subject)?,
    }
    draft.id = Some(subject);
    draft.created = true;
    Ok(())
}

/// Who it is to be, and what is written down of it.
fn named(new: &NewMember) -> Result<(String, Person), Stop> {
    let user_name = new.user_name.as_deref().map(profile::user_name).transpose()?;
    let email = new.email.as_deref().map(profile::address).transpose()?;
    let derived = user_name.as_ref().map(|name| &name.name).or(email.as_ref()).map(|name| format!("user:{name}"));
    let subject = match (&new.subject, derived) {
        (Some(subject), _) => subject.clone(),
        (None, Some(derived)) => derived,
        (None, None) => {
            let detail = "Say who the member is to be: a `subject`, a `user_name` or an `email`.";
            return Err(invalid("invalid_subject", detail));
        }
    };
    is_sound(&subject)?;
    if new.invite != Invite::No && !subject.starts_with("user:") {
        return Err(invalid("invalid_subject", "Only people are invited. Add a service with `invite` left out."));
    }
    let name = |text: &Option<String>| text.as_deref().map(profile::name).transpose();
    let person = Person {
        name: name(&new.name)?,
        first_name: name(&new.first_name)?,
        last_name: name(&new.last_name)?,
        email: email.or_else(|| user_name.as_ref().map(|name| name.mailbox.clone())),
        user_name: user_name.map(|name| name.name),
        ..Person::default()
    };
    Ok((subject, person))
}

fn is_sound(subject: &str) -> Result<(), Stop> {
    // Look-alikes of an id that exists must not be made: nothing but plain ASCII.
    let plain = subject.bytes().all(|byte| byte.is_ascii_graphic());
    let known = matches!(principal(subject), Some(Principal::Subject(_)));
    if subject.starts_with("support:") {
        let detail = "Support is let in by authorising it, for a time and with a reason.";
        return Err(invalid("invalid_subject", detail));
    }
    if !plain || !known {
        let detail = "A subject is `user:…` or `service:…`, of plain ASCII signs without space or `/`.";
        return Err(invalid("invalid_subject", detail));
    }
    Ok(())
}

/// Refuses somebody who is a member already, and an id that was used.
fn is_new<S: State>(draft: &Draft<'_, S>, new: &NewMember, subject: &str, person: &Person) -> Result<(), Stop> {
    let mut known = held::subject(draft, subject)?.is_some().then(|| subject.to_owned());
    if let (None, Some(name)) = (&known, &person.user_name) {
        known = doc::read(draft, &format!("{}{name}", doc::USER_NAME))?;
    }
    // Whoever is named by an address alone is the person behind it: no second invitation for another part of the tenant.
    if let (None, None, Some(address), true) = (&known, &new.user_name, &person.email, subject.starts_with("user:")) {
        known = super::profile::behind(draft, address)?;
    }
    if let Some(known) = known {
        let status = held::subject(draft, &known)?.map(|record| record.status);
        let instead = match status {
            Some(StatusForm::Invited) => {
                "It was invited already: give it a role as well, or send the invitation again."
            }
            Some(StatusForm::Deactivated) => "Activate it again, and give it a role.",
            _ => "Give it a role instead; nobody has to be invited twice.",
        };
        let detail = format!(
            "`{known}` is a member of this account already. {instead} Another account of the same person needs a user \
             name with a comment before the `@`, as in ann(night)@example.com."
        );
        return Err(conflict("already_member", detail));
    }
    gone::refuse(draft, subject)
}
