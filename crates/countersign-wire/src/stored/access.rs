//! What a tenant keeps of API tokens and of support access.

use serde::{Deserialize, Serialize};

/// An API token as its tenant keeps it; what the edge needs of it is published apart
/// ([`TokenRecord`](crate::record::TokenRecord)). The secret is in neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The service that it stands for
    pub subject: String,
    /// What people call it
    pub name: String,
    /// The first characters of its secret
    pub hint: String,
    /// When it was made, in milliseconds
    pub created_at: i64,
    /// Who made it
    pub created_by: String,
    /// When its secret was replaced last, in milliseconds
    pub rotated_at: Option<i64>,
    /// Who replaced it last
    pub rotated_by: Option<String>,
    /// When it ends, in milliseconds
    pub expires: Option<i64>,
    /// Whether it was revoked
    pub revoked: bool,
}

/// The last time that support was let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportSession {
    /// The support user
    pub subject: String,
    /// The role that it had
    pub role: String,
    /// The assignment that gave it
    pub assignment: String,
    /// Why
    pub reason: String,
    /// Who authorised it
    pub authorised_by: String,
    /// Since when, in milliseconds
    pub since: i64,
    /// Until when, in milliseconds
    pub until: i64,
    /// When it was ended, in milliseconds; nothing while it is open, or before its end was noticed
    pub ended: Option<i64>,
}
