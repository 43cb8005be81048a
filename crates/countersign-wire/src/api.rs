//! The bodies of the HTTP API, and of the calls between the worker and a tenant's object.

use crate::given::Supplied;
use crate::record::StatusForm;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A body that is read from JSON; other crates need not name serde for it.
pub trait FromJson: serde::de::DeserializeOwned {}
impl<T: serde::de::DeserializeOwned> FromJson for T {}

/// What can be done to a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Sets the tenant up, or replaces all of it
    Import(Import),
    /// Gives a role
    Assign(Assign),
    /// Takes an assignment back
    Unassign {
        /// The assignment's id
        id: String,
    },
    /// Sets a member's status
    SetStatus {
        /// The member
        subject: String,
        /// The new status
        status: StatusForm,
    },
}

/// `PUT /v1/tenants/{tenant}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The model file's text
    pub model: String,
    /// The tenant file's text
    pub tenant: String,
}

/// `POST /v1/tenants/{tenant}/assignments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// `user:ann` or `group:reviewers`
    pub to: String,
    /// The role's id
    pub role: String,
    /// Where; the root if left out
    #[serde(default = "root")]
    pub scope: String,
    /// When it begins, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// When it ends, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

fn root() -> String {
    "/".to_owned()
}

/// A command with who gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandCall {
    /// The subject that gives it
    pub actor: String,
    /// Whether the actor is one of the platform's operators
    pub operator: bool,
    /// The command
    pub command: Command,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CommandAnswer {
    /// It was done
    Done {
        /// The tenant's revision since
        revision: u64,
        /// The id of what was made
        id: Option<String>,
        /// Whether the tenant itself was made
        created: bool,
    },
    /// It was refused
    Refused(Refusal),
}

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The HTTP status that fits
    pub status: u16,
    /// The stable code for programs
    pub code: String,
    /// The sentence for people: what was wrong and what to do
    pub detail: String,
}

/// The question of a worker to a tenant's object: what is current?
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadAsk {
    /// The epoch and revision that the worker holds
    pub since: Option<(u64, u64)>,
    /// The keys whose revisions it needs
    pub keys: Vec<String>,
    /// The keys whose records it wants with the answer, all as of that revision
    pub records: Vec<String>,
}

/// The answer of a tenant's object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The tenant's epoch
    pub epoch: u64,
    /// The tenant's revision
    pub revision: u64,
    /// The keys that changed since; nothing where that cannot be told, and all that is held must go
    pub changed: Option<Vec<String>>,
    /// The revision of each key that was asked for; nothing for one that never was
    pub revisions: Vec<Option<u64>>,
    /// The sealed record of each key that was wanted; a record that does not exist is sealed too
    pub records: Vec<Vec<u8>>,
}

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Its number, from 1
    pub seq: u64,
    /// The tenant's revision after it
    pub revision: u64,
    /// When, RFC 3339
    pub at: String,
    /// Who
    pub actor: String,
    /// What was to be done
    pub command: Command,
    /// `done`, or the code of the refusal
    pub outcome: String,
    /// The hash of the entry before it, in hexadecimal
    pub previous: String,
    /// The hash of this entry, in hexadecimal
    pub hash: String,
}

/// A page of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The rows, oldest first
    pub entries: Vec<AuditEntry>,
    /// Whether there are more behind them; page on with `?after=` the last one's number
    pub more: bool,
}

/// An entity of AuthZEN 1.0; what else it holds is ignored, as that specification demands.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entity {
    /// Its type
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id
    pub id: String,
    /// What the caller says of it; only attributes that the model declares so are looked at
    #[serde(default)]
    pub properties: Supplied,
}

/// An action of AuthZEN 1.0.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ActionName {
    /// Its name
    pub name: String,
    /// What the caller says of it
    #[serde(default)]
    pub properties: Supplied,
}

/// An access evaluation request of AuthZEN 1.0.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Evaluation {
    /// Who
    pub subject: Entity,
    /// What
    pub action: ActionName,
    /// On what
    pub resource: Entity,
    /// In which context
    #[serde(default)]
    pub context: Supplied,
}

/// An access evaluation response of AuthZEN 1.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvaluationAnswer {
    /// Whether it is allowed
    pub decision: bool,
    /// The explanation, when it was asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Explanation>,
}

/// Why a decision is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `allow`, `deny` or `approval`
    pub decision: String,
    /// `stage`, and what decided there
    pub reason: BTreeMap<String, String>,
    /// The tenant's revision that decided
    pub revision: u64,
}

/// Problem details, RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The kind of problem: `about:blank`, or a URI of ours
    #[serde(rename = "type")]
    pub kind: String,
    /// What the kind is called
    pub title: String,
    /// The HTTP status
    pub status: u16,
    /// What was wrong and what to do
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
