//! Custom roles: who may make and change them, what a change does, and that nobody gains by one what nobody handed on.

use super::things_world::{World, people};
use serde_json::{Value, json};

fn role(id: &str, body: Value) -> Value {
    let mut body = body;
    body["id"] = id.into();
    json!({ "create_role": body })
}

fn edited(id: &str, body: Value) -> Value {
    json!({ "edit_role": { "id": id, "body": body } })
}

fn assign(to: &str, role: &str, scope: &str) -> Value {
    json!({ "assign": { "to": to, "role": role, "scope": scope } })
}

fn world() -> World {
    World::new(&people(&[
        ("user:cleo", "clerk", "/", Value::Null),
        ("user:max", "manager", "/", Value::Null),
        ("user:uma", "", "", Value::Null),
    ]))
}

#[test]
fn roles_are_made_as_they_are_written_in_files() {
    let mut world = world();
    for (who, command, expected) in [
        ("user:ada", role("night", json!({ "allow": ["sign:view"] })), "done"),
        ("user:ada", role("night", json!({ "allow": ["sign:view"] })), "role_exists"),
        ("user:ada", role("admin", json!({})), "role_exists"),
        ("user:ada", role("a/b", json!({ "allow": ["sign:view"] })), "invalid_role"),
        ("user:ada", role("typo", json!({ "alow": ["sign:view"] })), "invalid_role"),
        ("user:ada", role("typo", json!({ "allow": ["sign:vew"] })), "invalid_role"),
        ("user:ada", role("typo", json!({ "when": "subject.licenced" })), "invalid_role"),
        ("user:ada", role("circle", json!({ "includes": ["circle"] })), "invalid_role"),
        ("user:ada", json!({ "create_role": { "allow": ["sign:view"] } }), "invalid_role"),
        ("user:max", role("more", json!({ "allow": ["order:view"] })), "forbidden"),
        ("user:nobody", role("more", json!({})), "no_member"),
        ("user:ada", edited("night", json!({ "allow": ["sign:edit"] })), "done"),
        ("user:ada", edited("night", json!({ "id": "day", "allow": ["sign:edit"] })), "id_changed"),
        ("user:ada", edited("admin", json!({ "allow": ["sign:edit"] })), "model_role"),
        ("user:ada", edited("none", json!({})), "unknown_role"),
        ("user:max", edited("none", json!({})), "forbidden"),
        ("user:max", json!({ "delete_role": { "id": "night" } }), "forbidden"),
        ("user:ada", json!({ "delete_role": { "id": "admin" } }), "model_role"),
        ("user:ada", json!({ "delete_role": { "id": "night" } }), "done"),
        ("user:ada", json!({ "delete_role": { "id": "night" } }), "unknown_role"),
        ("user:ada", role("night", json!({ "allow": ["sign:view"] })), "id_was_used"),
    ] {
        world.check(who, command, expected);
    }
}

/// assuresign-2: changing the role changes every user who inherits, and nobody who does not; one value is published.
#[test]
fn a_change_reaches_everybody_who_inherits_and_nobody_else() {
    let mut world = world();
    world.check("user:ada", role("writer", json!({ "allow": ["sign:edit", "sign:view"] })), "done");
    for who in ["user:max", "user:uma", "user:zoe"] {
        world.check("user:ada", assign(who, "writer", "/"), "done");
    }
    let set = |subject: &str, effect: &str| {
        json!({ "set_override": { "subject": subject,
            "body": { "permission": "sign:edit", "scope": "/", "effect": effect } } })
    };
    world.check("user:ada", set("user:uma", "allow"), "done");
    world.check("user:ada", set("user:zoe", "deny"), "done");
    let says = |world: &World, inherited: &str| {
        for (who, expected) in
            [("user:max", inherited), ("user:uma", "allow"), ("user:zoe", "deny"), ("user:cleo", "deny")]
        {
            world.says(who, "sign:edit", "project:p/sign:1", expected);
        }
    };
    says(&world, "allow");
    world.check("user:ada", edited("writer", json!({ "allow": ["sign:view"] })), "done");
    assert_eq!(world.published, ["policy"]);
    says(&world, "deny");
    world.check("user:ada", edited("writer", json!({ "allow": ["sign:view", "sign:edit"] })), "done");
    assert_eq!(world.published, ["policy"]);
    says(&world, "allow");
    // Once it inherits, it follows the role.
    world.check("user:ada", set("user:zoe", "inherit"), "done");
    world.says("user:zoe", "sign:edit", "project:p/sign:1", "allow");
}

/// Cleo may change roles and give them, and holds nothing of signs but viewing them.
#[test]
fn nobody_puts_into_a_role_what_he_does_not_hold() {
    let mut world = world();
    for (command, expected) in [
        (role("a", json!({ "allow": ["sign:view"] })), "done"),
        (role("b", json!({ "allow": ["sign:edit"] })), "forbidden"),
        (role("b", json!({ "allow": ["sign:edit"], "when": "subject.licensed" })), "forbidden"),
        (role("b", json!({ "includes": ["editor"] })), "forbidden"),
        (role("b", json!({ "assigns": ["editor"] })), "forbidden"),
        (role("b", json!({ "assigns": ["admin"] })), "forbidden"),
        (role("b", json!({ "allow": ["sign:view"], "assigns": ["a", "b"] })), "done"),
        (edited("a", json!({ "allow": ["sign:*"] })), "forbidden"),
        (edited("a", json!({ "includes": ["editor"] })), "forbidden"),
        (edited("a", json!({ "allow": ["sign:view", "role:*"] })), "done"),
        (edited("a", json!({ "allow": ["sign:view"], "deny": ["sign:edit"] })), "done"),
    ] {
        world.check("user:cleo", command, expected);
    }
    // What a role denies is freed only by those who could hand it on, ...
    world.check("user:cleo", edited("a", json!({ "allow": ["sign:view"] })), "forbidden");
    let given = world.make("user:ada", assign("user:uma", "a", "/"));
    world.check("user:cleo", json!({ "unassign": { "id": given } }), "forbidden");
    // ... and never by those whom it restricts.
    world.check("user:ada", assign("user:ada", "a", "project:p"), "done");
    world.check("user:ada", edited("a", json!({ "allow": ["sign:view"] })), "forbidden");
    world.check("operator:dev", edited("a", json!({ "allow": ["sign:view"] })), "done");
}

#[test]
fn a_condition_that_goes_is_a_gain_for_all_that_it_guarded() {
    let mut world = world();
    let guarded = json!({ "allow": ["sign:edit"], "when": "subject.licensed", "assigns": ["viewer"] });
    world.check("user:ada", role("g", guarded), "done");
    for (body, expected) in [
        (json!({ "allow": ["sign:edit"], "assigns": ["viewer"] }), "forbidden"),
        (json!({ "allow": ["sign:edit"], "when": "subject.licensed", "assigns": ["viewer"], "title": "G" }), "done"),
        (json!({ "allow": ["sign:edit"], "when": "subject.licensed" }), "done"),
        (json!({ "allow": ["sign:edit"] }), "forbidden"),
        (json!({ "allow": ["sign:edit"], "when": "subject.licensed || subject.id == 'user:cleo'" }), "forbidden"),
        (json!({ "allow": ["sign:edit"], "when": "subject.licensed", "at": ["project"] }), "done"),
        (json!({ "allow": ["sign:edit"], "when": "subject.licensed" }), "forbidden"),
        (json!({ "when": "subject.licensed", "at": ["project"] }), "done"),
    ] {
        world.check("user:cleo", edited("g", body), expected);
    }
}

#[test]
fn what_includes_a_role_changes_with_it() {
    let mut world = world();
    world.check("user:ada", role("inner", json!({ "allow": ["sign:view"] })), "done");
    world.check("user:ada", role("outer", json!({ "includes": ["inner"], "allow": ["project:view"] })), "done");
    world.check("user:ada", assign("user:uma", "outer", "/"), "done");
    world.says("user:uma", "sign:edit", "project:p/sign:1", "deny");
    world.check("user:ada", edited("inner", json!({ "allow": ["sign:*"] })), "done");
    world.says("user:uma", "sign:edit", "project:p/sign:1", "allow");
    world.check("user:ada", json!({ "delete_role": { "id": "inner" } }), "role_in_use");
    world.check("user:ada", json!({ "delete_role": { "id": "outer" } }), "role_in_use");
}

#[test]
fn a_role_stays_where_it_was_given() {
    let mut world = world();
    world.check("user:ada", role("r", json!({ "allow": ["sign:view"] })), "done");
    let given = world.make("user:ada", assign("user:uma", "r", "/"));
    world.check("user:ada", edited("r", json!({ "allow": ["sign:view"], "at": ["project"] })), "role_in_use");
    world.check("user:ada", json!({ "unassign": { "id": given } }), "done");
    world.check("user:ada", edited("r", json!({ "allow": ["sign:view"], "at": ["project"] })), "done");
    world.check("user:ada", assign("user:uma", "r", "/"), "scope_not_allowed");
}

#[test]
fn an_edit_leaves_an_administrator() {
    let mut tenant = people(&[("user:bo", "", "", Value::Null)]);
    tenant["roles"] = json!([{ "id": "boss", "allow": ["*"], "assigns": ["admin"] }]);
    tenant["assignments"] = json!([{ "to": "user:bo", "role": "boss" }]);
    let mut world = World::new(&tenant);
    world.check("user:bo", edited("boss", json!({ "allow": ["*"] })), "last_administrator");
    world.check(
        "user:bo",
        edited("boss", json!({ "allow": ["*"], "assigns": ["admin"], "when": "subject.licensed" })),
        "last_administrator",
    );
    world.check("user:bo", edited("boss", json!({ "allow": ["*"], "assigns": ["admin", "boss"] })), "done");
}

#[test]
fn roles_are_shown_to_those_who_may_see_them() {
    let mut world = world();
    world.check("user:ada", role("r", json!({ "allow": ["sign:view"], "deny": ["order:place"], "at": ["/"] })), "done");
    world.check("user:ada", assign("user:uma", "r", "/"), "done");
    let shown = world.query("user:ada", json!({ "role": { "id": "r" } })).expect("shown");
    assert_eq!(shown["custom"], true);
    assert_eq!(shown["at"], json!(["/"]));
    assert_eq!(shown["allow"], json!(["sign:view"]));
    assert_eq!(shown["deny"], json!(["order:place"]));
    assert_eq!(shown["assigned"], 1);
    assert_eq!(shown["body"]["id"], "r");
    assert_eq!(world.query("user:max", json!({ "role": { "id": "r" } })), Err("unknown_role".to_owned()));
    let all = json!({ "roles": { "cursor": null, "limit": 4 } });
    assert_eq!(world.list("user:ada", all.clone(), "id"), ["admin", "clerk", "editor", "lead"]);
    assert_eq!(world.list("user:max", all, "id"), [""; 0]);
    let rest = json!({ "roles": { "cursor": "lead", "limit": 9 } });
    assert_eq!(world.list("user:ada", rest, "id"), ["manager", "r", "restricted", "seer", "user", "viewer"]);
}

/// signagent-9: a mandate narrows a grant by the attributes of what it is about, and cannot be shaken off.
#[test]
fn a_mandate_is_not_handed_on_without_itself() {
    let mandate = json!({ "when": "resource.sign_type == 'room'" });
    let mut world = World::new(&people(&[
        ("user:lea", "lead", "project:p", mandate),
        (
            "user:len",
            "lead",
            "project:p",
            json!({ "when": "!has(resource.sign_type) || resource.sign_type == 'room'" }),
        ),
        ("user:lou", "lead", "project:p", json!({ "when": "resource.id != 'secret'" })),
        ("user:lin", "lead", "project:p", json!({ "when": "project.id != 'q'" })),
        ("user:luc", "lead", "project:p", json!({ "when": "action.name != 'edit'" })),
        ("user:lex", "lead", "project:p", json!({ "when": "project.kind != 'design'" })),
    ]));
    let about = |kind: &str| json!({ "attributes": { "sign_type": kind } });
    assert_eq!(world.ask("user:lea", "sign:edit", "project:p/sign:1", &about("room")), "allow");
    assert_eq!(world.ask("user:lea", "sign:edit", "project:p/sign:1", &about("door")), "deny");
    for (who, expected) in [
        ("user:lea", "forbidden"),
        ("user:len", "forbidden"),
        ("user:lou", "forbidden"),
        ("user:lin", "done"),
        ("user:luc", "forbidden"),
        // Nothing is stored of the project.
        ("user:lex", "forbidden"),
    ] {
        world.check(who, assign(who, "viewer", "project:p"), expected);
    }
    let shown = world.list(
        "user:ada",
        json!({ "assignments": { "to": "user:lea", "role": null, "page": { "cursor": null, "limit": 9 } } }),
        "when",
    );
    assert_eq!(shown, ["resource.sign_type == 'room'"], "an import keeps conditions as they were written");
}

#[test]
fn nobody_takes_a_denial_off_himself() {
    let mut tenant = people(&[("user:bea", "admin", "/", Value::Null)]);
    tenant["overrides"] = json!([{ "subject": "user:bea", "permission": "sign:edit", "effect": "deny" }]);
    let mut world = World::new(&tenant);
    let set = |scope: &str, effect: &str| {
        json!({ "set_override": { "subject": "user:bea",
            "body": { "permission": "sign:edit", "scope": scope, "effect": effect } } })
    };
    world.check("user:bea", set("/", "inherit"), "forbidden");
    world.check("user:bea", set("/", "allow"), "forbidden");
    world.check("user:bea", set("project:p", "allow"), "forbidden");
    world.check("user:ada", set("/", "inherit"), "done");
}

/// A role that nobody can give any more hands nothing on, and neither does one that its giver may not give.
#[test]
fn what_cannot_be_given_lends_nothing() {
    let model = super::things_world::MODEL
        .replace("[roles.seer]", "[roles.giver]\nallow = ['override:*']\nassigns = ['editor']\n[roles.seer]");
    let mut world = World::of(
        &model,
        &people(&[
            ("user:gil", "giver", "/", Value::Null),
            ("user:gus", "giver", "/", Value::Null),
            ("user:gus", "clerk", "/", Value::Null),
        ]),
    );
    let set = || {
        json!({ "set_override": { "subject": "user:zoe",
            "body": { "permission": "sign:edit", "scope": "/", "effect": "allow" } } })
    };
    world.check("user:gil", set(), "forbidden");
    world.check("user:gus", set(), "done");
}
