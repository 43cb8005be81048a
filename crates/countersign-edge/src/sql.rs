//! The object's SQLite database: reading it anywhere, writing it only inside a transaction.
//!
//! [`Database`] reads. The only way to a [`Writes`] is [`crate::transaction::transact`], so that no write can be left
//! behind by an error that follows it. Values are whole numbers, texts and bytes; there are no floats. A number crosses
//! to JavaScript as a double: what may pass 2^53 is kept and bound as text.

use worker::{SqlStorage, SqlStorageValue, Storage};

use crate::fault::{Fault, Port};

/// The largest whole number that a double holds exactly.
const LARGEST: i64 = (1 << 53) - 1;

/// A value to bind to a `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer; columns are counted from zero.
#[derive(Debug)]
pub(crate) struct Row(Vec<SqlStorageValue>);

impl Row {
    /// A column that holds a whole number.
    ///
    /// # Errors
    /// When it holds anything else, or a number that a double may have rounded.
    pub(crate) fn integer(&self, column: usize) -> Result<i64, Fault> {
        match self.0.get(column) {
            Some(SqlStorageValue::Integer(value)) => Ok(*value),
            other => Err(unexpected(column, "an integer", other)),
        }
    }

    /// A column that holds text.
    ///
    /// # Errors
    /// When it holds anything else.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Fault> {
        match self.0.get(column) {
            Some(SqlStorageValue::String(value)) => Ok(value),
            other => Err(unexpected(column, "a text", other)),
        }
    }

    /// A column that holds bytes.
    ///
    /// # Errors
    /// When it holds anything else.
    pub(crate) fn blob(&self, column: usize) -> Result<&[u8], Fault> {
        match self.0.get(column) {
            Some(SqlStorageValue::Blob(value)) => Ok(value),
            other => Err(unexpected(column, "bytes", other)),
        }
    }

    /// Whether a column holds NULL (or is not there).
    pub(crate) fn is_null(&self, column: usize) -> bool {
        matches!(self.0.get(column), None | Some(SqlStorageValue::Null))
    }
}

/// Reads the database.
#[derive(Debug)]
pub(crate) struct Database {
    storage: Storage,
    sql: SqlStorage,
}

impl Database {
    /// The database of a Durable Object's storage.
    pub(crate) fn new(storage: Storage) -> Self {
        let sql = storage.sql();
        Self { storage, sql }
    }

    /// The storage that the database lives in, for alarms and transactions.
    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// All rows that a SELECT yields.
    ///
    /// # Errors
    /// When the statement is no SELECT, or SQLite refuses it.
    pub(crate) fn rows(&self, select: &str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        if !select.trim_start().starts_with("SELECT ") {
            return Err(Fault::failed(Port::Storage, "only a SELECT reads; everything else belongs in a transaction"));
        }
        run(&self.sql, select, values)
    }

    /// The first row that a SELECT yields, if any.
    ///
    /// # Errors
    /// As for [`Self::rows`].
    pub(crate) fn row(&self, select: &str, values: Vec<Value>) -> Result<Option<Row>, Fault> {
        Ok(self.rows(select, values)?.into_iter().next())
    }

    /// The right to write. Only a running transaction may hand it out.
    pub(crate) fn writes(&self) -> Writes<'_> {
        Writes { database: self }
    }
}

/// Reads and writes the database, for as long as one transaction runs.
#[derive(Debug)]
pub(crate) struct Writes<'a> {
    database: &'a Database,
}

impl<'a> Writes<'a> {
    /// Runs a statement that answers nothing.
    ///
    /// # Errors
    /// When SQLite refuses it.
    pub(crate) fn execute(&self, statement: &str, values: Vec<Value>) -> Result<(), Fault> {
        run(&self.database.sql, statement, values).map(drop)
    }

    /// Reads inside the transaction.
    pub(crate) fn database(&self) -> &'a Database {
        self.database
    }
}

fn run(sql: &SqlStorage, statement: &str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
    let bindings = values.into_iter().map(bind).collect::<Result<Vec<_>, _>>()?;
    let cursor = sql.exec(statement, bindings).map_err(|error| Fault::from_error(Port::Storage, &error))?;
    // The cursor is read to its end here: one that is held over an await would see what others write.
    cursor.raw().map(|row| row.map(Row).map_err(|error| Fault::from_error(Port::Storage, &error))).collect()
}

fn bind(value: Value) -> Result<SqlStorageValue, Fault> {
    match value {
        Value::Null => Ok(SqlStorageValue::Null),
        Value::Integer(value) if (-LARGEST..=LARGEST).contains(&value) => Ok(SqlStorageValue::Integer(value)),
        Value::Integer(value) => {
            Err(Fault::failed(Port::Storage, format!("{value} is too large for a number: bind it as text")))
        }
        Value::Text(value) => Ok(SqlStorageValue::String(value)),
        Value::Blob(value) => Ok(SqlStorageValue::Blob(value)),
    }
}

fn unexpected(column: usize, expected: &str, found: Option<&SqlStorageValue>) -> Fault {
    // The value itself is a tenant's data and stays out of the log.
    let found = match found {
        None => "no such column",
        Some(SqlStorageValue::Null) => "NULL",
        Some(SqlStorageValue::Boolean(_)) => "a boolean",
        Some(SqlStorageValue::Integer(_)) => "an integer",
        Some(SqlStorageValue::Float(_)) => "a float",
        Some(SqlStorageValue::String(_)) => "a text",
        Some(SqlStorageValue::Blob(_)) => "bytes",
    };
    Fault::failed(Port::Storage, format!("column {column}: expected {expected}, found {found}"))
}
