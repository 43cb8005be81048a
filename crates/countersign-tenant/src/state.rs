//! What the state machine reads, and what it tells those who hold copies.

use core::fmt;
use countersign_wire::api::{AuditEntry, Find, Head, HeadAsk};
use countersign_wire::record::{SubjectRecord, decode};
use countersign_wire::seal::{group_key, subject_key};
use countersign_wire::stored::Person;

/// The numbers of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// +1 when the tenant is replaced; 0 for one that was never set up
    pub epoch: u64,
    /// +1 at each committed change
    pub revision: u64,
    /// How many ids were given out; they are never given again
    pub ids: u64,
    /// How many entries the audit log has
    pub audit_seq: u64,
    /// The hash of its last entry; empty for none
    pub audit_hash: String,
}

/// The state could not be read: the command must fail, and nothing may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the tenant's state cannot be read: {}", self.0)
    }
}

impl std::error::Error for Fault {}

/// A tenant's state, as the machine reads it within one transaction.
///
/// Records are what is published: they are kept under keys ([`POLICY`](countersign_wire::seal::POLICY),
/// [`subject_key`], [`group_key`]) as bytes of
/// `countersign_wire::record`. Documents are everything else, as JSON under keys of [`crate::doc`]; they are not
/// published. Persons are members as people know them.
///
/// Every method fails when the state cannot be read.
#[expect(
    clippy::missing_errors_doc,
    reason = "all of them fail for the one reason that the trait's documentation gives"
)]
pub trait State {
    /// The tenant's numbers.
    fn meta(&self) -> Result<Meta, Fault>;

    /// The record under `key`, if it exists.
    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault>;

    /// Keys of records that exist, that begin with `prefix` and lie behind `after`, ascending, at most `limit` of them.
    fn keys(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, Fault>;

    /// The revision at which the record under `key` last changed, removed ones included.
    fn revision_of(&self, key: &str) -> Result<Option<u64>, Fault>;

    /// The keys of records that changed after `revision`, at most `limit` of them.
    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, Fault>;

    /// The document under `key`, with the revision at which it last changed.
    fn doc(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, Fault>;

    /// Documents whose keys begin with `prefix` and lie behind `after`, ascending, at most `limit` of them.
    fn docs(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault>;

    /// What people read of a member, with the revision at which it last changed.
    fn person(&self, subject: &str) -> Result<Option<(u64, Person)>, Fault>;

    /// The members that are looked for, ascending by subject, behind the cursor, at most `limit` of them.
    fn find(&self, find: &Find, limit: usize) -> Result<Vec<(String, Person)>, Fault>;

    /// Entries of the audit log behind this number, ascending, at most `limit` of them.
    fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, Fault>;

    /// The text of the model that the tenant lives by.
    fn model(&self) -> Result<Option<String>, Fault>;
}

/// How many changed keys a head names; beyond that the holder of a copy drops all of it.
const CHANGES_NAMED: usize = 512;

/// Answers what is current: revision, what changed since the asker's, and the revisions of the keys it needs.
///
/// Records that are wanted with it are for the caller to add, who has the key of the seals.
///
/// # Errors
/// When the state cannot be read.
pub fn head(state: &impl State, ask: &HeadAsk) -> Result<Head, Fault> {
    let meta = state.meta()?;
    let changed = match ask.since {
        Some((epoch, revision)) if epoch == meta.epoch && revision <= meta.revision => {
            let keys = state.changed_since(revision, CHANGES_NAMED + 1)?;
            (keys.len() <= CHANGES_NAMED).then_some(keys)
        }
        _ => None,
    };
    let revisions = ask.keys.iter().map(|key| state.revision_of(key)).collect::<Result<_, _>>()?;
    let groups = match &ask.groups_of {
        Some(subject) => groups(state, subject)?,
        None => Vec::new(),
    };
    Ok(Head { epoch: meta.epoch, revision: meta.revision, changed, revisions, records: Vec::new(), groups })
}

/// The keys of a subject's groups, each with its revision.
fn groups(state: &impl State, subject: &str) -> Result<Vec<(String, Option<u64>)>, Fault> {
    let Some(bytes) = state.record(&subject_key(subject))? else { return Ok(Vec::new()) };
    let record: SubjectRecord = decode(&bytes).map_err(|error| Fault(error.to_string()))?;
    let keys = record.groups.iter().map(|group| group_key(group));
    keys.map(|key| state.revision_of(&key).map(|revision| (key, revision))).collect()
}
