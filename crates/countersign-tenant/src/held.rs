//! The tenant's records, read: policy, members, groups, and what a subject holds.

use crate::state::{Fault, State};
use countersign_core::{Approved, Attributes, Grants, Policy, Registry, Status, Subject};
use countersign_wire::record::{Form, GroupRecord, PolicyRecord, ResourcesRecord, SubjectRecord, decode};
use countersign_wire::seal::{POLICY, RESOURCES, group_key, subject_key};

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

fn read<'a, T: Form<'a>>(key: &str, bytes: &'a [u8]) -> Result<T, Fault> {
    decode(bytes).map_err(|error| Fault(format!("{key}: {error}")))
}

/// A subject's grants, its groups' included, ready for questions.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) status: Option<Status>,
    pub(crate) own: Grants,
    pub(crate) groups: Vec<Grants>,
    attributes: Attributes,
    approved: Vec<Approved>,
    resources: Registry,
}

impl Held {
    /// Reads what `id` holds; nothing for somebody who is no member.
    pub(crate) fn of(state: &impl State, policy: &Policy, id: &str) -> Result<Self, Fault> {
        let Some(record) = subject(state, id)? else { return Ok(Self::default()) };
        Self::of_record(state, policy, id, &record)
    }

    /// What `id` would hold with this record.
    pub(crate) fn of_record(
        state: &impl State,
        policy: &Policy,
        id: &str,
        record: &SubjectRecord,
    ) -> Result<Self, Fault> {
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

    /// The same without approved requests: whether something needs an approval, given or not.
    pub(crate) fn unapproved(mut self) -> Self {
        self.approved.clear();
        self
    }

    /// Without approved requests: they are for what the product does, and no command uses one up.
    pub(crate) fn without_approvals(mut self) -> Self {
        self.approved.clear();
        self
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
