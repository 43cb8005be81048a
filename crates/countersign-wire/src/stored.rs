//! What a tenant keeps beside its published records: JSON documents that only its own object reads.

use crate::api::call::Done;
use crate::by_name::ByName;
use crate::form::{from_bytes, from_value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

mod access;
mod link;
mod people;
mod told;

pub use access::{SupportSession, Token};
pub use link::{Common, Link, LinkStatus, Outgoing, Stamp};
pub use people::{Invitation, Taken};
mod request;

pub use request::{Request, RequestStatus, Said};
pub use told::{Delivery, Notification, OldSecret, Queue, Webhook};

/// A document that is kept; other crates need not name serde for it.
pub trait Stored: Serialize + DeserializeOwned {}
impl<T: Serialize + DeserializeOwned> Stored for T {}

/// A document as it is stored.
///
/// # Errors
/// The sentence that says why it cannot be written: never for the forms of this module.
pub fn write<T: Serialize>(document: &T) -> Result<Vec<u8>, String> {
    as_json(document)
}

/// A document as it was stored.
///
/// # Errors
/// The sentence that says what is wrong with it.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    from_json(bytes)
}

/// A form as JSON text, by way of a value: code for each form is then made once, not once for each way to write it.
///
/// # Errors
/// The sentence that says why it cannot be written.
pub fn as_json<T: Serialize>(form: &T) -> Result<Vec<u8>, String> {
    written(serde_json::to_value(form))
}

fn written(value: serde_json::Result<serde_json::Value>) -> Result<Vec<u8>, String> {
    value.and_then(|value| serde_json::to_vec(&value)).map_err(|error| error.to_string())
}

/// A form from JSON text, by way of a value as in [`as_json`]. The text is one of our own: repeated keys are not looked
/// for.
///
/// # Errors
/// The sentence that says what is wrong with it.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    from_value(value(bytes)?)
}

fn value(bytes: &[u8]) -> Result<serde_json::Value, String> {
    from_bytes(bytes).map_err(|error| error.to_string())
}

/// What people read of a member, and what members are found by; it decides nothing and is not published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// The whole name
    pub name: Option<String>,
    /// The first name
    pub first_name: Option<String>,
    /// The last name
    pub last_name: Option<String>,
    /// The name to sign in with
    pub user_name: Option<String>,
    /// Where mail goes
    pub email: Option<String>,
    /// The names of the other accounts that the member works in
    pub accounts: Vec<String>,
    /// The word of its status, as the published record has it
    pub status: String,
    /// Whether it must change its credential before it may do anything
    pub credential_change_required: bool,
    /// Whether it may work in several accounts
    pub multiple_accounts: bool,
    /// When it was changed last, in milliseconds
    pub changed_at: i64,
    /// Who changed it last
    pub changed_by: String,
}

/// Where an assignment is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The key of the record that holds it
    pub key: String,
    /// Its role
    pub role: String,
}

/// What people read of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The name
    pub name: Option<String>,
}

/// A command that had a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remembered {
    /// The digest of what was asked
    pub asked: String,
    /// What was answered, without secrets: they are shown once
    pub done: Done,
}

/// The tenant's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The account's name
    pub account_name: String,
    /// How many seats there are; 0 for no limit
    pub seats: u32,
    /// How many members may have a boolean attribute set
    pub licences: ByName<u32>,
    /// How one asks for more
    pub seats_contact: Option<String>,
    /// Whether members may be linked with other accounts
    pub multiple_accounts: bool,
    /// For how many hours an invitation is good
    pub invitation_hours: u32,
    /// For how many hours a request waits, and an approved one is good
    pub approval_hours: u32,
    /// Roles that nobody can give, with the sentence that refusals show
    pub sealed_roles: ByName<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account_name: String::new(),
            seats: 0,
            licences: ByName::default(),
            seats_contact: None,
            multiple_accounts: false,
            invitation_hours: 7 * 24,
            approval_hours: 7 * 24,
            sealed_roles: ByName::default(),
        }
    }
}
