//! The table of grants while it is filled.

use super::{Assigned, Assignment, Grants, HIGH, Masked, Row, Set};
use crate::condition::Condition;
use crate::{GrantError, Scope, TypeId, Window};
use alloc::vec::Vec;

/// The table while it is filled.
#[derive(Default)]
pub(super) struct Table {
    pub(super) text: Vec<u8>,
    pub(super) rows: Vec<Row>,
    pub(super) assigned: Vec<Assigned>,
    pub(super) set: Vec<Set>,
    windows: Vec<Window>,
    conditions: Vec<Condition>,
}

impl Table {
    /// Merges the two sorted lists row by row; equal conditions are held once.
    pub(super) fn fill(mut self, mut assignments: Vec<Assignment>, overrides: &[Masked]) -> Result<Grants, GrantError> {
        let mut whens = Vec::with_capacity(assignments.len());
        for grant in &mut assignments {
            whens.push(self.condition(grant.when.take(), true)?);
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
                self.set(first, grant.on, grant.allow, grant.deny, grant.window)?;
            }
            self.text.extend_from_slice(next.row().as_bytes());
            self.rows.push(Row { depth: next.depth(), ..Row::default() });
            self.end(self.assigned.len())?;
        }
        Ok(self.done())
    }

    /// The last row ends where the lists do, and after so many assignments.
    pub(super) fn end(&mut self, assigned: usize) -> Result<(), GrantError> {
        let end = |length: usize| u32::try_from(length).map_err(|_| GrantError::Limit);
        if let Some(row) = self.rows.last_mut() {
            row.text = end(self.text.len())?;
            row.assigned = end(assigned)?;
            row.set = end(self.set.len())?;
        }
        Ok(())
    }

    pub(super) fn done(self) -> Grants {
        Grants {
            text: self.text.into_boxed_slice(),
            rows: self.rows.into_boxed_slice(),
            assigned: self.assigned.into_boxed_slice(),
            set: self.set.into_boxed_slice(),
            windows: self.windows.into_boxed_slice(),
            conditions: self.conditions.into_boxed_slice(),
        }
    }

    /// Adds overrides to the row that begins at `first`, joined with others of their type and window.
    pub(super) fn set(
        &mut self,
        first: usize,
        on: TypeId,
        allow: u64,
        deny: u64,
        window: Window,
    ) -> Result<(), GrantError> {
        let window = self.window(window)?;
        for (half, shift) in [(0, 0), (HIGH, u32::BITS)] {
            let (allow, deny) = ((allow >> shift) as u32, (deny >> shift) as u32);
            if half != 0 && allow | deny == 0 {
                break;
            }
            let window = window | half;
            let same = self.set.iter_mut().skip(first).find(|set| set.on == on && set.window == window);
            match same {
                Some(set) => {
                    set.allow |= allow;
                    set.deny |= deny;
                }
                None => self.set.push(Set { allow, deny, on, window }),
            }
        }
        Ok(())
    }

    /// The number by which an assignment refers to its condition; with `share`, equal ones are held once.
    pub(super) fn condition(&mut self, when: Option<Condition>, share: bool) -> Result<u16, GrantError> {
        let Some(when) = when else { return Ok(0) };
        let known = if share { self.conditions.iter().position(|known| *known == when) } else { None };
        let index = known.unwrap_or_else(|| {
            self.conditions.push(when);
            self.conditions.len() - 1
        });
        u16::try_from(index + 1).map_err(|_| GrantError::Limit)
    }

    /// The number by which grants refer to a window.
    pub(super) fn window(&mut self, window: Window) -> Result<u16, GrantError> {
        if window == Window::ALWAYS {
            return Ok(0);
        }
        let known = self.windows.iter().position(|known| *known == window);
        let index = known.unwrap_or_else(|| {
            self.windows.push(window);
            self.windows.len() - 1
        });
        u16::try_from(index + 1).ok().filter(|number| *number < HIGH).ok_or(GrantError::Limit)
    }

    /// The window of this number.
    pub(super) fn window_at(&self, number: u16) -> Window {
        let known = usize::from(number).checked_sub(1).and_then(|at| self.windows.get(at));
        known.copied().unwrap_or(Window::ALWAYS)
    }
}
