//! The registry: who registers, moves and removes what, and what goes with it.

use super::things_world::{World, people};
use serde_json::{Value, json};

fn world() -> World {
    let mut world = World::new(&people(&[
        ("user:lea", "lead", "project:p", Value::Null),
        ("user:uma", "editor", "project:p/sign:1", Value::Null),
        ("user:ria", "restricted", "project:p/sign:1", Value::Null),
        ("user:ria", "editor", "/", Value::Null),
        ("user:cleo", "clerk", "/", Value::Null),
        ("user:sue", "seer", "service:a", Value::Null),
    ]));
    for path in
        ["project:p", "project:q", "project:p/sign:1", "project:p/sign:10", "project:p2", "service:a", "service:b"]
    {
        world.check("user:ada", register(path, json!({})), "done");
    }
    world
}

fn register(path: &str, attributes: Value) -> Value {
    json!({ "register_resource": { "path": path, "attributes": attributes } })
}

fn edit(path: &str, attributes: Value) -> Value {
    json!({ "edit_resource": { "path": path, "attributes": attributes } })
}

fn relocate(from: &str, to: &str) -> Value {
    json!({ "move_resource": { "from": from, "to": to } })
}

fn delete(path: &str) -> Value {
    json!({ "delete_resource": { "path": path } })
}

fn set(subject: &str, scope: &str, effect: &str) -> Value {
    json!({ "set_override": { "subject": subject,
        "body": { "permission": "sign:edit", "scope": scope, "effect": effect } } })
}

fn all(below: Option<&str>) -> Value {
    json!({ "resources": { "below": below, "page": { "cursor": null, "limit": 99 } } })
}

#[test]
fn resources_are_registered_where_the_actor_may() {
    let mut world = world();
    for (who, command, expected) in [
        ("user:ada", register("project:n", json!({ "kind": "design" })), "done"),
        ("user:ada", register("project:n", json!({})), "resource_exists"),
        ("user:ada", register("project:o", json!({ "kind": "paint" })), "invalid_attributes"),
        ("user:ada", register("project:o", json!({ "colour": "red" })), "invalid_attributes"),
        ("user:ada", register("project:n/sign:1", json!({ "sign_type": "room" })), "invalid_attributes"),
        ("user:ada", register("sign:1", json!({})), "invalid_resource"),
        ("user:ada", register("member:user:ann", json!({})), "invalid_resource"),
        ("user:ada", register("", json!({})), "invalid_resource"),
        ("user:lea", register("project:p/sign:7", json!({})), "done"),
        ("user:lea", register("project:q/sign:7", json!({})), "forbidden"),
        ("user:lea", register("project:r", json!({})), "forbidden"),
        ("user:lea", edit("project:p", json!({})), "forbidden"),
        ("user:lea", edit("project:p/sign:7", json!({})), "done"),
        ("user:lea", edit("project:p/sign:8", json!({})), "unknown_resource"),
        ("user:uma", edit("project:p/sign:8", json!({})), "forbidden"),
        ("user:ada", edit("project:n", json!({ "kind": "build" })), "done"),
        ("user:ada", delete("project:n"), "done"),
        ("user:ada", register("project:n", json!({})), "done"),
    ] {
        world.check(who, command, expected);
    }
}

#[test]
fn attributes_are_published_in_one_record_and_decide() {
    let mut world = world();
    world.check("user:ada", edit("project:p", json!({ "kind": "build" })), "done");
    assert_eq!(world.published, ["resources"]);
    let titles = |world: &World| {
        let of_lea =
            json!({ "assignments": { "to": "user:lea", "role": null, "page": { "cursor": null, "limit": 9 } } });
        world.list("user:ada", of_lea, "title")
    };
    assert_eq!(titles(&world), ["Builder"]);
    world.check("user:ada", edit("project:p", json!({})), "done");
    assert_eq!(titles(&world), ["Lead"]);
    assert_eq!(
        world.query("user:ada", json!({ "resource": { "path": "project:p" } })).expect("seen")["attributes"],
        json!({})
    );
}

/// portal-7: some see every service, others only those assigned to them, one by one or in bulk.
#[test]
fn everybody_sees_what_was_assigned_to_them() {
    let mut world = world();
    assert_eq!(world.list("user:sue", all(None), "path"), ["service:a"]);
    assert_eq!(world.list("user:zoe", all(None), "path"), [""; 0]);
    assert_eq!(
        world.query("user:sue", json!({ "resource": { "path": "service:b" } })),
        Err("unknown_resource".to_owned())
    );
    let bulk = ["service:a", "service:b"].map(|scope| json!({ "to": "user:zoe", "role": "seer", "scope": scope }));
    world.check("user:ada", json!({ "assign_many": { "assignments": bulk } }), "done");
    assert_eq!(world.list("user:zoe", all(None), "path"), ["service:a", "service:b"]);
    assert_eq!(world.list("user:ada", all(None), "path").len(), 7);
    assert_eq!(world.list("user:ada", all(Some("project:p")), "path"), ["project:p/sign:1", "project:p/sign:10"]);
    assert_eq!(world.list("user:lea", all(None), "path"), ["project:p", "project:p/sign:1", "project:p/sign:10"]);
}

#[test]
fn a_resource_moves_with_all_that_was_granted_there() {
    let mut world = world();
    world.check("user:ada", set("user:zoe", "project:p/sign:1", "allow"), "done");
    world.check("user:ada", relocate("project:p/sign:1", "project:q/sign:1"), "done");
    for (who, resource, expected) in [
        ("user:uma", "project:p/sign:1", "deny"),
        ("user:uma", "project:q/sign:1", "allow"),
        ("user:zoe", "project:p/sign:1", "deny"),
        ("user:zoe", "project:q/sign:1", "allow"),
        ("user:ria", "project:p/sign:1", "allow"),
        ("user:ria", "project:q/sign:1", "deny"),
        ("user:lea", "project:q/sign:1", "deny"),
    ] {
        world.says(who, "sign:edit", resource, expected);
    }
    assert_eq!(world.list("user:ada", all(Some("project:q")), "path"), ["project:q/sign:1"]);
    assert_eq!(world.list("user:ada", all(Some("project:p")), "path"), ["project:p/sign:10"]);
    let mut grants =
        json!({ "assignments": { "to": null, "role": "restricted", "page": { "cursor": null, "limit": 9 } } });
    assert_eq!(world.list("user:ada", grants.take(), "scope"), ["project:q/sign:1"]);
    // With a whole project, everything below it goes.
    world.check("user:ada", relocate("project:q", "project:z"), "done");
    world.says("user:uma", "sign:edit", "project:z/sign:1", "allow");
    world.says("user:uma", "sign:edit", "project:q/sign:1", "deny");
}

#[test]
fn a_move_is_a_way_to_hand_on() {
    let mut world = world();
    for (who, command, expected) in [
        ("user:lea", relocate("project:p/sign:1", "project:q/sign:1"), "forbidden"),
        ("user:lea", relocate("project:p/sign:1", "project:p/sign:2"), "forbidden"),
        ("user:cleo", relocate("project:p/sign:1", "project:q/sign:1"), "forbidden"),
        ("user:zoe", relocate("project:p/sign:9", "project:q/sign:1"), "forbidden"),
        ("user:ada", relocate("project:p/sign:9", "project:q/sign:1"), "unknown_resource"),
        ("user:ada", relocate("project:p/sign:1", "project:p/sign:10"), "resource_exists"),
        ("user:ada", relocate("project:p/sign:1", "project:s"), "another_type"),
        ("user:ada", relocate("project:p/sign:1", "project:p/sign:1/sign:2"), "invalid_resource"),
        ("user:ada", relocate("project:p", "nothing"), "invalid_resource"),
        ("user:ada", relocate("project:p/sign:1", "project:p/sign:2"), "done"),
    ] {
        world.check(who, command, expected);
    }
}

/// A rule that looks at where a resource stands stops everybody alike, and must not be walked out of.
#[test]
fn nobody_moves_a_resource_out_of_a_rule() {
    let rule = "[[rules]]\neffect = 'forbid'\npermissions = ['sign:edit']\nwhen = \"project.kind == 'design'\"\n";
    let roles = "[roles.half]\nat = ['/']\nallow = ['*']\n[roles.fixed]\ndeny = ['resource:edit']\n";
    let model = format!("{}{roles}{rule}", super::things_world::MODEL);
    let mut tenant = people(&[("user:hal", "half", "/", Value::Null)]);
    tenant["resources"] = json!([{ "path": "project:p", "attributes": { "kind": "design" } }, { "path": "project:p/sign:1" }, { "path": "project:q" }]);
    tenant["overrides"] =
        json!([{ "subject": "user:hal", "permission": "resource:edit", "scope": "project:q", "effect": "deny" }]);
    let mut world = World::of(&model, &tenant);
    world.check("user:hal", relocate("project:p/sign:1", "project:z/sign:1"), "done");
    tenant["overrides"][0]["scope"] = json!("/resource:any");
    tenant["overrides"][0]["scope"] = json!("resource:any");
    let mut world = World::of(&model, &tenant);
    world.check("user:hal", relocate("project:p/sign:1", "project:z/sign:1"), "forbidden");
}

#[test]
fn what_was_granted_never_comes_back() {
    let mut world = world();
    world.check("user:ada", set("user:zoe", "project:p/sign:1", "allow"), "done");
    world.check("user:lea", delete("project:p/sign:1"), "done");
    for who in ["user:uma", "user:zoe"] {
        world.says(who, "sign:edit", "project:p/sign:1", "deny");
    }
    world.check("user:lea", register("project:p/sign:1", json!({})), "done");
    for who in ["user:uma", "user:zoe"] {
        world.says(who, "sign:edit", "project:p/sign:1", "deny");
    }
    world.says("user:lea", "sign:edit", "project:p/sign:10", "allow");
    world.check("user:ada", delete("project:p"), "done");
    world.says("user:lea", "sign:edit", "project:p/sign:10", "deny");
    assert_eq!(world.list("user:ada", all(None), "path"), ["project:p2", "project:q", "service:a", "service:b"]);
}

/// Denials go with the resource, so whoever removes it must be able to hand on what they denied.
#[test]
fn a_removal_frees_only_what_could_be_handed_on() {
    let mut world = world();
    world.check("user:cleo", delete("project:p/sign:1"), "forbidden");
    world.check("user:cleo", delete("project:p/sign:10"), "done");
    world.check("user:ada", set("user:zoe", "project:q", "deny"), "done");
    world.check("user:cleo", delete("project:q"), "forbidden");
    world.check("user:ada", delete("project:q"), "done");
}

/// F2: an approval does not outlive the resource that it was given for.
#[test]
fn requests_do_not_outlive_their_resource() {
    let mut world = world();
    let policy = json!({ "id": "signs", "permissions": ["sign:edit"] });
    world.check("user:ada", json!({ "create_approval_policy": policy }), "done");
    let ask = json!({ "request_approval": { "action": "edit", "resource": "project:p/sign:1" } });
    let id = world.make("user:lea", ask);
    world.check("user:ada", json!({ "approve": { "id": id } }), "done");
    world.says("user:lea", "sign:edit", "project:p/sign:1", "allow");
    world.check("user:ada", relocate("project:p/sign:1", "project:q/sign:1"), "done");
    world.says("user:lea", "sign:edit", "project:p/sign:1", "approval");
    world.check("user:lea", json!({ "use_request": { "id": id } }), "stale");
}
