//! The log's entries.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row of the audit log.
///
/// Its hash is over the JSON of all other fields in this order, the previous entry's hash included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Its number, from 1
    pub seq: u64,
    /// The tenant's revision after it
    pub revision: u64,
    /// When, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: String,
    /// Who
    pub actor: String,
    /// For whom, if not for the actor itself
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The command's name
    pub command: String,
    /// What was to be done: the command's body, without secrets; texts of more than a kilobyte are shown as their hashes
    pub request: Value,
    /// Why, in the actor's words
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `done`, or the code of the refusal
    pub outcome: String,
    /// What changed
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Noted>,
    /// The hash of the entry before it, in hexadecimal
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Hash"))]
    pub previous: String,
    /// The hash of this entry, in hexadecimal
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Hash"))]
    pub hash: String,
}

/// One thing before and after a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// Which: `member:user:ann`, `assignment:a7`
    pub what: String,
    /// As it was; null for what was made
    pub before: Value,
    /// As it is; null for what is gone
    pub after: Value,
}

/// A page of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditPage {
    /// The rows, oldest first
    pub entries: Vec<AuditEntry>,
    /// Whether there may be more behind them; page on with `?after=` this page's `after`
    pub more: bool,
    /// The number of the last row that was looked at, whether it is shown or not
    pub after: u64,
}

/// A stretch of the audit log as JSON lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLines {
    /// One entry a line, byte for byte as its hash was taken
    pub lines: String,
    /// The number of the last entry, if there may be more behind it
    pub next: Option<u64>,
}

/// How long the log was at a moment, signed with a key that its tenant does not have: kept elsewhere, it shows a log that
/// was cut short or written anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The tenant
    pub tenant: String,
    /// The number of the last entry
    pub seq: u64,
    /// Its hash, in hexadecimal; empty for a log without entries
    pub hash: String,
    /// When, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: String,
    /// HMAC-SHA-256 over the other fields, in hexadecimal
    pub signature: String,
}
