//! Reading sealed records: the copies in the store, and the originals that came from the object.

use crate::ports::{Fault, Platform, Ports, Store};
use countersign_wire::seal;

/// A record whose seal was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// The tenant's epoch
    pub(crate) epoch: u64,
    /// The revision at which it last changed
    pub(crate) revision: u64,
    /// The record; nothing if it does not exist
    pub(crate) record: Option<Vec<u8>>,
}

/// Reads the records of one tenant.
pub(crate) struct Reader<'a, P: Platform> {
    pub(crate) ports: Ports<'a, P>,
    pub(crate) tenant: &'a str,
    pub(crate) mac_key: &'a [u8],
}

impl<P: Platform> Reader<'_, P> {
    /// The copy in the store; nothing if there is none that can be believed. Whatever is wrong with the store, the
    /// object still has the original.
    pub(crate) async fn copy(&self, key: &str) -> Option<Opened> {
        let bytes = self.ports.store.get(&store_key(self.tenant, key)).await.ok()??;
        self.open(key, &bytes).ok()
    }

    /// Opens a record, from wherever it came.
    pub(crate) fn open(&self, key: &str, bytes: &[u8]) -> Result<Opened, Fault> {
        let (header, record) = seal::open(self.mac_key, self.tenant, key, bytes).map_err(|_| Fault::Corrupt)?;
        let record = header.exists.then(|| record.to_vec());
        Ok(Opened { epoch: header.epoch, revision: header.revision, record })
    }
}

/// The key in the store of a tenant's record.
#[must_use]
pub fn store_key(tenant: &str, key: &str) -> String {
    format!("t/{tenant}/{key}")
}
