//! Rows on their way into a table, many in one statement.

use crate::fault::Fault;
use crate::sql::{Value, Writes};

/// The most values that a statement can be given.
const MOST_BOUND: usize = 100;

/// Rows on their way into a table: many at a time, because what a statement costs is not what it writes.
pub(crate) struct Rows<'a> {
    writes: &'a Writes<'a>,
    width: usize,
    into: &'static str,
    values: Vec<Value>,
}

impl<'a> Rows<'a> {
    /// Rows of `width` values for `into`, a table with its columns.
    pub(crate) fn new(writes: &'a Writes<'a>, width: usize, into: &'static str) -> Self {
        Self { writes, width, into, values: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When SQLite refuses the rows so far.
    pub(crate) fn add<const N: usize>(&mut self, row: [Value; N]) -> Result<(), Fault> {
        self.values.extend(row);
        if self.values.len() + self.width > MOST_BOUND { self.flush() } else { Ok(()) }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When SQLite refuses it.
    pub(crate) fn end(mut self) -> Result<(), Fault> {
        if self.values.is_empty() { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let row = format!("({})", vec!["?"; self.width].join(", "));
        let rows = vec![row; self.values.len() / self.width].join(", ");
        let statement = format!("INSERT OR REPLACE INTO {} VALUES {rows}", self.into);
        self.writes.execute(&statement, std::mem::take(&mut self.values))
    }
}
