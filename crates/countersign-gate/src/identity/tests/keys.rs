//! Issuers' keys over time: rotated, out of reach, kept back, asked for by many at once.

use super::*;
use crate::identity::key_cache::{AFTER_FAILURE, AFTER_SEARCH, FRESH, LAST_GOOD};
use futures_util::future::join_all;
use std::task::{Context, Poll, Waker};

fn by_key(kid: &str) -> String {
    let claims = json!({ "iss": ISSUER, "aud": "countersign", "sub": "ann", "exp": NOW + 1_000_000 }).to_string();
    let token = signed(kid, "RS256", &format!(r#"{{"alg":"RS256","kid":"{kid}"}}"#), &claims);
    format!("Bearer {token}")
}

/// A worker, what asks it with a key's token, and its issuer.
struct Isolate {
    callers: Callers,
    config: Config,
    bench: Bench,
}

impl Isolate {
    fn new() -> Self {
        Self { callers: Callers::default(), config: configured(&[]).unwrap(), bench: Bench::new() }
    }

    fn ask(&self, kid: &str) -> String {
        who(&self.callers, &self.bench, &self.config, &[("authorization", &by_key(kid))])
    }

    fn publish(&self, kids: &[&str]) {
        let keys: Vec<_> = kids.iter().map(|kid| (*kid, "RS256")).collect();
        *self.bench.keys.borrow_mut() = Ok(key_set(&keys));
    }

    fn fails(&self, fault: Fault) {
        *self.bench.keys.borrow_mut() = Err(fault);
    }
}

const UNKNOWN: &str = "401 token_key_unknown";
const UNAVAILABLE: &str = "503 keys_unavailable";

#[test]
fn keys_are_fetched_once_while_they_are_fresh() {
    let isolate = Isolate::new();
    for _ in 0..100 {
        assert_eq!(isolate.ask("rsa"), "user:ann");
        isolate.bench.pass(5_000);
    }
    assert_eq!(isolate.bench.fetches(), 1);
    isolate.bench.pass(FRESH);
    assert_eq!(isolate.ask("rsa"), "user:ann");
    assert_eq!(isolate.bench.fetches(), 2);
}

#[test]
fn a_new_key_is_looked_for_at_most_once_a_minute() {
    let isolate = Isolate::new();
    isolate.publish(&["old"]);
    assert_eq!(isolate.ask("old"), "user:ann");
    isolate.bench.pass(20_000);
    isolate.publish(&["old", "new"]);
    assert_eq!(isolate.ask("new"), "user:ann", "a rotation is noticed at once");
    assert_eq!(isolate.bench.fetches(), 2);
    // Hostile ids for ten minutes, ten a second.
    let before = isolate.bench.fetches();
    let started = isolate.bench.world.now.get();
    let mut number = 0;
    while isolate.bench.world.now.get() - started < FRESH - 60_000 {
        number += 1;
        assert_eq!(isolate.ask(&format!("hostile-{}", number % 7)), UNKNOWN);
        isolate.bench.pass(100);
    }
    let most = usize::try_from(FRESH / AFTER_SEARCH).unwrap() + 1;
    let fetches = isolate.bench.fetches() - before;
    assert!((1..=most).contains(&fetches), "{fetches} fetches for {number} tokens");
    assert_eq!(isolate.ask("old"), "user:ann");
}

#[test]
fn a_withdrawn_key_is_no_longer_good_when_what_is_held_is_old() {
    let isolate = Isolate::new();
    isolate.publish(&["old"]);
    assert_eq!(isolate.ask("old"), "user:ann");
    isolate.publish(&["new"]);
    isolate.bench.pass(FRESH - 100);
    assert_eq!(isolate.ask("old"), "user:ann");
    isolate.bench.pass(200);
    assert_eq!(isolate.ask("old"), UNKNOWN);
    assert_eq!(isolate.ask("new"), "user:ann");
    // An issuer that publishes no keys has none.
    isolate.publish(&[]);
    isolate.bench.pass(FRESH);
    assert_eq!(isolate.ask("new"), UNKNOWN);
}

#[test]
fn the_last_good_keys_are_used_for_an_hour_while_none_can_be_had() {
    for fault in [Fault::Unavailable, Fault::Deadline, Fault::TooLarge, Fault::Corrupt] {
        let isolate = Isolate::new();
        assert_eq!(isolate.ask("rsa"), "user:ann");
        let fetched = NOW * 1_000;
        isolate.fails(fault);
        while isolate.bench.world.now.get() < fetched + LAST_GOOD - 5_000 {
            assert_eq!(isolate.ask("rsa"), "user:ann", "{fault:?}");
            isolate.bench.pass(5_000);
        }
        let tries = isolate.bench.fetches();
        let most = usize::try_from((LAST_GOOD - FRESH) / AFTER_FAILURE).unwrap() + 2;
        assert!((100..=most).contains(&tries), "{tries} fetches");
        isolate.bench.pass(5_000);
        assert_eq!(isolate.ask("rsa"), UNAVAILABLE, "{fault:?}");
        // Back again, they are used soon.
        isolate.publish(&["rsa"]);
        isolate.bench.pass(AFTER_FAILURE);
        assert_eq!(isolate.ask("rsa"), "user:ann");
    }
}

#[test]
fn without_any_keys_nobody_is_known_and_they_are_asked_for_again() {
    let isolate = Isolate::new();
    isolate.fails(Fault::Deadline);
    for _ in 0..1_000 {
        assert_eq!(isolate.ask("rsa"), UNAVAILABLE);
        isolate.bench.pass(100);
    }
    assert!(isolate.bench.fetches() <= 11, "{} fetches in 100 seconds", isolate.bench.fetches());
    for garbage in ["", "<html>", "{}", r#"{"keys":[],"keys":[]}"#] {
        *isolate.bench.keys.borrow_mut() = Ok(garbage.into());
        isolate.bench.pass(AFTER_FAILURE);
        assert_eq!(isolate.ask("rsa"), UNAVAILABLE, "{garbage}");
    }
    *isolate.bench.keys.borrow_mut() = Ok(vec![b' '; 65_537]);
    isolate.bench.pass(AFTER_FAILURE);
    assert_eq!(isolate.ask("rsa"), UNAVAILABLE);
    isolate.publish(&["rsa"]);
    isolate.bench.pass(AFTER_FAILURE);
    assert_eq!(isolate.ask("rsa"), "user:ann");
}

#[test]
fn a_clock_that_goes_back_makes_keys_old_and_locks_nobody_out() {
    let isolate = Isolate::new();
    assert_eq!(isolate.ask("rsa"), "user:ann");
    isolate.bench.pass(-100_000);
    assert_eq!(isolate.ask("rsa"), "user:ann");
    assert_eq!(isolate.bench.fetches(), 2);
    isolate.fails(Fault::Unavailable);
    isolate.bench.pass(-100_000);
    assert_eq!(isolate.ask("rsa"), UNAVAILABLE);
}

/// Many requests of a cold isolate: one fetches, the others look again, and none of them waits for what another holds.
#[test]
fn many_at_once_fetch_once() {
    let isolate = Isolate::new();
    isolate.bench.hanging.set(true);
    let config = &isolate.config;
    let credential = by_key("rsa");
    let asked = request("GET", &[("authorization", &credential)]);
    let cache = Cache::default();
    let place = Place { tenant: None, freshness: Freshness::Strict, at_least: 0 };
    // Each look at what another one fetches takes its time; all of them together are far from its end.
    let asks = (0..5).map(|_| isolate.callers.identify((config, &cache), &asked, place, isolate.bench.ports()));
    let mut all = Box::pin(join_all(asks));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..5 {
        assert!(all.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(isolate.bench.fetches(), 1);
    isolate.bench.hanging.set(false);
    let answers = loop {
        if let Poll::Ready(answers) = all.as_mut().poll(&mut context) {
            break answers;
        }
    };
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|identity| identity.subject == "user:ann")));
    assert_eq!(isolate.bench.fetches(), 1);
}

/// What the worker tries first, from memory alone: a fetch is begun, and given up at once.
fn give_up(isolate: &Isolate, kid: &str) {
    isolate.bench.hanging.set(true);
    let credential = by_key(kid);
    let asked = request("GET", &[("authorization", &credential)]);
    let cache = Cache::default();
    let place = Place { tenant: None, freshness: Freshness::Strict, at_least: 0 };
    let given_up = isolate.callers.identify((&isolate.config, &cache), &asked, place, isolate.bench.ports());
    assert!(given_up.now_or_never().is_none());
    isolate.bench.hanging.set(false);
}

/// A fetch whose request went away holds nobody up, and keeps nobody from searching.
#[test]
fn a_fetch_that_was_given_up_was_none() {
    let isolate = Isolate::new();
    isolate.publish(&["old"]);
    give_up(&isolate, "old");
    let started = isolate.bench.world.now.get();
    assert_eq!(isolate.ask("old"), "user:ann");
    assert_eq!(isolate.bench.world.now.get() - started, 50, "as long as a fetch takes");
    isolate.publish(&["old", "new"]);
    isolate.bench.pass(20_000);
    give_up(&isolate, "new");
    assert_eq!(isolate.ask("new"), "user:ann");
    assert_eq!(isolate.bench.fetches(), 4);
}

/// That a key has signed a token is looked at once; everything else about it every time.
#[test]
fn a_signature_is_verified_once() {
    let isolate = Isolate::new();
    let verified = || isolate.bench.verified.get();
    for _ in 0..100 {
        assert_eq!(isolate.ask("rsa"), "user:ann");
        isolate.bench.pass(1_000);
    }
    assert_eq!(verified(), 1);
    // Another key under the same id has not signed it.
    let mut other = jwk("other", "RS256");
    other["kid"] = json!("rsa");
    *isolate.bench.keys.borrow_mut() = Ok(serde_json::to_vec(&json!({ "keys": [other] })).unwrap());
    isolate.bench.pass(FRESH);
    assert_eq!(isolate.ask("rsa"), "401 token_signature");
    assert_eq!(verified(), 2);
    isolate.publish(&["rsa"]);
    isolate.bench.pass(FRESH);
    assert_eq!(isolate.ask("rsa"), "user:ann");
    assert_eq!(verified(), 2, "it is remembered still");
    // What differs in one character is another token; what was refused is not remembered.
    let sound = by_key("rsa");
    let (signed, signature) = sound.rsplit_once('.').unwrap();
    let mut other = signature.to_owned();
    other.replace_range(..1, if signature.starts_with('A') { "B" } else { "A" });
    let forged = format!("{signed}.{other}");
    for _ in 0..3 {
        let found = who(&isolate.callers, &isolate.bench, &isolate.config, &[("authorization", &forged)]);
        assert_eq!(found, "401 token_signature");
    }
    assert_eq!(verified(), 5);
    isolate.bench.pass(1_000_000_000);
    assert_eq!(isolate.ask("rsa"), "401 token_expired");
}

/// What is remembered is bounded, and what was forgotten is verified again.
#[test]
fn many_tokens_are_forgotten() {
    let isolate = Isolate::new();
    isolate.publish(&["1", "2", "3", "4", "5", "6", "7"]);
    for _ in 0..3 {
        for kid in ["1", "2", "3", "4", "5", "6", "7"] {
            assert_eq!(isolate.ask(kid), "user:ann");
        }
    }
    assert!(isolate.bench.verified.get() > 7);
}
