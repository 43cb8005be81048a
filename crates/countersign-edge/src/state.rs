//! The tenant's state in SQLite, as the state machine reads it.

use std::cell::RefCell;

use countersign_core::sorted::Map;
use countersign_tenant::{Fault as StateFault, IN_GROUP, Meta, State, folded};
use countersign_wire::api::{AuditEntry, Find};
use countersign_wire::stored::{Person, from_json};

use crate::fault::{Fault, Port};
use crate::sql::{Database, Row, Value, Writes};

/// How many rows a command remembers of those that it has read.
const REMEMBERED: usize = 256;

/// The state in the database.
///
/// A tenant that was never set up has no tables, and reads as empty: asking about it must not make it exist.
pub(crate) struct SqlState<'a> {
    database: &'a Database,
    exists: bool,
    /// What was read before, where nothing is written meanwhile.
    seen: Option<RefCell<Seen>>,
}

/// What a command has read, by statement and key. It lives as long as the command is worked out, which is before its
/// first write.
type Seen = Map<(&'static str, String), Found>;
/// A row's bytes and its revision.
type Found = Option<(u64, Vec<u8>)>;

impl<'a> SqlState<'a> {
    /// The state, of a tenant that may never have been set up.
    pub(crate) fn open(database: &'a Database) -> Result<Self, Fault> {
        let table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
        let exists = database.row(table, Vec::new())?.is_some();
        Ok(Self { database, exists, seen: None })
    }

    /// The state of a tenant that was set up.
    pub(crate) fn of(database: &'a Database) -> Self {
        Self { database, exists: true, seen: None }
    }

    /// The state for one command: what is read twice is asked for once. It is dropped before anything is written.
    pub(crate) fn for_command(writes: &Writes<'a>) -> Self {
        Self { seen: Some(RefCell::default()), ..Self::of(writes.database()) }
    }

    /// The row with this key, read once for a command.
    fn keyed(&self, select: &'static str, key: &str) -> Result<Found, StateFault> {
        let place = (select, key.to_owned());
        if let Some(known) = self.seen.as_ref().and_then(|seen| seen.borrow().get(&place).cloned()) {
            return Ok(known);
        }
        let found =
            self.first(select, vec![key.into()], |row| Ok((unsigned(row.integer(0)?)?, row.blob(1)?.to_vec())))?;
        if let Some(mut seen) = self.seen.as_ref().map(RefCell::borrow_mut).filter(|seen| seen.len() < REMEMBERED) {
            seen.insert(place, found.clone());
        }
        Ok(found)
    }

    /// Whether the tenant was ever set up.
    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    /// The tenant's name.
    pub(crate) fn tenant(&self) -> Result<String, Fault> {
        let row = self.database.row("SELECT tenant FROM meta WHERE id = 1", Vec::new())?;
        row.map_or(Ok(String::new()), |row| row.text(0).map(str::to_owned))
    }

    /// Reads rows for the machine.
    fn read<T>(
        &self,
        select: &str,
        values: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, StateFault> {
        if !self.exists {
            return Ok(Vec::new());
        }
        let rows = self.database.rows(select, values).map_err(unreadable)?;
        rows.iter().map(row).collect::<Result<_, _>>().map_err(unreadable)
    }

    /// Reads the first row for the machine, if there is one.
    fn first<T>(
        &self,
        select: &str,
        values: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, StateFault> {
        Ok(self.read(select, values, row)?.into_iter().next())
    }
}

impl State for SqlState<'_> {
    fn meta(&self) -> Result<Meta, StateFault> {
        let select = "SELECT epoch, revision, ids, audit_seq, audit_hash FROM meta WHERE id = 1";
        if !self.exists {
            return Ok(Meta::default());
        }
        let row = self.database.row(select, Vec::new()).map_err(unreadable)?;
        let row = row.ok_or_else(|| StateFault("the tenant has no numbers".to_owned()))?;
        let read = || -> Result<Meta, Fault> {
            Ok(Meta {
                epoch: unsigned(row.integer(0)?)?,
                revision: unsigned(row.integer(1)?)?,
                ids: unsigned(row.integer(2)?)?,
                audit_seq: unsigned(row.integer(3)?)?,
                audit_hash: row.text(4)?.to_owned(),
            })
        };
        read().map_err(unreadable)
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, StateFault> {
        let select = "SELECT revision, bytes FROM records WHERE key = ? AND bytes IS NOT NULL";
        Ok(self.keyed(select, key)?.map(|(_, bytes)| bytes))
    }

    fn keys(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StateFault> {
        let (begin, from) = beginning(prefix, after);
        let select = format!(
            "SELECT key FROM records WHERE key {begin} ? AND key < ? AND bytes IS NOT NULL ORDER BY key LIMIT ?"
        );
        self.read(&select, vec![from.into(), end(prefix).into(), number(limit as u64)?], text)
    }

    fn revision_of(&self, key: &str) -> Result<Option<u64>, StateFault> {
        self.first("SELECT revision FROM records WHERE key = ?", vec![key.into()], |row| unsigned(row.integer(0)?))
    }

    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, StateFault> {
        let select = "SELECT key FROM records WHERE revision > ? LIMIT ?";
        self.read(select, vec![number(revision)?, number(limit as u64)?], text)
    }

    fn doc(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, StateFault> {
        self.keyed("SELECT revision, bytes FROM docs WHERE key = ?", key)
    }

    fn docs(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, StateFault> {
        let (begin, from) = beginning(prefix, after);
        let select = format!("SELECT key, bytes FROM docs WHERE key {begin} ? AND key < ? ORDER BY key LIMIT ?");
        let values = vec![from.into(), end(prefix).into(), number(limit as u64)?];
        self.read(&select, values, |row| Ok((text(row)?, row.blob(1)?.to_vec())))
    }

    fn person(&self, subject: &str) -> Result<Option<(u64, Person)>, StateFault> {
        let select = "SELECT revision, person FROM persons WHERE subject = ?";
        self.first(select, vec![subject.into()], |row| Ok((unsigned(row.integer(0)?)?, person(row.text(1)?)?)))
    }

    fn find(&self, find: &Find, limit: usize) -> Result<Vec<(String, Person)>, StateFault> {
        let mut select = "SELECT subject, person FROM search JOIN persons USING (subject) WHERE subject > ?".to_owned();
        let mut values: Vec<Value> = vec![find.page.cursor.as_deref().unwrap_or_default().into()];
        let parts =
            [("text", &find.text), ("name", &find.name), ("user_name", &find.user_name), ("accounts", &find.account)];
        for (column, part) in parts {
            if let Some(part) = part {
                select.push_str(&format!(" AND instr({column}, ?) > 0"));
                values.push(folded(part).into());
            }
        }
        if let Some(group) = &find.group {
            let prefix = format!("{IN_GROUP}{group}/");
            select.push_str(" AND subject IN (SELECT substr(key, ?) FROM docs WHERE key >= ? AND key < ?)");
            let behind = prefix.chars().count() as u64 + 1;
            values.extend([number(behind)?, prefix.as_str().into(), end(&prefix).into()]);
        }
        if let Some(status) = &find.status {
            // All are looked through for a text: an index would only lead to each of them by a detour.
            let scan = if values.len() > 1 { "+" } else { "" };
            select.push_str(&format!(" AND {scan}search.status = ?"));
            values.push(status.as_str().into());
        }
        select.push_str(" ORDER BY subject LIMIT ?");
        values.push(number(limit as u64)?);
        self.read(&select, values, |row| Ok((text(row)?, person(row.text(1)?)?)))
    }

    fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, StateFault> {
        let select = "SELECT entry FROM audit WHERE seq > ? ORDER BY seq LIMIT ?";
        // No entry has a number that a double cannot hold.
        self.read(select, vec![number(after.min((1 << 53) - 1))?, number(limit as u64)?], |row| {
            let entry = from_json(row.text(0)?.as_bytes());
            entry.map_err(|error| Fault::failed(Port::Storage, format!("audit: {error}")))
        })
    }

    fn model(&self) -> Result<Option<String>, StateFault> {
        self.first("SELECT text FROM models ORDER BY epoch DESC LIMIT 1", Vec::new(), text)
    }
}

/// How keys begin that have the prefix and lie behind `after`.
fn beginning<'a>(prefix: &'a str, after: &'a str) -> (&'static str, &'a str) {
    if after > prefix { (">", after) } else { (">=", prefix) }
}

/// Where the keys with this prefix end: no key holds the last character that there is.
pub(crate) fn end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// A number as SQLite has it.
pub(crate) fn signed(value: u64) -> Result<Value, Fault> {
    i64::try_from(value).map(Value::Integer).map_err(|_| Fault::failed(Port::Storage, "a number is too large"))
}

/// A number as SQLite had it.
pub(crate) fn unsigned(value: i64) -> Result<u64, Fault> {
    u64::try_from(value).map_err(|_| Fault::failed(Port::Storage, "a number is negative"))
}

/// The first column, as text.
fn text(row: &Row) -> Result<String, Fault> {
    row.text(0).map(str::to_owned)
}

fn person(text: &str) -> Result<Person, Fault> {
    from_json(text.as_bytes()).map_err(|error| Fault::failed(Port::Storage, format!("person: {error}")))
}

fn number(value: u64) -> Result<Value, StateFault> {
    signed(value).map_err(unreadable)
}

fn unreadable(fault: Fault) -> StateFault {
    StateFault(format!("{}: {}", fault.code(), fault.detail))
}
