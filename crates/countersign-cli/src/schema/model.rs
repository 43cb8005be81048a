//! The schema of models.

use super::parts::{actions, condition, document, list, named, permissions, role, sentence, string, table};
use serde_json::{Value, json};

const KINDS: [&str; 7] = ["bool", "int", "decimal", "string", "timestamp", "ip", "list"];

pub(super) fn schema() -> Value {
    let kind = json!({
        "description": "A resource type",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "parent": {
                "description": "The types that it stands below; `/`, or nothing, for the root",
                "anyOf": [
                    { "type": "string" },
                    { "type": "array", "minItems": 1, "items": { "type": "string" } },
                ],
            },
            "actions": actions(),
            "attributes": attributes("What is known of each of them"),
        },
    });
    let owner = |about: &str| table(about, &[], json!({ "attributes": attributes("Its attributes") }));
    let role_table = table("A role", &[], Value::Object(role()));
    let rule = table(
        "A rule for everybody",
        &["effect", "permissions"],
        json!({
            "effect": { "description": "What it does while it holds", "enum": ["permit", "forbid"] },
            "permissions": permissions("What it is about: type:action, type:* or *", 1),
            "when": condition("It holds while this does; always if left out"),
            "why": sentence("A sentence that refusals show"),
        }),
    );
    document(
        "model",
        "What there is to allow: types, actions, attributes, roles, rules",
        &["name"],
        json!({
            "name": string("The model's name"),
            "types": named("The resource types, by name", kind),
            "subject": owner("Whoever asks"),
            "action": owner("What is asked for"),
            "context": attributes("What is supplied with each question"),
            "roles": json!({
                "description": "The roles, by id",
                "type": "object",
                "additionalProperties": role_table,
            }),
            "rules": list("The rules", rule),
        }),
    )
}

fn attributes(about: &str) -> Value {
    named(
        about,
        json!({
            "anyOf": [
                { "enum": KINDS },
                {
                    "type": "object",
                    "additionalProperties": false,
                    "anyOf": [{ "required": ["type"] }, { "required": ["one_of"] }],
                    "properties": {
                        "type": { "description": "What its values are", "enum": KINDS },
                        "of": { "description": "What the items of a list are", "enum": &KINDS[..6] },
                        "one_of": {
                            "description": "The only strings that it may be",
                            "type": "array",
                            "minItems": 1,
                            "uniqueItems": true,
                            "items": { "type": "string" },
                        },
                        "from": { "description": "Who says it", "enum": ["tenant", "request"] },
                    },
                },
            ],
        }),
    )
}
