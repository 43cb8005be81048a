//! Changing what is written down of a member.

use super::{profile, published, status};
use crate::authority::Rights;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden};
use crate::{attributes, email, invitations, members};
use countersign_wire::api::MemberEdit;
use countersign_wire::record::SubjectRecord;
use countersign_wire::stored::Person;

/// Changes what is written down of a member.
pub(crate) fn edit<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    subject: &str,
    edit: &MemberEdit,
) -> Result<(), Stop> {
    let target = format!("member:{subject}");
    if !rights.may("edit", "/", &target) {
        return Err(forbidden("You may not change members. Ask an administrator of this account."));
    }
    let before = draft.member(subject)?;
    let known = draft.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    let mut person = known.clone();
    let mut record = before.clone();
    words(draft, subject, edit, &mut person)?;
    if !edit.attributes.is_empty() {
        record.attributes = attributes::merged(&draft.policy, &before.attributes, &edit.attributes)?;
        let changed = attributes::differing(&before.attributes, &record.attributes);
        attributes::may_change(draft, rights, subject, &changed)?;
    }
    if let Some(required) = edit.credential_change_required.filter(|new| *new != known.credential_change_required) {
        may_require(draft, rights, subject, required)?;
        let shown = status(&before, &known);
        person.credential_change_required = required;
        members::word(shown).clone_into(&mut person.status);
        record.status = published(shown, required);
    }
    if person == known && record == before {
        return Ok(());
    }
    // An invitation is good for the address that it was sent to.
    if person.email != known.email {
        invitations::end_of(draft, subject)?;
    }
    note(draft, subject, (&known, &before), (&person, &record));
    draft.put_person(subject, person);
    if record != before {
        draft.put_member(subject, &record)?;
        members::keeps_an_administrator(draft)?;
    }
    crate::links::changed(draft, subject)
}

/// Names, user name, address and the flag of a floating member.
fn words<S: State>(draft: &Draft<'_, S>, subject: &str, edit: &MemberEdit, person: &mut Person) -> Result<(), Stop> {
    for (new, field) in [
        (&edit.name, &mut person.name),
        (&edit.first_name, &mut person.first_name),
        (&edit.last_name, &mut person.last_name),
    ] {
        if let Some(new) = new {
            *field = new.as_deref().map(profile::name).transpose()?;
        }
    }
    if let Some(new) = &edit.user_name {
        let own = |name: &str| email::read(name).ok().map(|address| address.mailbox);
        let derived = person.user_name.as_deref().and_then(own);
        let new = new.as_deref().map(profile::user_name).transpose()?;
        if let Some(name) = &new {
            profile::is_free(draft, &name.name, subject)?;
        }
        // An address that was nobody's choice follows the user name.
        if person.email == derived {
            person.email = new.as_ref().map(|name| name.mailbox.clone());
        }
        person.user_name = new.map(|name| name.name);
    }
    if let Some(new) = &edit.email {
        person.email = new.as_deref().map(profile::address).transpose()?;
    }
    if let Some(flag) = edit.multiple_accounts {
        person.multiple_accounts = flag;
    }
    Ok(())
}

/// While a credential must be changed the member is locked, so asking for it is a locking, and waiving it an unlocking.
/// The member itself cannot waive it: whoever keeps its credentials says that they were changed.
fn may_require<S: State>(draft: &Draft<'_, S>, rights: &Rights, subject: &str, required: bool) -> Result<(), Stop> {
    if !rights.is_operator() && draft.selves()?.has(subject) {
        return Err(conflict(
            "own_status",
            "You cannot decide this for yourself. Change your credential where you sign in, or ask an administrator.",
        ));
    }
    if !rights.may(if required { "lock" } else { "unlock" }, "/", &format!("member:{subject}")) {
        return Err(forbidden(
            "Whoever must change a credential is locked until then, and you may not lock and unlock members. Ask an \
             administrator of this account.",
        ));
    }
    Ok(())
}

/// What changed, and no more than that.
fn note<S: State>(
    draft: &mut Draft<'_, S>,
    subject: &str,
    before: (&Person, &SubjectRecord),
    after: (&Person, &SubjectRecord),
) {
    let noted = |(person, record): (&Person, &SubjectRecord)| profile::noted(person, attributes::shown(record).into());
    let (mut before, mut after) = (noted(before), noted(after));
    if let (Some(old), Some(new)) = (before.as_object_mut(), after.as_object_mut()) {
        let same: Vec<String> =
            old.iter().filter(|(name, value)| new.get(*name) == Some(value)).map(|(name, _)| name.clone()).collect();
        for name in same {
            old.remove(&name);
            new.remove(&name);
        }
    }
    draft.note(format!("member:{subject}"), before, after);
}
