//! JSON objects from outside, in which a key that stands twice is an error.

use countersign_wire::diagnostic::Source;
use countersign_wire::document;
use serde_json::{Map, Value};

/// The object; nothing if it is none. Two readers that take different ones of two equal keys would read different tokens.
pub(super) fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let text = str::from_utf8(bytes).ok()?;
    document::json(&Source { name: "", text }).ok()?;
    match serde_json::from_str(text).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
