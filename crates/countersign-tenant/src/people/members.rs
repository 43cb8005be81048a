//! Members: found by what is known of them, and one in full.

use super::{Shower, is_live, moment, of_group, page, refused_if_blind, value};
use crate::query::{Asker, Shown};
use crate::state::State;
use crate::stop::{Stop, forbidden, invalid, unknown_group, unknown_member};
use crate::{attributes, folded, held, members, settings, target};
use countersign_wire::api::Find;
use countersign_wire::api::view::MemberView;
use countersign_wire::record::{StatusForm, SubjectRecord};
use countersign_wire::stored::Person;

const STATUSES: [&str; 4] = ["invited", "active", "deactivated", "locked"];

/// The members that are looked for, as far as the asker may see them.
pub(crate) fn find<S: State>(asker: &Asker<'_, S>, find: &Find) -> Result<Shown, Stop> {
    if find.status.as_ref().is_some_and(|status| !STATUSES.contains(&status.as_str())) {
        let detail = format!("A status is one of `{}`.", STATUSES.join("`, `"));
        return Err(invalid("invalid_status", detail));
    }
    let mut find = find.clone();
    // Every member works in this account itself.
    let own = folded(&settings::of(asker.state)?.account_name);
    find.account = find.account.filter(|part| !own.contains(&folded(part)));
    let shower = Shower::new(asker)?;
    let show = |subject: &str, person: &Person| {
        if !asker.rights.may("view", "/", &format!("member:{subject}")) {
            return Ok(None);
        }
        view(&shower, subject, person).and_then(|view| view.as_ref().map(value).transpose())
    };
    if let Some(group) = &find.group {
        may_see_group(asker, group)?;
    }
    let read = |after: &str, limit: usize| {
        let mut next = find.clone();
        next.page.cursor = (!after.is_empty()).then(|| after.to_owned());
        Ok(asker.state.find(&next, limit)?)
    };
    let list = page(&find.page, read, show)?;
    Ok((refused_if_blind(asker, list, "member", "members")?, None))
}

pub(super) fn may_see_group<S: State>(asker: &Asker<'_, S>, group: &str) -> Result<(), Stop> {
    if !asker.rights.may("view", "/", &format!("group:{group}")) {
        return Err(forbidden("You may not see groups. Ask an administrator of this account."));
    }
    held::group(asker.state, group)?.map(|_| ()).ok_or_else(|| unknown_group(group))
}

/// Whether the asker may see the member: by its rights, or because it is the asker.
pub(super) fn may_see<S: State>(asker: &Asker<'_, S>, subject: &str) -> Result<bool, Stop> {
    if asker.rights.may("view", "/", &format!("member:{subject}")) {
        return Ok(true);
    }
    let own = subject == asker.subject;
    Ok(own && held::subject(asker.state, subject)?.is_some_and(|record| record.status == StatusForm::Active))
}

/// One member.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, subject: &str) -> Result<Shown, Stop> {
    if !may_see(asker, subject)? {
        return Err(unknown_member(subject));
    }
    let person = asker.state.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    let view = view(&Shower::new(asker)?, subject, &person)?.ok_or_else(|| unknown_member(subject))?;
    Ok((value(&view)?, target::changed(asker.state, &target::member(subject))?))
}

/// A member as it is shown; nothing for somebody who is none.
pub(super) fn view<S: State>(
    shower: &Shower<'_, S>,
    subject: &str,
    person: &Person,
) -> Result<Option<MemberView>, Stop> {
    let state = shower.asker.state;
    let Some(record) = held::subject(state, subject)? else { return Ok(None) };
    let both = match (&person.first_name, &person.last_name) {
        (None, None) => None,
        (first, last) => Some([first.as_deref(), last.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")),
    };
    let invitation = match record.status {
        StatusForm::Invited => super::invitations::of(shower.asker, subject)?,
        _ => None,
    };
    Ok(Some(MemberView {
        subject: subject.to_owned(),
        status: members::status(&record, person),
        name: person.name.clone().or(both),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        user_name: person.user_name.clone(),
        email: person.email.clone(),
        attributes: attributes::shown(&record),
        groups: record.groups.clone(),
        assignments: shower.assignments(subject, &record.assignments, Some(&record))?,
        titles: titles(shower, subject, &record)?,
        invitation,
        credential_change_required: person.credential_change_required,
        multiple_accounts: person.multiple_accounts,
        accounts: person.accounts.clone(),
        changed_at: moment(Some(person.changed_at)).unwrap_or_default(),
        changed_by: person.changed_by.clone(),
    }))
}

/// What lists show beside a member: the titles of its roles at the root, its groups' included.
fn titles<S: State>(shower: &Shower<'_, S>, subject: &str, record: &SubjectRecord) -> Result<Vec<String>, Stop> {
    let attributes = record.attributes(shower.policy);
    let mut forms = record.assignments.clone();
    for group in &record.groups {
        forms.extend(of_group(shower.asker.state, group)?);
    }
    let mut titles = Vec::new();
    for form in forms.iter().filter(|form| form.scope == "/" && is_live(form, shower.asker.now)) {
        let title = shower.title(subject, form, &attributes).unwrap_or_else(|| form.role.clone());
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    Ok(titles)
}
