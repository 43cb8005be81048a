//! The isolate's cache and the freshness protocol: what is held, how old it may be, and where newer is had.
//!
//! The tenant's object alone knows what is current; KV is a copy without a bound. So nothing from KV is used before the
//! object has said which revision of it is needed, and what KV cannot serve at that revision comes from the object.
//! A strict view asks the object's head during the request; a bounded one at most every `bound` milliseconds.
//! What is held never goes back to an older revision.

mod held;
mod read;

pub use held::{Cache, View};
pub use read::store_key;

use crate::ports::{Authority, Clock, Fault, Ports, Store};
use countersign_core::Millis;
use countersign_wire::api::{Head, HeadAsk};
use countersign_wire::seal::{POLICY, group_key, subject_key};
use futures_util::future::{join, join_all};
use read::Reader;

/// How fresh a view must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The head is asked during this request
    Strict,
    /// The head was asked at most this many milliseconds ago
    Bounded(Millis),
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

/// Rounds of reading before a view is given up: the policy and the subject, its groups, and one more for a change that
/// comes in between.
const ROUNDS: usize = 4;

/// A view of everything that decides the subject's questions, all of it at the revision of the head or newer.
///
/// # Errors
/// When it cannot be had fresh enough.
pub async fn view<S: Store, A: Authority, C: Clock, B>(
    cache: &Cache,
    ports: Ports<'_, S, A, C, B>,
    need: Need<'_>,
) -> Result<View, Fault> {
    let reader = Reader { ports, tenant: need.tenant, mac_key: need.mac_key };
    let mut head_due = !is_fresh(cache, &need, ports.clock.now());
    for _ in 0..ROUNDS {
        let missing = missing(cache, &need);
        if missing.is_empty() && !head_due {
            return cache.view(need.tenant, need.subject, need.at_least).ok_or(Fault::Stale);
        }
        let asked_at = ports.clock.now();
        let ask = HeadAsk { since: cache.since(need.tenant), keys: missing.clone() };
        let copies = join_all(missing.iter().map(|key| reader.copy(key)));
        let (head, copies) = join(ports.authority.head(need.tenant, &ask), copies).await;
        let head = match head {
            Ok(head) => head,
            Err(fault) => return in_grace(cache, &need, ports.clock.now(), missing.is_empty(), fault),
        };
        cache.advance(need.tenant, &head, asked_at);
        let fetched = fill(&reader, &head, missing, copies).await?;
        for (key, entry) in fetched {
            cache.put(need.tenant, &head, &key, entry)?;
        }
        head_due = false;
    }
    Err(Fault::Stale)
}

/// Pairs each missing key with its record: the copy if it is new enough, else the object's.
async fn fill<S: Store, A: Authority, C, B>(
    reader: &Reader<'_, S, A, C, B>,
    head: &Head,
    missing: Vec<String>,
    copies: Vec<Option<read::Opened>>,
) -> Result<Vec<(String, read::Opened)>, Fault> {
    if head.revisions.len() != missing.len() {
        return Err(Fault::Corrupt);
    }
    let wanted = missing.into_iter().zip(copies).zip(&head.revisions);
    let records = wanted.map(|((key, copy), revision)| async move {
        let record = match (copy, revision) {
            // What never existed needs no record to say so: the head has said it.
            (_, None) => read::Opened { revision: head.revision, epoch: head.epoch, record: None },
            (Some(copy), Some(revision)) if copy.epoch == head.epoch && copy.revision >= *revision => copy,
            (_, Some(revision)) => {
                let record = reader.original(&key).await?;
                if record.epoch < head.epoch || record.revision < *revision {
                    return Err(Fault::Corrupt);
                }
                record
            }
        };
        Ok((key, record))
    });
    join_all(records).await.into_iter().collect()
}

/// Whether what is held may be used without asking the head.
fn is_fresh(cache: &Cache, need: &Need<'_>, now: Millis) -> bool {
    match need.freshness {
        Freshness::Strict => false,
        Freshness::Bounded(bound) => cache.age(need.tenant, now).is_some_and(|age| age < bound) && reaches(cache, need),
    }
}

fn reaches(cache: &Cache, need: &Need<'_>) -> bool {
    cache.since(need.tenant).is_some_and(|(_, revision)| revision >= need.at_least)
}

/// The object cannot be reached: a bounded view of what is held whole goes on for the grace, anything else ends here.
fn in_grace(cache: &Cache, need: &Need<'_>, now: Millis, whole: bool, fault: Fault) -> Result<View, Fault> {
    let Freshness::Bounded(bound) = need.freshness else { return Err(fault) };
    let age = cache.age(need.tenant, now).ok_or(fault)?;
    if !whole || age >= bound.saturating_add(need.grace) {
        return Err(fault);
    }
    cache.view(need.tenant, need.subject, need.at_least).ok_or(fault)
}

/// The keys that the view needs and the cache does not hold.
fn missing(cache: &Cache, need: &Need<'_>) -> Vec<String> {
    let subject = subject_key(need.subject);
    let groups = cache.groups_of(need.tenant, &subject).into_iter().map(|group| group_key(&group));
    let needed = [POLICY.to_owned(), subject].into_iter().chain(groups);
    needed.filter(|key| !cache.holds(need.tenant, key)).collect()
}
