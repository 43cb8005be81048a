//! What a tenant keeps of those whom it tells things: notifications, webhooks and their deliveries.

use crate::api::Values;
use serde::{Deserialize, Serialize};

/// Something a member is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// What happened
    pub event: String,
    /// When, in milliseconds
    pub at: i64,
    /// What it is about
    pub data: Values,
    /// Whether it was read
    pub read: bool,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Where deliveries go
    pub url: String,
    /// The events that are delivered; all if none is named
    pub events: Vec<String>,
    /// Whether anything is delivered
    pub enabled: bool,
    /// What deliveries are signed with, in hexadecimal: 32 bytes. Both sides need it, so it cannot be kept as a hash
    pub secret: String,
    /// What was used before, for receivers that were not told yet
    pub before: Option<OldSecret>,
    /// Whether it is told secrets, such as an invitation's: whoever said where it goes was an administrator
    pub secrets: bool,
}

/// A secret that is to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldSecret {
    /// The secret, in hexadecimal
    pub secret: String,
    /// Until when it is used, in milliseconds
    pub until: i64,
}

/// How many deliveries of a webhook there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Those that wait
    pub waiting: u64,
    /// Those that failed for good
    pub dead: u64,
}

/// Something that is to be delivered to a webhook, or that failed for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The message's id for the receiver: the same at each attempt
    pub message: String,
    /// What happened
    pub event: String,
    /// When, in milliseconds
    pub at: i64,
    /// What is sent, byte for byte
    pub body: String,
    /// How often it was tried
    pub attempts: u32,
    /// What came back the last time
    pub last: String,
    /// When it is due, in milliseconds
    pub due: i64,
}
