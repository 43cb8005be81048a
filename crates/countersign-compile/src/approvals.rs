//! Approval policies: their targets and triggers. Who approves is checked with the members.

use crate::conditions::Conditions;
use crate::rules::{guarded, targets};
use countersign_core::ApprovalSpec;
use countersign_wire::reader::Problems;
use countersign_wire::tenant::ApprovalDecl;

/// Compiles one approval policy.
pub(crate) fn compile(
    conditions: &mut Conditions<'_>,
    decl: &ApprovalDecl,
    problems: &mut Problems<'_>,
) -> ApprovalSpec {
    let targets = targets(conditions, &decl.permissions, problems);
    let types = guarded(&targets, &decl.place, problems);
    let when = conditions.add(decl.when.as_ref(), types, problems);
    if when.and_then(|when| when.constant) == Some(false)
        && let Some(text) = &decl.when
    {
        problems.add_with_help(&text.at, "no approval is ever needed: the condition is always false", "take it out");
    }
    ApprovalSpec {
        id: decl.id.value.clone().into(),
        targets,
        when: when.filter(|when| when.constant != Some(true)).map(|when| when.id),
        approvers: decl.approvers.iter().map(|approver| approver.value.clone().into()).collect(),
        quorum: decl.quorum.value,
    }
}
