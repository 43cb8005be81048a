//! JSON (RFC 8259, nothing more) into the document tree, by the `jsonc-parser` crate.

use super::{Fault, Key, Node, Value, Why};
use crate::diagnostic::PROBLEMS;
use jsonc_parser::ast::{ObjectPropName, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn recover(text: &str) -> (Node, Vec<Fault>) {
    let (span, message) = match parse_to_ast(text, &CollectOptions::default(), &STRICT).map(|parsed| parsed.value) {
        Ok(Some(value)) => {
            let mut faults = Vec::new();
            return (tree(value, &mut faults), faults);
        }
        Ok(None) => (0..0, "the text is empty".to_owned()),
        Err(error) => (error.range().start..error.range().end, error.kind().to_string()),
    };
    let nothing = Node { span: 0..0, value: Value::Table(Vec::new()) };
    (nothing, vec![Fault { span, message, why: Why::Syntax }])
}

/// The string that a literal stands for.
pub(super) fn string(literal: &str) -> Option<String> {
    match parse_to_ast(literal, &CollectOptions::default(), &STRICT).ok()?.value? {
        Ast::StringLit(text) => Some(text.value.into_owned()),
        _ => None,
    }
}

fn tree(ast: Ast<'_>, faults: &mut Vec<Fault>) -> Node {
    let range = ast.range();
    let value = match ast {
        Ast::NullKeyword(_) => Value::Null,
        Ast::BooleanLit(truth) => Value::Bool(truth.value),
        Ast::NumberLit(number) => Value::Number(number.value.to_owned()),
        Ast::StringLit(text) => Value::String(text.value.into_owned()),
        Ast::Array(items) => Value::Array(items.elements.into_iter().map(|item| tree(item, faults)).collect()),
        Ast::Object(object) => {
            let mut entries: Vec<(Key, Node)> = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            for property in object.properties {
                let range = property.name.range();
                let text = match property.name {
                    ObjectPropName::String(name) => name.value.into_owned(),
                    ObjectPropName::Word(word) => word.value.to_owned(),
                };
                let key = Key { span: range.start..range.end, text };
                let value = tree(property.value, faults);
                if seen.insert(key.text.clone()) {
                    entries.push((key, value));
                } else if faults.len() < PROBLEMS {
                    let message = format!("the key `{}` is repeated", key.text);
                    faults.push(Fault { span: key.span, message, why: Why::Repeated });
                }
            }
            Value::Table(entries)
        }
    };
    Node { span: range.start..range.end, value }
}
