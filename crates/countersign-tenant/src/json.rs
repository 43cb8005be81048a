//! Documents of people as JSON: what a tenant wrote is kept as it was written.

use countersign_wire::diagnostic::Source;
use countersign_wire::document::{self, Node};
use countersign_wire::time;
use serde_json::{Map, Number, Value};

/// A document that was found sound, as JSON; null for one that is not.
#[must_use]
pub fn object(source: Source<'_>) -> Value {
    document::parse(&source).map_or(Value::Null, of)
}

fn of(node: Node) -> Value {
    match node.value {
        document::Value::Null => Value::Null,
        document::Value::Bool(value) => Value::Bool(value),
        // What is too large for a number of JSON is kept as its digits: attributes are read from texts, too.
        document::Value::Number(text) => text.parse::<Number>().map_or(Value::String(text), Value::Number),
        document::Value::String(text) => Value::String(text),
        document::Value::Time(moment) => time::format(moment).map_or(Value::Null, Value::String),
        document::Value::Array(items) => Value::Array(items.into_iter().map(of).collect()),
        document::Value::Table(entries) => {
            entries.into_iter().map(|(key, node)| (key.text, of(node))).collect::<Map<_, _>>().into()
        }
    }
}
