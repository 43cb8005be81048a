//! Approval policies and requests: who may approve what, once, and what happens when anything changes in between.

use super::things_world::{World, people};
use countersign_wire::api::{Command, CommandCall};
use serde_json::{Value, json};

/// Max may order; Ada and Abe administer; Sam is a service that orders, and Gus gates.
fn world() -> World {
    let model =
        super::things_world::MODEL.replace("[roles.seer]", "[roles.gate]\nallow = ['access:evaluate']\n[roles.seer]");
    let mut world = World::of(
        &model,
        &people(&[
            ("user:max", "manager", "/", Value::Null),
            ("user:abe", "admin", "/", Value::Null),
            ("user:tim", "admin", "/", json!({ "until": "1970-01-03T00:00:00Z" })),
            ("service:sam", "manager", "/", Value::Null),
            ("service:gus", "gate", "/", Value::Null),
            ("user:uma", "", "", Value::Null),
        ]),
    );
    world.check("user:ada", policy("big", json!({ "when": "context.cost > 50" })), "done");
    world
}

fn policy(id: &str, more: Value) -> Value {
    let mut body = json!({ "id": id, "permissions": ["order:place"] });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    json!({ "create_approval_policy": body })
}

fn edited(id: &str, more: Value) -> Value {
    json!({ "edit_approval_policy": { "id": id, "body": policy(id, more)["create_approval_policy"] } })
}

fn place(cost: Value) -> Value {
    json!({ "request_approval": { "action": "place", "resource": "order:1", "context": { "cost": cost } } })
}

fn approve(id: &str) -> Value {
    json!({ "approve": { "id": id } })
}

fn reject(id: &str, reason: &str) -> Value {
    json!({ "reject": { "id": id, "reason": reason } })
}

fn usage(id: &str) -> Value {
    json!({ "use_request": { "id": id } })
}

fn with(id: &str, command: &str) -> Value {
    json!({ command: { "id": id } })
}

#[track_caller]
fn says(world: &World, who: &str, cost: Value, expected: &str) {
    let supplied = json!({ "context": { "cost": cost } });
    assert_eq!(world.ask(who, "order:place", "order:1", &supplied), expected, "{who} {supplied}");
}

#[track_caller]
fn is(world: &World, id: &str, expected: &str) {
    let shown = world.query("user:ada", json!({ "request": { "id": id } })).expect("shown");
    assert_eq!(shown["status"], expected, "{shown}");
}

/// portal-8 and portal-10: at the threshold, just above it, missing, malformed.
#[test]
fn what_is_asked_about_is_what_the_policy_asks_about() {
    let mut world = world();
    for (who, command, expected) in [
        ("user:max", place(json!(50)), "allowed_already"),
        ("user:max", place(json!(50.01)), "done"),
        ("user:max", place(json!("50.02")), "done"),
        ("user:max", place(json!("a lot")), "invalid_attribute"),
        ("user:max", place(json!(null)), "invalid_attribute"),
        ("user:max", json!({ "request_approval": { "action": "place", "resource": "order:1" } }), "done"),
        ("user:max", json!({ "request_approval": { "action": "view", "resource": "order:1" } }), "allowed_already"),
        ("user:max", json!({ "request_approval": { "action": "edit", "resource": "sign:1" } }), "denied"),
        ("user:max", json!({ "request_approval": { "action": "place", "resource": "oder:1" } }), "denied"),
        ("user:uma", place(json!(51)), "denied"),
        ("user:nobody", place(json!(51)), "no_member"),
        ("operator:dev", place(json!(51)), "forbidden"),
    ] {
        world.check(who, command, expected);
    }
    for cost in [json!("a lot"), json!(null), json!(50.01)] {
        says(&world, "user:max", cost, "approval");
    }
    says(&world, "user:max", json!(50), "allow");
    // The same is asked once.
    let first = world.make("user:max", place(json!(99)));
    assert_eq!(world.make("user:max", place(json!(99))), first);
    assert_ne!(world.make("user:max", place(json!(98))), first);
}

/// portal-9 and F2: nobody approves their own; an approval is bound to exactly what was asked, and good once.
#[test]
fn an_approval_is_good_for_exactly_what_was_asked_and_once() {
    let mut world = world();
    let id = world.make("user:max", place(json!(60)));
    for (who, command, expected) in [
        ("user:max", approve(&id), "own_request"),
        ("user:max", reject(&id, "no"), "own_request"),
        ("user:uma", approve(&id), "unknown_request"),
        ("service:sam", approve(&id), "unknown_request"),
        ("operator:dev", approve(&id), "forbidden"),
        ("user:max", usage(&id), "not_approved"),
        ("user:abe", approve("r999"), "unknown_request"),
        ("user:abe", approve(&id), "done"),
        ("user:ada", approve(&id), "already_approved"),
        ("user:ada", reject(&id, "too late"), "already_approved"),
    ] {
        world.check(who, command, expected);
    }
    says(&world, "user:max", json!(60), "allow");
    says(&world, "user:max", json!("60.0"), "allow");
    for cost in [json!(60.01), json!(61), json!(null), json!("many")] {
        says(&world, "user:max", cost, "approval");
    }
    says(&world, "service:sam", json!(60), "approval");
    let more = json!({ "context": { "cost": 60 }, "action": { "soft": true } });
    assert_eq!(world.ask("user:max", "order:place", "order:1", &more), "approval", "another thing was supplied");
    for (who, command, expected) in [
        ("user:uma", usage(&id), "unknown_request"),
        ("service:sam", usage(&id), "unknown_request"),
        ("service:gus", usage(&id), "done"),
        ("user:max", usage(&id), "already_used"),
        ("user:max", with(&id, "resubmit_request"), "not_closed"),
    ] {
        world.check(who, command, expected);
    }
    says(&world, "user:max", json!(60), "approval");
    let mine = world.make("user:abe", place(json!(70)));
    world.check("user:abe", approve(&mine), "own_request");
    world.check("user:ada", approve(&mine), "done");
    world.check("user:abe", usage(&mine), "done");
}

#[test]
fn a_rejection_is_read_by_the_requester_who_may_ask_again() {
    let mut world = world();
    let id = world.make("user:max", place(json!(60)));
    world.check("user:abe", reject(&id, "  "), "reason_needed");
    world.check("user:abe", reject(&id, "too dear"), "done");
    world.check("user:ada", approve(&id), "rejected");
    let shown = world.query("user:max", json!({ "request": { "id": id } })).expect("one's own");
    assert_eq!((&shown["status"], &shown["rejection"]["reason"]), (&json!("rejected"), &json!("too dear")));
    assert_eq!(world.query("user:uma", json!({ "request": { "id": id } })), Err("unknown_request".to_owned()));
    world.check("user:abe", with(&id, "resubmit_request"), "unknown_request");
    let again = world.make("user:max", with(&id, "resubmit_request"));
    assert_ne!(again, id);
    world.check("user:max", with(&again, "withdraw_request"), "done");
    world.check("user:abe", approve(&again), "withdrawn");
    world.check("user:abe", with(&again, "withdraw_request"), "unknown_request");
}

#[test]
fn an_approved_request_can_be_taken_back() {
    let mut world = world();
    let id = world.make("user:max", place(json!(60)));
    world.check("user:abe", approve(&id), "done");
    world.check("user:max", with(&id, "withdraw_request"), "done");
    says(&world, "user:max", json!(60), "approval");
    world.check("user:max", usage(&id), "withdrawn");
}

#[test]
fn requests_expire_by_themselves() {
    let mut world = world();
    let pending = world.make("user:max", place(json!(60)));
    let approved = world.make("user:max", place(json!(61)));
    world.wait(100);
    world.check("user:abe", approve(&approved), "done");
    world.now += 68 * 3_600_000;
    // Even before the clock has made it so.
    is(&world, &pending, "expired");
    world.check("user:abe", approve(&pending), "expired");
    world.wait(0);
    is(&world, &pending, "expired");
    is(&world, &approved, "approved");
    says(&world, "user:max", json!(61), "allow");
    world.wait(99);
    is(&world, &approved, "approved");
    world.now += 3_600_000;
    says(&world, "user:max", json!(61), "approval");
    world.check("user:max", usage(&approved), "expired");
    world.wait(0);
    is(&world, &approved, "expired");
    world.check("user:max", with(&approved, "resubmit_request"), "done");
}

/// F2: each line is a change after which an approval given before it is good no more.
#[test]
fn an_approval_ends_when_what_it_rests_on_changes() {
    let status = |subject: &str| json!({ "set_status": { "subject": subject, "status": "locked" } });
    let deny = json!({ "set_override": { "subject": "user:max",
        "body": { "permission": "order:place", "scope": "/", "effect": "deny" } } });
    let first = json!({ "id": "a-first", "permissions": ["order:place"], "quorum": 2 });
    for (change, after, said) in [
        (edited("big", json!({ "when": "context.cost > 55" })), "stale", "approval"),
        (edited("big", json!({ "when": "context.cost > 50", "quorum": 2 })), "stale", "approval"),
        (edited("big", json!({ "when": "context.cost > 50", "approvers": ["user:ada"] })), "stale", "approval"),
        (edited("big", json!({ "when": "context.cost > 99" })), "stale", "allow"),
        (edited("big", json!({ "when": "context.cost > 50", "name": "Big orders" })), "approved", "allow"),
        (with("big", "delete_approval_policy"), "stale", "allow"),
        (json!({ "create_approval_policy": first }), "stale", "approval"),
        (policy("other", json!({ "when": "context.cost > 1000" })), "approved", "allow"),
        // The engine still reads the approval, and its use finds out.
        (status("user:abe"), "approved", "allow"),
        (status("user:max"), "approved", "deny"),
        (deny, "approved", "deny"),
    ] {
        let mut world = world();
        let (id, pending) = (world.make("user:max", place(json!(60))), world.make("user:max", place(json!(61))));
        world.check("user:abe", approve(&id), "done");
        world.check("user:ada", change.clone(), "done");
        is(&world, &id, after);
        is(&world, &pending, if after == "approved" { "pending" } else { after });
        says(&world, "user:max", json!(60), said);
        let good = after == "approved" && said == "allow" && !change.to_string().contains("user:abe");
        world.check("service:gus", usage(&id), if good { "done" } else { "stale" });
        let locked = change.to_string().contains("user:max");
        let approved = if good || (after == "approved" && !locked) { "done" } else { "stale" };
        world.check("user:ada", approve(&pending), approved);
    }
}

#[test]
fn whoever_approved_and_may_not_any_more_counts_no_longer() {
    let mut world = world();
    let two = json!({ "when": "context.cost > 50", "quorum": 2, "approvers": ["role:admin"] });
    world.check("user:ada", edited("big", two), "done");
    let id = world.make("user:max", place(json!(60)));
    world.check("user:tim", approve(&id), "done");
    world.check("user:tim", approve(&id), "approved_by_you");
    is(&world, &id, "pending");
    says(&world, "user:max", json!(60), "approval");
    // Tim is an administrator until the third day.
    world.wait(72);
    world.check("user:tim", approve(&id), "unknown_request");
    world.check("user:abe", approve(&id), "done");
    is(&world, &id, "pending");
    world.check("user:ada", approve(&id), "done");
    is(&world, &id, "approved");
    world.check("user:max", usage(&id), "done");
}

#[test]
fn approvers_are_named_by_role_group_and_member() {
    let mut world = world();
    for (approvers, quorum, expected) in [
        (json!(["role:none"]), 1, "unknown_approver"),
        (json!(["group:none"]), 1, "unknown_approver"),
        (json!(["user:none"]), 1, "unknown_approver"),
        (json!(["max"]), 1, "unknown_approver"),
        (json!(["user:max", "user:max"]), 2, "invalid_approval_policy"),
        (json!(["user:max"]), 0, "invalid_approval_policy"),
        (json!(["user:uma", "role:manager"]), 1, "done"),
    ] {
        let body = json!({ "when": "context.cost > 50", "approvers": approvers, "quorum": quorum });
        world.check("user:ada", edited("big", body), expected);
    }
    let id = world.make("user:max", place(json!(60)));
    // An administrator who is not named may read it, and is told who decides.
    world.check("user:ada", approve(&id), "forbidden");
    world.check("user:uma", approve(&id), "done");
    let of_sam = world.make("service:sam", place(json!(60)));
    world.check("user:max", approve(&of_sam), "done");
    let pending = || json!({ "requests": { "status": "pending", "page": { "cursor": null, "limit": 9 } } });
    let other = world.make("user:max", place(json!(62)));
    assert_eq!(world.list("user:uma", pending(), "id"), [other.as_str()]);
    assert_eq!(world.list("user:zoe", pending(), "id"), [""; 0]);
    let wrong = json!({ "requests": { "status": "open", "page": { "cursor": null, "limit": 9 } } });
    assert_eq!(world.query("user:uma", wrong), Err("unknown_status".to_owned()));
}

/// F2: the same person by way of a token, or acting for the requester.
#[test]
fn nobody_approves_for_himself_by_way_of_a_service() {
    let mut world = world();
    let body = json!({ "when": "context.cost > 50", "approvers": ["user:abe", "service:gus", "user:ada"] });
    world.check("user:ada", edited("big", body), "done");
    let token = |subject: &str, by: &str| json!({ "subject": subject, "created_by": by }).to_string().into_bytes();
    let mut commit =
        crate::Commit { revision: world.state_revision() + 1, epoch: 1, ids: 900, ..crate::Commit::default() };
    let put = |key: &str, bytes| crate::Event::Doc { key: key.to_owned(), bytes: Some(bytes) };
    commit.events = vec![
        put("token/t1", token("service:sam", "user:abe")),
        put("token/t2", token("service:gus", "user:max")),
        put("token/t3", token("service:gus", "user:abe")),
    ];
    world.state.apply(&commit);
    let of_sam = world.make("service:sam", place(json!(60)));
    world.check("user:abe", approve(&of_sam), "forbidden");
    world.check("service:gus", approve(&of_sam), "unknown_request");
    world.check("user:ada", approve(&of_sam), "done");
    let of_max = world.make("user:max", place(json!(60)));
    world.check("service:gus", approve(&of_max), "unknown_request");
    let command: Command = serde_json::from_value(approve(&of_max)).expect("a command");
    let call =
        CommandCall { on_behalf_of: Some("user:max".to_owned()), ..CommandCall::new("user:abe", false, command) };
    assert_eq!(world.call(&call).map(|_| ()), Err("own_request".to_owned()));
    world.check("user:abe", approve(&of_max), "done");
}

/// signpath-1, signpath-6: administrators make policies, everybody who may reads them.
#[test]
fn approval_policies_are_made_by_those_who_may() {
    let mut world = world();
    for (who, command, expected) in [
        ("user:max", policy("p", json!({})), "forbidden"),
        ("user:ada", policy("big", json!({})), "approval_policy_exists"),
        ("user:ada", policy("a/b", json!({})), "invalid_approval_policy"),
        ("user:ada", policy("", json!({})), "invalid_approval_policy"),
        ("user:ada", policy("p", json!({ "when": "context.price > 1" })), "invalid_approval_policy"),
        ("user:ada", policy("p", json!({ "permissions": ["order:eat"] })), "invalid_approval_policy"),
        ("user:ada", policy("p", json!({ "permissions": [] })), "invalid_approval_policy"),
        ("user:ada", policy("p", json!({ "name": "P", "when": "context.cost > 1000" })), "done"),
        ("user:max", edited("p", json!({})), "forbidden"),
        ("user:ada", edited("none", json!({})), "unknown_approval_policy"),
        ("user:max", with("p", "delete_approval_policy"), "forbidden"),
        ("user:ada", with("p", "delete_approval_policy"), "done"),
        ("user:ada", with("p", "delete_approval_policy"), "unknown_approval_policy"),
        ("user:ada", policy("p", json!({})), "id_was_used"),
    ] {
        world.check(who, command, expected);
    }
    let all = || json!({ "approval_policies": { "cursor": null, "limit": 9 } });
    assert_eq!(world.list("user:ada", all(), "id"), ["big"]);
    assert_eq!(world.list("user:max", all(), "id"), [""; 0]);
}

/// More requests than one command looks at are looked at right behind it.
#[test]
fn a_changed_policy_reaches_every_open_request() {
    let mut world = world();
    let mut made = Vec::new();
    for (who, costs) in [("user:max", 100), ("user:abe", 100), ("service:sam", 30)] {
        made.extend((0..costs).map(|cost| world.make(who, place(json!(100 + cost)))));
    }
    world.check("user:max", place(json!(1)), "allowed_already");
    world.check("user:max", place(json!(999)), "too_many_requests");
    world.check("user:ada", edited("big", json!({ "when": "context.cost > 40" })), "done");
    let stale = |world: &World| {
        let shown = |id: &&String| {
            world.query("user:ada", json!({ "request": { "id": id } })).expect("shown")["status"] == "stale"
        };
        made.iter().filter(shown).count()
    };
    assert_eq!(stale(&world), 200);
    world.wait(0);
    assert_eq!(stale(&world), 230);
}
