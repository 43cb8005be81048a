//! The state kept in memory: for tests and simulations.

use crate::event::{Commit, Event};
use crate::state::{Fault, Meta, State};
use std::collections::BTreeMap;

/// A tenant's state in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    meta: Meta,
    /// By key: the revision of the last change, and the bytes if the record exists
    records: BTreeMap<String, (u64, Option<Vec<u8>>)>,
    holders: BTreeMap<String, String>,
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
                Event::Record { key, bytes } => {
                    self.records.insert(key.clone(), (commit.revision, bytes.clone()));
                }
                Event::Holder { id, key: Some(key) } => {
                    self.holders.insert(id.clone(), key.clone());
                }
                Event::Holder { id, key: None } => {
                    self.holders.remove(id);
                }
                Event::Profile { .. } | Event::Model { .. } => {}
            }
        }
    }
}

impl State for Memory {
    fn meta(&self) -> Result<Meta, Fault> {
        Ok(self.meta.clone())
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.records.get(key).and_then(|(_, bytes)| bytes.clone()))
    }

    fn holder(&self, id: &str) -> Result<Option<String>, Fault> {
        Ok(self.holders.get(id).cloned())
    }

    fn keys(&self) -> Result<Vec<String>, Fault> {
        Ok(self.records.iter().filter(|(_, (_, bytes))| bytes.is_some()).map(|(key, _)| key.clone()).collect())
    }

    fn revision_of(&self, key: &str) -> Result<Option<u64>, Fault> {
        Ok(self.records.get(key).map(|(revision, _)| *revision))
    }

    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, Fault> {
        let changed = self.records.iter().filter(|(_, (at, _))| *at > revision);
        Ok(changed.map(|(key, _)| key.clone()).take(limit).collect())
    }
}
