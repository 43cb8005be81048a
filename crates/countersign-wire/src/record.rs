//! The records that the tenant keeps and publishes: one policy a tenant, one record a subject, one a group.
//!
//! Roles, permissions and attributes stand in them by name: a new policy renumbers its roles, and no subject's record
//! changes.

mod condition;
mod convert;
mod values;

pub use condition::{ConditionForm, PatternForm};
pub use convert::{approved, approved_forms};
pub use values::{AttributeForm, ItemForm, KindForm, OwnerForm, ValueForm, attributes, named};

use core::fmt;
use countersign_core::{GrantError, PolicyError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The compiled policy of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// The declared types; the built-in ones belong to the format
    pub types: Vec<TypeForm>,
    /// The declared attributes
    pub attributes: Vec<AttributeForm>,
    /// The conditions that all below refer to
    pub conditions: Vec<ConditionForm>,
    /// The roles of the model and of the tenant
    pub roles: Vec<RoleForm>,
    /// The rules of the model
    pub rules: Vec<RuleForm>,
    /// The approval policies of the tenant
    pub approvals: Vec<ApprovalForm>,
}

/// A resource type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeForm {
    /// Its name
    pub name: String,
    /// Whether it may stand at the root
    pub at_root: bool,
    /// The types it may stand below, by index
    pub parents: Vec<u16>,
    /// Its actions, in bit order
    pub actions: Vec<String>,
}

/// A role, with what it includes folded in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleForm {
    /// Its id
    pub id: String,
    /// The names that people read: condition by index, text
    pub titles: Vec<(Option<u16>, String)>,
    /// Its own condition, by index
    pub when: Option<u16>,
    /// Type by index, mask of allowed actions, mask of denied ones
    pub masks: Vec<(u16, u64, u64)>,
    /// What it says while conditions (by index) hold, as `masks`
    pub parts: Vec<PartForm>,
    /// Whether it may be assigned at the root
    pub at_root: bool,
    /// The types of scope at which it may be assigned, by index
    pub at: Vec<u16>,
    /// The roles that its holder may give, by index
    pub assigns: Vec<u16>,
}

/// What a role says while all of some conditions hold: the conditions by index, and as [`RoleForm::masks`].
pub type PartForm = (Vec<u16>, Vec<(u16, u64, u64)>);

/// A rule of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleForm {
    /// Whether it permits; it forbids otherwise
    pub permit: bool,
    /// Type by index, mask of actions
    pub targets: Vec<(u16, u64)>,
    /// Its condition, by index
    pub when: Option<u16>,
    /// The author's sentence
    pub why: String,
}

/// An approval policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalForm {
    /// Its id
    pub id: String,
    /// Type by index, mask of actions
    pub targets: Vec<(u16, u64)>,
    /// Its trigger, by index
    pub when: Option<u16>,
    /// Who may approve
    pub approvers: Vec<String>,
    /// How many of them must
    pub quorum: u16,
}

/// What the edge needs to know of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectRecord {
    /// The status
    pub status: StatusForm,
    /// Its stored attributes, by name
    pub attributes: Vec<(String, ValueForm)>,
    /// The groups it is in
    pub groups: Vec<String>,
    /// What it was given itself
    pub assignments: Vec<AssignmentForm>,
    /// Its overrides
    pub overrides: Vec<OverrideForm>,
    /// Its approved requests that were not used yet
    pub approved: Vec<ApprovedForm>,
}

/// An approved request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedForm {
    /// The request's id
    pub id: String,
    /// `type:action`
    pub permission: String,
    /// The resource's path
    pub path: String,
    /// What was supplied with it, as conditions write it: `context.cost`, `order.amount`
    pub context: Vec<(String, ValueForm)>,
    /// While it is good, in milliseconds: from (included)
    pub from: Option<i64>,
    /// until (excluded)
    pub until: Option<i64>,
}

/// The stored attributes of a tenant's resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcesRecord {
    /// Path, and its values by name
    pub resources: Vec<(String, Vec<(String, ValueForm)>)>,
}

/// What the edge needs to know of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRecord {
    /// What the group was given
    pub assignments: Vec<AssignmentForm>,
}

/// What the edge needs to know of one API token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// SHA-256 of the whole secret, in hexadecimal; compare digests in constant time
    pub hash: String,
    /// The service that it stands for
    pub subject: String,
    /// When it ends (excluded), in milliseconds
    pub expires: Option<i64>,
    /// Whether it was revoked
    pub revoked: bool,
}

impl TokenRecord {
    /// Whether `secret` is the token's: digests are compared, in a time that does not tell where they differ.
    #[must_use]
    pub fn is_of(&self, secret: &str) -> bool {
        let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
        let digits = Sha256::digest(secret).into_iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        let differences = self.hash.bytes().zip(digits).fold(0, |all, (held, digit)| all | (held ^ digit));
        // A revoked token has no hash any more.
        self.hash.len() == 64 && differences == 0
    }

    /// Whether it is good at a moment, for whoever has the secret.
    #[must_use]
    pub fn is_live(&self, now: i64) -> bool {
        !self.revoked && self.expires.is_none_or(|expires| now < expires)
    }
}

/// A member's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusForm {
    /// `invited`
    Invited,
    /// `active`
    Active,
    /// `deactivated`
    Deactivated,
    /// `locked`
    Locked,
}

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentForm {
    /// Its id, never used again
    pub id: String,
    /// The role's id
    pub role: String,
    /// Where it acts
    pub scope: String,
    /// When it acts, in milliseconds: from (included)
    pub from: Option<i64>,
    /// until (excluded)
    pub until: Option<i64>,
    /// While what holds it acts
    pub when: Option<ConditionForm>,
}

/// An override.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideForm {
    /// `type:action`
    pub permission: String,
    /// Where it acts
    pub scope: String,
    /// Whether it allows
    pub allow: bool,
    /// When it acts, in milliseconds: from (included)
    pub from: Option<i64>,
    /// until (excluded)
    pub until: Option<i64>,
}

/// Why a record does not fit its policy, or is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// The bytes are no record of this version
    Form,
    /// The policy is refused by the core
    Policy(PolicyError),
    /// A grant is refused by the core
    Grant(GrantError),
    /// A grant names a role or a permission that the policy does not have
    Unknown(String),
}

impl fmt::Display for RecordError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => out.write_str("the bytes are no record of this version"),
            Self::Policy(error) => error.fmt(out),
            Self::Grant(error) => error.fmt(out),
            Self::Unknown(name) => write!(out, "the policy has no `{name}`"),
        }
    }
}

impl std::error::Error for RecordError {}

impl From<GrantError> for RecordError {
    fn from(error: GrantError) -> Self {
        Self::Grant(error)
    }
}

/// A form that can be written; other crates need not name serde for it.
pub trait Written: Serialize {}
impl<T: Serialize> Written for T {}

/// A form that can be read from bytes that live as long as `'a`.
pub trait Form<'a>: Deserialize<'a> {}
impl<'a, T: Deserialize<'a>> Form<'a> for T {}

/// Writes a record as bytes.
///
/// # Errors
/// Never for the forms of this module; a form that cannot be written is refused all the same.
pub fn encode<T: Written>(form: &T) -> Result<Vec<u8>, RecordError> {
    postcard::to_allocvec(form).map_err(|_| RecordError::Form)
}

/// Reads a record, and refuses bytes left over.
///
/// # Errors
/// When the bytes are anything else than one record.
pub fn decode<'a, T: Form<'a>>(bytes: &'a [u8]) -> Result<T, RecordError> {
    match postcard::take_from_bytes(bytes) {
        Ok((form, [])) => Ok(form),
        _ => Err(RecordError::Form),
    }
}
