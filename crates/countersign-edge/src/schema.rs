//! The versions of a database: each step is applied once, in order, together with the note that it was.

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::sql::{Database, Value};
use crate::transaction::{Undone, transact};

const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_version \
    (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT";

/// Brings the database to the version that `steps` make up; step 1 is the first of them. A step is never edited once
/// it has been deployed: later changes are further steps.
///
/// # Errors
/// When a step fails, which leaves the database at the step before; or when the database is newer than this program,
/// as after a rollback of the worker: an older program must not write what it does not understand.
pub(crate) fn migrate(database: &Database, steps: &[&str]) -> Result<(), Fault> {
    apply(database, VERSIONS, None)?;
    let applied = database
        .row("SELECT coalesce(max(version), 0) FROM schema_version", Vec::new())?
        .map_or(Ok(0), |row| row.integer(0))?;
    let known = steps.len() as i64;
    if applied > known {
        return Err(Fault::failed(Port::Storage, format!("schema {applied} is newer than this program's {known}")));
    }
    for (version, step) in (1..).zip(steps).filter(|(version, _)| *version > applied) {
        apply(database, step, Some(version))?;
    }
    Ok(())
}

fn apply(database: &Database, step: &str, version: Option<i64>) -> Result<(), Fault> {
    let done = transact(database, |writes| {
        writes.execute(step, Vec::new())?;
        if let Some(version) = version {
            let values: Vec<Value> = vec![version.into(), now_ms().into()];
            writes.execute("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", values)?;
        }
        Ok::<_, Fault>(())
    });
    done.map_err(|undone| match undone {
        Undone::Refused(fault) | Undone::Fault(fault) => fault,
        Undone::Panicked(detail) => Fault::failed(Port::Storage, detail),
    })
}
