//! What is logged of a request and what is not, the id that goes with it, and what the origin is told.

use super::verdicts::{ask_noted, gate, gate_with};
use super::world::{ASSERTION_KEY, Mood, World};
use crate::Verdict;
use crate::notes::{CHANCE, Line, Notes};
use countersign_wire::assertion::{Allowed, Claims, Signer};
use serde_json::Value;

const PEOPLE: &str = "[[members]]\nsubject = 'user:canary-ann'\n[[members]]\nsubject = 'user:canary-bob'\n\
    [[assignments]]\nto = 'user:canary-ann'\nrole = 'reader'\nscope = 'doc:canary-doc'\n";
/// What must not be in a log by default.
const CANARIES: [&str; 4] = ["canary", "Dev ", "?", "/acme/"];

struct Case {
    who: &'static str,
    method: &'static str,
    path: &'static str,
    /// Keys and values that the line must have
    expected: Value,
}

fn line(notes: &Notes, verdict: &Verdict, gate: &crate::Gate) -> Option<Line> {
    gate.line(notes, verdict, 1_000_007, 7)
}

fn cases() -> Vec<Case> {
    let case = |who, method, path, expected| Case { who, method, path, expected };
    let json = |text: &str| serde_json::from_str(text).expect("JSON");
    vec![
        case(
            "user:canary-ann",
            "GET",
            "/acme/docs/canary-doc",
            json(
                r#"{"level":"info","decision":"allow","stage":"role","code":"ok","tenant":"acme","route":"GET /{tenant}/docs/{doc}","revision":1,"freshness":"bounded","asked":2,"ms":7,"time":1000007,"event":"decision"}"#,
            ),
        ),
        case(
            "user:canary-bob",
            "GET",
            "/acme/docs/canary-doc",
            json(r#"{"level":"info","decision":"deny","stage":"default","code":"denied","status":404,"revision":1}"#),
        ),
        case(
            "user:canary-ann",
            "PUT",
            "/acme/docs/canary-doc",
            json(r#"{"decision":"deny","stage":"default","status":403,"freshness":"strict"}"#),
        ),
        case(
            "user:canary-nobody",
            "GET",
            "/acme/docs/canary-doc",
            json(r#"{"decision":"deny","stage":"status","status":404}"#),
        ),
        case("", "GET", "/acme/docs/canary-doc", json(r#"{"decision":"deny","code":"no_identity","status":401}"#)),
        case("", "GET", "/open/canary", json(r#"{"decision":"public","code":"ok","route":"GET /open/*"}"#)),
        case("user:canary-ann", "GET", "/canary", json(r#"{"decision":"deny","code":"no_route","status":404}"#)),
        case("user:canary-ann", "GET", "/acme//canary", json(r#"{"code":"path_not_canonical","status":400}"#)),
        case(
            "user:canary-ann",
            "GET",
            "/v1/tenants/acme/me/snapshot",
            json(r#"{"decision":"answered","code":"ok","status":200}"#),
        ),
        case(
            "user:canary-ann",
            "GET",
            "/v1/tenants/acme/members/user:canary-bob",
            json(r#"{"decision":"answered","code":"unknown_member","status":404}"#),
        ),
    ]
}

#[test]
fn each_request_is_one_line_that_says_what_was_decided_and_not_for_whom() {
    let gate = gate();
    for Case { who, method, path, expected } in cases() {
        let world = World::new(super::verdicts::MODEL, PEOPLE);
        let notes = Notes::new(None, [9; CHANCE]);
        let verdict = ask_noted(&gate, &world, &notes, who, method, path);
        let Line { text, error } = line(&notes, &verdict, &gate).expect("all is logged");
        assert!(!error, "{text}");
        let read: Value = serde_json::from_str(&text).expect("a line is JSON");
        for (key, value) in expected.as_object().expect("an object") {
            assert_eq!(read.get(key), Some(value), "{key} of {method} {path}: {text}");
        }
        assert_eq!(read["request"], notes.id(), "{text}");
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} in {text}");
        }
    }
}

#[test]
fn whose_request_it_was_is_logged_where_that_is_asked_for() {
    let gate = gate_with("COUNTERSIGN_LOG_IDENTITIES", "personal-data");
    let world = World::new(super::verdicts::MODEL, PEOPLE);
    let notes = Notes::new(None, [9; CHANCE]);
    let verdict = ask_noted(&gate, &world, &notes, "user:canary-ann", "GET", "/acme/docs/canary-doc");
    let Line { text, .. } = line(&notes, &verdict, &gate).expect("all is logged");
    let named = r#""subject":"user:canary-ann","action":"view","resource":"doc:canary-doc"}"#;
    assert!(text.ends_with(named), "the scan above would find it: {text}");
}

/// Of what is allowed a part is enough; of what is refused, or failed, nothing is left out.
#[test]
fn only_what_went_well_is_sampled() {
    let (none, tenth) = (gate_with("COUNTERSIGN_LOG_ALLOWS", "0"), gate_with("COUNTERSIGN_LOG_ALLOWS", "0.1"));
    let world = World::new(super::verdicts::MODEL, PEOPLE);
    let ask = |gate: &crate::Gate, chance: u32, who: &str, path: &str| {
        let mut bytes = [0; CHANCE];
        bytes[..4].copy_from_slice(&chance.to_le_bytes());
        let notes = Notes::new(None, bytes);
        let verdict = ask_noted(gate, &world, &notes, who, "GET", path);
        line(&notes, &verdict, gate)
    };
    let (allowed, denied) =
        (("user:canary-ann", "/acme/docs/canary-doc"), ("user:canary-bob", "/acme/docs/canary-doc"));
    for chance in [0, 1, u32::MAX / 2, u32::MAX] {
        assert_eq!(ask(&none, chance, allowed.0, allowed.1), None);
        assert_eq!(ask(&none, chance, "", "/open/x"), None);
        assert!(ask(&none, chance, denied.0, denied.1).is_some());
        assert!(ask(&none, chance, "", denied.1).is_some());
    }
    let logged = (0..1_000).filter(|part| ask(&tenth, part * (u32::MAX / 1_000), allowed.0, allowed.1).is_some());
    assert!((99..=101).contains(&logged.count()));
    world.mood.set(Mood::OutOfReach);
    let fresh = gate_with("COUNTERSIGN_LOG_ALLOWS", "0");
    let failed = ask(&fresh, 0, allowed.0, allowed.1).expect("what failed is logged");
    assert!(failed.error && failed.text.contains(r#""decision":"error""#), "{failed:?}");
    assert!(failed.text.contains(r#""code":"deadline""#), "{failed:?}");
}

#[test]
fn an_id_is_taken_over_if_it_can_say_nothing() {
    let made = "09090909-0909-4909-8909-090909090909";
    for (sent, expected) in [
        (None, made),
        (Some("4bf92f3577b34da6a3ce929d0e0e4736"), "4bf92f3577b34da6a3ce929d0e0e4736"),
        (Some("2C5EA4C0-4067-11E9-8BAD-9B1DEB4D3B7D"), "2C5EA4C0-4067-11E9-8BAD-9B1DEB4D3B7D"),
        (Some("0123456789abcdef"), "0123456789abcdef"),
        (Some("0123456789abcde"), made),
        (Some(""), made),
        (Some("user-ann-was-here-today"), made),
        (Some("0123456789abcdef\n0123456789abcdef"), made),
        (Some("0123456789abcdef, 0123456789abcdef"), made),
        (Some("0123456789abcdef\"0123456789abcdef"), made),
        (Some("0123456789abcdefé123456789abcdef"), made),
    ] {
        assert_eq!(Notes::new(sent, [9; CHANCE]).id(), expected, "{sent:?}");
    }
    let long = "0".repeat(65);
    assert_eq!(Notes::new(Some(&long), [9; CHANCE]).id(), made);
    assert_eq!(Notes::new(None, [0xff; CHANCE]).id(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_eq!(Notes::new(None, [0; CHANCE]).id(), "00000000-0000-4000-8000-000000000000");
}

/// The id is in every answer; the time that the gate took is in none that refuses, for it would tell more than the body.
#[test]
fn answers_say_which_request_it_was_and_refusals_not_how_long_it_took() {
    let (gate, world) = (gate(), World::new(super::verdicts::MODEL, PEOPLE));
    for (who, path, timed) in [
        ("user:canary-ann", "/acme/docs/canary-doc", Some("countersign;dur=0;desc=cold")),
        ("user:canary-ann", "/acme/docs/canary-doc", Some("countersign;dur=0;desc=warm")),
        ("", "/open/a", Some("countersign;dur=0;desc=warm")),
        ("user:canary-bob", "/acme/docs/canary-doc", None),
        ("user:canary-ann", "/nowhere/docs/canary-doc", None),
        ("", "/acme/docs/canary-doc", None),
        ("", "/v1/openapi.json", None),
    ] {
        let notes = Notes::new(Some("0123456789abcdef"), [9; CHANCE]);
        let headers = match ask_noted(&gate, &world, &notes, who, "GET", path) {
            Verdict::Forward(forward) => {
                let sent = |name: &str| forward.set.iter().filter(|(header, _)| *header == name).count();
                assert_eq!((sent("x-request-id"), sent("countersign-assertion")), (1, 1), "{path}");
                assert!(forward.set.contains(&("x-request-id", notes.id().to_owned())));
                forward.respond
            }
            Verdict::Answer(answer) => answer.headers,
            Verdict::File(file) => file.headers,
            Verdict::Watch(_) => panic!("nobody watches here"),
        };
        let said = |name: &str| headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str());
        assert_eq!(said("x-request-id"), Some("0123456789abcdef"), "{path}");
        assert_eq!(said("server-timing"), timed, "{who} {path}");
    }
}

/// The assertion is bound to what the origin gets, and says who was asked about.
#[test]
fn the_origin_is_told_what_was_decided_of_exactly_this_request() {
    let (gate, world) = (gate(), World::new(super::verdicts::MODEL, PEOPLE));
    let signer = Signer::new(ASSERTION_KEY.as_bytes()).expect("the key is long enough");
    let ann = Allowed { subject: "user:canary-ann", tenant: "acme", revision: 1 };
    for (who, method, path, query, target, allowed) in [
        ("user:canary-ann", "GET", "/acme/docs/canary-doc", None, "/acme/docs/canary-doc", Some(ann)),
        ("user:canary-ann", "HEAD", "/acme/docs/canary-doc", Some(""), "/acme/docs/canary-doc", Some(ann)),
        (
            "user:canary-ann",
            "GET",
            "/acme/docs/canary-doc",
            Some("a=%2f&b"),
            "/acme/docs/canary-doc?a=%2f&b",
            Some(ann),
        ),
        ("", "GET", "/open/a", Some("x"), "/open/a?x", None),
        (
            "",
            "GET",
            "/open/a",
            Some("q='\"<é>' [1]{2}|^`\\%zz"),
            "/open/a?q=%27%22%3C%C3%A9%3E%27%20[1]{2}|^`\\%zz",
            None,
        ),
    ] {
        let notes = Notes::new(None, [9; CHANCE]);
        let mut request = super::verdicts::request(who, method, path);
        request.query = query.map(str::to_owned);
        let Verdict::Forward(forward) = super::verdicts::handled(&gate, &world, &notes, &request) else {
            panic!("{path} is refused")
        };
        let claims = Claims {
            audience: "countersign-origin",
            issued: 1_000,
            request: notes.id(),
            method,
            host: "localhost:8787",
            target,
            allowed,
        };
        let expected = signer.sign(&claims);
        assert!(forward.set.contains(&("countersign-assertion", expected)), "{method} {target}");
        let sent = forward.query.map_or(forward.path.clone(), |query| format!("{}?{query}", forward.path));
        assert_eq!(sent, target, "what is signed is what is sent");
    }
}
