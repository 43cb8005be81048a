//! The records that the tenant keeps and publishes: one policy a tenant, one record a subject, one a group.
//!
//! Roles and permissions stand in them by name: a new policy renumbers its roles, and no subject's record changes.

use core::fmt;
use countersign_core::{
    Assignment, GrantError, Grants, GrantsBuilder, Override, Policy, PolicyError, RoleId, RoleSpec, Scope, Status,
    TypeId, TypeSpec, Window,
};
use serde::{Deserialize, Serialize};

/// The compiled policy of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// The declared types; the built-in ones belong to the format
    pub types: Vec<TypeForm>,
    /// The roles of the model and of the tenant
    pub roles: Vec<RoleForm>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleForm {
    /// Its id
    pub id: String,
    /// Type by index, mask of allowed actions, mask of denied ones
    pub masks: Vec<(u16, u64, u64)>,
    /// Whether it may be assigned at the root
    pub at_root: bool,
    /// The types of scope at which it may be assigned, by index
    pub at: Vec<u16>,
    /// The roles that its holder may give, by index
    pub assigns: Vec<u16>,
}

/// What the edge needs to know of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectRecord {
    /// The status
    pub status: StatusForm,
    /// The groups it is in
    pub groups: Vec<String>,
    /// What it was given itself
    pub assignments: Vec<AssignmentForm>,
    /// Its overrides
    pub overrides: Vec<OverrideForm>,
}

/// What the edge needs to know of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRecord {
    /// What the group was given
    pub assignments: Vec<AssignmentForm>,
}

/// A member's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl From<&Policy> for PolicyRecord {
    fn from(policy: &Policy) -> Self {
        let types = policy.types().iter().filter(|kind| !kind.is_builtin());
        Self {
            types: types.map(|kind| TypeForm::from(kind.spec())).collect(),
            roles: policy.roles().iter().map(|role| RoleForm::from(role.spec())).collect(),
        }
    }
}

impl PolicyRecord {
    /// The policy.
    ///
    /// # Errors
    /// When the core refuses it.
    pub fn policy(self) -> Result<Policy, RecordError> {
        let types = self.types.into_iter().map(TypeSpec::from).collect();
        let roles = self.roles.into_iter().map(RoleSpec::from).collect();
        Policy::new(types, roles).map_err(RecordError::Policy)
    }
}

impl SubjectRecord {
    /// The subject's own grants.
    ///
    /// # Errors
    /// When a grant does not fit the policy.
    pub fn grants(&self, policy: &Policy) -> Result<Grants, RecordError> {
        let mut builder = GrantsBuilder::default();
        add_assignments(&mut builder, &self.assignments, policy)?;
        for set in &self.overrides {
            let permission = policy.permission(&set.permission);
            let permission = permission.ok_or_else(|| RecordError::Unknown(set.permission.clone()))?;
            let scope = Scope::parse(&set.scope).map_err(GrantError::Scope)?;
            builder.set(Override { permission, scope, allow: set.allow, window: Window::new(set.from, set.until) });
        }
        Ok(builder.build(policy)?)
    }
}

impl GroupRecord {
    /// The group's grants.
    ///
    /// # Errors
    /// When a grant does not fit the policy.
    pub fn grants(&self, policy: &Policy) -> Result<Grants, RecordError> {
        let mut builder = GrantsBuilder::default();
        add_assignments(&mut builder, &self.assignments, policy)?;
        Ok(builder.build(policy)?)
    }
}

fn add_assignments(builder: &mut GrantsBuilder, all: &[AssignmentForm], policy: &Policy) -> Result<(), RecordError> {
    for given in all {
        let role = policy.role_named(&given.role).ok_or_else(|| RecordError::Unknown(given.role.clone()))?;
        let scope = Scope::parse(&given.scope).map_err(GrantError::Scope)?;
        builder.assign(Assignment { role, scope, window: Window::new(given.from, given.until) });
    }
    Ok(())
}

impl From<&TypeSpec> for TypeForm {
    fn from(spec: &TypeSpec) -> Self {
        Self {
            name: spec.name.to_string(),
            at_root: spec.at_root,
            parents: spec.parents.iter().map(|parent| parent.0).collect(),
            actions: spec.actions.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<TypeForm> for TypeSpec {
    fn from(form: TypeForm) -> Self {
        Self {
            name: form.name.into(),
            at_root: form.at_root,
            parents: form.parents.into_iter().map(TypeId).collect(),
            actions: form.actions.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&RoleSpec> for RoleForm {
    fn from(spec: &RoleSpec) -> Self {
        Self {
            id: spec.id.to_string(),
            masks: spec.masks.iter().map(|(on, allow, deny)| (on.0, *allow, *deny)).collect(),
            at_root: spec.at_root,
            at: spec.at.iter().map(|on| on.0).collect(),
            assigns: spec.assigns.iter().map(|role| role.0).collect(),
        }
    }
}

impl From<RoleForm> for RoleSpec {
    fn from(form: RoleForm) -> Self {
        Self {
            id: form.id.into(),
            masks: form.masks.into_iter().map(|(on, allow, deny)| (TypeId(on), allow, deny)).collect(),
            at_root: form.at_root,
            at: form.at.into_iter().map(TypeId).collect(),
            assigns: form.assigns.into_iter().map(RoleId).collect(),
        }
    }
}

impl From<Status> for StatusForm {
    fn from(status: Status) -> Self {
        match status {
            Status::Invited => Self::Invited,
            Status::Active => Self::Active,
            Status::Deactivated => Self::Deactivated,
            Status::Locked => Self::Locked,
        }
    }
}

impl From<StatusForm> for Status {
    fn from(form: StatusForm) -> Self {
        match form {
            StatusForm::Invited => Self::Invited,
            StatusForm::Active => Self::Active,
            StatusForm::Deactivated => Self::Deactivated,
            StatusForm::Locked => Self::Locked,
        }
    }
}
