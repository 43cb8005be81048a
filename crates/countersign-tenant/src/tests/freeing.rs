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

#[test]
fn nobody_moves_a_resource_out_of_his_own_denial() {
    let mut world = world();
    let moved = json!({ "move_resource": { "from": "project:p/sign:1", "to": "project:q/sign:1" } });
    world.check("user:dee", moved.clone(), "forbidden");
    world.says("user:dee", "sign:edit", "project:q/sign:1", "allow");
    world.check("user:ada", moved, "done");
}
