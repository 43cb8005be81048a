//! What an answer of the object says of the records that a request looks for: which copies are good, and what comes from
//! the object itself.

use super::entry::Entry;
use super::read::{Found, Reader};
use crate::ports::{Fault, Platform};
use crate::seeded::{Bug, seeded};
use countersign_core::sorted::Map;
use countersign_wire::api::{Head, HeadAsk};
use std::rc::Rc;

/// Records as of a head, and the keys of those that have to be asked for.
pub(super) struct Vouched {
    pub(super) records: Vec<(String, Rc<Entry>)>,
    /// What the store does not have as it is now
    pub(super) rest: Vec<String>,
}

/// The records that were asked for as of `head`: the originals, and of the copies those that are the same.
///
/// # Errors
/// When the answer does not fit the question, or an original is not what it should be.
pub(super) fn as_of_head<P: Platform>(
    reader: &Reader<'_, P>,
    head: &Head,
    ask: &HeadAsk,
    mut copies: Map<String, Found>,
) -> Result<Vouched, Fault> {
    if head.revisions.len() != ask.keys.len() || head.records.len() != ask.records.len() {
        return Err(Fault::Corrupt);
    }
    let (mut records, mut rest) = (Vec::new(), Vec::new());
    let named = ask.keys.iter().zip(head.revisions.iter().copied());
    for (key, revision) in named.chain(head.groups.iter().map(|(key, revision)| (key, *revision))) {
        let same =
            |found: &Found| revision.is_some_and(|revision| (found.epoch, found.revision) == (head.epoch, revision));
        let copy = copies.remove(key).filter(|copy| same(copy) || seeded(Bug::AnyCopy));
        match copy {
            // What never existed needs no record to say so: the head has said it.
            None if revision.is_none() || seeded(Bug::BelievedMiss) => {
                records.push((key.clone(), Rc::new(Entry::nothing())))
            }
            None => rest.push(key.clone()),
            Some(copy) => records.push((key.clone(), copy.entry)),
        }
    }
    for (key, sealed) in ask.records.iter().zip(&head.records) {
        let original = reader.open(key, sealed)?;
        if original.epoch != head.epoch || original.revision > head.revision {
            return Err(Fault::Corrupt);
        }
        records.push((key.clone(), original.entry));
    }
    Ok(Vouched { records, rest })
}
