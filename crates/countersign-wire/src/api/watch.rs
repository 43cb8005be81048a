//! What worker, tenant's object and page tell each other of a projection that is watched.

use serde::{Deserialize, Serialize};

/// A member whose page wants to be told, as the gate hands it to the tenant's object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The subject
    pub subject: String,
    /// The revision of the snapshot that the page holds, if it holds this subject's
    pub held: Option<u64>,
    /// From when on the page must come anew before it is told anything, in milliseconds since 1970
    pub until: i64,
}

/// What a tenant's object notes with a socket: all that it knows of it after hibernation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watching {
    /// The subject
    pub subject: String,
    /// The fingerprint of the projection that the page was told last
    pub print: String,
    /// The tenant's epoch and revision up to which all pages were told by then
    pub at: (u64, u64),
    /// As in [`Watch`]
    pub until: i64,
}

/// A message to a page that is no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// What the page holds is as it is at this revision
    Current(u64),
    /// What the page holds is older than this revision, at which it is to be fetched
    Changed(u64),
}
