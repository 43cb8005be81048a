//! What a worker asks a tenant's object before it believes a copy.

use serde::{Deserialize, Serialize};

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
    /// A subject whose groups it may not know yet, and of which it needs the revisions as well
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups_of: Option<String>,
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
    /// The key of each group of [`HeadAsk::groups_of`], with its revision; nothing for one that never was
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<(String, Option<u64>)>,
}
