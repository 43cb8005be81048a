//! A time limit for anything that waits for the platform.
//!
//! A Durable Object that traps, runs out of memory or overflows its stack leaves its caller waiting for ever, and KV
//! promises no time either. So nothing in this crate awaits a port without going through here.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use worker::Delay;

use crate::fault::{Fault, Port};

/// How long a request waits for one port before it is refused.
pub(crate) const DEADLINE: Duration = Duration::from_secs(2);

/// Awaits `work` for at most `limit`. What is dropped at the deadline may still be carried out on the other side: only
/// the answer is given up.
///
/// # Errors
/// The port's deadline fault when the limit passes first.
pub(crate) async fn within<F: Future>(port: Port, limit: Duration, work: F) -> Result<F::Output, Fault> {
    let work = pin!(work);
    let limit = pin!(Delay::from(limit));
    match select(work, limit).await {
        Either::Left((output, _)) => Ok(output),
        Either::Right(_) => Err(Fault::deadline(port)),
    }
}

/// Awaits `work` for as long as there is time left, in milliseconds, after so many that it was waited for: it may become
/// more on the way.
///
/// # Errors
/// The port's deadline fault when nothing is left.
pub(crate) async fn while_left<F: Future>(port: Port, left: impl Fn(u64) -> u64, work: F) -> Result<F::Output, Fault> {
    let mut work = pin!(work);
    let mut waited = 0_u64;
    loop {
        // Counted by what was waited for, not by a clock: that one may be set back.
        let more = left(waited);
        if more == 0 {
            return Err(Fault::deadline(port));
        }
        match select(work, pin!(Delay::from(Duration::from_millis(more)))).await {
            Either::Left((output, _)) => return Ok(output),
            Either::Right(((), rest)) => (work, waited) = (rest, waited.saturating_add(more)),
        }
    }
}
