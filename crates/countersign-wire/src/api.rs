//! The bodies of the HTTP API, and of the calls between the worker and a tenant's object.
//!
//! - [`Command`] is everything that can be done to a tenant, with the bodies that HTTP carries; [`call`] is how it reaches
//!   the tenant's object and what comes back.
//! - [`Query`] is everything that can be read of a tenant beside decisions; [`view`] is what it shows.
//! - [`audit`] is the log's entries, [`head`] the freshness protocol,
//!   [`message`] what tenants tell each other, [`watch`] what pages are told, [`authzen`] the OpenID AuthZEN API.

pub mod audit;
pub mod authzen;
pub mod call;
pub mod command;
pub mod head;
pub mod message;
mod problem;
pub mod query;
pub mod view;
pub mod watch;

pub use audit::{AuditEntry, AuditLines, AuditPage, Checkpoint, Noted};

pub use call::{CommandAnswer, CommandCall, Done, Effect, QueryAnswer, QueryCall, Refusal};
pub use command::{
    ApprovalPolicyBody, Assign, Command, GroupBody, Import, ImportPart, Inheriting, Invite, LinkBody, MemberEdit,
    MoveBody, NewMember, OverrideBody, RequestBody, ResourceBody, RoleBody, SettingsEdit, SupportBody, TokenBody,
    WebhookBody, WebhookEdit,
};
pub use head::{Head, HeadAsk};
pub use message::{Kind, Message};
pub use problem::Problem;
pub use query::{Find, Page, Query, Search};
pub use watch::{Told, Watch, Watching};

/// A body that is read from JSON; other crates need not name serde for it.
pub trait FromJson: serde::de::DeserializeOwned {}
impl<T: serde::de::DeserializeOwned> FromJson for T {}

/// Attributes by name, as JSON has them.
pub type Values = serde_json::Map<String, serde_json::Value>;
