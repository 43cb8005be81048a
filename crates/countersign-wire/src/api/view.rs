//! What queries show: each thing as people and programs read it.

use super::Values;
use crate::by_name::ByName;
use crate::record::StatusForm;
use serde::{Deserialize, Serialize};

mod things;

pub use things::{
    ApprovalPolicyView, DeadLetterView, LinkView, NotificationView, RequestView, ResourceView, SessionView,
    SettingsView, SupportView, TokenView, Vote, WebhookView,
};

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct List<T> {
    /// The items
    pub items: Vec<T>,
    /// Where the next page begins; nothing on the last one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberView {
    /// Who it is
    pub subject: String,
    /// Its status
    pub status: StatusForm,
    /// The whole name, as it was given, or first and last name
    pub name: Option<String>,
    /// The first name
    pub first_name: Option<String>,
    /// The last name
    pub last_name: Option<String>,
    /// The name to sign in with
    pub user_name: Option<String>,
    /// Where mail goes
    pub email: Option<String>,
    /// Stored attributes
    pub attributes: Values,
    /// The groups it is in
    pub groups: Vec<String>,
    /// The roles it was given itself
    pub assignments: Vec<AssignmentView>,
    /// The titles of the roles that it holds at the root, for lists
    pub titles: Vec<String>,
    /// Its invitation, if it is invited
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationView>,
    /// Whether it must change its credential before it may do anything
    pub credential_change_required: bool,
    /// Whether it may work in several accounts
    pub multiple_accounts: bool,
    /// The accounts that it works in besides this one
    pub accounts: Vec<String>,
    /// When it was changed last, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Moment"))]
    pub changed_at: String,
    /// Who changed it last
    pub changed_by: String,
}

/// One right of a member, as an editor shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RightView {
    /// `type:action`
    pub permission: String,
    /// What it is set to: `allow`, `deny` or `inherit`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Setting"))]
    pub set: String,
    /// What the roles say: `allow` or `deny`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Inherited"))]
    pub inherited: String,
    /// What comes out: `allow`, `deny`, `approval`, or `depends` where it differs from resource to resource
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Outcome"))]
    pub effective: String,
    /// As an editor shows it: `allow`, `deny`, `inherit (allow)`
    pub shown: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupView {
    /// Its id
    pub id: String,
    /// The name that people read
    pub name: Option<String>,
    /// What it was given
    pub assignments: Vec<AssignmentView>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoleView {
    /// Its id
    pub id: String,
    /// Whether it comes from the tenant, and so can be changed
    pub custom: bool,
    /// Where it may be assigned: `/` and types
    pub at: Vec<String>,
    /// What it allows, `type:action` each, whatever the conditions
    pub allow: Vec<String>,
    /// What it denies
    pub deny: Vec<String>,
    /// The roles that its holder may give
    pub assigns: Vec<String>,
    /// As it was written, if it is a custom one
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Role>"))]
    pub body: Option<serde_json::Value>,
    /// How many assignments give it; from 1000 on they are not counted
    pub assigned: u64,
}

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AssignmentView {
    /// Its id
    pub id: String,
    /// Who has it
    pub to: String,
    /// The role's id
    pub role: String,
    /// What people read there instead of the role's id
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it acts
    pub scope: String,
    /// When it begins, RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub from: Option<String>,
    /// When it ends, RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub until: Option<String>,
    /// While what it acts
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationView {
    /// Its id
    pub id: String,
    /// Who is invited
    pub subject: String,
    /// Where it went, or will go
    pub email: Option<String>,
    /// Who invited
    pub inviter: String,
    /// When it was sent last, RFC 3339; nothing if it was not
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub sent_at: Option<String>,
    /// When it ends, RFC 3339
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub expires: Option<String>,
}

/// Every permission of a member at one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RightsView {
    /// Whose
    pub subject: String,
    /// Where
    pub scope: String,
    /// The rights, by type
    pub rights: ByName<Vec<RightView>>,
}
