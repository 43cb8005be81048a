//! What an isolate holds of its tenants, in memory, between requests.

use super::read::Opened;
use crate::ports::Fault;
use countersign_core::{Grants, Millis, Policy, Status, Subject};
use countersign_wire::api::Head;
use countersign_wire::record::{GroupRecord, PolicyRecord, SubjectRecord, decode};
use countersign_wire::seal::{POLICY, group_key, subject_key};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Tenants that an isolate holds at once; beyond that it begins anew.
const TENANTS: usize = 512;
/// Subjects and groups that it holds of one tenant; beyond that they are read anew.
const ENTRIES: usize = 20_000;

/// The isolate's memory. No borrow of it lasts while anything is awaited.
#[derive(Debug, Default)]
pub struct Cache {
    tenants: RefCell<HashMap<String, Held>>,
}

/// What is held of one tenant.
#[derive(Debug, Default)]
struct Held {
    epoch: u64,
    revision: u64,
    /// When the head was asked that said so
    checked: Millis,
    policy: Option<Option<Rc<Policy>>>,
    entries: HashMap<String, Rc<Entry>>,
}

/// A subject or a group.
#[derive(Debug)]
pub(super) struct Entry {
    status: Option<Status>,
    groups: Vec<String>,
    grants: Grants,
}

/// Everything that decides one subject's questions.
#[derive(Clone, Debug)]
pub struct View {
    /// The policy
    pub policy: Rc<Policy>,
    /// The tenant's revision
    pub revision: u64,
    subject: Rc<Entry>,
    groups: Vec<Rc<Entry>>,
}

impl View {
    /// Whether the subject is a member of the tenant, in whatever status.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.subject.status.is_some()
    }

    /// Asks with the subject as the core wants it.
    pub fn ask<T>(&self, question: impl FnOnce(&Policy, &Subject<'_>) -> T) -> T {
        let groups: Vec<_> = self.groups.iter().map(|group| &group.grants).collect();
        let subject = Subject { status: self.subject.status, own: &self.subject.grants, groups: &groups };
        question(&self.policy, &subject)
    }
}

impl Cache {
    /// The epoch and revision that are held of a tenant.
    pub(crate) fn since(&self, tenant: &str) -> Option<(u64, u64)> {
        self.tenants.borrow().get(tenant).map(|held| (held.epoch, held.revision))
    }

    /// How long ago the head was asked. A clock that went back makes what is held old, not young.
    pub(crate) fn age(&self, tenant: &str, now: Millis) -> Option<Millis> {
        let tenants = self.tenants.borrow();
        let checked = tenants.get(tenant)?.checked;
        now.checked_sub(checked).filter(|age| *age >= 0)
    }

    pub(crate) fn holds(&self, tenant: &str, key: &str) -> bool {
        let tenants = self.tenants.borrow();
        let held = tenants.get(tenant);
        held.is_some_and(|held| if key == POLICY { held.policy.is_some() } else { held.entries.contains_key(key) })
    }

    /// The groups of a subject, as far as it is held.
    pub(crate) fn groups_of(&self, tenant: &str, subject: &str) -> Vec<String> {
        let tenants = self.tenants.borrow();
        let entry = tenants.get(tenant).and_then(|held| held.entries.get(subject));
        entry.map(|entry| entry.groups.clone()).unwrap_or_default()
    }

    /// Takes in a head that was asked at `asked_at`: what changed is dropped. An older head than what is held is ignored.
    pub(crate) fn advance(&self, tenant: &str, head: &Head, asked_at: Millis) {
        let mut tenants = self.tenants.borrow_mut();
        if tenants.len() >= TENANTS && !tenants.contains_key(tenant) {
            tenants.clear();
        }
        let held = tenants.entry(tenant.to_owned()).or_default();
        if (head.epoch, head.revision) < (held.epoch, held.revision) {
            return;
        }
        match &head.changed {
            Some(keys) if head.epoch == held.epoch => {
                for key in keys {
                    held.forget(key);
                }
            }
            _ => *held = Held::default(),
        }
        held.epoch = head.epoch;
        held.revision = head.revision;
        held.checked = held.checked.max(asked_at);
    }

    /// Holds a record that `head` has vouched for.
    ///
    /// # Errors
    /// When the record is none, or does not fit the policy.
    pub(crate) fn put(&self, tenant: &str, head: &Head, key: &str, opened: Opened) -> Result<(), Fault> {
        let mut tenants = self.tenants.borrow_mut();
        let Some(held) = tenants.get_mut(tenant) else { return Ok(()) };
        // Another request has gone on since; what was read for this head may be old now and is read again.
        if (held.epoch, held.revision) != (head.epoch, head.revision) {
            return Ok(());
        }
        if key == POLICY {
            held.policy = Some(policy(opened.record)?.map(Rc::new));
            // Grants are compiled against their policy.
            held.entries.clear();
            return Ok(());
        }
        let entry = match (&held.policy, opened.record) {
            // Read again once the policy is there.
            (None, _) => return Ok(()),
            (Some(None), _) | (_, None) => Entry { status: None, groups: Vec::new(), grants: Grants::default() },
            (Some(Some(policy)), Some(record)) => entry(key, &record, policy)?,
        };
        if held.entries.len() >= ENTRIES {
            held.entries.clear();
        }
        held.entries.insert(key.to_owned(), Rc::new(entry));
        Ok(())
    }

    /// The view of a subject, if all of it is held at `at_least` or newer.
    pub(crate) fn view(&self, tenant: &str, subject: &str, at_least: u64) -> Option<View> {
        let tenants = self.tenants.borrow();
        let held = tenants.get(tenant).filter(|held| held.revision >= at_least)?;
        let policy = held.policy.clone()?.unwrap_or_else(|| Rc::new(Policy::empty()));
        let subject = held.entries.get(&subject_key(subject))?.clone();
        let groups = subject.groups.iter().map(|group| held.entries.get(&group_key(group)).cloned());
        let groups = groups.collect::<Option<Vec<_>>>()?;
        Some(View { policy, revision: held.revision, subject, groups })
    }
}

impl Held {
    fn forget(&mut self, key: &str) {
        if key == POLICY {
            self.policy = None;
            self.entries.clear();
        } else {
            self.entries.remove(key);
        }
    }
}

fn policy(record: Option<Vec<u8>>) -> Result<Option<Policy>, Fault> {
    let Some(bytes) = record else { return Ok(None) };
    let record: PolicyRecord = decode(&bytes).map_err(|_| Fault::Corrupt)?;
    record.policy().map(Some).map_err(|_| Fault::Corrupt)
}

fn entry(key: &str, record: &[u8], policy: &Policy) -> Result<Entry, Fault> {
    if key.starts_with("group/") {
        let record: GroupRecord = decode(record).map_err(|_| Fault::Corrupt)?;
        let grants = record.grants(policy).map_err(|_| Fault::Corrupt)?;
        return Ok(Entry { status: None, groups: Vec::new(), grants });
    }
    let record: SubjectRecord = decode(record).map_err(|_| Fault::Corrupt)?;
    let grants = record.grants(policy).map_err(|_| Fault::Corrupt)?;
    Ok(Entry { status: Some(record.status.into()), groups: record.groups, grants })
}
