//! What a command did: the events that make the new state.

use countersign_compile::Profile;

/// A change of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The record under a key is now this, or is gone; it is to be published
    Record {
        /// The key
        key: String,
        /// The bytes; nothing for a record that was removed
        bytes: Option<Vec<u8>>,
    },
    /// What people read of a member is now this, or is gone
    Profile {
        /// The member
        subject: String,
        /// The profile; nothing for a member that was removed
        profile: Option<Profile>,
    },
    /// An assignment is now held by the record under a key, or is gone
    Holder {
        /// The assignment's id
        id: String,
        /// The key; nothing for an assignment that was taken back
        key: Option<String>,
    },
    /// The text of the model that the tenant lives by
    Model {
        /// The text
        text: String,
    },
}

/// A command that is to be committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// The tenant's epoch from now on
    pub epoch: u64,
    /// The tenant's revision from now on
    pub revision: u64,
    /// How many ids are given out from now on
    pub ids: u64,
    /// What changes; nothing for a command that found its work done
    pub events: Vec<Event>,
    /// The id of what was made
    pub id: Option<String>,
    /// Whether the tenant itself was made
    pub created: bool,
}
