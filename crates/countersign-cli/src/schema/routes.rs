//! The schema of route files.

use super::parts::{document, list, named, string, table};
use countersign_gate::routes::{GUARDED, METHODS};
use serde_json::{Map, Value, json};

pub(super) fn schema() -> Value {
    let origin = table(
        "What the origin does not tell apart; the gate then refuses it",
        &[],
        json!({
            "ignores_case": { "description": "Capitals from small letters", "type": "boolean" },
            "reads_suffixes": { "description": "/doc.json from /doc in another form", "type": "boolean" },
        }),
    );
    document(
        "routes",
        "What the gate asks for which request; what fits no route is refused",
        &[],
        json!({
            "host": string("The pattern of the host, for routes without their own"),
            "tenant": tenant("Whose resources they are, for routes that do not say it"),
            "origin": origin,
            "routes": list("The routes; the first that fits is taken", route()),
        }),
    )
}

fn route() -> Value {
    let method = json!({ "enum": METHODS });
    let mut route = table(
        "A route",
        &["method", "path"],
        json!({
            "method": {
                "description": "Its method, or a list of them; HEAD follows GET",
                "anyOf": [method, { "type": "array", "minItems": 1, "uniqueItems": true, "items": method }],
            },
            "path": {
                "description": "The pattern of the path, as in /api/{tenant}/projects/{project}",
                "type": "string",
                "pattern": "^/",
            },
            "host": string("The pattern of the host, as in {tenant}.example.com; any host if left out"),
            "public": { "description": "Everybody may, and nothing is asked", "type": "boolean" },
            "action": string("The action that is asked about"),
            "resource": {
                "description": "The template of the resource, as in project:{project}/sign:{sign}",
                "type": "string",
                "pattern": "^[^:/]+:[^/]+(/[^:/]+:[^/]+)*$",
            },
            "tenant": tenant("Whose resource it is, if neither path nor host has {tenant}"),
            "parameters": named("Where ids come from that are not in the path", from(false)),
            "attributes": named("Attributes of the resource, taken from the request", from(true)),
            "action_attributes": named("Attributes of the action, taken from the request", from(true)),
            "context": named("The context, taken from the request", from(true)),
            "freshness": {
                "description": "How fresh the answer must be: strict, or bounded(N) with N in seconds",
                "type": "string",
                "pattern": "^(strict|bounded\\([0-9]{1,5}\\))$",
            },
            "denied": { "description": "How a denial looks", "enum": [403, 404] },
            "visible_by": string("Another action: 403 for whoever may do that, 404 for all others"),
        }),
    );
    if let Value::Object(route) = &mut route {
        let none = |keys: &[&str]| -> Value {
            json!({ "not": { "anyOf": keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() } })
        };
        let public = json!({ "required": ["public"], "properties": { "public": { "const": true } } });
        route.extend(Map::from_iter([
            ("if".to_owned(), public),
            ("then".to_owned(), none(&GUARDED)),
            ("else".to_owned(), json!({ "required": ["action", "resource"] })),
            ("not".to_owned(), json!({ "required": ["denied", "visible_by"] })),
        ]));
    }
    route
}

fn tenant(about: &str) -> Value {
    json!({
        "description": about,
        "anyOf": [
            { "description": "Always the same", "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$" },
            table("A claim of the caller's token", &["claim"], json!({ "claim": string("The claim's name") })),
        ],
    })
}

/// Where a value comes from: one key says it.
fn from(any: bool) -> Value {
    let mut keys = Map::from_iter([
        ("query".to_owned(), string("A parameter of the query")),
        ("header".to_owned(), string("A header that reaches the origin")),
        (
            "body".to_owned(),
            json!({
                "description": "A member of the JSON body: a JSON pointer, as in /order/cost",
                "type": "string",
                "pattern": "^/.",
            }),
        ),
    ]);
    if any {
        keys.insert("path".to_owned(), string("A parameter of the path or the host"));
        keys.insert("value".to_owned(), json!({ "description": "What the file itself says" }));
    }
    let mut from = table("Where it comes from", &[], Value::Object(keys));
    if let Value::Object(from) = &mut from {
        from.extend([("minProperties".to_owned(), json!(1)), ("maxProperties".to_owned(), json!(1))]);
    }
    from
}
