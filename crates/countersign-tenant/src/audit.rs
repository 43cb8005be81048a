//! The audit log: entries in a hash chain.

use crate::state::Meta;
use countersign_core::Millis;
use countersign_wire::api::{Assign, AuditEntry, Command, Import};
use countersign_wire::time;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Bytes of a field that the log keeps as it is: twice a deep path of ordinary ids.
const LONGEST_FIELD: usize = 1_024;

/// What is to be written down.
#[derive(Clone, Debug)]
pub struct Fact<'a> {
    /// When
    pub at: Millis,
    /// Who
    pub actor: &'a str,
    /// What was to be done
    pub command: &'a Command,
    /// `done`, or the code of the refusal
    pub outcome: &'a str,
    /// The tenant's revision after it
    pub revision: u64,
}

/// The entry that follows the last one of `meta`.
///
/// An import's texts are kept as their hashes: the log says which texts they were, not what they held.
#[must_use]
pub fn entry(meta: &Meta, fact: &Fact<'_>) -> AuditEntry {
    let mut entry = AuditEntry {
        seq: meta.audit_seq + 1,
        revision: fact.revision,
        at: time::format(fact.at).unwrap_or_default(),
        actor: fact.actor.to_owned(),
        command: condense(fact.command),
        outcome: fact.outcome.to_owned(),
        previous: meta.audit_hash.clone(),
        hash: String::new(),
    };
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

/// The command as the log keeps it: whole texts, and fields longer than anything that can be meant, as their hashes.
fn condense(command: &Command) -> Command {
    let text = |text: &String| format!("sha256:{}", digest(text.as_bytes()));
    let field = |value: &String| if value.len() > LONGEST_FIELD { text(value) } else { value.clone() };
    match command {
        Command::Import(texts) => Command::Import(Import { model: text(&texts.model), tenant: text(&texts.tenant) }),
        Command::Assign(given) => Command::Assign(Assign {
            to: field(&given.to),
            role: field(&given.role),
            scope: field(&given.scope),
            from: given.from.as_ref().map(field),
            until: given.until.as_ref().map(field),
        }),
        Command::Unassign { id } => Command::Unassign { id: field(id) },
        Command::SetStatus { subject, status } => Command::SetStatus { subject: field(subject), status: *status },
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
