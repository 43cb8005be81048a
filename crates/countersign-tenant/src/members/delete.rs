//! Removing a member for good.

use super::{keeps_an_administrator, profile};
use crate::authority::Rights;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden};
use crate::{assignments, attributes, doc, gone, index, invitations, overrides};
use countersign_wire::seal::subject_key;
use serde_json::{Value, json};

/// Removes a member with all that it has; its id is never used again.
pub(crate) fn delete<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, subject: &str) -> Result<(), Stop> {
    if !rights.may("delete", "/", &format!("member:{subject}")) {
        return Err(forbidden("You may not delete members. Ask an administrator of this account."));
    }
    let record = draft.member(subject)?;
    if draft.actor == subject {
        return Err(conflict("own_deletion", "You cannot delete yourself. Ask another administrator to do it."));
    }
    let person = draft.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    for form in &record.assignments {
        let when: Option<String> = doc::read(draft, &format!("{}{}", doc::WHEN, form.id))?;
        let shown = assignments::shown(subject, form, when.as_deref());
        draft.note(format!("assignment:{}", form.id), shown, Value::Null);
        index::remove(draft, &form.id, &form.role);
        draft.remove_doc(format!("{}{}", doc::WHEN, form.id));
    }
    for group in &record.groups {
        draft.remove_doc(index::in_group(group, subject));
    }
    invitations::remove_of(draft, subject)?;
    let mut noted = profile::noted(&person, attributes::shown(&record).into());
    if let Some(fields) = noted.as_object_mut() {
        fields.insert("groups".to_owned(), record.groups.clone().into());
        fields.insert("overrides".to_owned(), overrides::shown(&record.overrides));
    }
    draft.note(format!("member:{subject}"), noted, Value::Null);
    gone::bury(draft, subject)?;
    draft.remove_record(subject_key(subject));
    draft.remove_person(subject);
    crate::links::changed(draft, subject)?;
    draft.tell("member.deleted", Vec::new(), json!({ "subject": subject }), None);
    keeps_an_administrator(draft)
}
