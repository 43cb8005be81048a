//! TOML 1.0 into the document tree, by the `toml` crate.

use super::{Key, Node, Span, Value};
use crate::diagnostic::{Diagnostic, PROBLEMS, Source};
use crate::time;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn parse(source: &Source<'_>) -> Result<Node, Vec<Diagnostic>> {
    let (table, mut errors) = DeTable::parse_recoverable(source.text);
    // The parser says of each level beyond its bound that it is one.
    errors.dedup_by(|next, last| next.span() == last.span() && next.message() == last.message());
    let mut problems: Vec<_> = errors.into_iter().take(PROBLEMS).map(|error| refuse(source, &error)).collect();
    let span = table.span();
    let value = tree_table(source, table.into_inner(), &mut problems);
    if problems.is_empty() { Ok(Node { span, value }) } else { Err(problems) }
}

fn refuse(source: &Source<'_>, error: &toml::de::Error) -> Diagnostic {
    source.problem(error.span().unwrap_or(0..0), "", error.message().to_owned())
}

fn add(source: &Source<'_>, problems: &mut Vec<Diagnostic>, span: &Span, message: &str) {
    if problems.len() < PROBLEMS {
        problems.push(source.problem(span.clone(), "", message.to_owned()));
    }
}

fn tree_table(source: &Source<'_>, table: DeTable<'_>, problems: &mut Vec<Diagnostic>) -> Value {
    let mut entries: Vec<_> = table
        .into_iter()
        .map(|(key, value)| {
            (Key { span: key.span(), text: key.into_inner().into_owned() }, tree(source, value, problems))
        })
        .collect();
    // The parser sorts by name; what was written first comes first.
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Table(entries)
}

fn tree(source: &Source<'_>, node: Spanned<DeValue<'_>>, problems: &mut Vec<Diagnostic>) -> Node {
    let span = node.span();
    let value = match node.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => {
            Value::Number(number.as_str().trim_start_matches('+').to_owned())
        }
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Number(number.to_string()),
            Err(_) => {
                add(source, problems, &span, "this integer has more than 64 bits");
                Value::Null
            }
        },
        DeValue::Float(number) => Value::Number(number.as_str().trim_start_matches('+').to_owned()),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(moment) => match time::parse(&moment.to_string()) {
            Some(moment) => Value::Time(moment),
            None => {
                let message = "this date-time names no moment: write date, time and offset, as in 2026-03-01T12:00:00Z";
                add(source, problems, &span, message);
                Value::Null
            }
        },
        DeValue::Array(items) => Value::Array(items.into_iter().map(|item| tree(source, item, problems)).collect()),
        DeValue::Table(table) => tree_table(source, table, problems),
    };
    Node { span, value }
}
