//! One member as an import has it: written with its indexes, or made what is written.

use super::Whens;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::Stop;
use crate::{doc, held, index, invitations, links, members};
use countersign_compile::Member;
use countersign_wire::record::{AssignmentForm, StatusForm};
use countersign_wire::seal::subject_key;
use countersign_wire::stored::Person;

/// What became of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    Added,
    Changed,
    Same,
}

/// Writes a member down. Of one that is there already it is kept what a file does not speak of: user name, accounts,
/// approvals, tokens, and the ids of assignments that stay.
pub(super) fn put<S: State>(
    draft: &mut Draft<'_, S>,
    subject: &str,
    member: Member,
    whens: &Whens,
) -> Result<Came, Stop> {
    let key = subject_key(subject);
    let (mut record, profile) = (member.record, member.profile);
    let before = held::subject(draft, subject)?;
    let known = if before.is_some() { draft.person(subject)?.map(|(_, person)| person) } else { None };
    let mut person = known.clone().unwrap_or_default();
    let mut old = Vec::new();
    let mut status = record.status;
    if let Some(before) = &before {
        // Who waits for a credential is written as locked: that is no change of what people read.
        if status == before.status {
            status = members::status(before, &person);
        }
        record.approved.clone_from(&before.approved);
        old.clone_from(&before.assignments);
        for group in before.groups.iter().filter(|group| !record.groups.contains(group)) {
            draft.remove_doc(index::in_group(group, subject));
        }
        if before.status == StatusForm::Invited && status != StatusForm::Invited {
            invitations::remove_of(draft, subject)?;
        }
    }
    record.status = members::published(status, person.credential_change_required);
    number(draft, &mut record.assignments, old, &key, whens)?;
    for group in &record.groups {
        draft.put_doc(index::in_group(group, subject), &())?;
    }
    person = Person { name: profile.name, email: profile.email, status: members::word(status).to_owned(), ..person };
    let same = known.as_ref() == Some(&person);
    if !same {
        draft.put_person(subject, person);
    }
    if before.as_ref() == Some(&record) && same {
        return Ok(Came::Same);
    }
    draft.put_record(key, &record)?;
    if before.is_none() {
        return Ok(Came::Added);
    }
    links::changed(draft, subject)?;
    Ok(Came::Changed)
}

/// Gives every assignment an id: that of an old one that says the same, else one that was never used in this tenant. Old
/// ones that are left over are forgotten.
pub(super) fn number<S: State>(
    draft: &mut Draft<'_, S>,
    assignments: &mut [AssignmentForm],
    mut old: Vec<AssignmentForm>,
    key: &str,
    whens: &Whens,
) -> Result<(), Stop> {
    for assignment in assignments {
        let says =
            |known: &AssignmentForm| AssignmentForm { id: assignment.id.clone(), ..known.clone() } == *assignment;
        if let Some(place) = old.iter().position(says) {
            assignment.id = old.remove(place).id;
            continue;
        }
        let id = draft.new_id("a");
        let written = std::mem::replace(&mut assignment.id, id.clone());
        if let Some(when) = whens.get(&written) {
            draft.put_doc(format!("{}{id}", doc::WHEN), when)?;
        }
        index::add(draft, &id, &assignment.role, key)?;
    }
    for gone in old {
        index::remove(draft, &gone.id, &gone.role);
        draft.remove_doc(format!("{}{}", doc::WHEN, gone.id));
    }
    Ok(())
}
