//! Views where the truth itself is at hand: in the tenant's object there is nothing to wait for and no copy to distrust.

use super::cache::View;
use super::entry::Entry;
use super::set::{Set, Wanted};
use crate::ports::Fault;
use countersign_wire::api::Head;
use countersign_wire::seal::subject_key;
use std::rc::Rc;

/// What the records that are held may take of memory, in bytes; beyond that some are read anew. The object's 128 MB hold the
/// tenant itself.
const WEIGHT: usize = if cfg!(test) { 16 << 10 } else { 16 << 20 };

/// The tenant's own state.
pub trait Source {
    /// What is current, and which records changed since.
    ///
    /// # Errors
    /// When it cannot be read; so for all methods.
    fn head(&self, since: Option<(u64, u64)>) -> Result<Head, Fault>;

    /// A record as it is.
    ///
    /// # Errors
    /// As [`Source::head`].
    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault>;
}

/// What was read of a tenant's own state, as of one revision.
#[derive(Debug, Default)]
pub struct Lens {
    set: Set,
    /// What the set takes of memory, at most
    weight: usize,
}

impl Lens {
    /// Goes on to what is current. No view is of an earlier state than the last call.
    ///
    /// # Errors
    /// When the state cannot be read; so for all that follow.
    pub(crate) fn advance(&mut self, source: &impl Source) -> Result<(), Fault> {
        let head = source.head(self.set.since())?;
        if self.set.since() != Some((head.epoch, head.revision)) && !self.set.advance(&head, 0) {
            // A state that went back is another one.
            self.set = Set::default();
            self.set.advance(&source.head(None)?, 0);
        }
        self.make_room();
        Ok(())
    }

    /// What was not used again goes, and if half is not free then, everything.
    fn make_room(&mut self) {
        if self.weight <= WEIGHT {
            return;
        }
        self.set.thin();
        self.weight = self.set.weight();
        if self.weight > WEIGHT / 2 {
            self.set.forget();
            self.weight = 0;
        }
    }

    /// The epoch and revision of all views.
    pub(crate) fn at(&self) -> (u64, u64) {
        self.set.since().unwrap_or_default()
    }

    /// The view that decides `subject`'s questions.
    pub(crate) fn view(&mut self, source: &impl Source, subject: &str) -> Result<View, Fault> {
        // The member's record names its groups, and the policy whether resources count.
        for _ in 0..2 {
            for key in self.set.missing(&Wanted::Questions(subject)) {
                self.read(source, key)?;
            }
        }
        View::of(&self.set, subject)
    }

    /// The groups of a subject.
    pub(crate) fn groups(&mut self, source: &impl Source, subject: &str) -> Result<Vec<String>, Fault> {
        let key = subject_key(subject);
        self.make_room();
        if self.set.get(&key).is_none() {
            self.read(source, key.clone())?;
        }
        Ok(self.set.get(&key).map(|entry| entry.groups().to_vec()).unwrap_or_default())
    }

    fn read(&mut self, source: &impl Source, key: String) -> Result<(), Fault> {
        let entry = Entry::read(&key, source.record(&key)?.as_deref())?;
        self.weight += entry.weight();
        self.set.put(key, Rc::new(entry));
        Ok(())
    }
}
