//! What is kept of invitations, and of what members take up.

use crate::by_name::ByName;
use serde::{Deserialize, Serialize};

/// An invitation. It is bound to the tenant that keeps it, to its subject, address and inviter, and to what the subject
/// had been given when it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Who is invited
    pub subject: String,
    /// Where it went; nothing if it was not sent
    pub email: Option<String>,
    /// Who sent it, or made it
    pub inviter: String,
    /// Whether that was one of the platform's operators, who are no members
    pub operator: bool,
    /// The digest of its secret; nothing if it was not sent, or has ended
    pub digest: Option<String>,
    /// When it was sent last, in milliseconds
    pub sent_at: Option<i64>,
    /// When it ends, in milliseconds
    pub expires: Option<i64>,
    /// What the subject had been given when it was sent: ids of assignments, its groups' included, and overrides
    pub given: Vec<String>,
}

/// What members take up of what is limited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Seats
    pub seats: u32,
    /// By boolean attribute: how many members have it set
    pub licences: ByName<u32>,
}
