//! Pieces that several schemas have.

use countersign_core::limits::{ACTIONS_PER_TYPE, ID_BYTES, STRING_BYTES};
use serde_json::{Map, Value, json};

/// A table of these keys and no other.
pub(super) fn table(about: &str, required: &[&str], properties: Value) -> Value {
    json!({
        "description": about,
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// A document: a table with a title.
pub(super) fn document(name: &str, about: &str, required: &[&str], properties: Value) -> Value {
    let mut schema = Map::from_iter([
        ("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema")),
        ("$id".to_owned(), json!(format!("urn:countersign:schema:{name}"))),
        ("title".to_owned(), json!(format!("Countersign {name}"))),
    ]);
    if let Value::Object(table) = table(about, required, properties) {
        schema.extend(table);
    }
    Value::Object(schema)
}

/// A text with a description.
pub(super) fn string(about: &str) -> Value {
    json!({ "description": about, "type": "string" })
}

/// A list of tables.
pub(super) fn list(about: &str, items: Value) -> Value {
    json!({ "description": about, "type": "array", "items": items })
}

/// A list of texts.
pub(super) fn strings(about: &str) -> Value {
    list(about, json!({ "type": "string" }))
}

/// A condition.
pub(super) fn condition(about: &str) -> Value {
    json!({ "description": format!("{about}: a CEL expression"), "type": "string", "minLength": 1, "maxLength": 4096 })
}

/// A moment.
pub(super) fn moment(about: &str) -> Value {
    json!({ "description": format!("{about}, as in 2026-03-01T12:00:00Z"), "type": "string", "format": "date-time" })
}

/// Names of the author's, each with one of these.
pub(super) fn named(about: &str, of: Value) -> Value {
    json!({
        "description": about,
        "type": "object",
        "propertyNames": { "pattern": "^[A-Za-z][A-Za-z0-9_]*$", "maxLength": ID_BYTES },
        "additionalProperties": of,
    })
}

/// Values of attributes by name.
pub(super) fn values(about: &str) -> Value {
    json!({ "description": about, "type": "object" })
}

/// `type:action`, `type:*` or `*`.
fn permission() -> Value {
    json!({ "type": "string", "pattern": "^(\\*|[A-Za-z][A-Za-z0-9_]*:(\\*|[A-Za-z][A-Za-z0-9_]*))$" })
}

/// A permission with a description.
pub(super) fn one_permission(about: &str) -> Value {
    let mut schema = permission();
    if let Value::Object(of) = &mut schema {
        of.insert("description".to_owned(), json!(about));
    }
    schema
}

/// A list of permissions.
pub(super) fn permissions(about: &str, least: usize) -> Value {
    json!({ "description": about, "type": "array", "items": permission(), "minItems": least })
}

/// The actions of a type.
pub(super) fn actions() -> Value {
    json!({
        "description": "What can be done with it",
        "type": "array",
        "maxItems": ACTIONS_PER_TYPE,
        "uniqueItems": true,
        "items": { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*$", "maxLength": ID_BYTES },
    })
}

/// A sentence for people.
pub(super) fn sentence(about: &str) -> Value {
    json!({ "description": about, "type": "string", "maxLength": STRING_BYTES })
}

/// The keys of a role, besides its id.
pub(super) fn role() -> Map<String, Value> {
    let of = json!({
        "title": {
            "description": "The name that people read; or titles by condition, with `else` for all other cases",
            "anyOf": [
                { "type": "string" },
                { "type": "object", "required": ["else"], "additionalProperties": { "type": "string" } },
            ],
        },
        "when": condition("What holds it acts only while this holds"),
        "at": strings("The types of scope at which it may be assigned, `/` for the root; everywhere if left out"),
        "allow": permissions("Permissions that it allows: type:action, type:* or *", 0),
        "deny": permissions("Permissions that it denies", 0),
        "includes": strings("Roles whose permissions it has too"),
        "assigns": strings("Roles that its holder may give"),
    });
    match of {
        Value::Object(of) => of,
        _ => Map::new(),
    }
}
