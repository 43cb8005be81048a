//! The tables of a tenant's database, and their versions: each step is applied once, in order, together with the note
//! that it was. A tenant is set up with its first command, in one transaction: a half of the tables is none.

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::sql::{Value, Writes};

/// The steps that make up the database; step 1 is the first of them. A step is never edited once it has been deployed:
/// later changes are further steps.
const STEPS: &[&str] = &[
    "
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL, revision INTEGER NOT NULL, ids INTEGER NOT NULL,
    audit_seq INTEGER NOT NULL, audit_hash TEXT NOT NULL,
    tenant TEXT NOT NULL
) STRICT;
INSERT INTO meta (id, epoch, revision, ids, audit_seq, audit_hash, tenant) VALUES (1, 0, 0, 0, 0, '', '');
CREATE TABLE records (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, bytes BLOB) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_revision ON records (revision);
CREATE TABLE holders (assignment TEXT PRIMARY KEY, key TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE profiles (subject TEXT PRIMARY KEY, name TEXT, email TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE models (epoch INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
CREATE TABLE outbox (
    key TEXT PRIMARY KEY, revision INTEGER NOT NULL, pending INTEGER NOT NULL,
    tried INTEGER, failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_pending ON outbox (pending);
",
    "
DROP TABLE holders;
DROP TABLE profiles;
CREATE TABLE docs (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE persons (subject TEXT PRIMARY KEY, revision INTEGER NOT NULL, person TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE search (
    subject TEXT PRIMARY KEY, status TEXT NOT NULL,
    name TEXT NOT NULL, user_name TEXT NOT NULL, accounts TEXT NOT NULL, email TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
    // The next round of publishing is found without sorting what waits, however much that is; a search for a text looks
    // at one column.
    "
DROP INDEX outbox_pending;
CREATE INDEX outbox_pending ON outbox (tried) WHERE pending = 1;
CREATE INDEX search_by_status ON search (status, subject);
ALTER TABLE search ADD COLUMN text TEXT NOT NULL DEFAULT '';
UPDATE search SET text = name || char(10) || user_name || char(10) || email;
ALTER TABLE search DROP COLUMN email;
",
];

const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_version \
    (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT";

/// Brings the database to the version that the steps make up, all of them or none.
///
/// # Errors
/// When a step fails; or when the database is newer than this program, as after a rollback of the worker: an older program
/// must not write what it does not understand.
pub(crate) fn migrate(writes: &Writes<'_>) -> Result<(), Fault> {
    writes.execute(VERSIONS, Vec::new())?;
    let select = "SELECT coalesce(max(version), 0) FROM schema_version";
    let applied = writes.database().row(select, Vec::new())?.map_or(Ok(0), |row| row.integer(0))?;
    let known = STEPS.len() as i64;
    if applied > known {
        return Err(Fault::failed(Port::Storage, format!("schema {applied} is newer than this program's {known}")));
    }
    for (version, step) in (1..).zip(STEPS).filter(|(version, _)| *version > applied) {
        writes.execute(step, Vec::new())?;
        let values: Vec<Value> = vec![version.into(), now_ms().into()];
        writes.execute("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", values)?;
    }
    Ok(())
}
