//! The audit log: a chain of hashes, so that what was written down cannot be changed unseen.

mod checkpoint;
mod lines;
pub(crate) mod show;

pub use checkpoint::{CheckpointError, KEY_BYTES, believe, checkpoint};
pub use lines::{Broken, Verified, line, verify_lines};

use crate::secret::digest;
use crate::state::Meta;
use countersign_core::Millis;
use countersign_wire::api::{AuditEntry, Command, CommandCall, Noted};
use countersign_wire::stored::Stored;
use countersign_wire::time;
use serde_json::Value;

/// Bytes of a text that the log keeps as it is: twice a deep path of ordinary ids.
const LONGEST_TEXT: usize = 1_024;
/// Fields that hold secrets; the log never has them.
const SECRET: [&str; 1] = ["secret"];

/// What is to be written down.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// When
    pub at: Millis,
    /// Who, what, for whom and why
    pub call: &'a CommandCall,
    /// `done`, or the code of the refusal
    pub outcome: &'a str,
    /// What changed
    pub changes: &'a [Noted],
    /// The tenant's revision after it
    pub revision: u64,
}

/// The entry that follows the last one of `meta`.
///
/// Long texts, and an import's files, are kept as their hashes: the log says which texts they were, not what they held.
#[must_use]
pub fn entry(meta: &Meta, fact: &Fact<'_>) -> AuditEntry {
    let call = fact.call;
    let row = Row {
        at: fact.at,
        actor: &call.actor,
        on_behalf_of: call.on_behalf_of.as_deref(),
        command: call.command.name(),
        request: request(&call.command),
        reason: call.reason.as_deref(),
        outcome: fact.outcome,
        changes: fact.changes,
        revision: fact.revision,
    };
    chained(meta, row)
}

/// What an entry says, whatever it is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row<'a> {
    pub(crate) at: Millis,
    pub(crate) actor: &'a str,
    pub(crate) on_behalf_of: Option<&'a str>,
    pub(crate) command: String,
    pub(crate) request: Value,
    pub(crate) reason: Option<&'a str>,
    pub(crate) outcome: &'a str,
    pub(crate) changes: &'a [Noted],
    pub(crate) revision: u64,
}

/// The entry that follows the last one of `meta`.
pub(crate) fn chained(meta: &Meta, row: Row<'_>) -> AuditEntry {
    let mut entry = AuditEntry {
        seq: meta.audit_seq + 1,
        revision: row.revision,
        at: time::format(row.at).unwrap_or_default(),
        actor: row.actor.to_owned(),
        on_behalf_of: row.on_behalf_of.map(str::to_owned),
        command: row.command,
        request: row.request,
        reason: row.reason.map(short),
        outcome: row.outcome.to_owned(),
        changes: row.changes.to_vec(),
        previous: meta.audit_hash.clone(),
        hash: String::new(),
    };
    entry.changes.iter_mut().for_each(|noted| {
        condense(&mut noted.before);
        condense(&mut noted.after);
    });
    entry.hash = hash(&entry);
    entry
}

/// Whether `entries` are an unbroken chain that begins behind `previous`; the number of the first that is not.
///
/// # Errors
/// The sequence number of the first entry that was changed, or is missing before it.
pub fn verify(previous: &str, entries: &[AuditEntry]) -> Result<(), u64> {
    let mut last = previous;
    let first = entries.first().map_or(0, |entry| entry.seq);
    for (seq, entry) in (first..).zip(entries) {
        if entry.seq != seq || entry.previous != last || entry.hash != hash(entry) {
            return Err(entry.seq);
        }
        last = &entry.hash;
    }
    Ok(())
}

/// SHA-256 over the entry's JSON with an empty hash: every field, the previous hash included.
fn hash(entry: &AuditEntry) -> String {
    let unhashed = AuditEntry { hash: String::new(), ..entry.clone() };
    // The form cannot fail to be written; if it did, the hash of nothing would not verify.
    digest(&serde_json::to_vec(&unhashed).unwrap_or_default())
}

/// The command's body as the log keeps it.
fn request(command: &Command) -> Value {
    let text = |text: &str| format!("sha256:{}", digest(text.as_bytes()));
    match command {
        Command::Import(texts) => {
            serde_json::json!({ "model": text(&texts.model), "tenant": text(&texts.tenant) })
        }
        Command::ImportPart(part) => serde_json::json!({ "tenant": text(&part.tenant) }),
        _ => body(command),
    }
}

/// What a variant holds, as the log keeps it.
pub(crate) fn body<T: Stored>(variant: &T) -> Value {
    let mut body = match serde_json::to_value(variant) {
        Ok(Value::Object(object)) => object.into_iter().next().map_or(Value::Null, |(_, body)| body),
        _ => Value::Null,
    };
    condense(&mut body);
    body
}

fn condense(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => *text = short(text),
        Value::Array(items) => items.iter_mut().for_each(condense),
        Value::Object(fields) => {
            for (name, field) in fields {
                if SECRET.contains(&name.as_str()) {
                    *field = Value::Null;
                }
                condense(field);
            }
        }
        _ => {}
    }
}

fn short(text: &str) -> String {
    if text.len() > LONGEST_TEXT { format!("sha256:{}", digest(text.as_bytes())) } else { text.to_owned() }
}
