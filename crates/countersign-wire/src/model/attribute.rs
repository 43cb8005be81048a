//! Declarations of attributes: `attributes.NAME = "string"`, `{ type = "bool", from = "request" }`, `{ one_of = […] }`.

use crate::diagnostic::suggest;
use crate::document::{Node, Value};
use crate::reader::{At, Placed, Problems, Table};
use countersign_core::condition::Kind;

/// A declared attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeDecl {
    /// Its name
    pub name: Placed<String>,
    /// What its values are
    pub kind: Kind,
    /// The only values that it may have; any, if there are none
    pub one_of: Vec<String>,
    /// Whether the caller supplies it
    pub from_request: bool,
}

const KINDS: [(&str, Kind); 7] = [
    ("bool", Kind::Bool),
    ("int", Kind::Int),
    ("decimal", Kind::Decimal),
    ("string", Kind::String),
    ("timestamp", Kind::Timestamp),
    ("ip", Kind::Ip),
    ("list", Kind::Strings),
];

pub(super) fn attributes(table: &mut Table, problems: &mut Problems<'_>) -> Vec<AttributeDecl> {
    table.named("attributes", problems).into_iter().map(|(name, node)| attribute(name, node, problems)).collect()
}

pub(super) fn attribute(name: Placed<String>, node: Node, problems: &mut Problems<'_>) -> AttributeDecl {
    let at = At { span: node.span.clone(), path: name.at.path.clone() };
    if let Value::String(word) = &node.value {
        let kind = kind(word, &at, problems).unwrap_or(Kind::String);
        return AttributeDecl { name, kind, one_of: Vec::new(), from_request: false };
    }
    let mut table = Table::new(node, name.at.path.clone(), problems);
    let word = table.string("type", problems);
    let lists = table.has("one_of");
    let listed = table.strings("one_of", problems);
    let of = table.string("of", problems);
    let from = table.string("from", problems);
    table.finish(problems);
    if lists && listed.is_empty() && !problems.stand(&table.place("one_of").path) {
        let help = "list the values, or write `type = \"string\"` for any";
        problems.add_with_help(&at, "`one_of` lists nothing, so no value could be right", help);
    }
    if let Some(from) = from.as_ref().filter(|from| !matches!(from.value.as_str(), "tenant" | "request")) {
        let help = suggest(&from.value, ["tenant", "request"]);
        problems.add_with_help(&from.at, "an attribute comes from `tenant` or from `request`", help);
    }
    // What is not understood is no reason to find fault with the rest.
    let mut kind = match &word {
        Some(word) => kind(&word.value, &word.at, problems),
        None if lists => Some(Kind::String),
        None => {
            if !problems.stand(&at.path) {
                let help = "write `type = \"string\"`, for example";
                problems.add_with_help(&at, "an attribute needs a `type` or the values of `one_of`", help);
            }
            None
        }
    };
    if let Some(of) = of {
        kind = items(&of, kind, problems);
    }
    if !listed.is_empty() && kind.is_some_and(|kind| kind != Kind::String) {
        problems.add_with_help(&at, "only strings can be listed with `one_of`", "take `type` or `one_of` out");
    }
    for (number, value) in listed.iter().enumerate() {
        if listed.iter().take(number).any(|earlier| earlier.value == value.value) {
            problems.add_with_help(&value.at, format!("`{}` is listed twice", value.value), "take one of them out");
        }
    }
    let from_request = from.is_some_and(|from| from.value == "request");
    let (kind, one_of) = (kind.unwrap_or(Kind::String), listed.into_iter().map(|value| value.value).collect());
    AttributeDecl { name, kind, one_of, from_request }
}

fn kind(word: &str, at: &At, problems: &mut Problems<'_>) -> Option<Kind> {
    let found = KINDS.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let help = suggest(word, KINDS.iter().map(|(known, _)| *known));
        problems.add_with_help(at, format!("`{word}` is no type of attribute"), help);
    }
    found.map(|(_, kind)| *kind)
}

/// The list whose items are `of`.
fn items(of: &Placed<String>, list: Option<Kind>, problems: &mut Problems<'_>) -> Option<Kind> {
    if list.is_some_and(|list| list != Kind::Strings) {
        problems.add_with_help(
            &of.at,
            "`of` says what the items of a `list` are",
            "write `type = \"list\"`, or take `of` out",
        );
    }
    let found = kind(&of.value, &of.at, problems)?.list();
    if found.is_none() {
        problems.add_with_help(&of.at, "a list cannot hold lists", "say what its items are, as in `of = \"int\"`");
    }
    found
}
