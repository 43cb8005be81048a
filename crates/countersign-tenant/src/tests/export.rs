//! The export: who may have it, and that an import of it gives the same decisions.

use super::things_world::{Dice, World};
use serde_json::{Value, json};

const SUBJECTS: [&str; 5] = ["user:ada", "user:b", "user:c", "service:d", "user:e"];
const PATHS: [&str; 6] = ["/", "project:p", "project:p/sign:1", "project:q", "order:1", "service:a"];
const ROLES: [&str; 8] = ["admin", "manager", "user", "lead", "editor", "viewer", "own", "other"];
const WHENS: [&str; 6] = [
    "subject.licensed",
    "resource.sign_type == 'room'",
    "project.kind == 'build'",
    "context.cost <= 50.5",
    "resource.id != '1'",
    "now < timestamp('1970-01-02T00:00:00Z')",
];
const MOMENTS: [&str; 3] = ["1970-01-01T12:00:00Z", "1970-01-03T00:00:00.5Z", "9999-12-31T23:59:59Z"];
const PERMISSIONS: [&str; 8] = [
    "project:view",
    "project:edit",
    "sign:view",
    "sign:edit",
    "order:view",
    "order:place",
    "service:view",
    "member:view",
];

/// An account of chance.
fn account(dice: &mut Dice) -> Value {
    let window = |dice: &mut Dice, one: &mut Value| {
        if dice.below(4) == 0 {
            one["from"] = dice.pick(&MOMENTS[..1]).into();
        }
        if dice.below(4) == 0 {
            one["until"] = dice.pick(&MOMENTS[1..]).into();
        }
    };
    let members = SUBJECTS.map(|subject| {
        let groups = if dice.below(2) == 0 { json!(["g"]) } else { json!([]) };
        let status =
            if subject == "user:ada" { "active" } else { dice.pick(&["active", "active", "locked", "invited"]) };
        let attributes = [json!({}), json!({ "licensed": true }), json!({ "licensed": false })][dice.below(3)].clone();
        json!({ "subject": subject, "name": subject, "status": status, "groups": groups, "attributes": attributes })
    });
    let mut assignments = vec![json!({ "to": "user:ada", "role": "admin" })];
    for _ in 0..dice.below(12) {
        let to = dice.pick(&["user:b", "user:c", "service:d", "user:e", "group:g"]);
        let role = dice.pick(&ROLES);
        let scope = match role {
            "admin" | "manager" | "user" => "/",
            "lead" => dice.pick(&["project:p", "project:q"]),
            _ => dice.pick(&PATHS),
        };
        let mut one = json!({ "to": to, "role": role, "scope": scope });
        window(dice, &mut one);
        // Which conditions fit depends on what the role speaks of.
        if dice.below(2) == 0 && matches!(role, "editor" | "viewer" | "own") {
            one["when"] = dice.pick(&WHENS).into();
        }
        assignments.push(one);
    }
    let mut overrides = Vec::new();
    for _ in 0..dice.below(6) {
        let mut one = json!({ "subject": dice.pick(&SUBJECTS), "permission": dice.pick(&PERMISSIONS),
            "scope": dice.pick(&PATHS), "effect": dice.pick(&["allow", "deny"]) });
        window(dice, &mut one);
        overrides.push(one);
    }
    let own = json!({ "id": "own", "allow": ["sign:view", "sign:edit"], "when": "subject.licensed" });
    let other = json!({ "id": "other", "includes": ["own"], "deny": ["order:place"], "title": "Other" });
    let policies = [
        json!([]),
        json!([{ "id": "a", "name": "A", "permissions": ["order:place"], "when": "context.cost > 50", "quorum": 2 }]),
        json!([{ "id": "a", "permissions": ["sign:*"], "approvers": ["role:own", "group:g", "user:b"] }]),
    ];
    let kind = [json!({}), json!({ "kind": "build" }), json!({ "kind": "design" })][dice.below(3)].clone();
    json!({
        "members": members, "groups": [{ "id": "g", "name": "G" }], "roles": [own, other],
        "assignments": assignments, "overrides": overrides, "approval_policies": policies[dice.below(3)],
        "resources": [{ "path": "project:p", "attributes": kind }, { "path": "project:q" }],
    })
}

/// Every answer of an account.
fn answers(world: &World) -> Vec<&'static str> {
    let supplied = [
        json!({}),
        json!({ "attributes": { "sign_type": "room" }, "context": { "cost": "50.5" } }),
        json!({ "attributes": { "sign_type": "door" }, "context": { "cost": 99 } }),
    ];
    let mut answers = Vec::new();
    for who in SUBJECTS {
        let one = world.of_one(who);
        for now in [0, 50_000_000, 100_000_000, 200_000_000] {
            for permission in PERMISSIONS {
                let on = permission.split_once(':').map_or("", |(on, _)| on);
                for resource in [
                    "project:p",
                    "project:q",
                    "project:p/sign:1",
                    "project:q/sign:2",
                    "order:1",
                    "service:a",
                    "member:user:b",
                ] {
                    let leaf = resource.rsplit('/').next().unwrap_or_default();
                    if leaf.split_once(':').map(|(kind, _)| kind) == Some(on) {
                        answers.extend(supplied.iter().map(|supplied| one.ask(permission, resource, supplied, now).0));
                    }
                }
            }
        }
    }
    answers
}

#[test]
fn an_import_of_an_export_gives_the_same_decisions() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..150 {
        let dice = &mut Dice::new(seed);
        let first = World::new(&account(dice));
        let file = first.query("user:ada", json!("export")).expect("an export");
        let second = World::new(&file);
        let (before, after) = (answers(&first), answers(&second));
        assert_eq!(before, after, "{seed}: {file}");
        seen.extend(before);
        assert_eq!(second.query("user:ada", json!("export")).expect("an export"), file, "{seed}");
    }
    assert_eq!(seen.len(), 3, "all answers are met");
}

#[test]
fn what_commands_made_is_exported_too() {
    let mut world = World::new(&super::things_world::people(&[]));
    for command in [
        json!({ "create_role": { "id": "r", "allow": ["sign:view"] } }),
        json!({ "assign": { "to": "user:zoe", "role": "r", "scope": "project:p", "when": "resource.sign_type == 'room'", "until": "2030-01-01T00:00:00Z" } }),
        json!({ "register_resource": { "path": "project:p", "attributes": { "kind": "build" } } }),
        json!({ "create_approval_policy": { "id": "a", "permissions": ["sign:view"] } }),
    ] {
        world.check("user:ada", command, "done");
    }
    let file = world.query("user:ada", json!("export")).expect("an export");
    let expected = json!({ "to": "user:zoe", "role": "r", "scope": "project:p",
        "when": "resource.sign_type == 'room'", "until": "2030-01-01T00:00:00Z" });
    assert_eq!(file["assignments"][1], expected);
    assert_eq!(file["resources"], json!([{ "path": "project:p", "attributes": { "kind": "build" } }]));
    assert_eq!(file["roles"][0]["id"], "r");
    assert_eq!(file["approval_policies"][0]["id"], "a");
    let again = World::new(&file);
    assert_eq!(again.query("user:ada", json!("export")), Ok(file));
    assert_eq!(world.query("user:zoe", json!("export")), Err("forbidden".to_owned()));
}

#[test]
fn settings_are_part_of_the_file() {
    let mut file = super::things_world::people(&[]);
    file["settings"] = json!({ "account_name": "Orbit", "seats": 3, "licences": { "licensed": 2 }, "approval_hours": 5,
        "sealed_roles": { "editor": "Ask the agency." } });
    let world = World::new(&file);
    let exported = world.query("user:ada", json!("export")).expect("an export");
    let expected = json!({ "account_name": "Orbit", "seats": 3, "licences": { "licensed": 2 }, "multiple_accounts": false,
        "invitation_hours": 168, "approval_hours": 5, "sealed_roles": { "editor": "Ask the agency." } });
    assert_eq!(exported["settings"], expected);
    assert_eq!(World::new(&exported).query("user:ada", json!("export")), Ok(exported));
    let wrong = [
        (json!({ "seets": 3 }), "unknown key `seets`"),
        (json!({ "seats": -1 }), "expected a whole number"),
        (json!({ "licences": { "licensed": "2" } }), "expected a whole number"),
        (json!({ "multiple_accounts": "yes" }), "expected true or false"),
        (json!({ "sealed_roles": { "editor": 1 } }), "expected a sentence"),
        (json!({ "sealed_roles": { "nobody": "No." } }), "There is no role `nobody`"),
        (json!({ "approval_hours": 0 }), "between 1 and"),
        (json!([]), "expected a table"),
    ];
    for (settings, expected) in wrong {
        file["settings"] = settings.clone();
        let told = World::try_of(super::things_world::MODEL, &file).err().unwrap_or_default();
        assert!(told.contains(expected), "{settings}: {told}");
    }
}
