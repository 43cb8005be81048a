//! The smallest changes that flip an effect, found on the trace and checked on it.

use super::trace::{Step, Trace, What};
use crate::condition::Truth;
use crate::{Cause, Effect, RoleId, Stage, Window};
use alloc::vec::Vec;

/// A change of what a tenant or a model says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The subject becomes an active member, of no group and without attributes
    AddMember,
    /// The member's status becomes active
    Activate,
    /// The model loses a rule, by its place
    RemoveRule(u16),
    /// The subject gets an override of the permission on the resource itself, in the place of those that it has there
    SetOverride {
        /// Whether it allows
        allow: bool,
    },
    /// The subject loses its overrides of the permission at the scope with so many segments
    RemoveOverride {
        /// Segments of the scope
        depth: u8,
    },
    /// The subject itself loses the role at the scope with so many segments, however often it was given there
    RemoveAssignment {
        /// The role
        role: RoleId,
        /// Segments of the scope
        depth: u8,
    },
    /// A request for exactly this question is approved
    Approve,
}

impl Change {
    /// Whether a step is gone after the change; `depth` is the resource's.
    fn removes(self, step: &Step, depth: u8) -> bool {
        match (self, step.what) {
            (Self::RemoveRule(rule), What::Rule(at)) => rule == at,
            (Self::SetOverride { .. }, What::Override) => step.depth == depth,
            (Self::RemoveOverride { depth }, What::Override) => step.depth == depth,
            (Self::RemoveAssignment { role: gone, depth }, What::Assignment { role, holder, .. }) => {
                holder == 0 && role == gone && step.depth == depth
            }
            _ => false,
        }
    }
}

impl Trace {
    /// The trace as it is after a change.
    #[must_use]
    pub fn after(&self, change: Change) -> Self {
        let mut trace = self.clone();
        trace.steps.retain(|step| !change.removes(step, self.depth));
        match change {
            Change::AddMember | Change::Activate => trace.status = None,
            Change::Approve => trace.approved = trace.approvable,
            Change::SetOverride { allow } => trace.steps.push(Step {
                stage: Stage::Override,
                what: What::Override,
                depth: self.depth,
                window: Window::ALWAYS,
                live: true,
                truth: Truth::True,
                allows: allow,
                denies: !allow,
                lost: None,
            }),
            _ => {}
        }
        trace
    }

    /// The smallest changes that flip the effect: an allow to a deny, all else to an allow.
    ///
    /// A status, a rule that forbids and an approval that is asked for each take a change of their own, and whatever
    /// else decides takes one; so this is the smallest number. Of single changes the one nearest to the cause is
    /// taken, as long as it concerns this subject alone: what a group holds stays, for an override does the same.
    pub(super) fn flip(&self) -> Option<Vec<Change>> {
        if self.place.is_some() {
            return None;
        }
        let wanted = if self.decide().effect == Effect::Allow { Effect::Deny } else { Effect::Allow };
        let mut trace = self.clone();
        let mut changes = Vec::new();
        // Each change removes something that stood in the way, so there are no more of them than steps and two.
        for _ in 0..self.steps.len() + 4 {
            if trace.decide().effect == wanted {
                return Some(changes);
            }
            let change = trace.nearest(wanted)?;
            trace = trace.after(change);
            changes.push(change);
        }
        None
    }

    /// The next change on the way to an effect.
    fn nearest(&self, wanted: Effect) -> Option<Change> {
        let verdict = self.decide();
        if let Some(cause) = self.status {
            return Some(if cause == Cause::UnknownSubject { Change::AddMember } else { Change::Activate });
        }
        let step = verdict.by.and_then(|at| self.steps.get(at));
        let removal = match step.map(|step| (step.what, step.depth)) {
            Some((What::Rule(rule), _)) if verdict.stage == Stage::Forbid => return Some(Change::RemoveRule(rule)),
            Some((What::Approval(_), _)) => return self.approvable.then_some(Change::Approve),
            Some((What::Override, depth)) => Some(Change::RemoveOverride { depth }),
            Some((What::Assignment { role, holder: 0, .. }, depth)) => Some(Change::RemoveAssignment { role, depth }),
            _ => None,
        };
        let denies = wanted == Effect::Deny;
        let flips = |change: &Change| (self.after(*change).decide().effect == Effect::Deny) == denies;
        removal.filter(flips).or(Some(Change::SetOverride { allow: !denies }))
    }
}
