//! Grants that are read again, without a copy of each on the way: a page has little memory, and the snapshot is in it.

use super::table::Table;
use super::{Assigned, Grants, Row};
use crate::condition::Condition;
use crate::path::tree_order;
use crate::sort::{arrange, order};
use crate::{GrantError, Path, Policy, RoleId, TypeId, Window};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Puts grants that were built before into their place while they are read: all assignments, then the overrides, which are
/// in tree order. No grant is there twice.
pub struct GrantsReading<'a> {
    policy: &'a Policy,
    /// What they are read from
    bytes: &'a [u8],
    /// Where the assignments' scopes stand in the bytes; their grants stand in the table already
    scopes: Vec<Place>,
    /// How many of those have a row
    placed: usize,
    /// The scope of the last row
    last: Option<&'a [u8]>,
    table: Table,
}

/// Where a scope stands.
struct Place {
    start: [u16; 2],
    length: u16,
}

impl<'a> GrantsReading<'a> {
    /// Makes room for exactly so many assignments, whose scopes and those of overrides stand in `bytes`.
    #[must_use]
    pub fn new(policy: &'a Policy, bytes: &'a [u8], assignments: usize) -> Self {
        let mut table = Table::default();
        table.assigned.reserve_exact(assignments);
        Self { policy, bytes, scopes: Vec::with_capacity(assignments), placed: 0, last: None, table }
    }

    /// Adds an assignment whose scope ends before the last `left` of the bytes.
    ///
    /// # Errors
    /// When the policy has no such role, or there are too many windows or conditions.
    pub fn assign(
        &mut self,
        role: RoleId,
        scope: &str,
        left: usize,
        window: Window,
        when: Option<Condition>,
    ) -> Result<(), GrantError> {
        self.policy.role(role).ok_or(GrantError::Reference)?;
        let start = self.bytes.len().saturating_sub(left + scope.len());
        let start = u32::try_from(start).map_err(|_| GrantError::Limit)?;
        let length = u16::try_from(scope.len()).map_err(|_| GrantError::Limit)?;
        let (window, when) = (self.table.window(window)?, self.table.condition(when, false)?);
        // In parts: a whole number would stand at every fourth byte only.
        self.scopes.push(Place { start: [(start >> u16::BITS) as u16, start as u16], length });
        self.table.assigned.push(Assigned { role, window, when });
        Ok(())
    }

    /// Sorts the assignments, of which there are no more, and makes room for exactly so many overrides.
    pub fn assigned(&mut self, overrides: usize) {
        let key = |at: usize| {
            let given = self.table.assigned.get(at);
            given.map(|given| (given.role, self.table.window_at(given.window)))
        };
        let after = |a: usize, b: usize| {
            let scopes = tree_order(self.scope(a), self.scope(b));
            scopes.then_with(|| key(a).cmp(&key(b))) == Ordering::Greater
        };
        let order = order(self.scopes.len(), &after);
        arrange(order, &mut |a, b| {
            self.scopes.swap(a, b);
            self.table.assigned.swap(a, b);
        });
        self.table.set.reserve_exact(overrides);
    }

    /// Adds overrides of one type: the actions that are allowed, and those that are denied, by bit.
    ///
    /// # Errors
    /// When a scope up to this one is no path of the policy or out of order, or the policy has no such permission, or there
    /// are too many windows.
    pub fn set(&mut self, on: TypeId, allow: u64, deny: u64, scope: &'a str, window: Window) -> Result<(), GrantError> {
        let kind = self.policy.resource_type(on).filter(|kind| (allow | deny) & !kind.all() == 0);
        kind.ok_or(GrantError::Reference)?;
        self.place(Some(scope.as_bytes()))?;
        self.row(scope.as_bytes())?;
        let first = self.table.rows.iter().rev().nth(1).map_or(0, |row| row.set);
        self.table.set(first as usize, on, allow, deny, window)?;
        self.table.end(self.placed)
    }

    /// All grants.
    ///
    /// # Errors
    /// When the scope of an assignment is no path of the policy.
    pub fn done(mut self) -> Result<Grants, GrantError> {
        self.place(None)?;
        self.scopes = Vec::new();
        Ok(self.table.done())
    }

    /// Makes rows of the assignments up to a scope.
    fn place(&mut self, until: Option<&[u8]>) -> Result<(), GrantError> {
        while self.placed < self.scopes.len() {
            let scope = self.scope(self.placed);
            if until.is_some_and(|until| tree_order(scope, until) == Ordering::Greater) {
                break;
            }
            self.row(scope)?;
            self.placed += 1;
            self.table.end(self.placed)?;
        }
        Ok(())
    }

    /// Makes a row of a scope, unless it is the last one's.
    fn row(&mut self, scope: &'a [u8]) -> Result<(), GrantError> {
        // The root's slash sorts before all paths.
        match self.last.map_or(Ordering::Less, |last| tree_order(last, scope)) {
            Ordering::Equal => return Ok(()),
            // What is out of order would not be found.
            Ordering::Greater => return Err(GrantError::Limit),
            Ordering::Less => {}
        }
        self.last = Some(scope);
        let mut depth = 0;
        if scope != b"/" {
            let path = Path::parse(str::from_utf8(scope).unwrap_or_default())?;
            self.policy.locate(&path)?;
            depth = path.depth() as u8;
            self.table.text.extend_from_slice(scope);
        }
        self.table.rows.push(Row { depth, ..Row::default() });
        Ok(())
    }

    /// The scope of the assignment at `at`.
    fn scope(&self, at: usize) -> &'a [u8] {
        let Some(Place { start: [high, low], length }) = self.scopes.get(at) else { return &[] };
        let start = usize::from(*high) << u16::BITS | usize::from(*low);
        self.bytes.get(start..start + usize::from(*length)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
