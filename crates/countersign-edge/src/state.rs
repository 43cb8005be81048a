//! The tenant's state in SQLite: what the state machine reads, and how its commits are written.

use countersign_tenant::{Commit, Event, Fault as StateFault, Meta, State};
use countersign_wire::api::{AuditEntry, AuditPage};

use crate::fault::{Fault, Port};
use crate::sql::{Database, Row, Value, Writes};

/// Entries of a page of the audit log.
const AUDIT_PAGE: i64 = 200;

/// The state in the database.
pub(crate) struct SqlState<'a>(pub(crate) &'a Database);

impl SqlState<'_> {
    /// Whether the tenant was ever set up. Asking about one that was not must not make it exist.
    pub(crate) fn exists(&self) -> Result<bool, Fault> {
        let table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'";
        Ok(self.0.row(table, Vec::new())?.is_some())
    }

    /// The tenant's name.
    pub(crate) fn tenant(&self) -> Result<String, Fault> {
        let row = self.0.row("SELECT tenant FROM meta WHERE id = 1", Vec::new())?;
        row.map_or(Ok(String::new()), |row| row.text(0).map(str::to_owned))
    }

    /// The page of the audit log behind the entry `after`.
    pub(crate) fn audit(&self, after: u64) -> Result<AuditPage, Fault> {
        let select = "SELECT entry FROM audit WHERE seq > ? ORDER BY seq LIMIT ?";
        let rows = self.0.rows(select, vec![signed(after)?, Value::Integer(AUDIT_PAGE + 1)])?;
        let entry = |row: &Row| -> Result<AuditEntry, Fault> {
            let entry = serde_json::from_str(row.text(0)?);
            entry.map_err(|error| Fault::failed(Port::Storage, format!("audit: {error}")))
        };
        let entries = rows.iter().take(AUDIT_PAGE as usize).map(entry).collect::<Result<_, _>>()?;
        Ok(AuditPage { entries, more: rows.len() > AUDIT_PAGE as usize })
    }

    fn key(&self, select: &str, value: Value) -> Result<Option<String>, StateFault> {
        let row = self.0.row(select, vec![value]).map_err(unreadable)?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose().map_err(unreadable)
    }
}

impl State for SqlState<'_> {
    fn meta(&self) -> Result<Meta, StateFault> {
        let select = "SELECT epoch, revision, ids, audit_seq, audit_hash FROM meta WHERE id = 1";
        let row = self.0.row(select, Vec::new()).map_err(unreadable)?;
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
        let select = "SELECT bytes FROM records WHERE key = ? AND bytes IS NOT NULL";
        let row = self.0.row(select, vec![key.into()]).map_err(unreadable)?;
        row.map(|row| row.blob(0).map(<[u8]>::to_vec)).transpose().map_err(unreadable)
    }

    fn holder(&self, id: &str) -> Result<Option<String>, StateFault> {
        self.key("SELECT key FROM holders WHERE assignment = ?", id.into())
    }

    fn keys(&self) -> Result<Vec<String>, StateFault> {
        let rows = self.0.rows("SELECT key FROM records WHERE bytes IS NOT NULL", Vec::new()).map_err(unreadable)?;
        rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<_, _>>().map_err(unreadable)
    }

    fn revision_of(&self, key: &str) -> Result<Option<u64>, StateFault> {
        let row = self.0.row("SELECT revision FROM records WHERE key = ?", vec![key.into()]).map_err(unreadable)?;
        row.map(|row| row.integer(0).and_then(unsigned)).transpose().map_err(unreadable)
    }

    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, StateFault> {
        let select = "SELECT key FROM records WHERE revision > ? LIMIT ?";
        let values = vec![signed(revision).map_err(unreadable)?, signed(limit as u64).map_err(unreadable)?];
        let rows = self.0.rows(select, values).map_err(unreadable)?;
        rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<_, _>>().map_err(unreadable)
    }
}

/// Writes a commit of the tenant `name`: numbers, records with their outbox rows, holders, profiles.
pub(crate) fn apply(writes: &Writes<'_>, name: &str, commit: &Commit) -> Result<(), Fault> {
    let (epoch, revision, ids) = (signed(commit.epoch)?, signed(commit.revision)?, signed(commit.ids)?);
    let numbers = "UPDATE meta SET epoch = ?, revision = ?, ids = ?, tenant = ? WHERE id = 1";
    writes.execute(numbers, vec![epoch.clone(), revision.clone(), ids, name.into()])?;
    for event in &commit.events {
        match event {
            Event::Record { key, bytes } => {
                let record = "INSERT INTO records (key, revision, bytes) VALUES (?, ?, ?) \
                    ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, bytes = excluded.bytes";
                writes.execute(record, vec![key.as_str().into(), revision.clone(), bytes.clone().into()])?;
                let outbox = "INSERT INTO outbox (key, revision, pending, failures) VALUES (?, ?, 1, 0) \
                    ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, pending = 1";
                writes.execute(outbox, vec![key.as_str().into(), revision.clone()])?;
            }
            Event::Holder { id, key: Some(key) } => {
                let holder = "INSERT OR REPLACE INTO holders (assignment, key) VALUES (?, ?)";
                writes.execute(holder, vec![id.as_str().into(), key.as_str().into()])?;
            }
            Event::Holder { id, key: None } => {
                writes.execute("DELETE FROM holders WHERE assignment = ?", vec![id.as_str().into()])?;
            }
            Event::Profile { subject, profile: Some(profile) } => {
                let values = vec![subject.as_str().into(), profile.name.clone().into(), profile.email.clone().into()];
                writes.execute("INSERT OR REPLACE INTO profiles (subject, name, email) VALUES (?, ?, ?)", values)?;
            }
            Event::Profile { subject, profile: None } => {
                writes.execute("DELETE FROM profiles WHERE subject = ?", vec![subject.as_str().into()])?;
            }
            Event::Model { text } => {
                let model = "INSERT OR REPLACE INTO models (epoch, text) VALUES (?, ?)";
                writes.execute(model, vec![epoch.clone(), text.as_str().into()])?;
            }
        }
    }
    Ok(())
}

/// Appends to the audit log.
pub(crate) fn write_audit(writes: &Writes<'_>, entry: &AuditEntry) -> Result<(), Fault> {
    let text = serde_json::to_string(entry).map_err(|error| Fault::failed(Port::Storage, error.to_string()))?;
    let seq = signed(entry.seq)?;
    writes.execute("INSERT INTO audit (seq, entry) VALUES (?, ?)", vec![seq.clone(), text.into()])?;
    let last = "UPDATE meta SET audit_seq = ?, audit_hash = ? WHERE id = 1";
    writes.execute(last, vec![seq, entry.hash.as_str().into()])
}

/// A number as SQLite has it.
pub(crate) fn signed(value: u64) -> Result<Value, Fault> {
    i64::try_from(value).map(Value::Integer).map_err(|_| Fault::failed(Port::Storage, "a number is too large"))
}

/// A number as SQLite had it.
pub(crate) fn unsigned(value: i64) -> Result<u64, Fault> {
    u64::try_from(value).map_err(|_| Fault::failed(Port::Storage, "a number is negative"))
}

fn unreadable(fault: Fault) -> StateFault {
    StateFault(format!("{}: {}", fault.code(), fault.detail))
}
