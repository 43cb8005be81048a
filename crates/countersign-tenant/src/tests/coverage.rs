//! What an actor holds for good and everywhere, held against the engine: where coverage says yes, the engine allows for
//! every resource at and below the scope, with whatever is supplied, from now until then.

use super::things_world::{Dice, World};
use crate::authority::{Rights, reaches};
use crate::held;
use countersign_core::{Path, Stage};
use serde_json::{Value, json};
use std::rc::Rc;

const MODEL: &str = r#"
name = "c"
[types.folder]
parent = ["/", "folder"]
actions = ["view", "edit"]
attributes.kind = "string"
[types.file]
parent = "folder"
actions = ["view", "edit"]
attributes.size = { type = "int", from = "request" }
attributes.mark = "string"
[subject.attributes]
licensed = "bool"
mfa = { type = "bool", from = "request" }
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
cost = "decimal"
[roles.editor]
allow = ["folder:*", "file:*"]
[roles.viewer]
allow = ["folder:view", "file:view"]
[roles.licensed]
when = "subject.licensed"
allow = ["file:edit"]
[roles.careful]
when = "subject.mfa || !has(subject.mfa)"
allow = ["file:edit"]
[roles.built]
when = "folder.kind == 'build'"
allow = ["file:*", "folder:*"]
[roles.mixed]
includes = ["licensed", "viewer"]
when = "action.name != 'edit'"
[roles.never]
deny = ["file:edit"]
[roles.sometimes]
when = "context.cost > 5"
deny = ["file:view"]
"#;

const RULES: [&str; 4] = [
    "",
    "[[rules]]\neffect = 'forbid'\npermissions = ['file:edit']\nwhen = \"subject.id == 'user:x'\"\n",
    "[[rules]]\neffect = 'forbid'\npermissions = ['file:edit']\nwhen = \"context.cost < 0\"\n",
    "[[rules]]\neffect = 'permit'\npermissions = ['file:edit']\n",
];

const SCOPES: [&str; 5] = ["/", "folder:a", "folder:a/folder:b", "folder:a/file:1", "folder:c"];
const PLACES: [&str; 8] = [
    "folder:a",
    "folder:a/folder:b",
    "folder:a/folder:b/folder:d",
    "folder:a/file:1",
    "folder:a/file:secret",
    "folder:a/folder:b/file:1",
    "folder:c",
    "folder:c/file:2",
];
const WHENS: [&str; 10] = [
    "resource.id != 'secret'",
    "resource.type != 'folder'",
    "!has(resource.size) || resource.size < 3",
    "folder.id == 'a'",
    "folder.kind == 'build'",
    "subject.licensed",
    "subject.mfa || !has(subject.mfa)",
    "action.name != 'edit'",
    "now < timestamp('1970-01-02T00:00:00Z')",
    "subject.id == 'user:x'",
];
const HOUR: i64 = 3_600_000;

fn account(dice: &mut Dice) -> Value {
    let roles = ["editor", "viewer", "licensed", "careful", "built", "mixed", "never", "sometimes", "editor", "editor"];
    let window = |dice: &mut Dice, one: &mut Value| match dice.below(5) {
        0 => one["until"] = "1970-01-01T12:00:00Z".into(),
        1 => one["from"] = "1970-01-01T06:00:00Z".into(),
        _ => {}
    };
    let mut assignments = Vec::new();
    for _ in 0..=dice.below(3) {
        let mut one =
            json!({ "to": dice.pick(&["user:x", "group:g"]), "role": dice.pick(&roles), "scope": dice.pick(&SCOPES) });
        if dice.below(2) == 0 {
            one["when"] = dice.pick(&WHENS).into();
        }
        window(dice, &mut one);
        assignments.push(one);
    }
    let mut overrides = Vec::new();
    for _ in 0..dice.below(3) {
        let mut one = json!({ "subject": "user:x", "permission": dice.pick(&["file:edit", "file:view", "folder:*"]),
            "scope": dice.pick(&SCOPES), "effect": dice.pick(&["allow", "deny", "allow"]) });
        window(dice, &mut one);
        overrides.push(one);
    }
    let kind = ["build", "design"];
    let policies = [
        json!([]),
        json!([]),
        json!([{ "id": "p", "permissions": ["file:edit"], "when": "context.cost > 1" }]),
        json!([{ "id": "p", "permissions": ["file:edit"], "when": "!subject.licensed" }]),
    ];
    json!({
        "members": [{ "subject": "user:x", "groups": ["g"], "attributes": { "licensed": dice.below(3) > 0 },
            "status": dice.pick(&["active", "active", "active", "active", "locked"]) }],
        "assignments": assignments, "overrides": overrides, "approval_policies": policies[dice.below(4)],
        "resources": [
            { "path": "folder:a", "attributes": { "kind": dice.pick(&kind) } },
            { "path": "folder:a/folder:b", "attributes": { "kind": dice.pick(&kind) } },
        ],
    })
}

#[test]
fn where_coverage_says_yes_the_engine_allows() {
    let supplied: Vec<Value> = vec![
        json!({}),
        json!({ "attributes": { "size": 9 }, "context": { "cost": 9 }, "action": { "soft": true }, "subject": { "mfa": false } }),
        json!({ "attributes": { "size": 1 }, "context": { "cost": -1 }, "subject": { "mfa": true, "licensed": false } }),
        json!({ "attributes": { "size": "x" }, "context": { "cost": "x" }, "subject": { "mfa": "x" } }),
    ];
    let (mut yes, mut no) = (0, 0);
    for seed in 0..1_500 {
        let dice = &mut Dice::new(seed);
        let model = format!("{MODEL}{}", RULES[dice.below(RULES.len())]);
        let tenant = account(dice);
        // Not every condition fits every role.
        let Ok(world) = World::try_of(&model, &tenant) else { continue };
        let one = world.of_one("user:x");
        let policy = Rc::new(held::policy(&world.state).expect("memory").expect("a policy"));
        let rights = Rights::of(&world.state, Rc::clone(&policy), "user:x", false, 0).expect("memory");
        for name in ["file:view", "file:edit", "folder:view", "folder:edit"] {
            let permission = policy.permission(name).expect("a permission");
            for scope in SCOPES {
                let Some(until) = rights.covers_until(permission.on, permission.action.mask(), scope) else {
                    no += 1;
                    continue;
                };
                yes += 1;
                let of_type = |place: &&&str| {
                    let path = Path::parse(place).expect("a path");
                    policy.locate(&path) == Ok(permission.on) && reaches(scope, place)
                };
                for place in PLACES.iter().filter(of_type) {
                    for now in [0, 3 * HOUR, 7 * HOUR, 13 * HOUR, 30 * HOUR].into_iter().filter(|now| *now < until) {
                        for given in &supplied {
                            let (effect, stage) = one.ask(name, place, given, now);
                            // A rule that does not look at who asks stops everybody alike.
                            let held = effect != "deny"
                                || (stage == Stage::Forbid && !model.contains("subject.id == 'user:x'\"\n"));
                            assert!(held, "{seed}: {name} at {scope} until {until}: {place} {now} {given} {tenant}");
                        }
                    }
                }
            }
        }
    }
    assert!(yes > 1_500 && no > 1_500, "both are met: {yes} yes, {no} no");
}
