//! Handing on what a member or a group has: who puts somebody into its place must be able to give all of it.

use crate::assignments::is_custom;
use crate::authority::Rights;
use crate::held;
use crate::state::{Fault, State};
use countersign_core::{Millis, Policy};
use countersign_wire::record::{AssignmentForm, SubjectRecord};

/// Whether the actor may give such an assignment, for as long as it lasts.
pub(crate) fn may_give(
    state: &impl State,
    policy: &Policy,
    rights: &Rights,
    form: &AssignmentForm,
) -> Result<bool, Fault> {
    let Some(role) = policy.role_named(&form.role) else { return Ok(false) };
    let custom = is_custom(state, &form.role)?;
    let last = rights.may_give_until(role, &form.scope, custom);
    Ok(last.is_some_and(|last| form.until.unwrap_or(Millis::MAX) <= last))
}

/// What a member has that is not over yet: its own assignments, its groups', and the rights that were set to allow.
pub(crate) struct All {
    assignments: Vec<AssignmentForm>,
    /// Permission, scope, end
    allowed: Vec<(String, String, Millis)>,
}

impl All {
    pub(crate) fn of(state: &impl State, record: &SubjectRecord, now: Millis) -> Result<Self, Fault> {
        let mut assignments = record.assignments.clone();
        for group in &record.groups {
            assignments.extend(held::group(state, group)?.unwrap_or_default().assignments);
        }
        assignments.retain(|form| form.until.is_none_or(|until| until > now));
        let allowed = record.overrides.iter().filter(|form| form.allow);
        let allowed =
            allowed.map(|form| (form.permission.clone(), form.scope.clone(), form.until.unwrap_or(Millis::MAX)));
        Ok(Self { assignments, allowed: allowed.filter(|(_, _, until)| *until > now).collect() })
    }

    /// A name for each of them that no other has.
    pub(crate) fn names(&self) -> Vec<String> {
        let assignments = self.assignments.iter().map(|form| form.id.clone());
        let allowed = self.allowed.iter().map(|(permission, scope, until)| format!("{permission} {scope} {until}"));
        assignments.chain(allowed).collect()
    }

    /// In words, the first of them that the actor could not hand on; nothing if it could hand on all.
    pub(crate) fn lacking(
        &self,
        state: &impl State,
        policy: &Policy,
        rights: &Rights,
    ) -> Result<Option<String>, Fault> {
        for form in &self.assignments {
            if !may_give(state, policy, rights, form)? {
                return Ok(Some(format!("the role `{}` at `{}`", form.role, form.scope)));
            }
        }
        for (permission, scope, until) in &self.allowed {
            let row = policy.permission(permission).map(|known| (known.on, known.action.mask()));
            let last = row.and_then(|row| rights.hands_on_until(&[row], scope));
            if last.is_none_or(|last| *until > last) {
                return Ok(Some(format!("the right `{permission}` at `{scope}`")));
            }
        }
        Ok(None)
    }
}
