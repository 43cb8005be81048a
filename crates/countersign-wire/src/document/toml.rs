//! TOML 1.0 into the document tree, by the `toml` crate.

use super::{Fault, Key, Node, Span, Value, Why};
use crate::diagnostic::PROBLEMS;
use crate::time;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn recover(text: &str) -> (Node, Vec<Fault>) {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    // The parser says of each level beyond its bound that it is one.
    errors.dedup_by(|next, last| next.span() == last.span() && next.message() == last.message());
    let mut faults: Vec<_> = errors.into_iter().take(PROBLEMS).map(|error| fault(&error)).collect();
    let span = table.span();
    let value = tree_table(table.into_inner(), &mut faults);
    (Node { span, value }, faults)
}

fn fault(error: &toml::de::Error) -> Fault {
    let why = if error.message() == "duplicate key" { Why::Repeated } else { Why::Syntax };
    Fault { span: error.span().unwrap_or(0..0), message: error.message().to_owned(), why }
}

fn add(faults: &mut Vec<Fault>, span: &Span, message: &str) {
    if faults.len() < PROBLEMS {
        faults.push(Fault { span: span.clone(), message: message.to_owned(), why: Why::Value });
    }
}

fn tree_table(table: DeTable<'_>, faults: &mut Vec<Fault>) -> Value {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(key, value)| (Key { span: key.span(), text: key.into_inner().into_owned() }, tree(value, faults)))
        .collect();
    // The parser sorts by name; what was written first comes first.
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Table(entries)
}

fn tree(node: Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Node {
    let span = node.span();
    let value = match node.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => {
            Value::Number(number.as_str().trim_start_matches('+').to_owned())
        }
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Number(number.to_string()),
            Err(_) => {
                add(faults, &span, "this integer has more than 64 bits");
                Value::Null
            }
        },
        DeValue::Float(number) => Value::Number(number.as_str().trim_start_matches('+').to_owned()),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(moment) => match time::parse(&moment.to_string()) {
            Some(moment) => Value::Time(moment),
            None => {
                let message = "this date-time names no moment: write date, time and offset, as in 2026-03-01T12:00:00Z";
                add(faults, &span, message);
                Value::Null
            }
        },
        DeValue::Array(items) => Value::Array(items.into_iter().map(|item| tree(item, faults)).collect()),
        DeValue::Table(table) => tree_table(table, faults),
    };
    Node { span, value }
}
