//! What a question takes from a JSON body: read as every reader of JSON reads it, or not at all.

use super::Refused;
use crate::canonical::query::folded;
use crate::request::Request;
use countersign_core::condition::Kind;
use countersign_wire::diagnostic::Source;
use countersign_wire::document::{self, Node, Value};

/// Digits that a number keeps in a double, however it is read.
const DIGITS: usize = 15;

/// The body as a tree; nothing for an empty one.
///
/// # Errors
/// When it is not JSON, or is sent as something else: the origin would read it as that.
pub(super) fn read(request: &Request, body: &[u8]) -> Result<Option<Node>, Refused> {
    if body.is_empty() {
        return Ok(None);
    }
    let kind = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let json = name == "application/json" || (name.starts_with("application/") && name.ends_with("+json"));
    let utf8 = parts.all(|part| part.is_empty() || matches!(part, "charset=utf-8" | "charset=\"utf-8\""));
    let plain = request.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
    if !json || !utf8 || !plain || kind.contains(',') {
        let detail = "Send the body as `content-type: application/json`, in UTF-8 and not compressed.";
        return Err(Refused::because(415, "content_type", detail));
    }
    let text = str::from_utf8(body).ok().filter(|text| !text.starts_with('\u{FEFF}'));
    let text = text.ok_or_else(|| Refused::because(400, "body", "The body is no JSON text in UTF-8."))?;
    document::json(&Source { name: "body", text }).map(Some).map_err(|problems| {
        let told: Vec<String> = problems.iter().take(3).map(ToString::to_string).collect();
        Refused::because(400, "body", told.join("\n"))
    })
}

/// The member of the body that the keys lead to; nothing if there is none.
///
/// # Errors
/// When a key stands beside one that some readers would take for it: they ignore case, and the last one counts.
pub(super) fn member<'a>(body: Option<&'a Node>, keys: &[String]) -> Result<Option<&'a Value>, Refused> {
    let Some(mut value) = body.map(|node| &node.value) else { return Ok(None) };
    for key in keys {
        let Value::Table(entries) = value else { return Ok(None) };
        let mut alike = entries.iter().filter(|(entry, _)| entry.text.chars().map(folded).eq(key.chars().map(folded)));
        let Some((found, node)) = alike.next() else { return Ok(None) };
        if found.text != *key || alike.next().is_some() {
            let detail = format!("The body has `{key}` in another spelling, which some readers take for it.");
            return Err(Refused::because(400, "body", detail));
        }
        value = &node.value;
    }
    Ok(Some(value))
}

/// The value, if whoever reads numbers as doubles has the same one; else one that is of no kind.
pub(super) fn exact(kind: Kind, value: &Value) -> Value {
    match value {
        Value::Number(text) if !is_exact(text) => Value::Null,
        Value::String(text) if matches!(kind, Kind::Decimal | Kind::Decimals) && !is_exact(text) => Value::Null,
        Value::Array(items) => {
            let item = |item: &Node| Node { span: item.span.clone(), value: exact(kind, &item.value) };
            Value::Array(items.iter().map(item).collect())
        }
        other => other.clone(),
    }
}

/// Whether a number has no more digits than a double keeps, zeros at its ends aside.
fn is_exact(text: &str) -> bool {
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len() <= DIGITS
}
