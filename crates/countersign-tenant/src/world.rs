//! A tenant file with its model, loaded for questions: members, their grants and their groups'.

use countersign_compile::{Model, tenant};
use countersign_core::{Decision, Grants, Millis, Policy, Status, Subject};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::projection::{self, Stamp};
use countersign_wire::reason;
use countersign_wire::record::RecordError;
use std::collections::{BTreeMap, HashMap};

/// A tenant in memory that answers questions and is never changed.
#[derive(Debug)]
pub struct World {
    policy: Policy,
    members: HashMap<String, Entry>,
    groups: Vec<Grants>,
}

#[derive(Debug)]
struct Entry {
    status: Status,
    own: Grants,
    /// Indexes into the world's groups
    groups: Box<[usize]>,
}

impl World {
    /// Loads a tenant file under its model.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn load(model: &Model, source: Source<'_>) -> Result<Self, Diagnostics> {
        let compiled = tenant(model, source)?;
        let policy = compiled.policy;
        let mut index = BTreeMap::new();
        let mut groups = Vec::new();
        for (id, group) in compiled.groups {
            index.insert(id, groups.len());
            groups.push(group.grants);
        }
        let mut members = HashMap::with_capacity(compiled.members.len());
        for (subject, member) in compiled.members {
            let groups = member.record.groups.iter().filter_map(|group| index.get(group).copied()).collect();
            members.insert(subject, Entry { status: member.record.status.into(), own: member.grants, groups });
        }
        Ok(Self { policy, members, groups })
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The members' subjects, in no order.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Decides one question.
    pub fn check(&self, subject: &str, action: &str, resource: &str, now: Millis) -> Decision {
        self.ask(subject, |subject| self.policy.check(subject, action, resource, now))
    }

    /// The browser's snapshot of the subject that `stamp` names, as of `now`.
    ///
    /// # Errors
    /// Never for a world that was loaded; a projection that cannot be made is refused all the same.
    pub fn snapshot(&self, stamp: &Stamp, now: Millis) -> Result<Vec<u8>, RecordError> {
        self.ask(&stamp.subject, |subject| projection::encode(&self.policy, subject, stamp, now))
    }

    fn ask<T>(&self, id: &str, question: impl FnOnce(&Subject<'_>) -> T) -> T {
        match self.members.get(id) {
            None => question(&Subject { status: None, own: &Grants::default(), groups: &[] }),
            Some(entry) => {
                let groups: Vec<&Grants> = entry.groups.iter().filter_map(|group| self.groups.get(*group)).collect();
                question(&Subject { status: Some(entry.status), own: &entry.own, groups: &groups })
            }
        }
    }

    /// What decided, as `key → value` for answers: `stage`, and within it `role` and `scope`, or a `detail`.
    #[must_use]
    pub fn reason(&self, decision: Decision, resource: &str) -> BTreeMap<String, String> {
        reason::words(&self.policy, decision, resource)
    }
}
