//! Records of one tenant as of one revision: a request's working set, and what the cache holds.

use super::entry::Entry;
use crate::seeded::{Bug, seeded};
use countersign_core::Millis;
use countersign_wire::api::Head;
use countersign_wire::seal::{POLICY, RESOURCES, TOKENS, group_key, subject_key};
use std::collections::HashMap;
use std::rc::Rc;

/// What a set is to hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted<'a> {
    /// What decides the questions of this subject
    Questions(&'a str),
    /// The record under this key alone
    Record(&'a str),
}

/// Records, each as of `revision` of `epoch`.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    /// The head that vouches for all records; nothing before one was asked
    head: Option<(u64, u64)>,
    /// When that head was asked
    checked: Millis,
    /// Invariant (one revision): each is as it was at `head`: it changed last at or before, and not again until then.
    entries: HashMap<String, Rc<Entry>>,
}

impl Set {
    pub(super) fn since(&self) -> Option<(u64, u64)> {
        self.head
    }

    pub(super) fn checked(&self) -> Millis {
        self.checked
    }

    /// How long ago the head was asked. A clock that went back makes what is held old, not young.
    pub(super) fn age(&self, now: Millis) -> Option<Millis> {
        self.head?;
        now.checked_sub(self.checked).filter(|age| *age >= 0)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Rc<Entry>> {
        self.entries.get(key)
    }

    /// The keys of what is wanted, as far as that is known.
    pub(super) fn needed(&self, wanted: &Wanted<'_>) -> Vec<String> {
        let subject = match wanted {
            Wanted::Record(key) => return vec![(*key).to_owned()],
            Wanted::Questions(subject) => subject_key(subject),
        };
        let groups = self.get(&subject).map(|entry| entry.groups().iter().map(|group| group_key(group)).collect());
        let groups: Vec<String> = groups.unwrap_or_default();
        let policy = self.get(POLICY).and_then(|entry| entry.policy());
        let stored = policy.filter(|policy| policy.stores_resources()).map(|_| RESOURCES.to_owned());
        [POLICY.to_owned(), subject].into_iter().chain(groups).chain(stored).collect()
    }

    /// The needed keys that are not in the set.
    pub(super) fn missing(&self, wanted: &Wanted<'_>) -> Vec<String> {
        self.needed(wanted).into_iter().filter(|key| !self.entries.contains_key(key)).collect()
    }

    /// The part of this set that is wanted.
    pub(super) fn part(&self, wanted: &Wanted<'_>) -> Self {
        let entries = self.needed(wanted).into_iter().filter_map(|key| {
            let entry = Rc::clone(self.get(&key)?);
            Some((key, entry))
        });
        Self { head: self.head, checked: self.checked, entries: entries.collect() }
    }

    /// Moves on to a head that was asked with this set's own [`Set::since`]; what changed is dropped.
    /// False, and nothing done, for a head that is older than the set.
    pub(super) fn advance(&mut self, head: &Head, asked_at: Millis) -> bool {
        self.advance_from(self.head, head, asked_at)
    }

    /// As [`Set::advance`], for a head that was asked with another `since`: what it says of changes counts only if the
    /// set is not older than that.
    pub(super) fn advance_from(&mut self, since: Option<(u64, u64)>, head: &Head, asked_at: Millis) -> bool {
        let to = (head.epoch, head.revision);
        if self.head.is_some_and(|held| held > to) && !seeded(Bug::OlderHead) {
            return false;
        }
        let covered = |since: (u64, u64)| {
            self.head.is_some_and(|held| held.0 == head.epoch && since.0 == head.epoch && since <= held)
        };
        match &head.changed {
            Some(keys) if since.is_some_and(covered) => {
                for key in keys {
                    self.entries.remove(key);
                }
            }
            _ => self.forget(),
        }
        self.head = Some(to);
        // The moment of the answer that came last, even where another was asked later: a clock that ran ahead for a while
        // must not make what is held look young for as long.
        self.checked = asked_at;
        true
    }

    /// Takes in a record that is as of the set's head.
    pub(super) fn put(&mut self, key: String, entry: Rc<Entry>) {
        self.entries.insert(key, entry);
    }

    /// Takes in the records of `other`, which is as of the same head; not that there is no such token, which anybody can
    /// make true of any number of names. Says by how much it weighs more, at most.
    pub(super) fn join(&mut self, other: &Self) -> usize {
        let mut more = 0;
        if self.head == other.head {
            for (key, entry) in &other.entries {
                let none = key.starts_with(TOKENS) && entry.token().is_none();
                if none || self.get(key).is_some_and(|held| Rc::ptr_eq(held, entry)) {
                    continue;
                }
                self.entries.insert(key.clone(), Rc::clone(entry));
                more += entry.weight();
            }
        }
        more
    }

    /// What all records take of memory at most, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.entries.values().map(|entry| entry.weight()).sum()
    }

    /// Forgets the records that were not used since this was last done, and those that were used by one request alone.
    pub(super) fn thin(&mut self) {
        self.entries.retain(|_, entry| entry.was_used());
        self.entries.shrink_to_fit();
    }

    /// Forgets all records, and keeps what is known of the head.
    pub(super) fn forget(&mut self) {
        self.entries = HashMap::new();
    }
}

#[cfg(test)]
mod tests;
