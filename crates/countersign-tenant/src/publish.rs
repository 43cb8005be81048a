//! Publishing order: which records may be put into KV now, and when to come back.

use countersign_core::Millis;

/// KV takes one write a second and key.
const BETWEEN_WRITES: Millis = 1_000;
/// After a put that failed, the next one that succeeds is followed by another after this time: the failed one may have been
/// given up at a deadline, still be under way, and land on what came after it.
const ONCE_MORE: Millis = 10_000;

/// A record that waits to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The record's key
    pub key: String,
    /// When it was last put, or tried to be; nothing for never
    pub tried: Option<Millis>,
    /// How often in a row it failed
    pub failures: u32,
    /// Whether it was put after it had failed, and is to be put once more
    pub again: bool,
}

/// What to do now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The keys to publish now, each in its newest state
    pub now: Vec<String>,
    /// When to come back for the rest
    pub wake: Option<Millis>,
}

/// Plans the next round of one tenant's outbox.
///
/// A key is published at most once a second, after failures ever more rarely, up to once a minute; what was put after
/// failures once more after a while.
#[must_use]
pub fn plan(waiting: &[Waiting], now: Millis) -> Plan {
    let mut plan = Plan::default();
    for row in waiting {
        let due = row.tried.map_or(now, |tried| tried.saturating_add(pause(row)));
        if due <= now {
            plan.now.push(row.key.clone());
        } else {
            plan.wake = Some(plan.wake.map_or(due, |wake| wake.min(due)));
        }
    }
    plan
}

fn pause(row: &Waiting) -> Millis {
    if row.again { ONCE_MORE } else { BETWEEN_WRITES.saturating_mul(1 << row.failures.min(6)).min(60_000) }
}
