//! Reading sealed records: the copies in the store, and the originals that came from the object.

use super::entry::Entry;
use super::set::Set;
use crate::ports::{Fault, Platform, Ports, Store};
use countersign_core::sorted::Map;
use countersign_wire::seal;
use futures_util::future::join_all;
use std::rc::Rc;

/// A record whose seal was opened.
#[derive(Debug)]
pub(super) struct Found {
    /// The tenant's epoch
    pub(super) epoch: u64,
    /// The revision at which it last changed
    pub(super) revision: u64,
    /// The record
    pub(super) entry: Rc<Entry>,
}

/// Reads the records of one tenant.
pub(super) struct Reader<'a, P: Platform> {
    pub(super) ports: Ports<'a, P>,
    pub(super) tenant: &'a str,
    pub(super) mac_key: &'a [u8],
}

impl<P: Platform> Reader<'_, P> {
    /// The copies of these records, and of those that they refer to and `held` has not. That a copy is not current does
    /// no harm: what it refers to is then read for nothing.
    pub(super) async fn copies(&self, keys: &[String], held: &Set) -> Map<String, Found> {
        let found = join_all(keys.iter().map(|key| self.copy_and_more(key, held))).await;
        found.into_iter().flatten().collect()
    }

    async fn copy_and_more(&self, key: &str, held: &Set) -> Vec<(String, Found)> {
        let Some(copy) = self.copy(key).await else { return Vec::new() };
        let more = copy.entry.refers_to().filter(|key| held.get(key).is_none());
        let more = more.map(async |key| self.copy(&key).await.map(|copy| (key, copy)));
        let more = join_all(more).await.into_iter().flatten();
        std::iter::once((key.to_owned(), copy)).chain(more).collect()
    }

    /// The copy in the store; nothing if there is none that can be believed. Whatever is wrong with the store, the
    /// object still has the original.
    async fn copy(&self, key: &str) -> Option<Found> {
        let bytes = self.ports.store.get(&store_key(self.tenant, key)).await.ok()??;
        self.open(key, &bytes).ok()
    }

    /// Opens a record, from wherever it came.
    pub(super) fn open(&self, key: &str, bytes: &[u8]) -> Result<Found, Fault> {
        let (header, record) = seal::open(self.mac_key, self.tenant, key, bytes).map_err(|_| Fault::Corrupt)?;
        let entry = Entry::read(key, header.exists.then_some(record))?;
        Ok(Found { epoch: header.epoch, revision: header.revision, entry: Rc::new(entry) })
    }
}

/// The key in the store of a tenant's record.
#[must_use]
pub fn store_key(tenant: &str, key: &str) -> String {
    format!("t/{tenant}/{key}")
}
