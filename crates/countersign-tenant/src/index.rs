//! The indexes: where an assignment is kept, who has a role, who is in a group, what is granted below a resource.

use crate::doc;
use crate::draft::Draft;
use crate::state::{Fault, State};
use crate::stop::Stop;
use countersign_core::sorted::Set;
use countersign_wire::record::{AssignmentForm, GroupRecord, SubjectRecord, decode};
use countersign_wire::stored::{Holder, Person};

/// Parts a scope from the key of a record; neither holds a control character.
const PART: char = '\u{1}';

/// Where an assignment is kept.
pub(crate) fn holder(state: &impl State, id: &str) -> Result<Option<Holder>, Fault> {
    doc::read(state, &format!("{}{id}", doc::HOLDER))
}

/// Notes where an assignment is kept.
pub(crate) fn add<S: State>(draft: &mut Draft<'_, S>, id: &str, role: &str, key: &str) -> Result<(), Stop> {
    draft.put_doc(format!("{}{id}", doc::HOLDER), &Holder { key: key.to_owned(), role: role.to_owned() })?;
    draft.put_doc(format!("{}{role}/{id}", doc::ROLE_HELD), &key.to_owned())
}

/// Forgets an assignment.
pub(crate) fn remove<S: State>(draft: &mut Draft<'_, S>, id: &str, role: &str) {
    draft.remove_doc(format!("{}{id}", doc::HOLDER));
    draft.remove_doc(format!("{}{role}/{id}", doc::ROLE_HELD));
}

/// The key that says that a member is in a group.
pub(crate) fn in_group(group: &str, subject: &str) -> String {
    format!("{}{group}/{subject}", doc::IN_GROUP)
}

/// What a person is found by: keys and documents. Drafts keep them true, whatever changes the person.
pub(crate) fn of_person(subject: &str, person: &Person) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let mut found = Vec::new();
    if let Some(name) = &person.user_name {
        let key = format!("{}{name}", doc::USER_NAME);
        let bytes = doc::write(&key, &subject.to_owned())?;
        found.push((key, bytes));
    }
    // An address that came with an import may be none.
    if let Some(address) = person.email.as_deref().and_then(|email| crate::email::read(email).ok()) {
        let key = format!("{}{}/{subject}", doc::MAILBOX, address.mailbox);
        let bytes = doc::write(&key, &())?;
        found.push((key, bytes));
    }
    Ok(found)
}

/// The keys that say which scopes below the root the grants of a record have.
pub(crate) fn scopes(key: &str, bytes: Option<&[u8]>) -> Result<Set<String>, Fault> {
    let fault = |error| Fault(format!("{key}: {error}"));
    let of = |all: &[AssignmentForm]| all.iter().map(|form| form.scope.clone()).collect::<Vec<_>>();
    let scopes = match bytes {
        Some(bytes) if key.starts_with("subject/") => {
            let record: SubjectRecord = decode(bytes).map_err(fault)?;
            let overrides = record.overrides.iter().map(|form| form.scope.clone());
            of(&record.assignments).into_iter().chain(overrides).collect()
        }
        Some(bytes) if key.starts_with("group/") => of(&decode::<GroupRecord>(bytes).map_err(fault)?.assignments),
        _ => Vec::new(),
    };
    let below_root = scopes.into_iter().filter(|scope| scope != "/");
    Ok(below_root.map(|scope| format!("{}{scope}{PART}{key}", doc::SCOPED)).collect())
}

/// The keys of records with grants at `path` or below it, at most `limit`.
pub(crate) fn granted_below(state: &impl State, path: &str, limit: usize) -> Result<Set<String>, Fault> {
    let mut keys = Set::new();
    for prefix in [format!("{}{path}{PART}", doc::SCOPED), format!("{}{path}/", doc::SCOPED)] {
        let mut after = String::new();
        loop {
            let found = state.docs(&prefix, &after, limit)?;
            let parts = found.iter().filter_map(|(key, _)| key.split_once(PART));
            keys.extend(parts.map(|(_, key)| key.to_owned()));
            match found.last() {
                Some((last, _)) if found.len() == limit && keys.len() < limit => after.clone_from(last),
                _ => break,
            }
        }
    }
    Ok(keys.into_iter().take(limit).collect())
}
