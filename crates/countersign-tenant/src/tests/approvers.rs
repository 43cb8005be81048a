//! Who approves is authority, too: whoever does not decide on approval policies makes nobody an approver.

use super::things_world::{World, people};
use serde_json::{Value, json};

/// Approvals of two kinds: by a group and a service, and by a custom role. Zoe manages groups, tokens and assignments,
/// and holds all that these hold; cleo decides on approval policies besides.
fn world() -> World {
    let model = format!(
        "{}[roles.keeper]\nallow = ['group:*', 'token:*', 'assignment:*', 'order:view', 'member:view']\n\
         [roles.chief]\nallow = ['approval_policy:*', 'group:*', 'token:*', 'assignment:*', 'order:view', 'member:view']\n",
        super::things_world::MODEL
    );
    let mut tenant = people(&[
        ("user:zoe", "keeper", "/", Value::Null),
        ("user:cleo", "chief", "/", Value::Null),
        ("user:max", "manager", "/", Value::Null),
        ("service:gus", "", "/", Value::Null),
    ]);
    tenant["groups"] = json!([{ "id": "approvers" }, { "id": "others" }]);
    tenant["roles"] =
        json!([{ "id": "approver", "allow": ["order:view"] }, { "id": "reader", "allow": ["order:view"] }]);
    tenant["approval_policies"] = json!([
        { "id": "big", "permissions": ["order:place"], "when": "context.cost > 50",
          "approvers": ["group:approvers", "service:gus"] },
        { "id": "huge", "permissions": ["order:place"], "when": "context.cost > 500", "approvers": ["role:approver"] },
    ]);
    World::of(&model, &tenant)
}

#[test]
fn approvers_are_made_by_those_who_decide_on_policies() {
    let join = |group: &str| json!({ "add_to_group": { "id": group, "subject": "user:zoe" } });
    let give = |role: &str| json!({ "assign": { "to": "user:zoe", "role": role, "scope": "/" } });
    let token = |subject: &str| json!({ "create_token": { "subject": subject, "name": "t" } });
    for (command, of_zoe) in [
        (join("approvers"), "forbidden"),
        (join("others"), "done"),
        (give("approver"), "forbidden"),
        (give("reader"), "done"),
        (token("service:gus"), "forbidden"),
    ] {
        world().check("user:zoe", command.clone(), of_zoe);
        world().check("user:cleo", command, "done");
    }
}

#[test]
fn a_chain_of_tokens_is_one_person() {
    let mut world = world();
    let token = |subject: &str, by: &str| json!({ "subject": subject, "created_by": by }).to_string().into_bytes();
    let mut commit =
        crate::Commit { revision: world.state_revision() + 1, epoch: 1, ids: 900, ..crate::Commit::default() };
    let put = |key: &str, bytes| crate::Event::Doc { key: key.to_owned(), bytes: Some(bytes) };
    commit.events = vec![
        put("token/t1", token("service:gus", "service:between")),
        put("token/t2", token("service:between", "user:max")),
    ];
    world.state.apply(&commit);
    let place = json!({ "request_approval": { "action": "place", "resource": "order:1", "context": { "cost": 60 } } });
    let request = world.make("user:max", place);
    world.check("service:gus", json!({ "approve": { "id": request } }), "unknown_request");
}

/// Whoever gets a role that approves by another way than being given it: by joining who has it, acting for who has it,
/// being let in with it, or making its condition hold.
#[test]
fn no_way_round_makes_an_approver() {
    let model = format!(
        "{}[roles.keeper]\nallow = ['group:*', 'token:*', 'support:*', 'role:*', 'assignment:*', 'order:view', 'member:*']\n\
         [roles.chief]\nincludes = ['keeper']\nallow = ['approval_policy:*']\n",
        super::things_world::MODEL
    );
    let mut tenant = people(&[
        ("user:zoe", "keeper", "/", Value::Null),
        ("user:cleo", "chief", "/", Value::Null),
        ("service:gus", "", "/", Value::Null),
        ("user:max", "", "/", Value::Null),
        ("group:board", "approver", "/", Value::Null),
        ("service:gus", "approver", "/", Value::Null),
        ("user:max", "approver", "/", json!({ "when": "subject.licensed" })),
    ]);
    let members = tenant["members"].as_array_mut().expect("members");
    members.retain(|member| member["subject"] != "group:board");
    tenant["groups"] = json!([{ "id": "board" }]);
    tenant["roles"] = json!([
        { "id": "approver", "allow": ["order:view"] },
        { "id": "asleep", "allow": ["order:view"], "when": "subject.licensed" },
    ]);
    let policy = |id: &str, role: &str| json!({ "id": id, "permissions": ["order:place"], "when": "context.cost > 50", "approvers": [role] });
    tenant["approval_policies"] = json!([policy("big", "role:approver"), policy("huge", "role:asleep")]);
    let licensed = json!({ "edit": { "attributes": { "licensed": true } }, "subject": "user:max" });
    let asleep = json!({ "id": "asleep", "body": { "allow": ["order:view"] } });
    for command in [
        json!({ "add_to_group": { "id": "board", "subject": "user:max" } }),
        json!({ "create_token": { "subject": "service:gus", "name": "t" } }),
        json!({ "authorise_support": { "subject": "support:s", "role": "approver", "reason": "It helps us." } }),
        json!({ "edit_member": licensed }),
        json!({ "edit_role": asleep }),
    ] {
        World::of(&model, &tenant).check("user:zoe", command.clone(), "forbidden");
        World::of(&model, &tenant).check("user:cleo", command, "done");
    }
}

/// Two approvals are those of two people: whoever made a service's token is not counted again with it.
#[test]
fn one_person_is_not_two_approvers() {
    let mut tenant = people(&[
        ("user:max", "manager", "/", Value::Null),
        ("user:abe", "admin", "/", Value::Null),
        ("service:gus", "admin", "/", Value::Null),
    ]);
    let policy = json!({ "id": "big", "permissions": ["order:place"], "when": "context.cost > 50",
        "approvers": ["role:admin"], "quorum": 2 });
    tenant["approval_policies"] = json!([policy]);
    let mut world = World::new(&tenant);
    world.make("user:ada", json!({ "create_token": { "subject": "service:gus", "name": "t" } }));
    let place = json!({ "request_approval": { "action": "place", "resource": "order:1", "context": { "cost": 60 } } });
    let request = world.make("user:max", place);
    let approve = json!({ "approve": { "id": request } });
    world.check("user:ada", approve.clone(), "done");
    world.check("service:gus", approve.clone(), "approved_by_you");
    let spend = json!({ "use_request": { "id": request } });
    world.check("user:max", spend.clone(), "not_approved");
    world.check("user:abe", approve, "done");
    world.check("user:max", spend, "done");
}

/// An operator's file may ask for approvals of management: such a command is then refused, and no approval lets it in.
#[test]
fn no_approval_lets_a_command_in() {
    let mut tenant = people(&[("user:max", "lead", "project:p", Value::Null), ("user:lea", "user", "/", Value::Null)]);
    tenant["approval_policies"] =
        json!([{ "id": "gifts", "permissions": ["assignment:create"], "approvers": ["user:ada"] }]);
    let mut world = World::new(&tenant);
    let assign = json!({ "assign": { "to": "user:lea", "role": "viewer", "scope": "project:p" } });
    world.check("user:max", assign.clone(), "forbidden");
    let ask = json!({ "request_approval": { "action": "create", "resource": "project:p/assignment:new" } });
    let request = world.make("user:max", ask);
    world.check("user:ada", json!({ "approve": { "id": request } }), "done");
    world.says("user:max", "assignment:create", "project:p/assignment:new", "allow");
    world.check("user:max", assign, "forbidden");
}

#[test]
fn who_is_not_active_sees_no_resources() {
    let mut tenant = people(&[("user:max", "viewer", "/", Value::Null)]);
    tenant["resources"] = json!([{ "path": "project:p" }]);
    let mut world = World::new(&tenant);
    let ask = json!({ "resources": { "below": null, "page": { "cursor": null, "limit": 10 } } });
    assert_eq!(world.list("user:max", ask.clone(), "path"), ["project:p"]);
    world.check("user:ada", json!({ "set_status": { "subject": "user:max", "status": "deactivated" } }), "done");
    assert_eq!(world.query("user:max", ask), Err("forbidden".to_owned()));
}
