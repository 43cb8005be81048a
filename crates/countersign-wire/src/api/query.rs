//! Everything that can be read of a tenant beside decisions.

use super::Values;
use serde::{Deserialize, Serialize};

/// What is asked of a tenant. Every list is a [`Page`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Query {
    /// Members, by what is looked for
    Members(Find),
    /// One member
    Member {
        /// Who
        subject: String,
    },
    /// A member's rights: each permission with its override and its effective value
    Rights {
        /// Whose
        subject: String,
        /// Where; the root if left out
        scope: Option<String>,
    },
    /// Groups
    Groups(Page),
    /// One group
    Group {
        /// Its id
        id: String,
    },
    /// Who is in a group
    GroupMembers {
        /// Its id
        id: String,
        /// Which of them
        page: Page,
    },
    /// Roles, the model's included
    Roles(Page),
    /// One role
    Role {
        /// Its id
        id: String,
    },
    /// Assignments, of one holder if it is named
    Assignments {
        /// `user:ann` or `group:reviewers`
        to: Option<String>,
        /// The role's id
        role: Option<String>,
        /// Which of them
        page: Page,
    },
    /// One assignment
    Assignment {
        /// Its id
        id: String,
    },
    /// Invitations
    Invitations(Page),
    /// Tokens
    Tokens(Page),
    /// Support access: whether it is open, for whom, since when, why
    Support,
    /// The tenant's settings, seats and licences
    Settings,
    /// Approval policies
    ApprovalPolicies(Page),
    /// One approval policy
    ApprovalPolicy {
        /// Its id
        id: String,
    },
    /// Requests for approval that the asker made, may approve, or may read with the approval policies
    Requests {
        /// `pending`, `approved`, `rejected`, `withdrawn`, `expired`, `stale` or `used`
        status: Option<String>,
        /// Which of them
        page: Page,
    },
    /// One request for approval
    Request {
        /// Its id
        id: String,
    },
    /// Registered resources below a path
    Resources {
        /// Only those below; all if left out
        below: Option<String>,
        /// Which of them
        page: Page,
    },
    /// One registered resource
    Resource {
        /// Its path
        path: String,
    },
    /// Members of a kind that may do something on a resource, by subject
    SearchSubjects(Search),
    /// Registered resources of a type on which a subject may do something, by path
    SearchResources(Search),
    /// Webhooks
    Webhooks(Page),
    /// Deliveries of a webhook that failed for good
    DeadLetters {
        /// The webhook's id
        id: String,
        /// Which of them
        page: Page,
    },
    /// The asker's notifications, newest first
    Notifications(Page),
    /// The asker's links to other tenants, and those of members that the asker may edit
    Links(Page),
    /// The tenant as a tenant file
    Export,
    /// A part of the tenant as a tenant file; the lists of all parts are those of the whole
    ExportPart(Page),
    /// The audit log
    Audit {
        /// Only entries of this actor
        actor: Option<String>,
        /// Only entries of this command
        command: Option<String>,
        /// Only entries with this outcome
        outcome: Option<String>,
        /// Only entries about this, as `what` of a change says
        what: Option<String>,
        /// Only entries from this moment on, RFC 3339
        since: Option<String>,
        /// Only entries before this moment, RFC 3339
        until: Option<String>,
        /// Only entries behind this number
        after: u64,
        /// How many at most
        limit: u32,
    },
    /// The audit log as JSON lines, as `countersign audit verify` takes them
    AuditLines {
        /// Only entries behind this number
        after: u64,
    },
    /// What the audit log comes to now, signed
    Checkpoint,
}

/// What a search is for: everything of a question but what is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// Whose; the kind of subjects where they are looked for
    pub subject: String,
    /// The action
    pub action: String,
    /// On what; the type of resources where they are looked for
    pub resource: String,
    /// What is supplied of the resource
    #[serde(default)]
    pub attributes: Values,
    /// What is supplied of the subject
    #[serde(default)]
    pub subject_attributes: Values,
    /// What is supplied of the action
    #[serde(default)]
    pub action_attributes: Values,
    /// The context
    #[serde(default)]
    pub context: Values,
    /// Behind this subject or path
    #[serde(default)]
    pub after: String,
    /// How many at most
    pub limit: u32,
    /// The moment for which it is asked, if not the present one
    #[serde(default)]
    pub now: Option<i64>,
}

/// Which part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Behind the item that this cursor names; from the beginning if left out
    pub cursor: Option<String>,
    /// How many items at most
    pub limit: u32,
}

impl Query {
    /// The query's name, as the log has it: `query.members`.
    #[must_use]
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(object)) => {
                format!("query.{}", object.keys().next().map_or("", String::as_str))
            }
            Ok(serde_json::Value::String(name)) => format!("query.{name}"),
            _ => String::new(),
        }
    }
}

impl Search {
    /// Results that one call gives at most.
    pub const MOST: u32 = 1_000;
}

impl Page {
    /// Items of a page when nobody says otherwise.
    pub const USUAL: u32 = 50;
    /// Items of the largest page.
    pub const MOST: u32 = 200;
}

impl Default for Page {
    fn default() -> Self {
        Self { cursor: None, limit: Self::USUAL }
    }
}

/// What members are looked for. Conditions are joined by *and*; texts are compared without case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// Part of the name, first or last name, user name or address
    pub text: Option<String>,
    /// Part of the name, first or last name
    pub name: Option<String>,
    /// Part of the user name
    pub user_name: Option<String>,
    /// Part of the name of an account that the member works in
    pub account: Option<String>,
    /// `invited`, `active`, `deactivated` or `locked`
    pub status: Option<String>,
    /// Only members of this group
    pub group: Option<String>,
    /// Which part of the list
    pub page: Page,
}
