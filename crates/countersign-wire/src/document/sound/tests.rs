//! Whatever the fast reader reads, the one that knows places reads so too.

use super::{items, root};
use crate::diagnostic::Source;
use crate::document::{Key, Node, Value, json};

const TEXT: &str =
    r#"{"a": [1, -2.5e+3, "x\u00e9\n", {"k": null, "l": [true, false]}, []], "b": {"c": "d"} , "e":0, "ä":"ö"}"#;

/// The whole text by the fast reader.
fn fast(text: &str) -> Option<Value> {
    let found = root(text, &[])?;
    let mut entries = found.entries;
    for (key, span) in found.lists {
        let mut list = Vec::new();
        items(text, &span, |item| {
            list.push(item);
            Some(())
        })?;
        entries.push((Key { span: 0..0, text: key }, Node { span: 0..0, value: Value::Array(list) }));
    }
    entries.sort_by(|a, b| a.0.text.cmp(&b.0.text));
    Some(Value::Table(entries))
}

/// The whole text by the other, without places.
fn slow(text: &str) -> Option<Value> {
    let Value::Table(mut entries) = bare(json(&Source { name: "", text }).ok()?).value else { return None };
    entries.sort_by(|a, b| a.0.text.cmp(&b.0.text));
    Some(Value::Table(entries))
}

fn bare(node: Node) -> Node {
    let value = match node.value {
        Value::Array(items) => Value::Array(items.into_iter().map(bare).collect()),
        Value::Table(entries) => {
            let bare = |(key, node): (Key, Node)| (Key { span: 0..0, ..key }, bare(node));
            Value::Table(entries.into_iter().map(bare).collect())
        }
        other => other,
    };
    Node { span: 0..0, value }
}

#[test]
fn a_sound_text_is_read_whole() {
    let deep = |depth: usize| format!("{{\"a\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
    for text in [TEXT, "{}", " { } \n", "{\"a\":[]}", &deep(20)] {
        assert!(fast(text).is_some(), "{text}");
        assert_eq!(fast(text), slow(text), "{text}");
    }
    // Whatever is wrong or unusual is left to the other.
    let many: Vec<_> = (0..40).map(|key| format!("\"k{}\": 1", key % 39)).collect();
    let twice = format!("{{\"a\": {{{}}}}}", many.join(","));
    for text in
        ["", "[]", "{", "\u{feff}{}", "name = 1", "{\"a\":1,\"a\":2}", &twice, &deep(40), "{\"a\":01}", "{\"a\":[}"]
    {
        assert_eq!(fast(text), None, "{text}");
    }
}

#[test]
fn a_changed_text_is_refused_or_read_alike() {
    let (mut read, bytes) = (0, TEXT.as_bytes());
    let mut check = |changed: Vec<u8>| {
        let Ok(text) = String::from_utf8(changed) else { return };
        if let Some(value) = fast(&text) {
            assert_eq!(Some(value), slow(&text), "{text}");
            read += 1;
        }
    };
    for at in 0..bytes.len() {
        check([&bytes[..at], &bytes[at + 1..]].concat());
        for other in b"\"\\{}[]:,.-+e019 \n\ttunk/\x01\x7f" {
            check([&bytes[..at], &[*other], &bytes[at + 1..]].concat());
            check([&bytes[..at], &[*other], &bytes[at..]].concat());
        }
    }
    assert!(read > 500, "only {read} were read");
}
