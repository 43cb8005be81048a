//! The isolate's cache and the freshness protocol: what is held, how old it may be, and where newer is had.
//!
//! The tenant's object alone knows what is current; KV is a copy without a bound. So nothing from KV is used before the
//! object has said which revision of it is needed, and what KV cannot serve at that revision comes from the object.
//! A strict view asks the object's head during the request; a bounded one at most every `bound` milliseconds.
//!
//! Each request works on a set of its own, taken from the cache, and gives it back when it is whole: whatever other
//! requests do meanwhile, everything in a view is as it was at one revision. A record that is newer than the set's head is
//! not mixed in: the head is asked again.

mod cache;
mod entry;
mod lens;
mod read;
mod set;

pub use cache::{Cache, View};
pub use lens::{Lens, Source};
pub use read::store_key;

use crate::ports::{Authority, Clock, Fault, Platform, Ports};
use countersign_core::Millis;
use countersign_wire::api::{Head, HeadAsk};
use countersign_wire::record::TokenRecord;
use countersign_wire::seal::token_key;
use futures_util::future::{join, join_all};
use read::{Opened, Reader};
use set::{Set, Wanted};

/// How fresh a view must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The head is asked during this request
    Strict,
    /// The head was asked at most this many milliseconds ago
    Bounded(Millis),
    /// The head was asked during this request already, and was of this epoch and revision
    Known((u64, u64)),
}

/// What a view is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Need<'a> {
    /// The tenant
    pub tenant: &'a str,
    /// The subject
    pub subject: &'a str,
    /// How fresh
    pub freshness: Freshness,
    /// A revision that it must not be older than
    pub at_least: u64,
    /// How much longer than its bound a bounded view may be used if the object cannot be reached
    pub grace: Millis,
    /// The key of the seals
    pub mac_key: &'a [u8],
}

/// Rounds of asking before a view is given up. From the fourth on the object is asked for everything at once, so that only
/// a change of the subject's groups can make another necessary.
const ROUNDS: usize = 7;
/// The first round in which the object is asked for everything.
const ALL_AT_ONCE: usize = 3;

/// A view of everything that decides the subject's questions, all of it as of one revision.
///
/// # Errors
/// When it cannot be had fresh enough.
pub async fn view<P: Platform>(cache: &Cache, ports: Ports<'_, P>, need: Need<'_>) -> Result<View, Fault> {
    let set = gather(cache, ports, &need, &Wanted::Questions(need.subject)).await?;
    finish(&set, &need)
}

/// The record of the tenant's API token `id`, with the head that vouches for it; nothing if there never was such a token.
///
/// # Errors
/// When it cannot be had fresh enough.
pub(crate) async fn token<P: Platform>(
    cache: &Cache,
    ports: Ports<'_, P>,
    need: Need<'_>,
    id: &str,
) -> Result<(Option<TokenRecord>, (u64, u64)), Fault> {
    let key = token_key(id);
    let set = gather(cache, ports, &need, &Wanted::Record(&key)).await?;
    let record = set.get(&key).ok_or(Fault::Stale)?.token().cloned();
    Ok((record, set.since().ok_or(Fault::Stale)?))
}

/// A set that holds all that is wanted, fresh enough.
async fn gather<P: Platform>(
    cache: &Cache,
    ports: Ports<'_, P>,
    need: &Need<'_>,
    wanted: &Wanted<'_>,
) -> Result<Set, Fault> {
    let reader = Reader { ports, tenant: need.tenant, mac_key: need.mac_key };
    let mut set = cache.take(need.tenant, wanted);
    let mut head_due = !is_fresh(&set, need, ports.clock.now());
    // Records that the store does not have as they are now.
    let mut behind: Vec<String> = Vec::new();
    for round in 0..=ROUNDS {
        let missing = set.missing(wanted);
        if missing.is_empty() && !head_due {
            return Ok(set);
        }
        let asked_at = ports.clock.now();
        let (copied, records): (Vec<_>, Vec<_>) = if round < ALL_AT_ONCE {
            missing.iter().cloned().partition(|key| !behind.contains(key))
        } else {
            (Vec::new(), set.needed(wanted))
        };
        let ask = HeadAsk { since: set.since(), keys: copied.clone(), records };
        let copies = join_all(copied.iter().map(|key| reader.copy(key)));
        let (head, copies) = join(ports.authority.head(need.tenant, &ask), copies).await;
        let head = match head {
            Ok(head) => head,
            Err(fault) => return in_grace(set, need, ports.clock.now(), missing.is_empty(), fault),
        };
        // An answer that is older than what is held, after another request's newer one, says nothing here.
        if set.advance(&head, asked_at) {
            head_due = false;
            for (key, opened) in as_of_head(&reader, &head, &ask, copies)? {
                match opened {
                    Some(opened) => set.put(key, opened)?,
                    None => behind.push(key),
                }
            }
            cache.give(need.tenant, ask.since, &head, &set);
        }
    }
    Err(Fault::Stale)
}

/// The records that were asked for as of `head`: the originals, and of the copies those that are the same. Nothing for a
/// copy that is not.
fn as_of_head<P: Platform>(
    reader: &Reader<'_, P>,
    head: &Head,
    ask: &HeadAsk,
    copies: Vec<Option<Opened>>,
) -> Result<Vec<(String, Option<Opened>)>, Fault> {
    if head.revisions.len() != ask.keys.len() || head.records.len() != ask.records.len() {
        return Err(Fault::Corrupt);
    }
    let mut records = Vec::new();
    for ((key, copy), revision) in ask.keys.iter().zip(copies).zip(&head.revisions) {
        let record = match revision {
            // What never existed needs no record to say so: the head has said it.
            None => Some(Opened { epoch: head.epoch, revision: 0, record: None }),
            Some(revision) => copy.filter(|copy| (copy.epoch, copy.revision) == (head.epoch, *revision)),
        };
        records.push((key.clone(), record));
    }
    for (key, sealed) in ask.records.iter().zip(&head.records) {
        let original = reader.open(key, sealed)?;
        if original.epoch != head.epoch || original.revision > head.revision {
            return Err(Fault::Corrupt);
        }
        records.push((key.clone(), Some(original)));
    }
    Ok(records)
}

/// The view, unless the request has seen a newer revision. Who is no member learns nothing of revisions.
fn finish(set: &Set, need: &Need<'_>) -> Result<View, Fault> {
    let view = View::of(set, need.subject)?;
    if view.is_member() && view.revision < need.at_least { Err(Fault::Ahead) } else { Ok(view) }
}

/// Whether what is held may be used without asking the head.
fn is_fresh(set: &Set, need: &Need<'_>, now: Millis) -> bool {
    let reaches = set.since().is_some_and(|(_, revision)| revision >= need.at_least);
    match need.freshness {
        Freshness::Strict => false,
        Freshness::Known(head) => set.since().is_some_and(|held| held >= head) && reaches,
        Freshness::Bounded(bound) => set.age(now).is_some_and(|age| age < bound) && reaches,
    }
}

/// The object cannot be reached: a bounded view of what is held whole goes on for the grace, anything else ends here.
fn in_grace(set: Set, need: &Need<'_>, now: Millis, whole: bool, fault: Fault) -> Result<Set, Fault> {
    let Freshness::Bounded(bound) = need.freshness else { return Err(fault) };
    let age = set.age(now).ok_or(fault)?;
    if !whole || age >= bound.saturating_add(need.grace) {
        return Err(fault);
    }
    if need.subject.is_empty() {
        // A token's record, for which no subject is known yet.
        return if set.since().is_some_and(|(_, revision)| revision >= need.at_least) { Ok(set) } else { Err(fault) };
    }
    let view = finish(&set, need).map_err(|_| fault)?;
    // Who is no member as far as is known may have become one at the revision that it has seen.
    if need.at_least > 0 && !view.is_member() { Err(fault) } else { Ok(set) }
}
