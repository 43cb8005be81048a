//! What tenants tell each other: the steps of a link between members.

use crate::stored::{Common, Stamp};
use serde::{Deserialize, Serialize};

/// A message from one tenant's object to another's. It may come twice, late, and in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Who sends it; the sending object's own name, never what a caller says
    pub from: String,
    /// To whom
    pub to: String,
    /// Its id, the same at each attempt
    pub id: String,
    /// What it says
    pub kind: Kind,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// A floating member is to be linked to a member of the receiver
    Link {
        /// What both sides call the link
        key: String,
        /// Of several between the same two, the later one has the larger number
        number: u64,
        /// The floating member
        subject: String,
        /// The receiver's member
        member: String,
        /// The name of the sender's account
        account_name: String,
        /// Who asked for it; the receiver decides what that subject may do there
        actor: String,
        /// Whether that is one of the platform's operators
        operator: bool,
        /// What the floating member is like
        common: Common,
    },
    /// The link was accepted
    Linked {
        /// Which
        key: String,
        /// The name of the sender's account
        account_name: String,
        /// What the sender's member is like as of: if the floating one has changed since, it tells
        stamp: Stamp,
    },
    /// The link was refused
    Refused {
        /// Which
        key: String,
        /// The stable code for programs
        code: String,
        /// The sentence for people
        detail: String,
    },
    /// The link is no more
    Unlink {
        /// Which
        key: String,
    },
    /// What linked members have in common has changed
    Person {
        /// Through which link
        key: String,
        /// What it is
        common: Common,
    },
    /// The floating member was deactivated, or is no more
    Ended {
        /// Which link
        key: String,
        /// Whether it is no more; deactivated otherwise
        deleted: bool,
    },
}

impl Kind {
    /// What both sides call the link.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Link { key, .. }
            | Self::Linked { key, .. }
            | Self::Refused { key, .. }
            | Self::Unlink { key }
            | Self::Person { key, .. }
            | Self::Ended { key, .. } => key,
        }
    }

    /// What it is, as the log says it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Link { .. } => "link",
            Self::Linked { .. } => "linked",
            Self::Refused { .. } => "refused",
            Self::Unlink { .. } => "unlink",
            Self::Person { .. } => "person",
            Self::Ended { .. } => "ended",
        }
    }
}
