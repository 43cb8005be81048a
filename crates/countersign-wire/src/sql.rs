//! A plan as a condition of SQL, for SQLite and PostgreSQL: exactly the rows on which the action is allowed, or an error
//! that says which part cannot be said exactly.
//!
//! SQL's three-valued logic is ours: NULL stands for what is missing or cannot be told, `AND` and `OR` go by it, and
//! `IS TRUE` and `IS NOT FALSE` ask what a plan's nodes ask. A column's value that the engine would not take for one of
//! the attribute's kind is NULL, too. Every value is a parameter; only names from the [`Mapping`] and placeholders are put
//! into the text.

mod columns;
mod expression;
mod paths;
mod sound;

use columns::Columns;
use core::fmt;
use countersign_core::{Filter, Node, Plan, Policy};
use expression::Expression;

/// Which SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, from 3.23 on, in a database whose encoding is UTF-8
    Sqlite,
    /// PostgreSQL, from 13 on, in a database whose encoding is UTF8
    Postgres,
}

/// A column: `column`, or `table.column`. Any name that a database takes; it is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, after its table's or alias' and a dot if it has one
    pub name: String,
    /// In SQLite, where a decimal is stored as an integer: how many of its digits stand after the point (2 for cents)
    pub scale: Option<u8>,
}

impl Column {
    /// A column of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), scale: None }
    }
}

/// Where the rows say which resource they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// One text column has the whole path, which is that of a resource of the type that is asked about
    Path(Column),
    /// One column for each level, outermost first: the type and the column of its id.
    ///
    /// The last is the type that is asked about, and all rows have this shape. An id is text or an integer, whose digits
    /// are the id (in PostgreSQL also a `uuid`); a row in which one is NULL, or nothing that a path can hold, is not found.
    Levels(Vec<(String, Column)>),
}

/// How a table's rows are resources of one type.
///
/// Columns hold what the tenant stores or what the caller would supply: strings as text, truth values as `boolean`
/// (SQLite: integers 0 and 1), integers as `bigint`, decimals as `numeric` (SQLite: scaled integers), moments as
/// `bigint` milliseconds since 1970, addresses as `inet` (PostgreSQL alone). NULL is what is missing, and any other value
/// than these is an error to conditions, as it is where a caller supplies it: text in a column of numbers, a fraction in
/// one of integers, a string that is not listed or has more than 4,096 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The rows' paths
    pub place: Place,
    /// By attribute, as conditions write it for the plan's type (`sign.sign_type`, `project.kind`), its column
    pub attributes: Vec<(String, Column)>,
}

/// A value to bind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A truth value; in SQLite the integer 0 or 1
    Bool(bool),
    /// An integer of 64 bits; moments are milliseconds
    Int(i64),
    /// Text
    Text(String),
    /// A decimal as text, for a `numeric` (PostgreSQL alone)
    Numeric(String),
}

/// A condition for the place behind `WHERE`, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    /// The condition, in which `?1` or `$1` is the first parameter; never NULL
    pub text: String,
    /// What to bind
    pub parameters: Vec<Parameter>,
}

/// Why a plan cannot be said in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlError {
    /// A column's name is empty, too long, or holds a character that is none of a name's
    Name(String),
    /// The mapping has no column for what a condition reads
    Unmapped(String),
    /// A condition does something that this SQL does not do in exactly the same way
    Inexact {
        /// What: `matches`, `+`, …
        what: String,
        /// Of what: what the condition reads
        reads: String,
    },
    /// The levels of the mapping are no path of the policy
    Shape(String),
    /// The plan is none of this policy's
    Plan,
}

impl fmt::Display for SqlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(out, "`{name}` is not the name of a column"),
            Self::Unmapped(what) => write!(out, "the mapping names no column for `{what}`"),
            Self::Inexact { what, reads } => {
                write!(out, "a condition on {reads} cannot be said exactly in this SQL: {what}")
            }
            Self::Shape(why) => write!(out, "the mapping's levels are no path of the model: {why}"),
            Self::Plan => out.write_str("the plan does not belong to the policy"),
        }
    }
}

impl std::error::Error for SqlError {}

/// Renders a plan for the rows of the mapping.
///
/// # Errors
/// When a column's name is none, a column is missing, or something cannot be said exactly.
pub fn render(plan: &Plan, policy: &Policy, mapping: &Mapping, dialect: Dialect) -> Result<Sql, SqlError> {
    let mut writer = Writer { parameters: Vec::new(), dialect, columns: Columns::new(mapping, policy, dialect)? };
    let text = match plan {
        Plan::Always => format!("({})", writer.is_row()),
        Plan::Never => writer.constant(false),
        Plan::When(filter) => format!("({} AND {})", writer.is_row(), writer.filter(filter, policy)?),
    };
    writer.number(&text)
}

/// The text so far has its parameters here.
struct Writer<'a> {
    parameters: Vec<Parameter>,
    dialect: Dialect,
    columns: Columns<'a>,
}

impl Writer<'_> {
    fn constant(&self, value: bool) -> String {
        match (self.dialect, value) {
            (Dialect::Postgres, true) => "TRUE",
            (Dialect::Postgres, false) => "FALSE",
            (Dialect::Sqlite, true) => "1",
            (Dialect::Sqlite, false) => "0",
        }
        .to_owned()
    }

    /// Stands for a parameter, which is bound once however often it stands there.
    fn bind(&mut self, parameter: Parameter) -> String {
        let at = self.parameters.iter().position(|known| *known == parameter).unwrap_or_else(|| {
            self.parameters.push(parameter.clone());
            self.parameters.len() - 1
        });
        let mark = format!("{MARK}{at}{MARK}");
        match (self.dialect, parameter) {
            (Dialect::Sqlite, _) => mark,
            // Without a type, PostgreSQL would guess one from the surroundings.
            (Dialect::Postgres, Parameter::Bool(_)) => format!("{mark}::boolean"),
            (Dialect::Postgres, Parameter::Int(_)) => format!("{mark}::bigint"),
            (Dialect::Postgres, Parameter::Text(_)) => format!("{mark}::text"),
            (Dialect::Postgres, Parameter::Numeric(_)) => format!("{mark}::text::numeric"),
        }
    }

    /// Numbers the parameters in the order in which the text names them; what no text came to name is left out.
    fn number(&self, marked: &str) -> Result<Sql, SqlError> {
        let sign = if self.dialect == Dialect::Sqlite { '?' } else { '$' };
        let (mut text, mut order): (String, Vec<usize>) = (String::new(), Vec::new());
        for (at, piece) in marked.split(MARK).enumerate() {
            // Every second piece stands between two marks.
            if at % 2 == 0 {
                text.push_str(piece);
                continue;
            }
            let parameter: usize = piece.parse().map_err(|_| SqlError::Plan)?;
            let known = order.iter().position(|known| *known == parameter).unwrap_or_else(|| {
                order.push(parameter);
                order.len() - 1
            });
            text.push(sign);
            text.push_str(&(known + 1).to_string());
        }
        let parameters: Option<Vec<Parameter>> = order.iter().map(|at| self.parameters.get(*at).cloned()).collect();
        Ok(Sql { text, parameters: parameters.ok_or(SqlError::Plan)? })
    }

    /// The nodes one after the other: each names earlier ones, so nothing is descended into.
    fn filter(&mut self, filter: &Filter, policy: &Policy) -> Result<String, SqlError> {
        // Parameters are numbered in the order of the nodes, and a node that stands twice is written twice.
        let mut texts: Vec<String> = Vec::new();
        for node in &filter.nodes {
            let get = |at: &u32| texts.get(*at as usize).map(String::as_str).ok_or(SqlError::Plan);
            let list = |all: &[u32], word: &str| {
                let parts: Result<Vec<&str>, SqlError> = all.iter().map(get).collect();
                parts.map(|parts| format!("({})", parts.join(word)))
            };
            let text = match node {
                Node::And(all) => list(all, " AND ")?,
                Node::Or(any) => list(any, " OR ")?,
                Node::Not(inner) => format!("(NOT {})", get(inner)?),
                Node::Is(path) => self.is(path)?,
                Node::Under(scope) => self.under(scope)?,
                Node::Holds(at) | Node::MayHold(at) => {
                    let residual = filter.residuals.get(*at as usize).ok_or(SqlError::Plan)?;
                    let said = Expression::read(self, residual, policy)?;
                    let asks = if matches!(node, Node::Holds(_)) { "IS TRUE" } else { "IS NOT FALSE" };
                    format!("(({said}) {asks})")
                }
            };
            if text.len() > MOST_BYTES {
                let what = "the condition would be too long".to_owned();
                return Err(SqlError::Inexact { what, reads: "everything".to_owned() });
            }
            texts.push(text);
        }
        texts.pop().ok_or(SqlError::Plan)
    }
}

/// Stands around the index of a parameter while the text is put together: no name has a control character.
const MARK: char = '\u{1}';

/// The longest condition: what stands several times in a plan is written several times.
const MOST_BYTES: usize = 1 << 20;
