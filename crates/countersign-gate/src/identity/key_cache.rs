//! The keys of an issuer as an isolate holds them: how long, when they are fetched again, and until when the last good ones
//! are used while they cannot be.
//!
//! No future is shared between requests, which the platform forbids: one request fetches, and the others look again.

use super::jwk::{Algorithm, Found, KeySet, PublicKey};
use super::verified::Verified;
use crate::ports::{Clock as _, Fault, Keys as _, Platform, Ports};
use crate::seeded::{Bug, seeded};
use countersign_core::Millis;
use std::cell::RefCell;

/// Bytes of the largest key set.
const LARGEST: usize = 64 * 1024;
/// How long a key set is used without asking, in milliseconds.
pub(super) const FRESH: Millis = 600_000;
/// How long the last good one is used while none can be fetched.
pub(super) const LAST_GOOD: Millis = 3_600_000;
/// How long nobody tries again after a fetch that failed.
pub(super) const AFTER_FAILURE: Millis = 10_000;
/// How long nobody fetches again because of a key that is not in the set.
pub(super) const AFTER_SEARCH: Millis = 60_000;
/// How young a key set is when looking for a missing key in a newer one is no use.
const YOUNG: Millis = 5_000;
/// How long a fetch can be under way; one of which nothing is heard any more is forgotten after this.
const UNDER_WAY: Millis = 2_000;

/// What an isolate holds of one issuer's keys.
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    state: RefCell<State>,
    /// What they were seen to have signed
    pub(super) verified: Verified,
}

#[derive(Debug, Default)]
struct State {
    held: Option<KeySet>,
    /// When what is held was asked for
    held_at: Millis,
    /// When the fetch that is under way was begun
    begun: Option<Millis>,
    /// When a fetch failed last
    failed: Option<Millis>,
    /// When keys were fetched last because one was missing
    searched: Option<Millis>,
}

/// What is to be done for a token.
enum Step {
    Use(PublicKey),
    /// Fetch them; when keys were searched before this, if it is a search
    Fetch(Option<Millis>),
    Wait,
    /// There is no such key
    Unknown,
    /// There are several
    Several,
    /// No keys can be had
    Unavailable,
}

/// A fetch that is under way. One that is given up was none: nobody waits for it.
struct Fetch<'a> {
    state: &'a RefCell<State>,
    begun: Millis,
    /// When keys had been searched before
    searched: Option<Millis>,
    is_over: bool,
}

impl Drop for Fetch<'_> {
    fn drop(&mut self) {
        let mut state = self.state.borrow_mut();
        if !self.is_over && state.begun == Some(self.begun) && !seeded(Bug::GivenUpFetch) {
            (state.begun, state.searched) = (None, self.searched);
        }
    }
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has none that fits
    Unknown,
    /// The issuer has several that fit
    Several,
    /// Its keys cannot be had
    Unavailable,
}

impl KeyCache {
    /// The key of the issuer's that the token names.
    ///
    /// # Errors
    /// When there is none, or it cannot be known.
    pub(super) async fn find<P: Platform>(
        &self,
        url: &str,
        (algorithm, kid): (Algorithm, Option<&str>),
        ports: Ports<'_, P>,
    ) -> Result<PublicKey, NoKey> {
        loop {
            let now = ports.clock.now();
            let step = self.state.borrow_mut().step(now, algorithm, kid);
            match step {
                Step::Use(key) => return Ok(key),
                Step::Unknown => return Err(NoKey::Unknown),
                Step::Several => return Err(NoKey::Several),
                Step::Unavailable => return Err(NoKey::Unavailable),
                Step::Wait => {}
                Step::Fetch(searched) => {
                    let mut fetch = Fetch { state: &self.state, begun: now, searched, is_over: false };
                    let fetched = ports.keys.fetch(url, LARGEST).await;
                    let set = fetched.and_then(|bytes| KeySet::parse(&bytes).ok_or(Fault::Corrupt));
                    fetch.is_over = true;
                    self.state.borrow_mut().settle(now, ports.clock.now(), set.ok());
                    continue;
                }
            }
            ports.keys.pause().await;
        }
    }
}

impl State {
    fn step(&mut self, now: Millis, algorithm: Algorithm, kid: Option<&str>) -> Step {
        // A clock that went back makes what is held old, and nothing recent.
        let since = |moment: Millis| now.checked_sub(moment).filter(|since| *since >= 0);
        let within = |moment: Option<Millis>, limit| moment.and_then(since).is_some_and(|since| since < limit);
        let held = self.held.as_ref().map(|set| (set, since(self.held_at).unwrap_or(Millis::MAX)));
        let under_way = within(self.begun, UNDER_WAY);
        let usable = match held {
            Some((set, age)) if age < FRESH => Some(set),
            _ if under_way => return Step::Wait,
            _ if !within(self.failed, AFTER_FAILURE) => {
                self.begun = Some(now);
                return Step::Fetch(self.searched);
            }
            Some((set, age)) if age < LAST_GOOD || seeded(Bug::KeysForGood) => Some(set),
            _ => None,
        };
        let Some(set) = usable else { return Step::Unavailable };
        match set.find(algorithm, kid) {
            Found::Key(key) => return Step::Use(key.clone()),
            Found::Several => return Step::Several,
            Found::Nothing => {}
        }
        if under_way {
            return Step::Wait;
        }
        let young = held.is_some_and(|(_, age)| age < YOUNG);
        if young || within(self.searched, AFTER_SEARCH) || within(self.failed, AFTER_FAILURE) {
            return Step::Unknown;
        }
        let before = self.searched;
        (self.begun, self.searched) = (Some(now), Some(now));
        Step::Fetch(before)
    }

    /// What came of the fetch that was begun at `begun`.
    fn settle(&mut self, begun: Millis, now: Millis, set: Option<KeySet>) {
        if self.begun == Some(begun) {
            self.begun = None;
        }
        match set {
            // Another request's may have been asked for later.
            Some(set) if self.held.is_none() || begun >= self.held_at || self.held_at > now => {
                (self.held, self.held_at, self.failed) = (Some(set), begun, None);
            }
            Some(_) => {}
            None => self.failed = Some(now),
        }
    }
}
