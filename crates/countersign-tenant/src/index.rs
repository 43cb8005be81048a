//! The indexes: where an assignment is kept, who has a role, who is in a group.

use crate::doc;
use crate::draft::Draft;
use crate::state::{Fault, State};
use crate::stop::Stop;
use countersign_wire::stored::{Holder, Person};

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
