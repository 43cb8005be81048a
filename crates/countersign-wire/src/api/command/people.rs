//! The bodies of commands about members, groups, roles and what they are given.

use crate::api::Values;
use serde::{Deserialize, Serialize};

/// `PUT /v1/tenants/{tenant}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The model file's text
    pub model: String,
    /// The tenant file's text
    pub tenant: String,
    /// The name of the import, of its sender's choice, where parts follow
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Name>"))]
    pub run: Option<String>,
}

/// `POST /v1/tenants/{tenant}/import`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportPart {
    /// The text of a tenant file with nothing but members, and what these are given
    pub tenant: String,
    /// The import that it is a part of: then it is held to no seats and sealed roles, as a whole import is not, and is
    /// refused where the account has been imported anew since
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Name>"))]
    pub run: Option<String>,
    /// Whether it is the last part of that import: tokens, links and inboxes of those end who did not come back
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
}

/// `POST /v1/tenants/{tenant}/members`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// Who: `user:ann`, `service:ci`; `user:` and the user name or the address if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::NewSubject>"))]
    pub subject: Option<String>,
    /// The name to sign in with: an email address, with an optional comment before the `@`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Address>"))]
    pub user_name: Option<String>,
    /// The whole name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub name: Option<String>,
    /// The first name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub first_name: Option<String>,
    /// The last name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub last_name: Option<String>,
    /// The address; that of the user name, without its comment, if left out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Address>"))]
    pub email: Option<String>,
    /// Stored attributes
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub attributes: Values,
    /// Groups, by id
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// What it is given at once; `to` is left out
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
    pub assignments: Vec<Assign>,
    /// Whether, and when, it is invited
    #[serde(default)]
    pub invite: Invite,
}

/// Whether a new member is invited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Invite {
    /// It is active at once
    #[default]
    No,
    /// It is invited, and the invitation is sent at once
    Now,
    /// It is invited, and nothing is sent until somebody asks for it
    Later,
}

/// `PATCH /v1/tenants/{tenant}/members/{subject}`: what is left out stays as it is, and what is null goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberEdit {
    /// The name to sign in with
    #[serde(default, skip_serializing_if = "Option::is_none", with = "field")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Address>"))]
    pub user_name: Option<Option<String>>,
    /// The whole name
    #[serde(default, skip_serializing_if = "Option::is_none", with = "field")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub name: Option<Option<String>>,
    /// The first name
    #[serde(default, skip_serializing_if = "Option::is_none", with = "field")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub first_name: Option<Option<String>>,
    /// The last name
    #[serde(default, skip_serializing_if = "Option::is_none", with = "field")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::LongName>"))]
    pub last_name: Option<Option<String>>,
    /// The address
    #[serde(default, skip_serializing_if = "Option::is_none", with = "field")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Address>"))]
    pub email: Option<Option<String>>,
    /// Stored attributes: those named change, and null takes one away
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub attributes: Values,
    /// Whether the member must change its credential before it may do anything
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_change_required: Option<bool>,
    /// Whether the member may work in several accounts
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple_accounts: Option<bool>,
}

/// A field that may be left out, null, or a value.
mod field {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Option<Option<String>>, to: S) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
        Option::<String>::deserialize(from).map(Some)
    }
}

/// `POST /v1/tenants/{tenant}/groups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupBody {
    /// Its id, without `group:`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::GroupId"))]
    pub id: String,
    /// The name that people read
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// `POST /v1/tenants/{tenant}/roles`: a role as an entry of `roles` in a tenant file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct RoleBody(#[cfg_attr(feature = "schema", schemars(with = "crate::schema::Role"))] pub Values);

/// `POST /v1/tenants/{tenant}/assignments`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// `user:ann` or `group:reviewers`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Holder"))]
    pub to: String,
    /// The role's id
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::RoleId"))]
    pub role: String,
    /// Where; the root if left out
    #[serde(default = "root")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Scope"))]
    pub scope: String,
    /// When it begins, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub from: Option<String>,
    /// When it ends, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub until: Option<String>,
    /// While what it acts
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Condition>"))]
    pub when: Option<String>,
}

fn root() -> String {
    "/".to_owned()
}

/// `PUT /v1/tenants/{tenant}/members/{subject}/overrides`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// `type:action`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Permission"))]
    pub permission: String,
    /// Where; the root if left out
    #[serde(default = "root")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Scope"))]
    pub scope: String,
    /// To what
    pub effect: Inheriting,
    /// When it begins, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub from: Option<String>,
    /// When it ends, RFC 3339
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Moment>"))]
    pub until: Option<String>,
}

/// What a right is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Inheriting {
    /// Allowed, whatever the roles say
    Allow,
    /// Denied, whatever the roles say
    Deny,
    /// As the roles say
    Inherit,
}
