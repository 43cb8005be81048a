//! Notifications, webhooks and their deliveries.

use super::stage::{OPERATOR, Stage};
use crate::{Attempt, Due, State, delivered, deliveries_due, next_due};
use countersign_wire::api::{Command, Query, Values, WebhookBody, WebhookEdit};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SECOND: i64 = 1_000;

fn notify(event: &str, to: &[&str]) -> Command {
    let data = Values::from_iter([("payment".to_owned(), json!(7))]);
    Command::Notify { event: event.to_owned(), to: to.iter().map(|one| (*one).to_owned()).collect(), data }
}

fn webhook(url: &str, events: &[&str]) -> Command {
    let events = events.iter().map(|one| (*one).to_owned()).collect();
    Command::CreateWebhook(WebhookBody { url: url.to_owned(), events })
}

fn edit(id: &str, edit: WebhookEdit) -> Command {
    Command::EditWebhook { id: id.to_owned(), edit }
}

fn due(stage: &Stage) -> Vec<Due> {
    deliveries_due(&stage.state, stage.now, 100).expect("memory")
}

fn came_back(stage: &mut Stage, id: &str, attempt: &Attempt) {
    let entropy = stage.entropy();
    let commit = delivered(&stage.state, id, attempt, stage.now, entropy).expect("memory");
    stage.state.apply(&commit.expect("a delivery"));
}

fn shown(stage: &mut Stage, id: &str) -> Value {
    stage.items("user:olga", 50, Query::Webhooks).into_iter().find(|shown| shown["id"] == id).expect("a webhook")
}

#[test]
fn members_are_told_by_those_who_may() {
    let mut stage = Stage::new();
    for (who, event, to, expected) in [
        ("user:vera", "payment.recorded", vec!["role:owner"], "forbidden"),
        ("user:cleo", "payment.recorded", vec!["user:cleo"], "forbidden"),
        ("user:cleo", "payment.recorded", vec![], "forbidden"),
        ("service:app", "payment.recorded", vec!["role:owner"], "done"),
        ("service:app", "payment.recorded", vec!["group:team", "user:rita"], "done"),
        ("service:app", "payment.recorded", vec!["administrators"], "done"),
        ("service:app", "payment.recorded", vec!["role:ownr"], "unknown_role"),
        ("service:app", "payment.recorded", vec!["group:teem"], "unknown_group"),
        ("service:app", "payment.recorded", vec!["user:none"], "unknown_member"),
        ("service:app", "support.authorised", vec!["role:owner"], "reserved_event"),
        ("service:app", "member", vec!["role:owner"], "reserved_event"),
        ("service:app", "Payment", vec!["role:owner"], "invalid_event"),
        ("service:app", "payment..x", vec!["role:owner"], "invalid_event"),
        ("service:app", "", vec!["role:owner"], "invalid_event"),
    ] {
        stage.check(who, notify(event, &to), expected);
    }
    // An invited power user is told, too, and reads it once active; a deactivated one is not.
    for (who, count) in [("user:olga", 2), ("user:rita", 1), ("user:vera", 1), ("user:cleo", 0)] {
        assert_eq!(stage.items(who, 50, Query::Notifications).len(), count, "{who}");
    }
    for who in ["user:ines", "user:dora"] {
        assert_eq!(stage.ask(who, Query::Notifications(Default::default())), Err("forbidden".to_owned()), "{who}");
    }
    let told = |subject: &str| stage.state.docs(&format!("notification/{subject}/"), "", 9).expect("memory").len();
    assert_eq!((told("user:ines"), told("user:dora")), (2, 0));
}

#[test]
fn an_inbox_is_ones_own_newest_first_and_has_an_end() {
    let mut stage = Stage::new();
    for _ in 0..620 {
        stage.done("service:app", notify("payment.recorded", &["user:vera"]));
    }
    let all = stage.items("user:vera", 60, Query::Notifications);
    assert!((450..=500).contains(&all.len()), "{}", all.len());
    let number = |item: &Value| item["id"].as_str().and_then(crate::inbox::number).expect("an id");
    assert!(all.windows(2).all(|pair| number(&pair[0]) > number(&pair[1])));
    let ids: Vec<String> = all.iter().take(2).map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
    stage.check("user:rita", Command::MarkRead { ids: ids.clone() }, "done");
    assert!(stage.items("user:vera", 60, Query::Notifications).iter().all(|item| item["read"] == false));
    stage.check("user:vera", Command::MarkRead { ids: ids.clone() }, "done");
    let read: Vec<bool> =
        stage.items("user:vera", 60, Query::Notifications).iter().map(|item| item["read"] == true).collect();
    assert_eq!(read.iter().filter(|read| **read).count(), 2);
    stage.check("user:vera", Command::MarkRead { ids: Vec::new() }, "ids");
    stage.check("user:dora", Command::MarkRead { ids }, "forbidden");
}

#[test]
fn webhooks_are_managed_by_those_who_may() {
    let mut stage = Stage::new();
    let url = "https://hooks.example.com/x";
    for (who, command, expected) in [
        ("user:vera", webhook(url, &[]), "forbidden"),
        ("user:rita", webhook(url, &[]), "forbidden"),
        ("user:olga", webhook("http://hooks.example.com", &[]), "invalid_url"),
        ("user:olga", webhook("https://127.0.0.1/", &[]), "invalid_url"),
        ("user:olga", webhook("http://localhost:9/", &[]), "invalid_url"),
        ("user:olga", webhook(url, &["Request"]), "events"),
        ("user:olga", webhook(url, &["*"]), "events"),
        ("user:olga", webhook(url, &["request.*", "payment.recorded"]), "done"),
        (OPERATOR, webhook("http://localhost:9/", &[]), "done"),
        ("user:olga", edit("w99", WebhookEdit::default()), "unknown_webhook"),
        ("user:olga", Command::DeleteWebhook { id: "w99".to_owned() }, "unknown_webhook"),
    ] {
        stage.check(who, command, expected);
    }
    let id = stage.items("user:olga", 50, Query::Webhooks)[0]["id"].as_str().expect("an id").to_owned();
    stage.check("user:rita", edit(&id, WebhookEdit::default()), "unknown_webhook");
    let bad = WebhookEdit { url: Some("https://localhost".to_owned()), ..WebhookEdit::default() };
    stage.check("user:olga", edit(&id, bad), "invalid_url");
    stage.check("user:vera", Command::DeleteWebhook { id: id.clone() }, "unknown_webhook");
    assert_eq!(stage.items("user:vera", 50, Query::Webhooks).len(), 0);
    assert_eq!(stage.items("user:rita", 50, Query::Webhooks).len(), 2);
    for _ in 0..48 {
        stage.done("user:olga", webhook(url, &[]));
    }
    stage.check("user:olga", webhook(url, &[]), "too_many_webhooks");
    stage.check("user:olga", Command::DeleteWebhook { id }, "done");
    stage.check("user:olga", webhook(url, &[]), "done");
}

/// A receiver that checks signatures as Standard Webhooks says, written apart from what signs.
fn verifies(due: &Due, secret: &str) -> bool {
    let header = |name: &str| due.headers.iter().find(|(known, _)| *known == name).expect("a header").1.clone();
    let decode = |text: &str| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits: Vec<u8> = text
            .trim_end_matches('=')
            .bytes()
            .flat_map(|byte| {
                let six = alphabet.iter().position(|known| *known == byte).expect("base64") as u8;
                (0..6).rev().map(move |place| six >> place & 1)
            })
            .collect();
        bits.chunks_exact(8).map(|bits| bits.iter().fold(0_u8, |all, bit| all << 1 | bit)).collect::<Vec<u8>>()
    };
    let key = decode(secret.strip_prefix("whsec_").expect("whsec_"));
    assert_eq!(key.len(), 32);
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), due.body);
    header("webhook-signature").split(' ').any(|signature| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(signed.as_bytes());
        mac.verify_slice(&decode(signature.strip_prefix("v1,").expect("v1"))).is_ok()
    })
}

#[test]
fn a_delivery_is_signed_and_its_secret_shown_once() {
    let mut stage = Stage::new();
    let done = stage.done("user:olga", webhook("https://hooks.example.com/x", &["payment.*"]));
    let (id, secret) =
        (done.id.expect("an id"), done.shown.expect("a secret")["secret"].as_str().expect("it").to_owned());
    stage.done("service:app", notify("payment.recorded", &["role:owner"]));
    stage.done("service:app", notify("order.placed", &["role:owner"]));
    let first = due(&stage);
    assert_eq!(first.len(), 1, "only what was wanted");
    assert_eq!((first[0].url.as_str(), first[0].development), ("https://hooks.example.com/x", false));
    assert!(verifies(&first[0], &secret));
    let body: Value = serde_json::from_str(&first[0].body).expect("JSON");
    assert_eq!((body["type"].as_str(), body["data"]["payment"].as_u64()), (Some("payment.recorded"), Some(7)));
    assert_eq!(body["recipients"][0], json!({ "subject": "user:ines", "status": "invited" }));
    assert_eq!(body["recipients"][1]["email"], "olga@example.com");
    let forged = Due { body: first[0].body.replace('7', "8"), ..first[0].clone() };
    assert!(!verifies(&forged, &secret));

    let edited = stage.done("user:olga", edit(&id, WebhookEdit { new_secret: true, ..WebhookEdit::default() }));
    let new = edited.shown.expect("a secret")["secret"].as_str().expect("it").to_owned();
    assert_ne!(new, secret);
    let both = due(&stage);
    assert!(verifies(&both[0], &secret) && verifies(&both[0], &new), "both, for a day");
    stage.now += 24 * 3_600 * SECOND;
    let after = due(&stage);
    assert!(!verifies(&after[0], &secret) && verifies(&after[0], &new));
    let log = serde_json::to_string(&stage.log).expect("a log");
    assert!(!log.contains("whsec_") && !shown(&mut stage, &id).to_string().contains("whsec_"));
}

#[test]
fn a_failing_delivery_is_tried_ten_times_and_then_a_dead_letter() {
    let mut stage = Stage::new();
    let id = stage.done("user:olga", webhook("https://hooks.example.com/x", &[])).id.expect("an id");
    stage.done("service:app", notify("payment.recorded", &["user:vera"]));
    let message = due(&stage)[0].headers[1].clone();
    let start = stage.now;
    let mut waits = Vec::new();
    while let Some(next) = next_due(&stage.state).expect("memory") {
        waits.push(next - stage.now);
        stage.at(next);
        let now = due(&stage);
        assert_eq!(now.len(), 1);
        assert_eq!(now[0].headers[1], message, "the same message at each attempt");
        came_back(&mut stage, &now[0].id, &Attempt::Answered(503));
        assert!(due(&stage).is_empty());
    }
    let least: [i64; 10] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    assert_eq!(waits.len(), 10);
    for (wait, least) in waits.iter().zip(least) {
        assert!((least * SECOND..=least * SECOND * 6 / 5).contains(wait), "{wait} {least}");
    }
    assert!(stage.now - start > 3 * 24 * 3_600 * SECOND);
    assert_eq!(
        (shown(&mut stage, &id)["waiting"].as_u64(), shown(&mut stage, &id)["dead"].as_u64()),
        (Some(0), Some(1))
    );
    let dead = |page| Query::DeadLetters { id: id.clone(), page };
    let letters = stage.items("user:rita", 50, dead);
    assert_eq!((letters[0]["last"].as_str(), letters[0]["attempts"].as_u64()), (Some("HTTP 503"), Some(10)));
    assert_eq!(stage.ask("user:vera", dead(Default::default())), Err("unknown_webhook".to_owned()));
    let told = stage.items("user:olga", 50, Query::Notifications);
    assert_eq!(told[0]["event"], "webhook.failed");

    let delivery = letters[0]["id"].as_str().expect("an id").to_owned();
    let redeliver = |delivery: &str| Command::Redeliver { id: id.clone(), delivery: delivery.to_owned() };
    stage.check("user:rita", redeliver(&delivery), "unknown_webhook");
    stage.check("user:olga", redeliver("d1"), "unknown_delivery");
    stage.check("user:olga", redeliver(&delivery), "done");
    stage.check("user:olga", redeliver(&delivery), "unknown_delivery");
    let now = due(&stage);
    came_back(&mut stage, &now[0].id, &Attempt::Answered(204));
    assert!(due(&stage).is_empty() && next_due(&stage.state).expect("memory").is_none());
    assert_eq!(shown(&mut stage, &id)["dead"], 0);
    let entropy = stage.entropy();
    assert_eq!(delivered(&stage.state, &now[0].id, &Attempt::Answered(204), stage.now, entropy), Ok(None));
}

#[test]
fn a_receiver_that_is_gone_is_told_nothing_more() {
    let mut stage = Stage::new();
    let id = stage.done("user:olga", webhook("https://hooks.example.com/x", &[])).id.expect("an id");
    for _ in 0..3 {
        stage.done("service:app", notify("payment.recorded", &["user:vera"]));
    }
    let first = due(&stage)[0].id.clone();
    came_back(&mut stage, &first, &Attempt::Failed("connection refused".to_owned()));
    let second = due(&stage)[0].id.clone();
    came_back(&mut stage, &second, &Attempt::Answered(410));
    assert!(due(&stage).is_empty() && next_due(&stage.state).expect("memory").is_none());
    let now = shown(&mut stage, &id);
    assert_eq!((now["enabled"].as_bool(), now["dead"].as_u64()), (Some(false), Some(3)));
    stage.done("service:app", notify("payment.recorded", &["user:vera"]));
    assert!(due(&stage).is_empty());
    stage.check("user:olga", Command::Redeliver { id: id.clone(), delivery: "d1".to_owned() }, "webhook_disabled");
    stage.check("user:olga", Command::DeleteWebhook { id }, "done");
    for prefix in ["delivery/", "dead/", "queue/", "send/", "webhook/"] {
        assert_eq!(stage.state.docs(prefix, "", 9), Ok(Vec::new()), "{prefix}");
    }
}

#[test]
fn secrets_go_only_where_an_administrator_said() {
    let mut stage = Stage::new();
    let first = stage.done("user:olga", webhook("https://a.example.com", &[])).id.expect("an id");
    let second = stage.done("user:cleo", webhook("https://b.example.com", &[])).id.expect("an id");
    assert_eq!(
        (shown(&mut stage, &first)["secrets"].as_bool(), shown(&mut stage, &second)["secrets"].as_bool()),
        (Some(true), Some(false))
    );
    // Somebody else who moves it takes the secrets away, not over.
    let url = |url: &str| WebhookEdit { url: Some(url.to_owned()), ..WebhookEdit::default() };
    stage.done("user:cleo", edit(&first, url("https://evil.example.com")));
    assert_eq!(shown(&mut stage, &first)["secrets"], false);
    stage.done("user:olga", edit(&first, url("https://a.example.com")));
    assert_eq!(shown(&mut stage, &first)["secrets"], true);
    let bodies = told(&stage, "invitation.sent");
    let of = |url: &str| bodies.iter().find(|(known, _)| known == url).expect("a body").1.clone();
    assert_eq!(of("https://a.example.com")["secret"]["code"], "sesame");
    assert_eq!(of("https://b.example.com")["secret"], Value::Null);
}

/// What webhooks would be told of an event with a secret.
fn told(stage: &Stage, event: &str) -> Vec<(String, Value)> {
    let mut draft = crate::command::internal(&stage.state, stage.now, [1; 32]).expect("memory").expect("a tenant");
    draft.tell(event, vec!["user:olga".to_owned()], json!({}), Some(json!({ "code": "sesame" })));
    crate::notify::work_in(&mut draft).expect("told");
    let now = deliveries_due(&draft, stage.now, 100).expect("memory");
    now.into_iter().map(|due| (due.url, serde_json::from_str(&due.body).expect("JSON"))).collect()
}

#[test]
fn what_was_written_for_a_trusted_address_loses_its_secrets_when_somebody_else_moves_it() {
    let mut stage = Stage::new();
    let id = stage.done("user:olga", webhook("https://a.example.com", &[])).id.expect("an id");
    let mut draft = crate::command::internal(&stage.state, stage.now, [1; 32]).expect("memory").expect("a tenant");
    draft.tell("invitation.sent", vec!["user:olga".to_owned()], json!({}), Some(json!({ "code": "sesame" })));
    crate::notify::work_in(&mut draft).expect("told");
    let commit = draft.commit().expect("memory");
    stage.state.apply(&commit);
    let body = |stage: &Stage| due(stage).first().expect("a delivery").body.clone();
    assert!(body(&stage).contains("sesame") && body(&stage).contains("olga@example.com"));
    let url = WebhookEdit { url: Some("https://evil.example.com".to_owned()), ..WebhookEdit::default() };
    stage.done("user:cleo", edit(&id, url));
    assert!(!body(&stage).contains("sesame") && !body(&stage).contains("olga@example.com"));
}

#[test]
fn a_long_queue_is_given_up_in_steps() {
    let mut stage = Stage::new();
    let id = stage.done("user:olga", webhook("https://a.example.com", &["payment.*"])).id.expect("an id");
    for _ in 0..350 {
        stage.done("service:app", notify("payment.recorded", &["user:vera"]));
    }
    let first = due(&stage).first().expect("a delivery").id.clone();
    came_back(&mut stage, &first, &Attempt::Answered(410));
    assert_eq!(due(&stage), [], "nothing more is sent there");
    let mut steps = 0;
    while let Some(commit) = crate::tick(&stage.state, stage.now, [3; 32]).expect("memory") {
        assert!(commit.events.len() < 1_000, "a step is short");
        stage.state.apply(&commit);
        steps += 1;
    }
    assert!((2..10).contains(&steps), "{steps} steps");
    let shown = shown(&mut stage, &id);
    assert_eq!((shown["waiting"].as_u64(), shown["dead"].as_u64()), (Some(0), Some(350)));
    assert_eq!(stage.state.docs("send/", "", 9), Ok(Vec::new()));
}
