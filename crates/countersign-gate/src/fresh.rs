//! The isolate's cache and the freshness protocol: what is held, how old it may be, and where newer is had.
//!
//! The tenant's object alone knows what is current; KV is a copy without a bound. So nothing from KV is used before the
//! object has said which revision of it is needed, and what KV cannot serve at that revision comes from the object.
//! A strict view asks the object's head during the request; a bounded one at most every `bound` milliseconds, and from
//! half of that on the head is asked behind the answer, so that nobody waits for it.
//!
//! Each request works on a set of its own, taken from the cache, and gives it back when it is whole: whatever other
//! requests do meanwhile, everything in a view is as it was at one revision. A record that is newer than the set's head is
//! not mixed in: the head is asked again.

mod cache;
mod entry;
mod lens;
mod read;
mod refresh;
mod set;
mod vouch;

pub use cache::{Cache, View};
pub use lens::{Lens, Source};
pub use read::store_key;
pub use refresh::{Refresh, refresh};

use crate::ports::{Authority, Clock, Fault, Platform, Ports};
use crate::seeded::{Bug, seeded};
use countersign_core::Millis;
use countersign_wire::api::HeadAsk;
use countersign_wire::record::TokenRecord;
use countersign_wire::seal::{POLICY, RESOURCES, subject_key, token_key};
use futures_util::future::join;
use read::Reader;
use set::{Set, Wanted};
use vouch::{Vouched, as_of_head};

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
/// Where nothing is held, the head and the copies of policy, subject and groups are asked for at the same time.
///
/// # Errors
/// When it cannot be had fresh enough.
pub async fn view<P: Platform>(cache: &Cache, ports: Ports<'_, P>, need: Need<'_>) -> Result<View, Fault> {
    // Most requests find all they need, and need no set of their own.
    if let Some(view) = cache.at_hand(&need, ports.clock.now()) {
        return Ok(view);
    }
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
    let own = subject_key(need.subject);
    let mut set = cache.take(need.tenant, wanted);
    let mut head_due = !is_fresh(&set, need, ports.clock.now());
    if seeded(Bug::HeldToken) && matches!(wanted, Wanted::Record(_)) {
        head_due = set.since().is_none();
    }
    // Records that the store does not have as they are now.
    let mut behind: Vec<String> = Vec::new();
    for round in 0..=ROUNDS {
        let missing = set.missing(wanted);
        if missing.is_empty() && !head_due {
            if round == 0 && is_half_over(&set, need, ports.clock.now()) {
                cache.claim(need.tenant, wanted, ports.clock.now());
            }
            return Ok(set);
        }
        let asked_at = ports.clock.now();
        let (copied, mut records): (Vec<_>, Vec<_>) = if round < ALL_AT_ONCE {
            missing.iter().cloned().partition(|key| !behind.contains(key))
        } else {
            (Vec::new(), set.needed(wanted))
        };
        // Which of these the subject's record and the policy refer to is known by the head alone as yet.
        if records.contains(&own) || records.iter().any(|key| key == POLICY) {
            let referred = behind.iter().filter(|key| set.get(key).is_none() && !records.contains(key));
            records.extend(referred.cloned().collect::<Vec<_>>());
        }
        let mut keys = copied.clone();
        if copied.iter().any(|key| key == POLICY) {
            keys.push(RESOURCES.to_owned());
        }
        let groups_of = copied.contains(&own).then(|| need.subject.to_owned());
        let ask = HeadAsk { since: set.since(), keys, records, groups_of };
        ports.notes.asking();
        let (head, copies) = join(ports.authority.head(need.tenant, &ask), reader.copies(&copied, &set)).await;
        let head = match head {
            Ok(head) => head,
            Err(fault) => return in_grace(set, need, ports.clock.now(), missing.is_empty(), fault),
        };
        // An answer that is older than what is held, after another request's newer one, says nothing here.
        if set.advance(&head, asked_at) {
            head_due = false;
            let Vouched { records, rest } = as_of_head(&reader, &head, &ask, copies)?;
            for (key, entry) in records {
                set.put(key, entry);
            }
            behind.extend(rest);
            cache.give(need.tenant, ask.since, &head, &set);
        }
    }
    Err(Fault::Stale)
}

/// The view, unless the request has seen a newer revision. Who is no member learns nothing of revisions.
fn finish(set: &Set, need: &Need<'_>) -> Result<View, Fault> {
    let view = View::of(set, need.subject)?;
    let ahead = view.is_member() && view.revision < need.at_least && !seeded(Bug::NoMinimum);
    if ahead { Err(Fault::Ahead) } else { Ok(view) }
}

/// Whether what is held may be used without asking the head.
fn is_fresh(set: &Set, need: &Need<'_>, now: Millis) -> bool {
    let reaches = set.since().is_some_and(|(_, revision)| revision >= need.at_least) || seeded(Bug::NoMinimum);
    match need.freshness {
        Freshness::Strict => set.since().is_some() && seeded(Bug::StrictSkipsHead),
        Freshness::Known(head) => set.since().is_some_and(|held| held >= head) && reaches,
        Freshness::Bounded(bound) => set.age(now).is_some_and(|age| age < bound) && reaches,
    }
}

/// Whether the head should be asked again before somebody has to wait for it.
fn is_half_over(set: &Set, need: &Need<'_>, now: Millis) -> bool {
    let Freshness::Bounded(bound) = need.freshness else { return false };
    set.age(now).is_some_and(|age| age >= bound / 2)
}

/// The object cannot be reached: a bounded view of what is held whole goes on for the grace, anything else ends here.
fn in_grace(set: Set, need: &Need<'_>, now: Millis, whole: bool, fault: Fault) -> Result<Set, Fault> {
    let Freshness::Bounded(bound) = need.freshness else { return Err(fault) };
    let age = set.age(now).ok_or(fault)?;
    let over = age >= bound.saturating_add(need.grace) && !seeded(Bug::EndlessGrace);
    if !whole || over {
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
