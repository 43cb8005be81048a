//! How a command or a query reaches a tenant's object, and what comes back.

use super::{Command, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whether this can be a tenant's name: 1 to 63 small letters, digits and `-`, beginning with a letter or digit.
#[must_use]
pub fn is_tenant(name: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len()) && !name.starts_with('-') && name.bytes().all(sound)
}

/// A command with who gives it, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandCall {
    /// The subject that gives it
    pub actor: String,
    /// Whether the actor is one of the platform's operators
    pub operator: bool,
    /// For whom the actor acts, if not for itself
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Why, in the actor's words
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The key under which a retried command is applied once
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The revision that what is changed must still have
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_match: Option<u64>,
    /// Whether only the impact is wanted, and nothing is to change
    #[serde(default)]
    pub dry_run: bool,
    /// The command
    pub command: Command,
}

impl CommandCall {
    /// A command without any of what is optional.
    #[must_use]
    pub fn new(actor: &str, operator: bool, command: Command) -> Self {
        Self {
            actor: actor.to_owned(),
            operator,
            on_behalf_of: None,
            reason: None,
            idempotency_key: None,
            if_match: None,
            dry_run: false,
            command,
        }
    }

    /// Whether it brings a whole tenant or looks through one, and is to be waited for accordingly. All others are a matter
    /// of milliseconds.
    #[must_use]
    pub fn takes_its_time(&self) -> bool {
        let touches_many = matches!(
            self.command,
            Command::Import(_)
                | Command::ImportPart(_)
                | Command::AssignMany { .. }
                | Command::DeleteGroup { .. }
                | Command::DeleteRole { .. }
                | Command::MoveResource(_)
        );
        self.dry_run || touches_many
    }
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CommandAnswer {
    /// It was done
    Done(Done),
    /// What it would do; nothing was changed
    Impact(Impact),
    /// It was refused
    Refused(Refusal),
}

/// A command that was done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The tenant's revision since
    pub revision: u64,
    /// The id of what was made
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether something was made
    #[serde(default)]
    pub created: bool,
    /// What is shown of it; a secret is in it this once
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Value>,
}

/// What a command would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// The revision that it was worked out for
    pub revision: u64,
    /// Who would gain or lose what
    pub changes: Vec<Effect>,
    /// Whether more members are touched than were looked at
    pub truncated: bool,
}

/// One subject's permission at one scope, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Whose
    pub subject: String,
    /// `type:action`
    pub permission: String,
    /// `/`, or a resource path
    pub scope: String,
    /// Which resources at the scope: `tree`, `itself` or `below`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Reach"))]
    pub reach: String,
    /// Scopes below this one that it does not reach
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// What came out: `allow`, `deny`, `approval` or `depends`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Outcome"))]
    pub before: String,
    /// What comes out
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Outcome"))]
    pub after: String,
}

/// Why a command or a query was refused.
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

/// A query with who asks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryCall {
    /// The subject that asks
    pub actor: String,
    /// Whether the actor is one of the platform's operators
    pub operator: bool,
    /// What is asked
    pub query: Query,
}

/// What a query comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum QueryAnswer {
    /// It was answered
    Found {
        /// The tenant's revision
        revision: u64,
        /// The revision at which what is shown last changed, where it is one thing
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changed: Option<u64>,
        /// What is shown
        body: Value,
    },
    /// It was refused
    Refused(Refusal),
}
