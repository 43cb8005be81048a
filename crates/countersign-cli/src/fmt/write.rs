//! How keys, strings and values are written.

use super::parts::{Item, Items, Value};

/// Columns of a line, where it can be cut.
pub(super) const WIDTH: usize = 120;
const INDENT: usize = 4;

/// A quoted key: without quotes if it can do without.
pub(super) fn key(quoted: &str) -> String {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    let bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !inner.is_empty() && inner.chars().all(bare) { inner.to_owned() } else { string(quoted) }
}

/// A quoted string: in double quotes if it needs no escapes in them, else as it was.
pub(super) fn string(quoted: &str) -> String {
    let Some(inner) = quoted.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) else {
        return quoted.to_owned();
    };
    if inner.contains(['"', '\\']) { quoted.to_owned() } else { format!("\"{inner}\"") }
}

/// A value that begins at this column; `room` is what must fit behind it on its last line.
pub(super) fn value(value: &Value, column: usize, depth: usize, room: usize) -> String {
    let (items, brackets) = match value {
        Value::Scalar(text) => return text.clone(),
        Value::List(items) => (items, ("[", "]", "")),
        Value::Table(items) => (items, ("{", "}", " ")),
    };
    let (open, close, pad) = brackets;
    if let Some(line) = one_line(items, pad) {
        let line = format!("{open}{line}{close}");
        // A table is not cut: TOML 1.0 has no line breaks in it.
        if matches!(value, Value::Table(_)) || column + width(&line) + room <= WIDTH {
            return line;
        }
        return filled(items, depth);
    }
    one_a_line(items, depth, brackets)
}

/// All on one line, unless there are comments or what has line breaks.
fn one_line(Items { items, trailing }: &Items, pad: &str) -> Option<String> {
    let plain = |item: &Item| item.before.is_empty() && item.after.is_none();
    if !trailing.is_empty() || !items.iter().all(plain) {
        return None;
    }
    let texts: Vec<String> = items.iter().map(|item| entry(item, 0, 0, 0)).collect();
    if texts.iter().any(|text| text.contains('\n')) {
        return None;
    }
    Some(if texts.is_empty() { String::new() } else { format!("{pad}{}{pad}", texts.join(", ")) })
}

/// As many on a line as there is room for.
fn filled(Items { items, .. }: &Items, depth: usize) -> String {
    let indent = " ".repeat((depth + 1) * INDENT);
    let mut text = String::from("[\n");
    let mut line = indent.clone();
    for item in items {
        let next = entry(item, indent.len(), depth + 1, 1);
        let empty = line.len() == indent.len();
        if !empty && width(&line) + 1 + width(&next) + 1 > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line.clone_from(&indent);
        } else if !empty {
            line.push(' ');
        }
        line.push_str(&next);
        line.push(',');
    }
    text.push_str(&line);
    text.push('\n');
    text.push_str(&" ".repeat(depth * INDENT));
    text.push(']');
    text
}

/// One on a line, with the comments between.
fn one_a_line(Items { items, trailing }: &Items, depth: usize, (open, close, _): (&str, &str, &str)) -> String {
    let indent = " ".repeat((depth + 1) * INDENT);
    let mut text = format!("{open}\n");
    for item in items {
        for comment in &item.before {
            text.push_str(&format!("{indent}{comment}\n"));
        }
        let written = entry(item, indent.len(), depth + 1, 1);
        let after = item.after.as_ref().map_or_else(String::new, |comment| format!("  {comment}"));
        text.push_str(&format!("{indent}{written},{after}\n"));
    }
    for comment in trailing {
        text.push_str(&format!("{indent}{comment}\n"));
    }
    text.push_str(&" ".repeat(depth * INDENT));
    text.push_str(close);
    text
}

fn entry(item: &Item, column: usize, depth: usize, room: usize) -> String {
    let key = item.key.as_ref().map_or_else(String::new, |key| format!("{key} = "));
    let text = value(&item.value, column + width(&key), depth, room);
    key + &text
}

fn width(text: &str) -> usize {
    text.chars().count()
}
