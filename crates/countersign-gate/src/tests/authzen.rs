//! The decision API through the gate: tenants by path and by host, what is said of itself, and pages of one revision.

use super::world::{World, config};
use crate::answer::Answer;
use crate::config::Config;
use crate::request::Request;
use crate::routes::Routes;
use crate::{Gate, Verdict};
use countersign_wire::api::{Command, ResourceBody, Values};
use countersign_wire::diagnostic::Source;
use futures_util::FutureExt;
use serde_json::{Value, json};

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit', 'burn']\n\
    [roles.reader]\nallow = ['doc:view']\n[roles.asker]\nallow = ['access:evaluate']\n\
    [roles.near]\nallow = ['access:evaluate']\n[roles.owner]\nallow = ['*']\nassigns = ['reader']\n";

/// Fifty members, every other of them in a group that reads; and fifty documents.
fn people() -> String {
    let mut text = "[[members]]\nsubject = 'user:root'\n[[assignments]]\nto = 'user:root'\nrole = 'owner'\n\
        [[members]]\nsubject = 'service:pep'\n[[assignments]]\nto = 'service:pep'\nrole = 'asker'\n\
        [[assignments]]\nto = 'group:readers'\nrole = 'reader'\n"
        .to_owned();
    for number in 10..60 {
        let groups = if number % 2 == 0 { "groups = ['readers']\n" } else { "" };
        text += &format!("[[members]]\nsubject = 'user:m{number}'\n{groups}[[resources]]\npath = 'doc:d{number}'\n");
    }
    text += "[[overrides]]\nsubject = 'user:m10'\npermission = 'doc:view'\nscope = 'doc:d20'\neffect = 'deny'\n\
        [[members]]\nsubject = 'user:eve'\n[[assignments]]\nto = 'user:eve'\nrole = 'near'\nscope = 'doc:d10'\n";
    text
}

const AT: &str = "GET /.well-known/authzen-configuration";

struct Stage {
    gate: Gate,
    world: World,
}

impl Stage {
    fn new() -> Self {
        let routes = Routes::parse(Source { name: "routes.toml", text: "" }).expect("no routes are sound");
        Self { gate: Gate::new(config(true), routes), world: World::new(MODEL, &people()) }
    }

    fn send(&self, who: &str, line: &str, host: &str, body: &Value) -> Answer {
        *self.world.body.borrow_mut() = body.to_string().into_bytes();
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if !who.is_empty() {
            headers.push(("authorization".to_owned(), format!("Dev {who}")));
        }
        let (method, path, host) = (method.to_owned(), path.to_owned(), host.to_owned());
        let request = Request { method, path, query: None, host, headers };
        match self.gate.handle(&request, self.world.ports()).now_or_never().expect("nothing waits here") {
            Verdict::Answer(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn search(&self, who: &str, kind: &str, body: &Value) -> (u16, Value) {
        let answer = self.send(who, &format!("POST /t/acme/access/v1/search/{kind}"), "localhost", body);
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// All ids, page by page.
    fn all(&self, kind: &str, body: &Value, limit: u32) -> Vec<String> {
        let (mut ids, mut page) = (Vec::new(), json!({ "limit": limit }));
        loop {
            let mut asked = body.clone();
            asked["page"] = page.clone();
            let (status, found) = self.search("service:pep", kind, &asked);
            assert_eq!(status, 200, "{found}");
            let results = found["results"].as_array().expect("results");
            assert!(results.len() <= limit as usize, "{found}");
            ids.extend(results.iter().map(|one| one["id"].as_str().expect("an id").to_owned()));
            match found["page"]["next_token"].as_str().expect("a token") {
                "" => return ids,
                token => page = json!({ "token": token }),
            }
        }
    }
}

fn who_views(doc: &str) -> Value {
    json!({ "subject": { "type": "user" }, "action": { "name": "view" }, "resource": { "type": "doc", "id": doc } })
}

fn what_views(subject: &str) -> Value {
    json!({ "subject": { "type": "user", "id": subject }, "action": { "name": "view" }, "resource": { "type": "doc" } })
}

#[test]
fn searches_are_exact_however_they_are_cut_into_pages() {
    let stage = Stage::new();
    let readers = |but: u32| -> Vec<String> {
        let members = (10..60).filter(|number| number % 2 == 0 && *number != but).map(|number| format!("m{number}"));
        members.chain(["root".to_owned()]).collect()
    };
    let docs = |but: u32| -> Vec<String> {
        (10..60).filter(|number| *number != but).map(|number| format!("d{number}")).collect()
    };
    for limit in [1, 2, 7, 26, 50, 1_000] {
        assert_eq!(stage.all("subject", &who_views("d30"), limit), readers(0), "{limit}");
        assert_eq!(stage.all("subject", &who_views("d20"), limit), readers(10), "{limit}");
        assert_eq!(stage.all("resource", &what_views("m10"), limit), docs(20), "{limit}");
        assert_eq!(stage.all("resource", &what_views("m11"), limit), Vec::<String>::new(), "{limit}");
    }
    // A subject is called as it was asked for.
    let mut asked = who_views("d20");
    asked["subject"]["type"] = json!("identity");
    let (_, found) = stage.search("service:pep", "subject", &asked);
    assert_eq!(found["results"][0], json!({ "type": "identity", "id": "m12" }));
}

#[test]
fn pages_are_of_one_revision() {
    let stage = Stage::new();
    let mut asked = what_views("m10");
    asked["page"] = json!({ "limit": 10 });
    let (_, first) = stage.search("service:pep", "resource", &asked);
    asked["page"] = json!({ "token": first["page"]["next_token"] });
    assert_eq!(stage.search("service:pep", "resource", &asked).0, 200);
    let body = ResourceBody { path: "doc:new".to_owned(), attributes: Values::new() };
    stage.world.command("user:root", false, Command::RegisterResource(body));
    assert_eq!(stage.search("service:pep", "resource", &asked).0, 400);
}

#[test]
fn who_may_look_for_what() {
    let stage = Stage::new();
    for (who, kind, body, expected) in [
        ("user:m10", "resource", what_views("m10"), 200),
        ("user:m10", "resource", what_views("m12"), 403),
        ("user:m10", "subject", who_views("d10"), 403),
        // What is allowed at a place is no right to ask about everybody.
        ("user:eve", "subject", who_views("d10"), 403),
        ("user:eve", "resource", what_views("m10"), 403),
        ("user:root", "subject", who_views("d10"), 200),
        ("operator:dev", "subject", who_views("d10"), 200),
        ("", "subject", who_views("d10"), 401),
    ] {
        assert_eq!(stage.search(who, kind, &body).0, expected, "{who} {kind}");
    }
    // Whoever is no member finds nothing, whether there is such a tenant or not.
    for tenant in ["acme", "nowhere"] {
        let line = format!("POST /t/{tenant}/access/v1/search/resource");
        let answer = stage.send("user:nobody", &line, "localhost", &what_views("nobody"));
        assert_eq!((answer.status, &*answer.body), (200, &br#"{"results":[]}"#[..]), "{tenant}");
        assert!(!answer.headers.iter().any(|(name, _)| *name == "countersign-revision"), "{tenant}");
    }
}

#[test]
fn a_tenant_has_a_path_and_perhaps_a_host() {
    let stage = Stage::new();
    let nothing = json!({});
    let identifier = |line: &str, host: &str| {
        let answer = stage.send("", line, host, &nothing);
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, body["policy_decision_point"].as_str().unwrap_or_default().to_owned())
    };
    let (of_acme, of_none, posted) = (format!("{AT}/t/acme"), format!("{AT}/t/ACME"), AT.replace("GET", "POST"));
    for (line, host, expected) in [
        (AT, "acme.example.com", (200, "https://acme.example.com")),
        (AT, "acme.example.com:8443", (200, "https://acme.example.com:8443")),
        (AT, "example.com", (404, "")),
        (AT, "a.b.example.com", (404, "")),
        (AT, "acme.example.com.evil.org", (404, "")),
        (of_acme.as_str(), "pdp.example.org", (200, "https://pdp.example.org/t/acme")),
        (of_acme.as_str(), "localhost:8787", (200, "http://localhost:8787/t/acme")),
        (of_none.as_str(), "pdp.example.org", (404, "")),
        (posted.as_str(), "acme.example.com", (405, "")),
    ] {
        assert_eq!(identifier(line, host), (expected.0, expected.1.to_owned()), "{line} {host}");
    }
    // The development sign-in is none elsewhere, but the address is there.
    let evaluate = |host: &str| stage.send("user:m10", "POST /access/v1/evaluation", host, &who_views("d10")).status;
    assert_eq!((evaluate("acme.example.com"), evaluate("localhost")), (401, 404));
}

#[test]
fn what_is_configured_wrongly_is_not_taken() {
    let read = |name: &str, value: &str| {
        Config::read(|variable| match variable {
            "COUNTERSIGN_MAC_KEY" => Some("0123456789abcdef".to_owned()),
            "COUNTERSIGN_ASSERTION_KEY" => Some("fedcba9876543210fedcba9876543210".to_owned()),
            "COUNTERSIGN_DEV_SIGN_IN" => Some("insecure-development-only".to_owned()),
            other => (other == name).then(|| value.to_owned()),
        })
    };
    for (value, sound) in [
        ("{tenant}.example.com", true),
        ("id-{tenant}.x", true),
        ("example.com", false),
        ("{tenant}", false),
        ("{tenant}.", false),
        ("{tenant}.X", false),
    ] {
        assert_eq!(read("COUNTERSIGN_TENANT_HOST", value).is_ok(), sound, "{value}");
    }
    for (value, sound) in [
        ("identity=user", true),
        ("a=user, b=service", true),
        ("", true),
        ("identity", false),
        ("a:b=user", false),
        ("a=operator", false),
    ] {
        assert_eq!(read("COUNTERSIGN_SUBJECT_TYPES", value).is_ok(), sound, "{value}");
    }
}
