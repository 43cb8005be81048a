//! Changes of a document tree, and the tree as a text again.

use countersign_wire::document::{Node, Value};
use countersign_wire::time;
use serde_json::Value as Json;

/// A step into a tree.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Key(String),
    Item(usize),
}

/// What is done with what a path leads to.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It is taken away
    Remove,
    /// It is another text; a key that is not there is added
    Say(String),
}

/// The node that a path leads to.
pub(crate) fn at<'a>(root: &'a Node, path: &[Step]) -> Option<&'a Node> {
    path.iter().try_fold(root, |node, step| match (step, &node.value) {
        (Step::Key(name), Value::Table(entries)) => entries.iter().find(|(key, _)| key.text == *name).map(|(_, of)| of),
        (Step::Item(index), Value::Array(items)) => items.get(*index),
        _ => None,
    })
}

/// The tree, changed; nothing if the path leads nowhere.
pub(crate) fn changed(root: &Node, path: &[Step], change: &Change) -> Option<Node> {
    let mut copy = root.clone();
    let (last, above) = path.split_last()?;
    let mut node = &mut copy;
    for step in above {
        node = match (step, &mut node.value) {
            (Step::Key(name), Value::Table(entries)) => &mut entries.iter_mut().find(|(key, _)| key.text == *name)?.1,
            (Step::Item(index), Value::Array(items)) => items.get_mut(*index)?,
            _ => return None,
        };
    }
    match (last, &mut node.value, change) {
        (Step::Key(name), Value::Table(entries), Change::Remove) => {
            let before = entries.len();
            entries.retain(|(key, _)| key.text != *name);
            (entries.len() < before).then_some(())?;
        }
        (Step::Key(name), Value::Table(entries), Change::Say(text)) => {
            let entry = entries.iter_mut().find(|(key, _)| key.text == *name)?;
            entry.1.value = Value::String(text.clone());
        }
        (Step::Item(index), Value::Array(items), Change::Remove) if *index < items.len() => {
            items.remove(*index);
        }
        _ => return None,
    }
    Some(copy)
}

/// The tree as JSON, in the order in which it was written: the order of titles means something.
pub(crate) fn json(node: &Node) -> String {
    let quoted = |text: &str| Json::String(text.to_owned()).to_string();
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.clone(),
        Value::String(text) => quoted(text),
        Value::Time(moment) => quoted(&time::format(*moment).unwrap_or_default()),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Table(entries) => {
            let pairs = entries.iter().map(|(key, of)| format!("{}:{}", quoted(&key.text), json(of)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
    }
}
