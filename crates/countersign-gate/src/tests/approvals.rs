//! What needs an approval, at the gate: 202 with an address, and once through with what was approved. Seeded bugs of the
//! tenant's object must be found by the same checks.

use super::world::{Mood, World, config};
use crate::request::Request;
use crate::routes::Routes;
use crate::{Gate, Verdict};
use countersign_wire::api::Command;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::StatusForm;
use futures_util::FutureExt;
use serde_json::{Value, json};

const MODEL: &str = "name = 'm'\n[types.doc]\nactions = ['view', 'sign', 'burn']\n\
    [types.doc.attributes]\npages = { type = 'decimal', from = 'request' }\n[context]\ncost = 'decimal'\n\
    [roles.writer]\nallow = ['doc:*']\n[roles.asker]\nallow = ['access:evaluate']\n[roles.admin]\nallow = ['*']\nassigns = ['writer', 'asker', 'admin']\n";
const PEOPLE: &str = "[[members]]\nsubject = 'user:ann'\n[[members]]\nsubject = 'user:ben'\n[[members]]\nsubject = 'user:eve'\n\
    [[members]]\nsubject = 'user:root'\n[[members]]\nsubject = 'user:boss'\n[[assignments]]\nto = 'user:boss'\nrole = 'admin'\n[[members]]\nsubject = 'service:pep'\n\
    [[assignments]]\nto = 'user:ann'\nrole = 'writer'\n[[assignments]]\nto = 'user:ben'\nrole = 'writer'\n\
    [[assignments]]\nto = 'service:pep'\nrole = 'asker'\n[[assignments]]\nto = 'user:root'\nrole = 'admin'\n\
    [[approval_policies]]\nid = 'signed'\npermissions = ['doc:sign', 'doc:burn']\n";
const ROUTES: &str = "[[routes]]\nmethod = 'PUT'\npath = '/{tenant}/docs/{doc}'\naction = 'sign'\nresource = 'doc:{doc}'\n\
    [[routes]]\nmethod = 'DELETE'\npath = '/{tenant}/docs/{doc}'\naction = 'burn'\nresource = 'doc:{doc}'\n\
    [[routes]]\nmethod = 'GET'\npath = '/{tenant}/docs/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\n";

struct Stage {
    gate: Gate,
    world: World,
}

impl Stage {
    fn new() -> Self {
        let routes = Routes::parse(Source { name: "routes.toml", text: ROUTES }).expect("the routes are sound");
        Self { gate: Gate::new(config(true), routes), world: World::new(MODEL, PEOPLE) }
    }

    fn send(&self, who: &str, line: &str, more: &[(&str, &str)]) -> Verdict {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let mut headers = vec![
            ("authorization".to_owned(), format!("Dev {who}")),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (method, path, host) = (method.to_owned(), path.to_owned(), "localhost".to_owned());
        let request = Request { method, path, query: None, host, headers };
        self.gate.handle(&request, self.world.ports()).now_or_never().expect("nothing waits here")
    }

    /// `forward`, or the status with the code for the log.
    fn says(&self, who: &str, line: &str, approval: Option<&str>) -> String {
        let headers: Vec<_> = approval.map(|id| ("countersign-approval", id)).into_iter().collect();
        match self.send(who, line, &headers) {
            Verdict::Forward(_) => "forward".to_owned(),
            Verdict::Answer(answer) => format!("{} {}", answer.status, answer.code),
            Verdict::File(_) => "file".to_owned(),
            Verdict::Watch(_) => "watch".to_owned(),
        }
    }

    /// The id of the request for it.
    fn asked(&self, who: &str, line: &str) -> String {
        let Verdict::Answer(answer) = self.send(who, line, &[]) else { panic!("{line} went ahead") };
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let location = answer.headers.iter().find(|(name, _)| *name == "location").map(|(_, value)| value.clone());
        assert_eq!((answer.status, location.as_deref()), (202, body["address"].as_str()), "{line}");
        body["request"].as_str().expect("an id").to_owned()
    }

    fn approve(&self, id: &str) {
        self.world.command("user:root", false, Command::Approve { id: id.to_owned() });
    }

    /// An evaluation, with an approval or without.
    fn evaluates(&self, who: &str, subject: &str, approval: Option<&str>) -> Value {
        let mut asked = json!({
            "subject": { "type": "user", "id": subject }, "action": { "name": "sign" },
            "resource": { "type": "doc", "id": "a" },
        });
        if let Some(id) = approval {
            asked["context"] = json!({ "approval": { "id": id } });
        }
        self.posts(who, "evaluation", &asked).1
    }

    fn posts(&self, who: &str, place: &str, body: &Value) -> (u16, Value) {
        *self.world.body.borrow_mut() = body.to_string().into_bytes();
        match self.send(who, &format!("POST /t/acme/access/v1/{place}"), &[]) {
            Verdict::Answer(answer) => (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default()),
            other => panic!("{other:?}"),
        }
    }
}

const SIGN: &str = "PUT /acme/docs/a";

#[test]
fn what_needs_an_approval_waits_and_passes_once() {
    let stage = Stage::new();
    let id = stage.asked("user:ann", SIGN);
    assert_eq!(stage.asked("user:ann", SIGN), id, "the same is asked once");
    assert_ne!(stage.asked("user:ben", SIGN), id);
    let ((sign, other, burn), it) = ((SIGN, "PUT /acme/docs/b", "DELETE /acme/docs/a"), Some(id.as_str()));
    let check = |who: &str, line: &str, approval: Option<&str>, expected: &str| {
        assert_eq!(stage.says(who, line, approval), expected, "{who} {line} {approval:?}");
    };
    check("user:ann", sign, it, "409 not_approved");
    check("user:ann", sign, Some("r999"), "403 unknown_request");
    check("user:ann", sign, Some(""), "400 header");
    stage.approve(&id);
    // An approval lets nothing through by itself.
    check("user:ann", sign, None, "202 approval");
    assert_eq!(stage.asked("user:ann", SIGN), id);
    check("user:ann", other, it, "409 another_request");
    check("user:ann", burn, it, "409 another_request");
    check("user:ben", sign, it, "403 unknown_request");
    check("user:eve", sign, it, "403 denied");
    check("user:root", sign, it, "403 unknown_request");
    check("user:ann", "GET /acme/docs/a", it, "forward");
    check("user:ann", sign, it, "forward");
    check("user:ann", sign, it, "409 already_used");
    let again = stage.asked("user:ann", SIGN);
    assert_ne!(again, id, "another time is another request");
}

#[test]
fn a_header_of_two_approvals_is_refused() {
    let stage = Stage::new();
    let twice = [("countersign-approval", "r1"), ("Countersign-Approval", "r1")];
    let Verdict::Answer(answer) = stage.send("user:ann", SIGN, &twice) else { panic!("it went ahead") };
    assert_eq!((answer.status, answer.code.as_str()), (400, "header"));
}

#[test]
fn the_origin_does_not_see_the_approval() {
    let stage = Stage::new();
    let id = stage.asked("user:ann", SIGN);
    stage.approve(&id);
    let sent = stage.send("user:ann", SIGN, &[("countersign-approval", &id)]);
    let Verdict::Forward(forward) = sent else { panic!("{sent:?}") };
    assert!(forward.remove.iter().any(|name| name == "countersign-approval"), "{:?}", forward.remove);
}

#[test]
fn what_has_changed_since_counts() {
    for change in [
        Command::SetStatus { subject: "user:root".to_owned(), status: StatusForm::Deactivated },
        Command::DeleteApprovalPolicy { id: "signed".to_owned() },
    ] {
        let stage = Stage::new();
        let id = stage.asked("user:ann", SIGN);
        stage.approve(&id);
        let gone = matches!(change, Command::DeleteApprovalPolicy { .. });
        stage.world.command("operator:dev", true, change);
        let expected = if gone { "forward" } else { "409 stale" };
        assert_eq!(stage.says("user:ann", SIGN, Some(&id)), expected);
    }
    let stage = Stage::new();
    let id = stage.asked("user:ann", SIGN);
    stage.approve(&id);
    stage.world.now.set(stage.world.now.get() + 8 * 24 * 3_600_000);
    assert_eq!(stage.says("user:ann", SIGN, Some(&id)), "409 expired");
}

#[test]
fn what_cannot_be_noted_as_used_does_not_go_ahead() {
    let stage = Stage::new();
    let id = stage.asked("user:ann", SIGN);
    stage.approve(&id);
    stage.world.mood.set(Mood::DeafToCommands);
    assert_eq!(stage.says("user:ann", SIGN, Some(&id)), "503 deadline");
    assert_eq!(stage.says("user:ann", SIGN, None), "503 deadline");
    stage.world.mood.set(Mood::Sound);
    assert_eq!(stage.says("user:ann", SIGN, Some(&id)), "forward");
}

/// Two bugs of the object that the checks above must find: what is used is not noted, and an approval is not compared
/// with what it is used for.
#[test]
fn seeded_bugs_are_found() {
    let passes = |mood: Mood, lines: [&str; 2]| {
        let stage = Stage::new();
        let id = stage.asked("user:ann", SIGN);
        stage.approve(&id);
        stage.world.mood.set(mood);
        lines.map(|line| stage.says("user:ann", line, Some(&id)))
    };
    assert_eq!(passes(Mood::Sound, [SIGN, SIGN]), ["forward", "409 already_used"]);
    assert_eq!(passes(Mood::NotesNoUse, [SIGN, SIGN]), ["forward", "forward"], "the bug is one");
    let others = ["PUT /acme/docs/b", SIGN];
    assert_eq!(passes(Mood::Sound, others), ["409 another_request", "forward"]);
    assert_eq!(passes(Mood::UsesAnything, others), ["forward", "409 already_used"], "the bug is one");
}

#[test]
fn the_decision_api_tells_of_an_approval_and_takes_one_once() {
    let stage = Stage::new();
    let denied = stage.evaluates("user:ann", "ann", None);
    let context = &denied["context"];
    assert_eq!((&denied["decision"], &context["reason"]), (&json!(false), &json!("approval_required")));
    let request = &context["access_request"];
    assert_eq!(request["endpoint"], "http://localhost/t/acme/access/v1/requests");
    for field in ["expires_at", "binding_token"] {
        assert!(request[field].is_string(), "{context}");
    }
    assert_eq!(stage.evaluates("user:eve", "eve", None), json!({ "decision": false }), "nothing to approve");
    let asks = |who: &str, token: &Value, doc: &str| {
        let body = json!({
            "subject": { "type": "user", "id": "ann" }, "action": { "name": "sign" },
            "resource": { "type": "doc", "id": doc }, "denial": { "binding_token": token }, "context": { "why": "x" },
        });
        stage.posts(who, "requests", &body)
    };
    let kind = |body: &Value| body["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or("").to_owned();
    let token = &request["binding_token"];
    let (status, refused) = asks("user:ann", token, "b");
    assert_eq!((status, kind(&refused)), (400, "invalid_denial_binding".to_owned()), "{refused}");
    assert_eq!(asks("user:ann", &json!("made-up"), "a").0, 400);
    assert_eq!(asks("user:eve", token, "a").0, 403);
    let (status, made) = asks("service:pep", token, "a");
    assert_eq!((status, &made["task"]["status"]), (201, &json!("pending")), "{made}");
    let id = made["task"]["id"].as_str().expect("an id");
    assert_eq!(asks("user:ann", token, "a").1["task"]["id"], id);
    assert_eq!(stage.asked("user:ann", SIGN), id, "at the gate it is the same request");
    let pending = stage.evaluates("user:ann", "ann", Some(id));
    assert_eq!(pending["context"]["next_action"], "retry");
    stage.approve(id);
    let line = format!("GET /t/acme/access/v1/requests/{id}");
    let Verdict::Answer(task) = stage.send("service:pep", &line, &[]) else { panic!("forwarded") };
    let task: Value = serde_json::from_slice(&task.body).expect("JSON");
    assert_eq!(task["result"]["approval"]["id"], *id, "{task}");
    let context = json!({ "reason": "approval_required", "next_action": "retry", "approval": { "single_use": true } });
    let named = json!({ "decision": false, "context": context });
    assert_eq!(
        stage.evaluates("user:ann", "ann", None),
        named,
        "what is approved may be done by whoever names the approval"
    );
    assert_eq!(stage.evaluates("user:ann", "ann", None), named, "asking uses nothing up");
    let wrong = stage.evaluates("user:ann", "ann", Some("r999"));
    assert_eq!((&wrong["decision"], &wrong["context"]["next_action"]), (&json!(false), &json!("none")));
    let used = stage.evaluates("service:pep", "ann", Some(id));
    assert_eq!(used, json!({ "decision": true, "context": { "approval": { "id": id } } }));
    let again = stage.evaluates("service:pep", "ann", Some(id));
    assert_eq!((&again["decision"], &again["context"]["next_action"]), (&json!(false), &json!("request")));
    assert_eq!(stage.evaluates("user:ann", "ann", None)["decision"], false, "it was used");
    stage.world.now.set(stage.world.now.get() + 11 * 60_000);
    let (status, late) = asks("user:ann", token, "a");
    assert_eq!((status, kind(&late)), (410, "expired_denial".to_owned()));
}

#[test]
fn of_many_evaluations_those_that_are_made_use_their_approvals() {
    let stage = Stage::new();
    let id = stage.asked("user:ann", SIGN);
    stage.approve(&id);
    let many = |semantic: &str| {
        let with = json!({ "context": { "approval": { "id": id } } });
        json!({
            "subject": { "type": "user", "id": "ann" }, "action": { "name": "sign" },
            "resource": { "type": "doc", "id": "a" }, "evaluations": [with, {}, with],
            "options": { "evaluations_semantic": semantic },
        })
    };
    let decisions = |semantic: &str| -> Vec<bool> {
        let (_, body) = stage.posts("user:ann", "evaluations", &many(semantic));
        body["evaluations"].as_array().expect("a list").iter().map(|one| one["decision"] == true).collect()
    };
    assert_eq!(decisions("permit_on_first_permit"), [true]);
    assert_eq!(decisions("execute_all"), [false, false, false]);
    let again = stage.asked("user:ann", SIGN);
    stage.approve(&again);
    let id = again;
    let with = json!({ "context": { "approval": { "id": id } } });
    let many = json!({
        "subject": { "type": "user", "id": "ann" }, "action": { "name": "sign" },
        "resource": { "type": "doc", "id": "a" }, "evaluations": [{}, with, {}, with],
    });
    let (_, body) = stage.posts("user:ann", "evaluations", &many);
    let came: Vec<_> =
        body["evaluations"].as_array().expect("a list").iter().map(|one| one["decision"] == true).collect();
    assert_eq!(came, [false, true, false, false], "what was used up within the request is used up for the rest of it");
}
