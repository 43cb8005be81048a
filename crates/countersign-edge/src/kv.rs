//! Workers KV as bytes under a deadline.
//!
//! It is a copy for the edge, never the truth: reads may be stale without bound, a miss is cached like a value, and more
//! than one write a second to a key is refused. Who calls this must be prepared for all three.

use std::future::pending;
use std::time::Duration;

use worker::{Env, Error, KvStore};

use crate::deadline::{DEADLINE, within};
use crate::fault::{Fault, Port};

/// The shortest time for which KV may be asked to keep a value at the edge. Freshness comes from the object's head, not
/// from here; a short time only makes the copy useful sooner.
const CACHE_SECONDS: u64 = 30;

/// How long a copy is waited for. The object has the original, and asking it is quicker than waiting longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// A KV namespace; one that is [`Kv::STILL`] answers nothing.
pub(crate) struct Kv {
    store: Option<KvStore>,
    /// The request for which it is asked, if it is for one.
    pub(crate) request: String,
}

impl Kv {
    /// Where only memory is to be asked.
    pub(crate) const STILL: Self = Self { store: None, request: String::new() };

    /// Opens the namespace bound as `binding`, for a request with this id; it may be empty.
    ///
    /// # Errors
    /// When the worker has no such binding.
    pub(crate) fn open(env: &Env, binding: &str, request: &str) -> Result<Self, Fault> {
        let opened = |store| Self { store: Some(store), request: request.to_owned() };
        env.kv(binding).map(opened).map_err(|error| Fault::from_error(Port::Kv, &error))
    }

    /// Reads a value; `None` says only that this edge does not have it.
    ///
    /// # Errors
    /// When KV fails or the deadline passes.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(store) = &self.store else { return pending().await };
        let read = store.get(key).cache_ttl(CACHE_SECONDS).bytes();
        within(Port::Kv, PATIENCE, read).await?.map_err(fault)
    }

    /// Writes a value. A deadline does not say that it was not written.
    ///
    /// # Errors
    /// When KV fails, refuses a second write to the key within a second, or the deadline passes.
    pub(crate) async fn put(&self, key: &str, value: &[u8]) -> Result<(), Fault> {
        let Some(store) = &self.store else { return pending().await };
        let write = store.put_bytes(key, value).map_err(fault)?.execute();
        within(Port::Kv, DEADLINE, write).await?.map_err(fault)
    }
}

fn fault(error: worker::KvError) -> Fault {
    Fault::from_error(Port::Kv, &Error::from(worker::wasm_bindgen::JsValue::from(error)))
}
