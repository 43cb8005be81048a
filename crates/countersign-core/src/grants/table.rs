//! The table of grants while it is filled.

use super::{Assigned, Assignment, Grants, Masked, Row, Set};
use crate::condition::Condition;
use crate::{GrantError, Scope, Window};
use alloc::string::String;
use alloc::vec::Vec;

/// The table while it is filled.
#[derive(Default)]
pub(super) struct Table {
    text: String,
    rows: Vec<Row>,
    assigned: Vec<Assigned>,
    set: Vec<Set>,
    windows: Vec<Window>,
    conditions: Vec<Condition>,
}

impl Table {
    /// Merges the two sorted lists row by row; with `share`, equal conditions are held once.
    pub(super) fn fill(
        mut self,
        mut assignments: Vec<Assignment>,
        overrides: &[Masked],
        share: bool,
    ) -> Result<Grants, GrantError> {
        let mut whens = Vec::with_capacity(assignments.len());
        for grant in &mut assignments {
            whens.push(self.condition(grant.when.take(), share)?);
        }
        let mut whens = whens.into_iter();
        let (mut given, mut set) = (assignments.iter().peekable(), overrides.iter().peekable());
        let mut last: Option<&Scope> = None;
        loop {
            let next = match (given.peek(), set.peek()) {
                (None, None) => break,
                (Some(given), None) => &given.scope,
                (None, Some(set)) => &set.scope,
                (Some(given), Some(set)) => (&given.scope).min(&set.scope),
            };
            // What is out of order would not be found.
            if last.is_some_and(|last| last >= next) {
                return Err(GrantError::Limit);
            }
            last = Some(next);
            while let Some(grant) = given.next_if(|grant| grant.scope == *next) {
                let window = self.window(grant.window)?;
                let when = whens.next().ok_or(GrantError::Limit)?;
                self.assigned.push(Assigned { role: grant.role, window, when });
            }
            let first = self.set.len();
            while let Some(grant) = set.next_if(|grant| grant.scope == *next) {
                self.set(first, grant)?;
            }
            self.text.push_str(next.row());
            let end = |length: usize| u32::try_from(length).map_err(|_| GrantError::Limit);
            self.rows.push(Row {
                text: end(self.text.len())?,
                assigned: end(self.assigned.len())?,
                set: end(self.set.len())?,
                depth: next.depth(),
            });
        }
        Ok(Grants {
            text: self.text.into_bytes().into_boxed_slice(),
            rows: self.rows.into_boxed_slice(),
            assigned: self.assigned.into_boxed_slice(),
            set: self.set.into_boxed_slice(),
            windows: self.windows.into_boxed_slice(),
            conditions: self.conditions.into_boxed_slice(),
        })
    }

    /// Adds an override to the row that begins at `first`, joined with others of its type and window.
    fn set(&mut self, first: usize, grant: &Masked) -> Result<(), GrantError> {
        let Masked { on, allow, deny, .. } = *grant;
        let window = self.window(grant.window)?;
        let same = self.set.iter_mut().skip(first).find(|set| set.on == on && set.window == window);
        match same {
            Some(set) => {
                set.allow |= allow;
                set.deny |= deny;
            }
            None => self.set.push(Set { allow, deny, on, window }),
        }
        Ok(())
    }

    fn condition(&mut self, when: Option<Condition>, share: bool) -> Result<u16, GrantError> {
        let Some(when) = when else { return Ok(0) };
        let known = if share { self.conditions.iter().position(|known| *known == when) } else { None };
        let index = known.unwrap_or_else(|| {
            self.conditions.push(when);
            self.conditions.len() - 1
        });
        u16::try_from(index + 1).map_err(|_| GrantError::Limit)
    }

    fn window(&mut self, window: Window) -> Result<u16, GrantError> {
        if window == Window::ALWAYS {
            return Ok(0);
        }
        let known = self.windows.iter().position(|known| *known == window);
        let index = known.unwrap_or_else(|| {
            self.windows.push(window);
            self.windows.len() - 1
        });
        u16::try_from(index + 1).map_err(|_| GrantError::Limit)
    }
}
