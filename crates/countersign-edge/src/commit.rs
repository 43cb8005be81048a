//! How the state machine's commits, and the log's entries, are written to SQLite.

use countersign_tenant::{Commit, Event, REPLACED, haystacks};
use countersign_wire::api::AuditEntry;
use countersign_wire::seal::TOKENS;
use countersign_wire::stored::as_json;

use crate::fault::{Fault, Port};
use crate::rows::Rows;
use crate::sql::{Value, Writes};
use crate::state::{end, signed};

/// Writes a commit of the tenant `name`: numbers, records with their outbox rows, documents, persons.
pub(crate) fn apply(writes: &Writes<'_>, name: &str, commit: &Commit) -> Result<(), Fault> {
    let (epoch, revision, ids) = (signed(commit.epoch)?, signed(commit.revision)?, signed(commit.ids)?);
    let numbers = "UPDATE meta SET epoch = ?, revision = ?, ids = ?, tenant = ? WHERE id = 1";
    writes.execute(numbers, vec![epoch.clone(), revision.clone(), ids, name.into()])?;
    let mut records = Rows::new(writes, 3, "records (key, revision, bytes)");
    let mut docs = Rows::new(writes, 3, "docs (key, revision, bytes)");
    let mut persons = Rows::new(writes, 3, "persons (subject, revision, person)");
    let mut search = Rows::new(writes, 6, "search (subject, status, name, user_name, accounts, text)");
    for event in &commit.events {
        match event {
            Event::Cleared => clear(writes, &revision)?,
            Event::Record { key, bytes } => {
                records.add([key.as_str().into(), revision.clone(), bytes.clone().into()])?;
            }
            Event::Doc { key, bytes: Some(bytes) } => {
                docs.add([key.as_str().into(), revision.clone(), bytes.clone().into()])?;
            }
            Event::Doc { key, bytes: None } => {
                writes.execute("DELETE FROM docs WHERE key = ?", vec![key.as_str().into()])?;
            }
            Event::Person { subject, person: Some(person) } => {
                let bytes = as_json(person).map_err(|error| Fault::failed(Port::Storage, error))?;
                let bytes =
                    String::from_utf8(bytes).map_err(|error| Fault::failed(Port::Storage, error.to_string()))?;
                persons.add([subject.as_str().into(), revision.clone(), bytes.into()])?;
                let [name, user_name, accounts, email] = haystacks(person);
                // No part of a search holds a line break.
                let text = [&*name, &*user_name, &*email].join("\n");
                search.add([
                    subject.as_str().into(),
                    person.status.as_str().into(),
                    name.into(),
                    user_name.into(),
                    accounts.into(),
                    text.into(),
                ])?;
            }
            Event::Person { subject, person: None } => {
                for table in ["persons", "search"] {
                    writes.execute(&format!("DELETE FROM {table} WHERE subject = ?"), vec![subject.as_str().into()])?;
                }
            }
            Event::Model { text } => {
                let model = "INSERT OR REPLACE INTO models (epoch, text) VALUES (?, ?)";
                writes.execute(model, vec![epoch.clone(), text.as_str().into()])?;
            }
        }
    }
    [records, docs, persons, search].into_iter().try_for_each(Rows::end)?;
    if !commit.events.iter().any(|event| matches!(event, Event::Record { .. } | Event::Cleared)) {
        return Ok(());
    }
    // What was written at this revision is to be published.
    let outbox = "INSERT INTO outbox (key, revision, pending, failures) \
        SELECT key, revision, 1, 0 FROM records WHERE revision = ? \
        ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, pending = 1";
    writes.execute(outbox, vec![revision])
}

/// Takes away what an import replaces; however much it is, it does not pass through memory.
fn clear(writes: &Writes<'_>, revision: &Value) -> Result<(), Fault> {
    let tokens: [Value; 2] = [TOKENS.into(), end(TOKENS).into()];
    let records = "UPDATE records SET revision = ?, bytes = NULL \
        WHERE bytes IS NOT NULL AND NOT (key >= ? AND key < ?)";
    writes.execute(records, [std::slice::from_ref(revision), &tokens].concat())?;
    writes.execute("DELETE FROM persons", Vec::new())?;
    writes.execute("DELETE FROM search", Vec::new())?;
    for prefix in REPLACED {
        writes.execute("DELETE FROM docs WHERE key >= ? AND key < ?", vec![prefix.into(), end(prefix).into()])?;
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
