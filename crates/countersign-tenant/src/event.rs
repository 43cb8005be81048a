//! What a command did: the events that make the new state.

use crate::doc;
use countersign_wire::seal::TOKENS;
use countersign_wire::stored::Person;
use serde_json::Value;

/// A change of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Everything is gone that an import replaces: all records but those of tokens, all persons, and the documents under
    /// [`REPLACED`]. It comes before everything else
    Cleared,
    /// The record under a key is now this, or is gone; it is to be published
    Record {
        /// The key
        key: String,
        /// The bytes; nothing for a record that was removed
        bytes: Option<Vec<u8>>,
    },
    /// The document under a key is now this, or is gone
    Doc {
        /// The key
        key: String,
        /// The bytes; nothing for a document that was removed
        bytes: Option<Vec<u8>>,
    },
    /// What people read of a member is now this, or is gone
    Person {
        /// The member
        subject: String,
        /// The person; nothing for a member that was removed
        person: Option<Box<Person>>,
    },
    /// The text of the model that the tenant lives by
    Model {
        /// The text
        text: String,
    },
}

/// What an import says anew: the prefixes of documents. Tokens, settings, webhooks, inboxes and the ids of those who are
/// gone outlast it.
pub const REPLACED: [&str; 18] = [
    doc::HOLDER,
    doc::ROLE_HELD,
    doc::IN_GROUP,
    doc::GROUP,
    doc::ROLE,
    doc::APPROVAL_POLICY,
    doc::RESOURCE,
    doc::INVITATION,
    doc::INVITED,
    doc::REQUEST,
    doc::OPEN_REQUEST,
    doc::WHEN,
    doc::SUPPORT,
    doc::USER_NAME,
    doc::MAILBOX,
    doc::SCOPED,
    doc::TAKEN,
    doc::IMPORT_RUN,
];

/// Whether a record is gone after [`Event::Cleared`].
pub(crate) fn clears_record(key: &str) -> bool {
    !key.starts_with(TOKENS)
}

/// Whether a document is gone after [`Event::Cleared`].
pub(crate) fn clears_doc(key: &str) -> bool {
    REPLACED.iter().any(|prefix| key.starts_with(prefix))
}

/// A command that is to be committed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    /// The tenant's epoch from now on
    pub epoch: u64,
    /// The tenant's revision from now on
    pub revision: u64,
    /// How many ids are given out from now on
    pub ids: u64,
    /// What changes; nothing for a command that found its work done
    pub events: Vec<Event>,
    /// What changed, as the log shows it
    pub noted: Vec<countersign_wire::api::Noted>,
    /// The id of what was made
    pub id: Option<String>,
    /// Whether something was made
    pub created: bool,
    /// What is shown of it; a secret is in it this once
    pub shown: Option<Value>,
}
