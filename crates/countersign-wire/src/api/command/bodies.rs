//! The bodies of commands about tokens, support, settings, approvals, resources, webhooks and links.

use crate::api::Values;
use serde::{Deserialize, Serialize};

/// `POST /v1/tenants/{tenant}/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// The service that it stands for: `service:ci-main`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::ServiceId"))]
    pub subject: String,
    /// What people call it
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Name"))]
    pub name: String,
    /// When it ends, RFC 3339; never if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub expires: Option<String>,
}

/// `POST /v1/tenants/{tenant}/support`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SupportBody {
    /// The support user: `support:vendor`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::SupportId"))]
    pub subject: String,
    /// The role that it has meanwhile
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::RoleId"))]
    pub role: String,
    /// Why
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Sentence"))]
    pub reason: String,
    /// When it ends, RFC 3339; four hours from now if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub until: Option<String>,
}

/// `PATCH /v1/tenants/{tenant}/settings`: what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettingsEdit {
    /// The account's name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Name>"))]
    pub account_name: Option<String>,
    /// How many seats there are; operators alone may set it, and 0 means without limit
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// How many members may have a boolean attribute set, by attribute; operators alone may set it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licences: Option<crate::by_name::ByName<u32>>,
    /// How one asks for more seats or licences; a sentence that refusals show
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Sentence>"))]
    pub seats_contact: Option<String>,
    /// Whether members may be linked with other accounts
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple_accounts: Option<bool>,
    /// For how many hours an invitation is good
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Hours>"))]
    pub invitation_hours: Option<u32>,
    /// For how many hours a request for approval waits, and an approved one is good
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Hours>"))]
    pub approval_hours: Option<u32>,
    /// Roles that nobody of the tenant can give from now on, with the sentence that the refusal shows; operators alone
    /// may set it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<std::collections::BTreeMap<String, crate::schema::Sentence>>")
    )]
    pub sealed_roles: Option<crate::by_name::ByName<String>>,
}

/// `POST /v1/tenants/{tenant}/approval-policies`: as an entry of `approval_policies` in a tenant file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalPolicyBody {
    /// Its id
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::RoleId"))]
    pub id: String,
    /// What people call it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub name: Option<String>,
    /// What it is about
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::Permission>", length(min = 1)))]
    pub permissions: Vec<String>,
    /// When it asks for an approval; always if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Condition>"))]
    pub when: Option<String>,
    /// Who may approve: `role:…`, `user:…`, `group:…`; the account's administrators if left out
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::Approver>"))]
    pub approvers: Vec<String>,
    /// How many of them must
    #[serde(default = "one")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub quorum: u16,
}

fn one() -> u16 {
    1
}

/// `POST /v1/tenants/{tenant}/requests`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// The action
    pub action: String,
    /// On what
    pub resource: String,
    /// What is supplied of the resource
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub attributes: Values,
    /// What is supplied of the requester
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub subject_attributes: Values,
    /// What is supplied of the action
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub action_attributes: Values,
    /// The context
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub context: Values,
    /// Why, in the requester's words
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 4096)))]
    pub note: Option<String>,
}

/// `POST /v1/tenants/{tenant}/resources`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceBody {
    /// Its path
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::ResourcePath"))]
    pub path: String,
    /// Stored attributes
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub attributes: Values,
}

/// `POST /v1/tenants/{tenant}/resources/move`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    /// The path that it has
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::ResourcePath"))]
    pub from: String,
    /// The path that it is to have
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::ResourcePath"))]
    pub to: String,
}

/// `POST /v1/tenants/{tenant}/webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookBody {
    /// Where deliveries go: an https URL
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::WebhookUrl"))]
    pub url: String,
    /// The events that are delivered: `invitation.sent`, `request.*`; all if left out
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::EventPattern>", length(max = 100)))]
    pub events: Vec<String>,
}

/// `PATCH /v1/tenants/{tenant}/webhooks/{id}`: what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookEdit {
    /// Where deliveries go
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::WebhookUrl>"))]
    pub url: Option<String>,
    /// The events that are delivered
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::EventPatterns>"))]
    pub events: Option<Vec<String>>,
    /// Whether anything is delivered
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether it is to have a new secret
    #[serde(default)]
    pub new_secret: bool,
}

/// `POST /v1/tenants/{tenant}/links`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// The floating member of this tenant
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::UserId"))]
    pub subject: String,
    /// The other tenant
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::TenantName"))]
    pub tenant: String,
    /// The member there; the same subject if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::UserId>"))]
    pub member: Option<String>,
}

/// `PUT /v1/tenants/{tenant}/members/{subject}/overrides/all`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverridesBody {
    /// To what
    pub effect: super::Inheriting,
    /// Where; the root if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Scope>"))]
    pub scope: Option<String>,
}

/// `POST /v1/tenants/{tenant}/invitations/accept`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SecretBody {
    /// The invitation's secret
    pub secret: String,
}

/// `POST /v1/tenants/{tenant}/assignments/bulk`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkBody {
    /// The assignments
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 1000)))]
    pub assignments: Vec<super::Assign>,
}

/// `POST /v1/tenants/{tenant}/requests/{id}/reject`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Why; the requester reads it
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Sentence"))]
    pub reason: String,
}

/// `PUT /v1/tenants/{tenant}/resource?path=…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AttributesBody {
    /// The stored attributes; what is left out is gone
    pub attributes: Values,
}

/// `POST /v1/tenants/{tenant}/me/notifications/read`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IdsBody {
    /// The notifications' ids
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::NotificationId>", length(min = 1, max = 500)))]
    pub ids: Vec<String>,
}

/// `POST /v1/tenants/{tenant}/notifications`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NotifyBody {
    /// What happened: `payment.recorded`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Event"))]
    pub event: String,
    /// Who is told: `role:…`, `user:…`, `group:…`
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::Recipient>", length(max = 100)))]
    pub to: Vec<String>,
    /// What it is about
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub data: Values,
}
