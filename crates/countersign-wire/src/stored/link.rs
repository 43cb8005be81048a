//! What a tenant keeps of its members' links to members of other tenants.

use crate::api::Kind;
use serde::{Deserialize, Serialize};

/// A link, as one of its two sides keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What both sides call it: nobody else can guess it
    pub key: String,
    /// Of several between the same two, the later one has the larger number; the floating side counts
    pub number: u64,
    /// The member here
    pub subject: String,
    /// The other tenant
    pub tenant: String,
    /// The name of that account
    pub account_name: Option<String>,
    /// The member there
    pub member: String,
    /// Whether the member here is the floating one
    pub floating: bool,
    /// How far it is
    pub status: LinkStatus,
    /// Who asked for it
    pub asked_by: String,
    /// What the floating member was like when it was asked for, or since
    pub common: Common,
}

/// How far a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// The other side was asked
    Asked,
    /// Somebody here has to accept it
    Pending,
    /// Both sides know of it
    Linked,
}

/// What all linked members have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// The whole name
    pub name: Option<String>,
    /// The first name
    pub first_name: Option<String>,
    /// The last name
    pub last_name: Option<String>,
    /// Where mail goes
    pub email: Option<String>,
    /// When that was written
    pub stamp: Stamp,
}

/// When something was written, so that of two writers both sides take the same: the later one, or the larger mark.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// When, in milliseconds: always after what the writer knew of
    pub at: i64,
    /// Chance, where two wrote in the same millisecond
    pub mark: String,
}

/// A message to another tenant that was not acknowledged yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    /// To whom
    pub to: String,
    /// The message's id
    pub id: String,
    /// What it says
    pub kind: Kind,
    /// How often it was tried
    pub attempts: u32,
    /// When it is due, in milliseconds
    pub due: i64,
}
