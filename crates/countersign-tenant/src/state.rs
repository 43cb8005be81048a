//! What the state machine reads, and what it tells those who hold copies.

use core::fmt;
use countersign_core::{Approved, Attributes, Grants, Policy, Registry, Status, Subject};
use countersign_wire::api::{Head, HeadAsk};
use countersign_wire::record::{GroupRecord, PolicyRecord, ResourcesRecord, SubjectRecord, decode};
use countersign_wire::seal::{POLICY, RESOURCES, group_key, subject_key};

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
/// Records are kept under keys ([`POLICY`], [`subject_key`], [`group_key`]) as bytes of `countersign_wire::record`.
pub trait State {
    /// The tenant's numbers.
    ///
    /// # Errors
    /// When the state cannot be read; so for all methods.
    fn meta(&self) -> Result<Meta, Fault>;

    /// The record under `key`, if it exists.
    ///
    /// # Errors
    /// As [`State::meta`].
    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault>;

    /// The key of the record that holds the assignment `id`.
    ///
    /// # Errors
    /// As [`State::meta`].
    fn holder(&self, id: &str) -> Result<Option<String>, Fault>;

    /// The keys of all records that exist.
    ///
    /// # Errors
    /// As [`State::meta`].
    fn keys(&self) -> Result<Vec<String>, Fault>;

    /// The revision at which the record under `key` last changed, removed ones included.
    ///
    /// # Errors
    /// As [`State::meta`].
    fn revision_of(&self, key: &str) -> Result<Option<u64>, Fault>;

    /// The keys that changed after `revision`, at most `limit` of them.
    ///
    /// # Errors
    /// As [`State::meta`].
    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, Fault>;
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
    Ok(Head { epoch: meta.epoch, revision: meta.revision, changed, revisions, records: Vec::new() })
}

/// The tenant's policy; nothing before it is set up.
pub(crate) fn policy(state: &impl State) -> Result<Option<Policy>, Fault> {
    let Some(bytes) = state.record(POLICY)? else { return Ok(None) };
    let record: PolicyRecord = read(POLICY, &bytes)?;
    record.policy().map(Some).map_err(|error| Fault(format!("{POLICY}: {error}")))
}

/// A member's record; nothing for somebody who is none.
pub(crate) fn subject(state: &impl State, subject: &str) -> Result<Option<SubjectRecord>, Fault> {
    let key = subject_key(subject);
    state.record(&key)?.map(|bytes| read(&key, &bytes)).transpose()
}

/// A group's record; nothing for one that does not exist.
pub(crate) fn group(state: &impl State, group: &str) -> Result<Option<GroupRecord>, Fault> {
    let key = group_key(group);
    state.record(&key)?.map(|bytes| read(&key, &bytes)).transpose()
}

/// The stored attributes of resources.
pub(crate) fn resources(state: &impl State) -> Result<ResourcesRecord, Fault> {
    let bytes = state.record(RESOURCES)?;
    bytes.map_or_else(|| Ok(ResourcesRecord::default()), |bytes| read(RESOURCES, &bytes))
}

/// The ids of the assignments that the record under `key` holds.
pub(crate) fn assignment_ids(state: &impl State, key: &str) -> Result<Vec<String>, Fault> {
    let assignments = if let Some(id) = key.strip_prefix("subject/") {
        subject(state, id)?.map(|record| record.assignments)
    } else if let Some(id) = key.strip_prefix("group/") {
        group(state, id)?.map(|record| record.assignments)
    } else {
        None
    };
    Ok(assignments.unwrap_or_default().into_iter().map(|given| given.id).collect())
}

fn read<'a, T: countersign_wire::record::Form<'a>>(key: &str, bytes: &'a [u8]) -> Result<T, Fault> {
    decode(bytes).map_err(|error| Fault(format!("{key}: {error}")))
}

/// A subject's grants, its groups' included, ready for questions.
#[derive(Debug, Default)]
pub(crate) struct Held {
    id: String,
    status: Option<Status>,
    own: Grants,
    groups: Vec<Grants>,
    attributes: Attributes,
    approved: Vec<Approved>,
    resources: Registry,
}

impl Held {
    /// Reads what `id` holds; nothing for somebody who is no member.
    pub(crate) fn of(state: &impl State, policy: &Policy, id: &str) -> Result<Self, Fault> {
        let Some(record) = subject(state, id)? else { return Ok(Self::default()) };
        let fault = |error| Fault(format!("{id}: {error}"));
        let mut groups = Vec::new();
        for name in &record.groups {
            let members = group(state, name)?.unwrap_or_default();
            groups.push(members.grants(policy).map_err(fault)?);
        }
        let own = record.grants(policy).map_err(fault)?;
        Ok(Self {
            id: id.to_owned(),
            status: Some(record.status.into()),
            own,
            groups,
            attributes: record.attributes(policy),
            approved: record.approved(policy),
            resources: resources(state)?.registry(policy),
        })
    }

    /// Asks with the subject as the core wants it.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Subject<'_>) -> T) -> T {
        let groups: Vec<_> = self.groups.iter().collect();
        question(&Subject {
            attributes: &self.attributes,
            approved: &self.approved,
            resources: &self.resources,
            ..Subject::new(&self.id, self.status, &self.own, &groups)
        })
    }

    /// All assignments, own and through groups: role, scope, window.
    pub(crate) fn assignments(&self) -> impl Iterator<Item = countersign_core::Held<'_>> {
        std::iter::once(&self.own).chain(&self.groups).flat_map(Grants::assignments)
    }
}
