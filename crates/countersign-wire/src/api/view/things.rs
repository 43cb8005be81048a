//! What queries show of tokens, support, settings, approvals, resources, webhooks, notifications and links.

use crate::api::Values;
use crate::by_name::ByName;
use serde::{Deserialize, Serialize};

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenView {
    /// Its id
    pub id: String,
    /// The service that it stands for
    pub subject: String,
    /// What people call it
    pub name: String,
    /// The first characters of its secret, to tell tokens apart
    pub hint: String,
    /// When it was made, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub created_at: String,
    /// Who made it
    pub created_by: String,
    /// When its secret was replaced last, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub rotated_at: Option<String>,
    /// When it ends, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub expires: Option<String>,
    /// Whether it was revoked
    pub revoked: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    /// The subject that the credential stands for
    pub subject: String,
    /// Whether it is one of the platform's operators
    pub operator: bool,
    /// When the credential ends, RFC 3339; `null` where it does not
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub expires: Option<String>,
}

/// Support access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SupportView {
    /// Whether it is open now
    pub open: bool,
    /// The support user
    pub subject: Option<String>,
    /// The role that it has
    pub role: Option<String>,
    /// Why
    pub reason: Option<String>,
    /// Who authorised it
    pub authorised_by: Option<String>,
    /// Since when, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub since: Option<String>,
    /// Until when, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub until: Option<String>,
}

/// The tenant's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SettingsView {
    /// The account's name
    pub account_name: String,
    /// How many seats there are; nothing for no limit
    pub seats: Option<u32>,
    /// How many are taken
    pub seats_taken: u32,
    /// How many members may have an attribute set
    pub licences: ByName<u32>,
    /// How many have it set
    pub licences_taken: ByName<u32>,
    /// How one asks for more
    pub seats_contact: Option<String>,
    /// Whether members may be linked with other accounts
    pub multiple_accounts: bool,
    /// For how many hours an invitation is good
    pub invitation_hours: u32,
    /// For how many hours a request waits, and an approved one is good
    pub approval_hours: u32,
    /// Roles that nobody of the tenant can give, with the sentence that refusals show
    pub sealed_roles: ByName<String>,
}

/// An approval policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovalPolicyView {
    /// Its id
    pub id: String,
    /// What people call it
    pub name: Option<String>,
    /// What it is about
    pub permissions: Vec<String>,
    /// When it asks for an approval
    pub when: Option<String>,
    /// Who may approve; the account's administrators if nobody is named
    pub approvers: Vec<String>,
    /// How many of them must
    pub quorum: u16,
}

/// A request for approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestView {
    /// Its id
    pub id: String,
    /// Who asked
    pub requester: String,
    /// The action
    pub action: String,
    /// On what
    pub resource: String,
    /// What was supplied of the resource
    pub attributes: Values,
    /// What was supplied of the requester
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub subject_attributes: Values,
    /// What was supplied of the action
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub action_attributes: Values,
    /// The context
    pub context: Values,
    /// Why, in the requester's words
    pub note: Option<String>,
    /// The policy that asks for it
    pub policy: String,
    /// `pending`, `approved`, `rejected`, `withdrawn`, `expired`, `stale` or `used`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::RequestStatus"))]
    pub status: String,
    /// Who may approve; the account's administrators if nobody is named
    pub approvers: Vec<String>,
    /// How many must approve
    pub quorum: u16,
    /// Who did
    pub approvals: Vec<Vote>,
    /// Who rejected, and why
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Vote>,
    /// Whether the asker may approve it now
    pub may_approve: bool,
    /// When it was made, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub created_at: String,
    /// When it ends, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub expires: String,
    /// When it was used, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub used_at: Option<String>,
    /// The request that this one asks again
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

/// Somebody's word on a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Vote {
    /// Whose
    pub by: String,
    /// When, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: String,
    /// Why
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A registered resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResourceView {
    /// Its path
    pub path: String,
    /// Stored attributes
    pub attributes: Values,
}

/// A webhook, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookView {
    /// Its id
    pub id: String,
    /// Where deliveries go
    pub url: String,
    /// The events that are delivered; all if none is named
    pub events: Vec<String>,
    /// Whether anything is delivered
    pub enabled: bool,
    /// Whether it is told secrets, such as an invitation's: only where an administrator said where it goes
    pub secrets: bool,
    /// How many deliveries wait
    pub waiting: u64,
    /// How many failed for good
    pub dead: u64,
}

/// A delivery that failed for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeadLetterView {
    /// Its id
    pub id: String,
    /// What happened
    pub event: String,
    /// When, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: String,
    /// How often it was tried
    pub attempts: u32,
    /// What came back the last time
    pub last: String,
    /// What was to be delivered
    pub data: Values,
}

/// Something a member is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationView {
    /// Its id
    pub id: String,
    /// What happened: `payment.recorded`
    pub event: String,
    /// When, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub at: String,
    /// What it is about
    pub data: Values,
    /// Whether it was read
    pub read: bool,
}

/// A link to a member of another tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkView {
    /// Its id
    pub id: String,
    /// The member here
    pub subject: String,
    /// The other tenant
    pub tenant: String,
    /// The name of that account
    pub account_name: Option<String>,
    /// The member there
    pub member: String,
    /// Whether the member here is the floating one
    pub floating: bool,
    /// `asked` (the other account has to answer), `pending` (somebody here has to accept it) or `linked`
    pub status: crate::stored::LinkStatus,
    /// Who asked for it
    pub asked_by: String,
}
