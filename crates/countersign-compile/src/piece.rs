//! Single pieces of a tenant against its policy: what a command brings is checked as the tenant file's entries are.

use crate::tenant::{self, check_assignment, check_scope, condition, ends, spelt_out};
use crate::{Member, Model, attributes, names};
use countersign_core::sorted::Map;
use countersign_core::{Owner, Policy};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::reader;
use countersign_wire::record::{AssignmentForm, ConditionForm, OverrideForm, ValueForm};
use countersign_wire::tenant::{self as file, TenantFile};

/// The policy of a model with the tenant's own `roles` and `approval_policies`, which `source` holds as a tenant file
/// does. Who approves is not looked at: that is for whoever knows the members.
///
/// # Errors
/// Everything that is wrong with them.
pub fn policy(model: &Model, source: Source<'_>) -> Result<Policy, Diagnostics> {
    let (TenantFile { roles, approval_policies, .. }, mut problems) = file::read(source)?;
    let policy = model.with(&roles, &approval_policies, &mut problems);
    problems.finish(policy)
}

/// Members with what they are given, as a tenant file has them and nothing else; `group` says whether there is such a
/// group. Each stands below its subject, its assignments numbered as [`crate::tenant()`] does.
///
/// # Errors
/// Everything that is wrong with them, and everything else that stands there.
pub fn members(
    policy: &Policy,
    source: Source<'_>,
    group: impl Fn(&str) -> bool,
) -> Result<Map<String, Member>, Diagnostics> {
    tenant::part(policy, source, group)
}

/// One entry of `assignments` in JSON: to whom, and as it is kept, without an id.
///
/// # Errors
/// Everything that is wrong with it; whether the holder exists is not looked at.
pub fn assignment(policy: &Policy, source: Source<'_>) -> Result<(String, AssignmentForm), Diagnostics> {
    let (decl, mut problems) = reader::gather(source, &[], file::assignment)?;
    let role = check_assignment(policy, policy.role_named(&decl.role.value), &decl, &mut problems);
    let when = role.and_then(|role| condition(policy, role, &decl, &mut problems));
    let (from, until) = ends(decl.window);
    let form = AssignmentForm {
        id: String::new(),
        role: decl.role.value,
        scope: decl.scope.value,
        from,
        until,
        when: when.map(|when| ConditionForm::of(&when, policy)),
    };
    problems.finish((decl.to.value, form))
}

/// One entry of `overrides` in JSON, as it is kept: one for each permission that it names.
///
/// # Errors
/// Everything that is wrong with it; whether the subject exists is not looked at.
pub fn overrides(policy: &Policy, source: Source<'_>) -> Result<Vec<OverrideForm>, Diagnostics> {
    let (decl, mut problems) = reader::gather(source, &[], file::override_decl)?;
    let permissions = names::permissions(policy, &decl.permission, &mut problems);
    check_scope(policy, &decl.scope, &mut problems);
    let (from, until) = ends(decl.window);
    let spelt = permissions.into_iter().flat_map(|(on, mask)| spelt_out(policy, on, mask));
    let forms = spelt.map(|permission| OverrideForm {
        permission,
        scope: decl.scope.value.clone(),
        allow: decl.allow,
        from,
        until,
    });
    problems.finish(forms.collect())
}

/// The stored attributes of subjects or of a type: the values by name in `attributes` of a JSON object.
///
/// # Errors
/// Everything that is wrong with them.
pub fn stored(policy: &Policy, owner: Owner, source: Source<'_>) -> Result<Vec<(String, ValueForm)>, Diagnostics> {
    let (values, mut problems) = reader::gather(source, &[], |table, problems| table.named("attributes", problems))?;
    let forms = attributes::stored(policy, owner, &values, &mut problems);
    problems.finish(forms)
}
