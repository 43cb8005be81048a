//! Grants of assignments that are in order already, without a copy of each: what servers load by the hundred thousand.

use super::{Assigned, Grants, Row};
use crate::{GrantError, Policy, RoleId, Scope, Window};
use alloc::boxed::Box;
use alloc::vec::Vec;

impl Grants {
    /// What [`GrantsBuilder::build`](super::GrantsBuilder::build) makes of these assignments, which have no conditions and
    /// stand in the order of scope, role and window, none of them twice.
    ///
    /// The scopes must be known to be paths of `policy`: that is not looked at again.
    ///
    /// # Errors
    /// When they are out of order, or there are too many, or a role does not exist in the policy.
    pub fn of_ordered(assignments: &[(&Scope, RoleId, Window)], policy: &Policy) -> Result<Self, GrantError> {
        let pairs = assignments.iter().zip(assignments.iter().skip(1));
        if pairs.clone().any(|(before, after)| before >= after) {
            return Err(GrantError::Limit);
        }
        let scopes = usize::from(!assignments.is_empty()) + pairs.filter(|(before, after)| before.0 != after.0).count();
        // As much room as is kept: whatever grows is moved, and moved again when it is cut to size.
        let mut assigned = Vec::with_capacity(assignments.len());
        let mut rows: Vec<Row> = Vec::with_capacity(scopes);
        let mut text = Vec::with_capacity(assignments.chunk_by(same_scope).filter_map(<[_]>::first).map(length).sum());
        let mut windows: Vec<Window> = Vec::new();
        let end = |length: usize| u32::try_from(length).map_err(|_| GrantError::Limit);
        for of_scope in assignments.chunk_by(same_scope) {
            let Some((scope, ..)) = of_scope.first() else { continue };
            for (_, role, window) in of_scope {
                policy.role(*role).ok_or(GrantError::Reference)?;
                assigned.push(Assigned { role: *role, window: place(&mut windows, *window)?, when: 0 });
            }
            text.extend_from_slice(scope.row().as_bytes());
            rows.push(Row { text: end(text.len())?, assigned: end(assigned.len())?, set: 0, depth: scope.depth() });
        }
        Ok(Self {
            text: text.into_boxed_slice(),
            rows: rows.into_boxed_slice(),
            assigned: assigned.into_boxed_slice(),
            windows: windows.into_boxed_slice(),
            set: Box::default(),
            conditions: Box::default(),
        })
    }
}

type Plain<'a> = (&'a Scope, RoleId, Window);

fn same_scope(before: &Plain<'_>, after: &Plain<'_>) -> bool {
    before.0 == after.0
}

fn length((scope, ..): &Plain<'_>) -> usize {
    scope.row().len()
}

/// The number by which grants refer to a window.
fn place(windows: &mut Vec<Window>, window: Window) -> Result<u16, GrantError> {
    if window == Window::ALWAYS {
        return Ok(0);
    }
    let known = windows.iter().position(|known| *known == window);
    let index = known.unwrap_or_else(|| {
        windows.push(window);
        windows.len() - 1
    });
    u16::try_from(index + 1).map_err(|_| GrantError::Limit)
}

#[cfg(test)]
mod tests;
