//! Panics: written to the log once, and turned into a value where they unwind.
//!
//! A worker built without unwinding cannot catch anything: there the caller waits until its own deadline, and the loader
//! builds a new instance of the module for the next request.

use std::future::Future;
use std::panic::{AssertUnwindSafe, set_hook, take_hook};
use std::sync::Once;

use futures_util::FutureExt;

use crate::log;

static HOOK: Once = Once::new();

/// The work panicked; the log says where.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Awaits `work` and stops a panic there. What `work` changed in memory before it panicked stays half changed: keep
/// nothing of it that another request would see.
///
/// # Errors
/// When `work` panics, and panics unwind.
pub(crate) async fn caught<F: Future>(work: F) -> Result<F::Output, Panicked> {
    install_hook();
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| Panicked)
}

/// Makes a panic one line of the log, from the first call on.
pub(crate) fn install_hook() {
    HOOK.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |panic| {
            log::error("panic", &panic.to_string(), "");
            // Where panics abort, the previous hook tells the loader that this instance of the module is dead. Where they
            // unwind it would only log the same panic a second time.
            if cfg!(not(panic = "unwind")) {
                previous(panic);
            }
        }));
    });
}
