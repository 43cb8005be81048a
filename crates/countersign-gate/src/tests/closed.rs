//! Whatever fails, whenever it does, on whatever kind of route and for whatever kind of caller: nobody is given what he
//! may not have, or what could not be known; the answer comes in time; whoever is served at the same moment notices
//! nothing; and the next request is answered.
//!
//! An allow is whatever is given: a request that goes on to the origin, a socket, a snapshot and each right in it, each
//! decision of `true`, each result of a search, each answer of the API with success. It is right only if the same request is
//! given the same where nothing fails, and if all that it needs (`classes.rs` says what) was answered soundly for this
//! request, or was held and still good. A public route needs nothing.

mod classes;
mod faults;
mod stage;

use crate::config::Config;
use crate::notes::Notes;
use crate::routes::Routes;
use crate::seeded::{Bug, plant};
use crate::unserved;
use classes::{CALLERS, CLASSES, Caller, ROUTES, request};
use countersign_wire::diagnostic::Source;
use faults::Failure;
use stage::{Case, EVERYBODY, HELD, Stage, Who};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Failures that are made of several at random.
const TOGETHER: usize = 10_000;

/// Each failure alone, wherever it can strike, on each class of route for each kind of caller: for whoever may, may no
/// longer and never could, with what is held in turn. Then several together.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for failure in Failure::alone() {
        for class in &CLASSES {
            for caller in CALLERS.into_iter().filter(|caller| failure.strikes(class, *caller)) {
                let turn = cases.len();
                let case = |who, held: usize| Case { failure, class, caller, who, held: HELD[held % HELD.len()] };
                let out = [turn, turn + 1].map(|held| case(Who::Out, held));
                cases.extend([case(Who::Root, turn), case(Who::Nobody, turn + 1)].into_iter().chain(out));
            }
        }
    }
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..TOGETHER {
        let class = &CLASSES[random.usize(0..CLASSES.len())];
        let caller = CALLERS[random.usize(0..CALLERS.len())];
        let (who, held) = (EVERYBODY[random.usize(0..3)], HELD[random.usize(0..3)]);
        cases.push(Case { failure: Failure::any(&mut random), class, caller, who, held });
    }
    cases
}

#[test]
fn nothing_that_fails_allows_anything() {
    let (stage, cases) = (Stage::new(), cases());
    let failed = cases
        .iter()
        .enumerate()
        .filter_map(|(turn, case)| stage.inject(case, turn).err().map(|what| format!("{case:?}: {what}")));
    assert_eq!(failed.take(10).collect::<Vec<_>>(), Vec::<String>::new());
    println!("figure: fail closed: {} failures", cases.len());
    assert!(cases.len() > 10_000);
}

/// Or nothing could be found: where nothing fails, those who may are given something on every class of route.
#[test]
fn what_does_not_fail_allows() {
    let stage = Stage::new();
    for class in &CLASSES {
        let given: Vec<Caller> =
            CALLERS.into_iter().filter(|caller| !stage.sound(class, *caller, Who::Root).is_empty()).collect();
        let expected: &[Caller] = match class.name {
            "needs an approval" => &[],
            // What is of a loopback host alone, or says nothing of an account.
            "tenant by host" | "evaluation by host" => &CALLERS[1..],
            "tenant by claim" => &[Caller::Bearer, Caller::Access, Caller::Session],
            "session" => &CALLERS[..4],
            "sign-in" => &[Caller::Development, Caller::Bearer, Caller::Access],
            _ => &CALLERS,
        };
        assert_eq!(given, expected, "{}", class.name);
        for caller in CALLERS {
            // What everybody may have, and what is one's own.
            let open = ["public", "description", "session", "sign-in", "snapshot", "watch", "request for an approval"];
            let open = open.contains(&class.name);
            let out = stage.sound(class, caller, Who::Out);
            assert!(open || out.is_empty(), "{} {caller:?}: {out:?}", class.name);
        }
    }
}

#[test]
fn seeded_bugs_are_found() {
    let (stage, mut cases) = (Stage::new(), cases());
    fastrand::Rng::with_seed(2).shuffle(&mut cases);
    for bug in [
        Bug::AnyCopy,
        Bug::EndlessGrace,
        Bug::StrictSkipsHead,
        Bug::HeldToken,
        Bug::KeysForGood,
        Bug::AnySignature,
        Bug::GivenUpFetch,
        Bug::ApprovalUnasked,
        Bug::EndlessPatience,
    ] {
        stage.reset(true);
        plant(Some(bug));
        let found = cases.iter().enumerate().position(|(turn, case)| {
            let injected = catch_unwind(AssertUnwindSafe(|| stage.inject(case, turn)));
            !matches!(injected, Ok(Ok(())))
        });
        plant(None);
        println!("{bug:?} is found by case {found:?}");
        assert!(found.is_some(), "{bug:?} was not found");
    }
}

/// Without configuration there is no gate, and whatever came of that is answered plainly, for every class of route.
#[test]
fn what_is_not_configured_serves_nothing() {
    let read = |name: &'static str, value: &'static str| {
        Config::read(|asked| match asked {
            _ if asked == name => Some(value.to_owned()).filter(|value| !value.is_empty()),
            "COUNTERSIGN_MAC_KEY" => Some("0123456789abcdef".to_owned()),
            "COUNTERSIGN_ASSERTION_KEY" => Some("fedcba9876543210fedcba9876543210".to_owned()),
            "COUNTERSIGN_DEV_SIGN_IN" => Some("insecure-development-only".to_owned()),
            _ => None,
        })
    };
    assert!(read("NOTHING", "is wrong").is_ok());
    for (name, value) in [
        ("COUNTERSIGN_MAC_KEY", ""),
        ("COUNTERSIGN_MAC_KEY", "0123456789abcde"),
        ("COUNTERSIGN_ASSERTION_KEY", ""),
        ("COUNTERSIGN_ASSERTION_KEY", "short"),
        ("COUNTERSIGN_SESSION_KEY", "short"),
        ("COUNTERSIGN_OPERATORS", "user:ann"),
        ("COUNTERSIGN_SUPPORT", "operator:ann"),
        ("COUNTERSIGN_DEV_SIGN_IN", "true"),
        ("COUNTERSIGN_DEV_SIGN_IN", ""),
        ("COUNTERSIGN_ACCESS_TEAM", "acme"),
        ("COUNTERSIGN_JWT_ISSUER", "https://issuer.example"),
        ("COUNTERSIGN_TENANT_HOST", "*.example.com"),
        ("COUNTERSIGN_SUBJECT_TYPES", "robot=admin"),
        ("COUNTERSIGN_LOG_IDENTITIES", "true"),
        ("COUNTERSIGN_LOG_ALLOWS", "many"),
    ] {
        assert!(read(name, value).is_err(), "{name}={value}");
    }
    for text in ["[[routes]]\n", "[[route]]\n", "[[routes]]\nmethod = 'GET'\npath = '/a'\npublic = 'yes'\n", "\u{0}"] {
        assert!(Routes::parse(Source { name: "routes.toml", text }).is_err(), "{text}");
    }
    let cut = ROUTES.strip_suffix("'\n").expect("the table ends with a text");
    assert!(Routes::parse(Source { name: "routes.toml", text: cut }).is_err());
    let stage = Stage::new();
    for class in &CLASSES {
        for caller in CALLERS {
            let (request, _) = request(&stage, class, caller, Who::Root);
            let answer = unserved(&request, &Notes::new(None, [7; 16]));
            assert_eq!(answer.status, 503, "{}", class.name);
            assert!(stage::is_plain(&answer), "{} {caller:?}: {answer:?}", class.name);
        }
    }
}

/// The id of a request that nobody decided is the one that any other answer to it would have.
#[test]
fn what_is_not_served_is_answered_under_its_own_id() {
    let (stage, given) = (Stage::new(), "4bf92f3577b34da6a3ce929d0e0e4736");
    let own = Notes::new(None, [7; 16]);
    let id = |name: &str, sent: Option<&str>| {
        let (mut request, _) = request(&stage, stage::class(name), Caller::Development, Who::Root);
        request.headers.extend(sent.map(|sent| ("X-Request-ID".to_owned(), sent.to_owned())));
        let answer = unserved(&request, &Notes::new(sent, [7; 16]));
        let ids: Vec<_> = answer.headers.iter().filter(|(name, _)| *name == "x-request-id").collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        ids[0].1.clone()
    };
    for name in ["public", "write", "audit log", "evaluation", "request for an approval"] {
        assert_eq!(id(name, Some(given)), given, "{name}");
        assert_eq!(id(name, None), own.id(), "{name}");
    }
    // AuthZEN gives back whatever it was sent; elsewhere only what can spell nothing is taken over.
    for sent in ["my request", "1", "a,b"] {
        assert_eq!(id("evaluation", Some(sent)), sent);
        assert_eq!(id("request for an approval", Some(sent)), sent);
        assert_eq!(id("write", Some(sent)), own.id());
    }
}
