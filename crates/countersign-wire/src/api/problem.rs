//! Problem details, RFC 9457.

use serde::{Deserialize, Serialize};

/// Problem details, RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The kind of problem: `about:blank`, or a URI of ours
    #[serde(rename = "type")]
    pub kind: String,
    /// What the kind is called
    pub title: String,
    /// The HTTP status
    #[cfg_attr(feature = "schema", schemars(range(min = 400, max = 599)))]
    pub status: u16,
    /// What was wrong and what to do
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The stable code for programs, where the tenant refused a command
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}
