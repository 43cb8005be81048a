//! Records from and to the core's types.

use super::{
    ApprovalForm, ApprovedForm, AssignmentForm, AttributeForm, ConditionForm, GroupRecord, PolicyRecord, RecordError,
    ResourcesRecord, RoleForm, RuleForm, StatusForm, SubjectRecord, TypeForm, ValueForm, attributes,
};
use countersign_core::condition::{Reference, Value};
use countersign_core::{
    ApprovalSpec, Approved, Assignment, AttributeSpec, Attributes, ConditionId, GrantError, Grants, GrantsBuilder,
    Override, Owner, Policy, PolicySpec, Registry, RoleId, RolePart, RoleSpec, RuleSpec, Scope, Status, Title, TypeId,
    TypeSpec, Window,
};

impl From<&Policy> for PolicyRecord {
    fn from(policy: &Policy) -> Self {
        let types = policy.types().iter().filter(|kind| !kind.is_builtin());
        Self {
            types: types.map(|kind| TypeForm::from(kind.spec())).collect(),
            attributes: policy.attributes().iter().map(AttributeForm::from).collect(),
            conditions: policy.conditions().iter().map(|when| ConditionForm::of(when, policy)).collect(),
            roles: policy.roles().iter().map(|role| RoleForm::from(role.spec())).collect(),
            rules: policy.rules().iter().map(RuleForm::from).collect(),
            approvals: policy.approvals().iter().map(ApprovalForm::from).collect(),
        }
    }
}

impl PolicyRecord {
    /// The policy.
    ///
    /// # Errors
    /// When the core refuses it, or a condition is none.
    pub fn policy(self) -> Result<Policy, RecordError> {
        let types: Vec<TypeSpec> = self.types.into_iter().map(TypeSpec::from).collect();
        let declared: Vec<AttributeSpec> = self.attributes.into_iter().map(AttributeSpec::from).collect();
        let vocabulary = PolicySpec { types, attributes: declared, ..PolicySpec::default() };
        let words = Policy::new(vocabulary.clone()).map_err(RecordError::Policy)?;
        let conditions = self.conditions.into_iter().map(|form| form.condition(&words)).collect::<Option<_>>();
        let spec = PolicySpec {
            conditions: conditions.ok_or(RecordError::Form)?,
            roles: self.roles.into_iter().map(RoleSpec::from).collect(),
            rules: self.rules.into_iter().map(RuleSpec::from).collect(),
            approvals: self.approvals.into_iter().map(ApprovalSpec::from).collect(),
            ..vocabulary
        };
        Policy::new(spec).map_err(RecordError::Policy)
    }
}

impl SubjectRecord {
    /// The subject's own grants.
    ///
    /// # Errors
    /// When a grant does not fit the policy.
    pub fn grants(&self, policy: &Policy) -> Result<Grants, RecordError> {
        Ok(self.builder(policy)?.build(policy)?)
    }

    /// The subject's own grants, for more to be added to them.
    ///
    /// # Errors
    /// When a grant does not fit the policy.
    pub fn builder(&self, policy: &Policy) -> Result<GrantsBuilder, RecordError> {
        let mut builder = GrantsBuilder::default();
        add_assignments(&mut builder, &self.assignments, policy)?;
        for set in &self.overrides {
            let permission = policy.permission(&set.permission);
            let permission = permission.ok_or_else(|| RecordError::Unknown(set.permission.clone()))?;
            let scope = Scope::parse(&set.scope).map_err(GrantError::Scope)?;
            builder.set(Override { permission, scope, allow: set.allow, window: Window::new(set.from, set.until) });
        }
        Ok(builder)
    }

    /// The subject's stored attributes; what the policy does not declare so is left out, and so missing.
    #[must_use]
    pub fn attributes(&self, policy: &Policy) -> Attributes {
        attributes(policy, Owner::Subject, &self.attributes)
    }

    /// The subject's approved requests.
    #[must_use]
    pub fn approved(&self, policy: &Policy) -> Vec<Approved> {
        approved(policy, &self.approved)
    }
}

/// Approved requests; one whose permission is no more is good for nothing, and one whose context cannot be read neither.
#[must_use]
pub fn approved(policy: &Policy, forms: &[ApprovedForm]) -> Vec<Approved> {
    let approved = forms.iter().filter_map(|form| {
        let mut context = Attributes::default();
        for (spelling, value) in &form.context {
            let Some(Reference::Slot(slot)) = policy.reference(spelling) else { return None };
            let value = Value::from(value);
            context.set(slot, if policy.attribute(slot)?.admits(&value) { value } else { Value::Error });
        }
        Some(Approved {
            permission: policy.permission(&form.permission)?,
            path: form.path.as_str().into(),
            context,
            window: Window::new(form.from, form.until),
        })
    });
    approved.collect()
}

/// The forms of approved requests; their ids are the tenant's own business.
#[must_use]
pub fn approved_forms(policy: &Policy, approved: &[Approved]) -> Vec<ApprovedForm> {
    let forms = approved.iter().filter_map(|approved| {
        let kind = policy.resource_type(approved.permission.on)?;
        let action = kind.actions().get(approved.permission.action.index())?;
        let Window { from, until } = approved.window;
        Some(ApprovedForm {
            id: String::new(),
            permission: format!("{}:{action}", kind.name()),
            path: approved.path.to_string(),
            context: spelled(policy, &approved.context),
            from: (from != i64::MIN).then_some(from),
            until: (until != i64::MAX).then_some(until),
        })
    });
    forms.collect()
}

/// Supplied values by how conditions write them: `context.cost`, `order.amount`.
fn spelled(policy: &Policy, supplied: &Attributes) -> Vec<(String, ValueForm)> {
    let spelled = supplied.all().map(|(slot, value)| (policy.spelling(&Reference::Slot(slot)), ValueForm::from(value)));
    spelled.collect()
}

impl ResourcesRecord {
    /// The registry; what the policy does not declare so is left out, and so missing.
    #[must_use]
    pub fn registry(&self, policy: &Policy) -> Registry {
        let resources = self.resources.iter().filter_map(|(path, values)| {
            let on = policy.locate(&countersign_core::Path::parse(path).ok()?).ok()?;
            Some((path.as_str().into(), attributes(policy, Owner::Type(on), values)))
        });
        Registry::new(resources.collect())
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
        // A condition that cannot be read must not become none.
        let when = match &given.when {
            None => None,
            Some(form) => Some(form.clone().condition(policy).ok_or(RecordError::Form)?),
        };
        builder.assign(Assignment { role, scope, window: Window::new(given.from, given.until), when });
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
            titles: spec.titles.iter().map(|title| (title.when.map(|when| when.0), title.text.to_string())).collect(),
            when: spec.when.map(|when| when.0),
            masks: mask_forms(&spec.masks),
            parts: spec.parts.iter().map(part_form).collect(),
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
            titles: form.titles.into_iter().map(title).collect(),
            when: form.when.map(ConditionId),
            masks: masks(form.masks),
            parts: form.parts.into_iter().map(part).collect(),
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

pub(crate) fn mask_forms(masks: &[(TypeId, u64, u64)]) -> Vec<(u16, u64, u64)> {
    masks.iter().map(|(on, allow, deny)| (on.0, *allow, *deny)).collect()
}

pub(crate) fn masks(forms: Vec<(u16, u64, u64)>) -> Vec<(TypeId, u64, u64)> {
    forms.into_iter().map(|(on, allow, deny)| (TypeId(on), allow, deny)).collect()
}

pub(crate) fn part_form(part: &RolePart) -> super::PartForm {
    (part.when.iter().map(|when| when.0).collect(), mask_forms(&part.masks))
}

pub(crate) fn part((when, rows): super::PartForm) -> RolePart {
    RolePart { when: when.into_iter().map(ConditionId).collect(), masks: masks(rows) }
}

pub(crate) fn title((when, text): (Option<u16>, String)) -> Title {
    Title { when: when.map(ConditionId), text: text.into() }
}

fn target_forms(targets: &[(TypeId, u64)]) -> Vec<(u16, u64)> {
    targets.iter().map(|(on, mask)| (on.0, *mask)).collect()
}

fn targets(forms: Vec<(u16, u64)>) -> Vec<(TypeId, u64)> {
    forms.into_iter().map(|(on, mask)| (TypeId(on), mask)).collect()
}

impl From<&RuleSpec> for RuleForm {
    fn from(spec: &RuleSpec) -> Self {
        Self {
            permit: spec.permit,
            targets: target_forms(&spec.targets),
            when: spec.when.map(|when| when.0),
            why: spec.why.to_string(),
        }
    }
}

impl From<RuleForm> for RuleSpec {
    fn from(form: RuleForm) -> Self {
        Self {
            permit: form.permit,
            targets: targets(form.targets),
            when: form.when.map(ConditionId),
            why: form.why.into(),
        }
    }
}

impl From<&ApprovalSpec> for ApprovalForm {
    fn from(spec: &ApprovalSpec) -> Self {
        Self {
            id: spec.id.to_string(),
            targets: target_forms(&spec.targets),
            when: spec.when.map(|when| when.0),
            approvers: spec.approvers.iter().map(ToString::to_string).collect(),
            quorum: spec.quorum,
        }
    }
}

impl From<ApprovalForm> for ApprovalSpec {
    fn from(form: ApprovalForm) -> Self {
        Self {
            id: form.id.into(),
            targets: targets(form.targets),
            when: form.when.map(ConditionId),
            approvers: form.approvers.into_iter().map(Into::into).collect(),
            quorum: form.quorum,
        }
    }
}
