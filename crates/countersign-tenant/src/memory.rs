//! The state kept in memory: for tests and simulations.

use crate::event::{Commit, Event, clears_doc, clears_record};
use crate::find::is_found;
use crate::index::in_group;
use crate::state::{Fault, Meta, State};
use countersign_wire::api::{AuditEntry, Find};
use countersign_wire::stored::Person;
use std::collections::BTreeMap;
use std::ops::Bound;

/// By key: the revision of the last change, and what stands there if anything does.
type Table<T> = BTreeMap<String, (u64, Option<T>)>;

/// A tenant's state in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    meta: Meta,
    records: Table<Vec<u8>>,
    docs: Table<Vec<u8>>,
    persons: Table<Person>,
    model: Option<String>,
    log: Vec<AuditEntry>,
}

impl Memory {
    /// A tenant that was never set up.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the state what the commit says.
    pub fn apply(&mut self, commit: &Commit) {
        self.meta.epoch = commit.epoch;
        self.meta.revision = commit.revision;
        self.meta.ids = commit.ids;
        for event in &commit.events {
            match event {
                Event::Cleared => {
                    let records =
                        self.records.iter_mut().filter(|(key, (_, bytes))| clears_record(key) && bytes.is_some());
                    records.for_each(|(_, record)| *record = (commit.revision, None));
                    self.docs.retain(|key, _| !clears_doc(key));
                    self.persons.clear();
                }
                Event::Record { key, bytes } => {
                    self.records.insert(key.clone(), (commit.revision, bytes.clone()));
                }
                Event::Doc { key, bytes: Some(bytes) } => {
                    self.docs.insert(key.clone(), (commit.revision, Some(bytes.clone())));
                }
                Event::Doc { key, bytes: None } => {
                    self.docs.remove(key);
                }
                Event::Person { subject, person: Some(person) } => {
                    self.persons.insert(subject.clone(), (commit.revision, Some((**person).clone())));
                }
                Event::Person { subject, person: None } => {
                    self.persons.remove(subject);
                }
                Event::Model { text } => self.model = Some(text.clone()),
            }
        }
    }

    /// Notes that the log has one more entry.
    pub fn log(&mut self, entry: &AuditEntry) {
        self.meta.audit_seq = entry.seq;
        self.meta.audit_hash.clone_from(&entry.hash);
        self.log.push(entry.clone());
    }
}

/// Where keys begin that have the prefix and lie behind `after`.
pub(crate) fn begin<'a>(prefix: &'a str, after: &'a str) -> Bound<&'a str> {
    if after > prefix { Bound::Excluded(after) } else { Bound::Included(prefix) }
}

fn live<T: Clone>(table: &Table<T>, key: &str) -> Option<(u64, T)> {
    let (revision, value) = table.get(key)?;
    Some((*revision, value.clone()?))
}

impl State for Memory {
    fn meta(&self) -> Result<Meta, Fault> {
        Ok(self.meta.clone())
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(live(&self.records, key).map(|(_, bytes)| bytes))
    }

    fn keys(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, Fault> {
        let there = self.records.range::<str, _>((begin(prefix, after), Bound::Unbounded));
        let there = there.take_while(|(key, _)| key.starts_with(prefix)).filter(|(_, (_, bytes))| bytes.is_some());
        Ok(there.map(|(key, _)| key.clone()).take(limit).collect())
    }

    fn revision_of(&self, key: &str) -> Result<Option<u64>, Fault> {
        Ok(self.records.get(key).map(|(revision, _)| *revision))
    }

    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, Fault> {
        let changed = self.records.iter().filter(|(_, (at, _))| *at > revision);
        Ok(changed.map(|(key, _)| key.clone()).take(limit).collect())
    }

    fn doc(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        Ok(live(&self.docs, key))
    }

    fn docs(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let there = self.docs.range::<str, _>((begin(prefix, after), Bound::Unbounded));
        let there = there.take_while(|(key, _)| key.starts_with(prefix));
        let there = there.filter_map(|(key, (_, bytes))| Some((key.clone(), bytes.clone()?)));
        Ok(there.take(limit).collect())
    }

    fn person(&self, subject: &str) -> Result<Option<(u64, Person)>, Fault> {
        Ok(live(&self.persons, subject))
    }

    fn find(&self, find: &Find, limit: usize) -> Result<Vec<(String, Person)>, Fault> {
        let after = find.page.cursor.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let there = self.persons.range::<str, _>((after, Bound::Unbounded));
        let there = there.filter_map(|(subject, (_, person))| Some((subject, person.as_ref()?)));
        let within = |subject: &str| {
            find.group.as_deref().is_none_or(|group| live(&self.docs, &in_group(group, subject)).is_some())
        };
        let found = there.filter(|(subject, person)| is_found(find, person) && within(subject));
        Ok(found.map(|(subject, person)| (subject.clone(), person.clone())).take(limit).collect())
    }

    fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, Fault> {
        Ok(self.log.iter().filter(|entry| entry.seq > after).take(limit).cloned().collect())
    }

    fn model(&self) -> Result<Option<String>, Fault> {
        Ok(self.model.clone())
    }
}
