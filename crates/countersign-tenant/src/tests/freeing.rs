//! Who takes off what is denied: whoever could hand that on, and nobody off himself, by whatever way.

use super::things_world::{MODEL, World, people};
use serde_json::{Value, json};

/// Gus may manage roles, assignments, members and resources, and holds nothing of the product. Max is curbed by a role of
/// the account's own while he is on probation, and by another for good.
fn world() -> World {
    let model = MODEL.replace("licensed = \"bool\"", "licensed = \"bool\"\nprobation = \"bool\"").replace(
        "[roles.seer]",
        "[roles.helper]\nallow = ['role:*', 'assignment:*', 'member:*']\n\
             [roles.deputy]\nallow = ['project:*', 'sign:*', 'assignment:*', 'resource:*']\nassigns = ['all']\n\
             [roles.all]\nallow = ['*']\n[roles.seer]",
    );
    let mut tenant = people(&[
        ("user:gus", "helper", "/", Value::Null),
        ("user:lea", "helper", "/", Value::Null),
        ("user:lea", "editor", "/", Value::Null),
        ("user:dee", "deputy", "/", Value::Null),
        ("user:max", "editor", "/", Value::Null),
        ("user:max", "probation", "/", Value::Null),
        ("user:max", "curb", "/", json!({ "when": "subject.licensed" })),
    ]);
    let of = |subject: &str, attributes: Value| json!({ "subject": subject, "attributes": attributes });
    let members = tenant["members"].as_array_mut().expect("members");
    members.retain(|member| member["subject"] != "user:max");
    members.push(of("user:max", json!({ "probation": true, "licensed": true })));
    tenant["roles"] = json!([
        { "id": "probation", "deny": ["sign:edit"], "when": "subject.probation" },
        { "id": "curb", "deny": ["sign:view"] },
    ]);
    tenant["overrides"] =
        json!([{ "subject": "user:dee", "permission": "sign:edit", "scope": "project:p", "effect": "deny" }]);
    tenant["resources"] = json!([{ "path": "project:p" }, { "path": "project:q" }, { "path": "project:p/sign:1" }]);
    World::of(&model, &tenant)
}

#[test]
fn an_attribute_takes_off_no_denial_that_the_actor_could_not() {
    for (name, freed) in [("probation", "sign:edit"), ("licensed", "sign:view")] {
        let set = |value: bool| json!({ "edit_member": { "subject": "user:max", "edit": { "attributes": { name: value } } } });
        let mut world = world();
        world.says("user:max", freed, "project:p/sign:1", "deny");
        world.check("user:gus", set(false), "forbidden");
        world.check("user:lea", set(false), "done");
    }
}

#[test]
fn a_role_that_assigns_a_denial_takes_it_off() {
    let mut world = world();
    let role = json!({ "create_role": { "id": "warden", "assigns": ["curb"] } });
    world.check("user:gus", role.clone(), "forbidden");
    world.check("user:lea", role, "done");
    let give = json!({ "assign": { "to": "user:gus", "role": "warden", "scope": "/" } });
    world.check("user:gus", give.clone(), "forbidden");
    world.check("user:lea", give, "done");
}

/// Ada is restricted in every way, and has made a token of a service that administers as she does; another one is nobody's.
fn served() -> (World, String) {
    let mut world = world();
    let give = |to: &str, role: &str| json!({ "assign": { "to": to, "role": role, "scope": "/" } });
    for service in ["service:own", "service:other"] {
        world.check("user:ada", json!({ "create_member": { "subject": service } }), "done");
        world.check("user:ada", give(service, "admin"), "done");
    }
    world.check("user:ada", json!({ "create_token": { "subject": "service:own", "name": "t" } }), "done");
    let restricted = world.make("user:lea", give("user:ada", "curb"));
    world.check("user:ada", json!({ "create_group": { "id": "curbed" } }), "done");
    world.check("user:lea", give("group:curbed", "probation"), "done");
    world.check("user:ada", json!({ "add_to_group": { "id": "curbed", "subject": "user:ada" } }), "done");
    let denied = json!({ "permission": "sign:edit", "scope": "/", "effect": "deny" });
    world.check("user:ada", json!({ "set_override": { "subject": "user:ada", "body": denied } }), "done");
    (world, restricted)
}

#[test]
fn nobody_takes_a_denial_off_himself_by_a_service_of_his() {
    let freed = json!({ "permission": "sign:edit", "scope": "/", "effect": "inherit" });
    for command in [
        json!({ "unassign": { "id": served().1 } }),
        json!({ "set_override": { "subject": "user:ada", "body": freed } }),
        json!({ "edit_member": { "subject": "user:ada", "edit": { "attributes": { "licensed": true } } } }),
        json!({ "edit_role": { "id": "curb", "body": { "allow": ["sign:view"] } } }),
        json!({ "delete_group": { "id": "curbed" } }),
        json!({ "remove_from_group": { "id": "curbed", "subject": "user:ada" } }),
        json!({ "move_resource": { "from": "project:p/sign:1", "to": "project:q/sign:1" } }),
    ] {
        served().0.check("service:own", command.clone(), "forbidden");
        served().0.check("service:other", command, "done");
    }
}

#[test]
fn nobody_moves_a_resource_out_of_his_own_denial() {
    let mut world = world();
    let moved = json!({ "move_resource": { "from": "project:p/sign:1", "to": "project:q/sign:1" } });
    world.check("user:dee", moved.clone(), "forbidden");
    world.says("user:dee", "sign:edit", "project:q/sign:1", "allow");
    world.check("user:ada", moved, "done");
}
