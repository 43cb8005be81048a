//! Requests through the whole gate: what is forwarded, what is refused, and how.

use super::world::{Mood, World, config, config_with};
use crate::config::Config;
use crate::notes::Notes;
use crate::ports::Ports;
use crate::request::Request;
use crate::routes::Routes;
use crate::{Gate, Verdict};
use countersign_wire::api::Watch;
use countersign_wire::diagnostic::Source;
use futures_util::FutureExt;
use std::pin::pin;
use std::task::{Context, Waker};

pub(super) const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'edit']\n\
    [roles.reader]\nallow = ['doc:view']\n[roles.owner]\nallow = ['*']\nassigns = ['reader']\n";
const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:root'\n\
    [[members]]\nsubject = 'user:gone'\nstatus = 'deactivated'\n\
    [[assignments]]\nto = 'user:root'\nrole = 'owner'\n[[assignments]]\nto = 'user:gone'\nrole = 'owner'\n\
    [[assignments]]\nto = 'user:ann'\nrole = 'reader'\nscope = 'doc:a'\n";
const ROUTES: &str = "[[routes]]\nmethod = 'GET'\npath = '/open/*'\npublic = true\n\
    [[routes]]\nmethod = 'GET'\npath = '/{tenant}/docs/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\ndenied = 404\n\
    [[routes]]\nmethod = 'PUT'\npath = '/{tenant}/docs/{doc}'\naction = 'edit'\nresource = 'doc:{doc}'\nvisible_by = 'view'\n";

pub(super) fn gate() -> Gate {
    made(config(true))
}

/// A gate with one variable set.
pub(super) fn gate_with(name: &str, value: &str) -> Gate {
    made(config_with(true, |asked| (asked == name).then(|| value.to_owned())))
}

fn made(config: Config) -> Gate {
    let routes = Routes::parse(Source { name: "routes.toml", text: ROUTES }).expect("the routes are sound");
    Gate::new(config, routes)
}

pub(super) fn request(who: &str, method: &str, path: &str) -> Request {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    if !who.is_empty() {
        headers.push(("authorization".to_owned(), format!("Dev {who}")));
    }
    let (method, path, host) = (method.to_owned(), path.to_owned(), "localhost:8787".to_owned());
    Request { method, path, query: None, host, headers }
}

pub(super) fn handled(gate: &Gate, world: &World, notes: &Notes, request: &Request) -> Verdict {
    let at_once = at_once(gate, world, &Notes::new(Some(notes.id()), [7; 16]), request);
    let ports = Ports { notes, ..world.ports() };
    let verdict = gate.handle(request, ports).now_or_never().expect("nothing waits here");
    if let Some(at_once) = at_once {
        assert_eq!(at_once, verdict, "from memory {request:?} is answered otherwise");
    }
    verdict
}

/// What the worker tries first: the verdict without anybody being asked.
fn at_once(gate: &Gate, world: &World, notes: &Notes, request: &Request) -> Option<Verdict> {
    let asked = (world.reads.get(), world.heads.get());
    world.still.set(true);
    let verdict = gate.at_once(request, Ports { notes, ..world.ports() });
    world.still.set(false);
    assert_eq!((world.reads.get(), world.heads.get()), asked, "{request:?} was to be answered from memory");
    verdict
}

#[test]
fn at_once_is_what_memory_decides() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    let check = |who: &str, method: &str, path: &str, expected: Option<&str>| {
        let verdict = at_once(&gate, &world, &Notes::new(None, [1; 16]), &request(who, method, path));
        assert_eq!(verdict.as_ref().map(short).as_deref(), expected, "{who} {method} {path}");
    };
    check("user:ann", "GET", "/acme/docs/a", None);
    check("", "GET", "/acme/docs/a", Some("401 no_identity"));
    check("user:ann", "GET", "/open/a", Some("forward"));
    for who in ["user:ann", "user:gone", "user:nobody"] {
        handled(&gate, &world, &world.notes, &request(who, "GET", "/acme/docs/a"));
    }
    check("user:ann", "GET", "/acme/docs/a", Some("forward"));
    check("user:ann", "GET", "/acme/docs/b", Some("404 denied"));
    check("user:gone", "GET", "/acme/docs/a", Some("404 denied"));
    check("user:nobody", "GET", "/acme/docs/a", Some("404 denied"));
    check("user:ann", "GET", "/other/docs/a", None);
    check("user:root", "GET", "/acme/docs/a", None);
    check("user:ann", "PUT", "/acme/docs/a", None);
    world.now.set(world.now.get() + 4_999);
    check("user:ann", "GET", "/acme/docs/a", Some("forward"));
    world.now.set(world.now.get() + 1);
    check("user:ann", "GET", "/acme/docs/a", None);
    assert!(gate.due().is_some_and(|due| due.tenant == "acme"), "before that its head was to be asked again");
}

pub(super) fn ask_noted(gate: &Gate, world: &World, notes: &Notes, who: &str, method: &str, path: &str) -> Verdict {
    handled(gate, world, notes, &request(who, method, path))
}

fn ask(gate: &Gate, world: &World, who: &str, method: &str, path: &str) -> Verdict {
    ask_noted(gate, world, &Notes::new(None, [7; 16]), who, method, path)
}

/// A gate whose question takes the cost from the body, and a world with that model.
fn shop() -> (Gate, World) {
    let model = "name = 'm'\n[types.order]\nactions = ['place']\n[context]\ncost = 'decimal'\n\
        [roles.buyer]\nallow = ['order:place']\n\
        [[rules]]\neffect = 'forbid'\npermissions = ['order:place']\nwhen = 'context.cost > 50'\nwhy = 'too dear'\n";
    let people = "[[members]]\nsubject = 'user:ann'\n[[assignments]]\nto = 'user:ann'\nrole = 'buyer'\n";
    let routes = "[[routes]]\nmethod = 'POST'\npath = '/{tenant}/orders/{order}'\naction = 'place'\n\
        resource = 'order:{order}'\ncontext.cost = { body = '/cost' }\n";
    let routes = Routes::parse(Source { name: "routes.toml", text: routes }).expect("the routes are sound");
    (Gate::new(config(true), routes), World::new(model, people))
}

#[test]
fn what_was_read_of_a_body_goes_on_byte_for_byte() {
    let (gate, world) = shop();
    let bytes = b" { \"cost\" : 5.00,\t\"note\":\"\\u00e9 \xc3\xa9\" }\r\n";
    *world.body.borrow_mut() = bytes.to_vec();
    match ask(&gate, &world, "user:ann", "POST", "/acme/orders/1") {
        Verdict::Forward(forward) => assert_eq!(forward.body.as_deref(), Some(&bytes[..])),
        other => panic!("{other:?}"),
    }
    for (body, expected) in [
        ("{\"cost\": 50.01}", "403 denied"),
        ("{\"cost\": \"50\"}", "forward"),
        ("{\"cost\": 49.99999999999999999}", "403 denied"),
        ("{\"cost\": null}", "403 denied"),
        ("{}", "403 denied"),
        ("", "403 denied"),
        ("{\"cost\": 5, \"cost\": 500}", "400 body"),
        ("{\"cost\": 5, \"COST\": 500}", "400 body"),
        ("cost=5", "400 body"),
    ] {
        *world.body.borrow_mut() = body.as_bytes().to_vec();
        assert_eq!(short(&ask(&gate, &world, "user:ann", "POST", "/acme/orders/1")), expected, "{body}");
    }
    *world.body.borrow_mut() = vec![b' '; crate::question::BODY + 1];
    assert_eq!(short(&ask(&gate, &world, "user:ann", "POST", "/acme/orders/1")), "413 body_too_large");
    assert_eq!(short(&ask(&gate, &world, "", "POST", "/acme/orders/1")), "401 no_identity", "before it is read");
}

#[test]
fn no_other_body_is_read() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    *world.body.borrow_mut() = b"anything".to_vec();
    match ask(&gate, &world, "user:root", "PUT", "/acme/docs/b") {
        Verdict::Forward(forward) => assert_eq!(forward.body, None),
        other => panic!("{other:?}"),
    }
}

/// `forward`, or the status and the code for the log.
fn short(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Forward(_) => "forward".to_owned(),
        Verdict::Answer(answer) => format!("{} {}", answer.status, answer.code),
        Verdict::File(file) => file.name.to_owned(),
        Verdict::Watch(watched) => {
            let Watch { subject, held, .. } = &watched.watch;
            format!("watch {} {subject} {}", watched.tenant, held.map_or("-".to_owned(), |held| held.to_string()))
        }
    }
}

#[test]
fn requests_get_their_verdicts() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    for (who, method, path, expected) in [
        ("", "GET", "/open/a/b", "forward"),
        ("", "GET", "/acme/docs/a", "401 no_identity"),
        ("user:ann", "GET", "/acme/docs/a", "forward"),
        ("user:ann", "HEAD", "/acme/docs/a", "forward"),
        ("user:ann", "GET", "/acme/docs/b", "404 denied"),
        ("user:ann", "PUT", "/acme/docs/a", "403 denied"),
        ("user:ann", "PUT", "/acme/docs/b", "404 denied"),
        ("user:root", "PUT", "/acme/docs/b", "forward"),
        ("user:gone", "GET", "/acme/docs/a", "404 denied"),
        ("user:nobody", "GET", "/acme/docs/a", "404 denied"),
        ("operator:dev", "GET", "/acme/docs/a", "404 denied"),
        ("user:ann", "GET", "/ACME/docs/a", "404 no_tenant"),
        ("user:ann", "GET", "/acme/docs/a/", "400 path_not_canonical"),
        ("user:ann", "GET", "/acme/docs/%61", "400 path_not_canonical"),
        ("user:ann", "DELETE", "/acme/docs/a", "404 no_route"),
        ("user:ann", "GET", "/elsewhere", "404 no_route"),
        ("user:ann", "GET", "/v1/tenants/acme/audit", "403 forbidden"),
        ("user:root", "GET", "/v1/tenants/acme/audit", "200 ok"),
        ("user:ann", "GET", "/v1/tenants/acme/me/snapshot", "200 ok"),
        ("user:gone", "GET", "/v1/tenants/acme/me/snapshot", "200 ok"),
        ("user:nobody", "GET", "/v1/tenants/acme/me/snapshot", "404 no_member"),
        ("user:ann", "GET", "/v1/tenants/nowhere/me/snapshot", "404 no_member"),
        ("user:ann", "POST", "/v1/tenants/acme/members/user:root/deactivate", "403 forbidden"),
        ("user:root", "POST", "/v1/tenants/acme/members/user:root/deactivate", "409 own_status"),
        ("user:root", "POST", "/v1/tenants/acme/members/user:x/deactivate", "404 unknown_member"),
        ("user:root", "POST", "/v1/tenants/acme/members/user:ann/bless", "404 no_route"),
        ("user:root", "PATCH", "/v1/tenants/acme/audit", "405 method"),
        ("user:root", "GET", "/v1/tenants/acme/assignments/bulk", "405 method"),
        ("user:root", "GET", "/v1/tenants/acme/members/user%3aann", "200 ok"),
        ("user:root", "GET", "/%761/tenants/acme/members/user:%61nn", "200 ok"),
        ("user:root", "GET", "/v1/tenants/acme/members/user:a%23", "404 unknown_member"),
        ("user:root", "GET", "/v1/tenants/acme/members/user:%2Fann", "400 path_not_canonical"),
        ("user:root", "GET", "/v1/tenants/acme/members/%2E%2E", "400 path_not_canonical"),
        ("user:root", "GET", "/v1/tenants/acme/members/user:%00", "400 path_not_canonical"),
        ("user:ann", "GET", "/acme/docs%2Fa", "400 path_not_canonical"),
        ("", "GET", "/v1/docs", "generated/docs.html"),
        ("", "HEAD", "/v1/openapi.json", "openapi.json"),
        ("", "POST", "/v1/docs", "405 method"),
        ("", "GET", "/v1/docs/docs.html", "401 no_identity"),
    ] {
        assert_eq!(short(&ask(&gate, &world, who, method, path)), expected, "{who} {method} {path}");
    }
}

#[test]
fn a_denial_cannot_be_told_from_nothing() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    let hidden = ask(&gate, &world, "user:ann", "GET", "/acme/docs/b");
    let Verdict::Answer(hidden) = hidden else { panic!("{hidden:?}") };
    let nowhere = ask(&gate, &world, "user:ann", "GET", "/nowhere/docs/b");
    let Verdict::Answer(nowhere) = nowhere else { panic!("{nowhere:?}") };
    assert_eq!((hidden.status, hidden.headers, hidden.body), (nowhere.status, nowhere.headers, nowhere.body));
}

#[test]
fn the_origin_gets_what_was_checked_and_who_it_was() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    let Verdict::Forward(forward) = ask(&gate, &world, "user:ann", "GET", "/acme/docs/a") else { panic!("denied") };
    assert_eq!(forward.path, "/acme/docs/a");
    assert_eq!(forward.remove, ["authorization"]);
    let set = |name: &str| forward.set.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str());
    assert_eq!((set("countersign-subject"), set("countersign-tenant")), (Some("user:ann"), Some("acme")));
    assert_eq!(set("countersign-revision"), Some("1"));
}

#[test]
fn bodies_are_held_to_their_form() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    let path = "/v1/tenants/acme/assignments";
    for (body, expected) in [
        ("", "400 body"),
        ("{}", "400 body"),
        ("[]", "400 body"),
        (r#"{"to":"user:ann","role":"reader","whn":"true"}"#, "400 body"),
        (r#"{"to":"user:ann","to":"user:gone","role":"reader"}"#, "400 body"),
        (r#"{"to":"user:ann","role":"owner"}"#, "403 forbidden"),
        (r#"{"to":"user:ann","role":"raeder"}"#, "422 unknown_role"),
        (r#"{"to":"user:ann","role":"reader","scope":"nope:1"}"#, "422 invalid_scope"),
        (r#"{"to":"ann","role":"reader"}"#, "422 invalid_subject"),
        (r#"{"to":"user:ann","role":"reader","from":"soon"}"#, "422 invalid_time"),
        (r#"{"to":"user:ann","role":"reader","scope":"doc:b"}"#, "201 ok"),
    ] {
        *world.body.borrow_mut() = body.as_bytes().to_vec();
        assert_eq!(short(&ask(&gate, &world, "user:root", "POST", path)), expected, "{body}");
    }
    *world.body.borrow_mut() = vec![b' '; 300_000];
    assert_eq!(short(&ask(&gate, &world, "user:root", "POST", path)), "413 body_too_large");
}

#[test]
fn a_resource_is_of_the_type_that_the_caller_named() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    for (kind, id, expected) in [
        ("doc", "a", true),
        ("doc", "doc:a", true),
        ("doc", "b", false),
        ("file", "doc:a", false),
        ("doc", "a/doc:a", false),
        ("file", "x/doc:a", false),
        ("doc", "", false),
    ] {
        let subject = r#"{"type":"user","id":"ann"}"#;
        let body =
            format!(r#"{{"subject":{subject},"action":{{"name":"view"}},"resource":{{"type":"{kind}","id":"{id}"}}}}"#);
        *world.body.borrow_mut() = body.into_bytes();
        let verdict = ask(&gate, &world, "user:ann", "POST", "/t/acme/access/v1/evaluation");
        let Verdict::Answer(answer) = verdict else { panic!("forwarded") };
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(body, format!(r#"{{"decision":{expected}}}"#), "{kind} {id}");
    }
    let verdict = ask(&gate, &world, "user:gone", "POST", "/t/acme/access/v1/evaluation");
    assert_eq!(short(&verdict), "403 denied", "others are asked about by those who may");
}

#[test]
fn what_is_out_of_reach_is_refused_soon_and_plainly() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    world.mood.set(Mood::OutOfReach);
    for (method, path) in [("GET", "/acme/docs/a"), ("PUT", "/acme/docs/a"), ("GET", "/v1/tenants/acme/me/snapshot")] {
        let verdict = ask(&gate, &world, "user:root", method, path);
        assert_eq!(short(&verdict), "503 deadline", "{method} {path}");
        let Verdict::Answer(answer) = verdict else { panic!("forwarded") };
        assert!(!String::from_utf8_lossy(&answer.body).contains("deadline"), "the reason stays in the log");
    }
}

/// The patience is that of what is asked, however its path is written; and what is excused counts for nothing.
#[test]
fn commands_are_waited_for_longest() {
    let (gate, clock) = (gate(), World::new(MODEL, PEOPLE));
    let began = clock.now.get();
    // A request that waits for its body, or for a command that takes its time, from the first moment on.
    let notes = Notes::default();
    let waits = pin!(notes.excusing(&clock, std::future::pending::<()>()));
    assert!(waits.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let patience = |method: &str, path: &str, notes: &Notes| {
        let (method, path, host) = (method.to_owned(), path.to_owned(), "localhost".to_owned());
        let request = Request { method, path, query: None, host, headers: Vec::new() };
        (0..).find(|took: &u64| gate.patience(&request, notes, *took, began + took.cast_signed()) == 0)
    };
    for (method, path, longest) in [
        ("PUT", "/v1/tenants/acme", 30_000),
        ("PUT", "/%761/tenants/acme", 30_000),
        ("POST", "/v1/tenants/acme/members", 30_000),
        ("GET", "/v1/tenants/acme/members", 2_200),
        ("HEAD", "/v1/tenants/acme", 2_200),
        ("PUT", "/v1x/tenants/acme", 2_200),
        ("PUT", "/acme/docs/a", 2_200),
    ] {
        assert_eq!(patience(method, path, &notes), Some(longest), "{method} {path}");
        assert_eq!(patience(method, path, &Notes::default()), Some(2_200), "{method} {path}");
    }
}

#[test]
fn a_revision_that_was_seen_is_never_answered_from_older_data() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    let ask = |min: &str| {
        let headers = vec![
            ("authorization".to_owned(), "Dev user:ann".to_owned()),
            ("countersign-min-revision".to_owned(), min.to_owned()),
        ];
        let (method, path, host) = ("GET".to_owned(), "/acme/docs/a".to_owned(), "localhost".to_owned());
        let request = Request { method, path, query: None, host, headers };
        short(&gate.handle(&request, world.ports()).now_or_never().expect("nothing waits here"))
    };
    assert_eq!(ask("1"), "forward");
    assert_eq!(ask("2"), "412 ahead");
    assert_eq!(ask("x"), "400 min_revision");
}

#[test]
fn a_websocket_is_for_members_who_say_who_they_are() {
    let (gate, world) = (gate(), World::new(MODEL, PEOPLE));
    let upgrade = ("upgrade", "websocket");
    let offer = |credential: &str| format!("countersign.v1, countersign.authorization.{credential}");
    let (ann, bob, dev) = (offer("Dev%20user%3Aann"), offer("Dev%20user%3Anobody"), ("authorization", "Dev user:ann"));
    let protocol = |text| ("sec-websocket-protocol", text);
    let plain = protocol("countersign.v1");
    let twice = format!("{ann}, countersign.authorization.Dev%20user%3Aroot");
    for (query, headers, expected) in [
        ("", vec![upgrade, plain, dev], "watch acme user:ann -"),
        ("", vec![upgrade, protocol(&ann)], "watch acme user:ann -"),
        ("", vec![("upgrade", "WebSocket"), protocol(&ann)], "watch acme user:ann -"),
        ("revision=1&subject=user%3Aann", vec![upgrade, protocol(&ann)], "watch acme user:ann 1"),
        // Another's snapshot, or one that nobody says whose it is.
        ("revision=1&subject=user:root", vec![upgrade, protocol(&ann)], "watch acme user:ann -"),
        ("revision=1", vec![upgrade, protocol(&ann)], "watch acme user:ann -"),
        ("revision=x", vec![upgrade, protocol(&ann)], "400 query"),
        ("revision=1&revision=2", vec![upgrade, protocol(&ann)], "400 query"),
        ("rev=1", vec![upgrade, protocol(&ann)], "400 query"),
        ("", vec![plain, dev], "426 no_upgrade"),
        ("", vec![upgrade, dev], "400 protocol"),
        ("", vec![upgrade, protocol("countersign.v2"), dev], "400 protocol"),
        ("", vec![upgrade, protocol(&bob)], "404 no_member"),
        ("", vec![upgrade, protocol(&twice)], "401 no_identity"),
        ("", vec![upgrade, protocol(&offer("%zz"))], "401 no_identity"),
        (
            "",
            vec![upgrade, protocol(&offer("Dev%20user%3Aann")), ("authorization", "Dev user:nobody")],
            "404 no_member",
        ),
        ("", vec![upgrade, plain], "401 no_identity"),
        ("", vec![upgrade, plain, ("origin", "http://localhost:8787")], "401 no_identity"),
        // A cookie counts for pages of this host, and only where nothing else says who is asking.
        (
            "",
            vec![upgrade, plain, ("cookie", "countersign-development-session=x"), ("origin", "https://evil.test")],
            "401 cross_site",
        ),
        ("", vec![upgrade, plain, ("cookie", "countersign-development-session=x")], "401 cross_site"),
        ("", vec![upgrade, protocol(&ann), ("cookie", "countersign-development-session=x")], "watch acme user:ann -"),
    ] {
        let request = Request {
            method: "GET".to_owned(),
            path: "/v1/tenants/acme/me/watch".to_owned(),
            query: Some(query.to_owned()),
            host: "localhost:8787".to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        let verdict = gate.handle(&request, world.ports()).now_or_never().expect("nothing waits here");
        assert_eq!(short(&verdict), expected, "{query} {headers:?}");
    }
    let ask = |path: &str, method: &str| short(&ask(&gate, &world, "user:ann", method, path));
    assert_eq!(ask("/v1/tenants/acme/me/watch", "POST"), "405 method");
    assert_eq!(ask("/v1/tenants/ACME/me/watch", "GET"), "404 no_tenant");
}
