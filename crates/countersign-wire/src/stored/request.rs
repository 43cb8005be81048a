//! Requests for approval, as the tenant keeps them.

use crate::api::Values;
use serde::{Deserialize, Serialize};

/// A request for approval: exactly what was asked, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who asked
    pub requester: String,
    /// The action
    pub action: String,
    /// On what
    pub resource: String,
    /// What was supplied of the resource, as far as the model declares it
    pub attributes: Values,
    /// What was supplied of the requester
    pub subject_attributes: Values,
    /// What was supplied of the action
    pub action_attributes: Values,
    /// The context
    pub context: Values,
    /// Why, in the requester's words
    pub note: Option<String>,
    /// The policy that asks for it
    pub policy: String,
    /// What that policy said, as a digest: one that says something else was not what was asked
    pub stamp: String,
    /// How many must approve
    pub quorum: u16,
    /// Who may: the account's administrators if nobody is named
    pub approvers: Vec<String>,
    /// What became of it
    pub status: RequestStatus,
    /// Who approved
    pub approvals: Vec<Said>,
    /// Who rejected
    pub rejection: Option<Said>,
    /// When it was made, in milliseconds
    pub created_at: i64,
    /// When it ends, in milliseconds
    pub expires: i64,
    /// When it was used, in milliseconds
    pub used_at: Option<i64>,
    /// The request that this one asks again
    pub again: Option<String>,
}

/// Somebody's word on a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Whose
    pub by: String,
    /// When, in milliseconds
    pub at: i64,
    /// Why
    pub reason: Option<String>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// It waits for approvers
    Pending,
    /// It is good for one use
    Approved,
    /// An approver said no
    Rejected,
    /// The requester took it back
    Withdrawn,
    /// Nobody decided in time, or nobody used it in time
    Expired,
    /// What it was asked or approved by has changed
    Stale,
    /// It was used
    Used,
}

impl RequestStatus {
    /// The word used in documents and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Stale => "stale",
            Self::Used => "used",
        }
    }

    /// Whether something can still come of it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}
