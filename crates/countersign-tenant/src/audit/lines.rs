//! A log that was exported as JSON lines, verified byte for byte.

use crate::secret::digest;
use core::fmt;
use countersign_wire::api::{AuditEntry, Checkpoint};

/// Characters of a hash.
const HASH: usize = 64;

/// What a sound log comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were looked at
    pub entries: u64,
    /// The number of the last one
    pub seq: u64,
    /// Its hash
    pub hash: String,
}

/// The first thing that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// In which line, from 1; the one behind the last for something that is missing at the end
    pub line: usize,
    /// What is wrong there
    pub why: &'static str,
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for Broken {}

/// An entry as a line of an export: the bytes that its hash is over, but for the hash itself.
#[must_use]
pub fn line(entry: &AuditEntry) -> String {
    // The form cannot fail to be written; if it did, an empty line would not verify.
    serde_json::to_string(entry).unwrap_or_default()
}

/// Whether `lines` are a whole log, from its first entry on, or from a checkpoint on: each entry as it was written, behind
/// the one that was before it.
///
/// A log by itself shows that nothing was changed, removed, moved or put in before its last entry. That it was cut short,
/// or written anew by somebody who can hash, is shown by `checkpoints` alone: the log has to hold what each says. What
/// was removed behind the last checkpoint cannot be seen. Whoever calls this has believed the checkpoints
/// ([`believe`](super::believe)).
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_lines<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    checkpoints: &[Checkpoint],
) -> Result<Verified, Broken> {
    let mut all = Verified::default();
    let mut number = 0;
    for line in lines {
        number += 1;
        let broken = |why| Broken { line: number, why };
        let entry = read(line).map_err(broken)?;
        if number == 1 {
            begin(&entry, checkpoints).map_err(broken)?;
        } else if entry.previous != all.hash {
            return Err(broken("this entry does not follow the one before it"));
        } else if entry.seq != all.seq + 1 {
            return Err(broken("this entry has another number than the next one"));
        }
        if checkpoints.iter().any(|known| known.seq == entry.seq && known.hash != entry.hash) {
            return Err(broken("a checkpoint says otherwise: the log was written anew"));
        }
        all = Verified { entries: all.entries + 1, seq: entry.seq, hash: entry.hash };
    }
    if checkpoints.iter().any(|known| known.seq > all.seq) {
        return Err(Broken { line: number + 1, why: "a checkpoint knows of more: the log was cut short" });
    }
    Ok(all)
}

/// The first entry begins the log, or follows a checkpoint.
fn begin(entry: &AuditEntry, checkpoints: &[Checkpoint]) -> Result<(), &'static str> {
    let first = entry.seq == 1 && entry.previous.is_empty();
    let follows = |known: &Checkpoint| entry.seq == known.seq.saturating_add(1) && entry.previous == known.hash;
    if first || checkpoints.iter().any(follows) { Ok(()) } else { Err("the log does not begin here") }
}

/// An entry with its own hash. The hash stands last, so that it can be taken off as text: what is not written the way
/// that entries are written is not looked at twice.
fn read(line: &str) -> Result<AuditEntry, &'static str> {
    const NO_ENTRY: &str = "this is no entry of a log";
    let entry: AuditEntry = serde_json::from_str(line).map_err(|_| NO_ENTRY)?;
    let rest = line.strip_suffix("\"}").ok_or(NO_ENTRY)?;
    let (rest, hash) = rest.len().checked_sub(HASH).and_then(|at| rest.split_at_checked(at)).ok_or(NO_ENTRY)?;
    if !rest.ends_with("\"hash\":\"") {
        return Err(NO_ENTRY);
    }
    if entry.hash != hash || digest(format!("{rest}\"}}").as_bytes()) != hash {
        return Err("this entry was changed");
    }
    Ok(entry)
}
