//! Supplied values typed by the kind that the model declares, the same whether they came as JSON or from JavaScript.

use super::moment;
use countersign_core::condition::{Decimal, Ip, Items, Kind, Value};
use countersign_core::limits::{LIST_ITEMS, STRING_BYTES};
use countersign_core::{AttributeSpec, Millis};

/// A value as it was supplied, before it has a kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw<'a> {
    /// What is no list
    One(Plain<'a>),
    /// A list; what is nested deeper is [`Plain::Other`]
    Many(Vec<Plain<'a>>),
}

/// A supplied value that is no list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plain<'a> {
    /// What no kind takes: null, a table, text that is none
    Other,
    /// A truth value
    Bool(bool),
    /// A number, as it was written
    Number(&'a str),
    /// A number without zeros at the end of what stands behind its point
    Exact(Decimal),
    /// A string
    Text(&'a str),
    /// A moment
    Time(Millis),
}

/// The value as the declared kind reads it; [`Value::Error`] where it is none of it.
pub(crate) fn typed(spec: &AttributeSpec, value: &Raw<'_>) -> Value<'static> {
    let read = match (spec.kind.item(), value) {
        (None, Raw::One(value)) => one(spec.kind, *value),
        (Some(kind), Raw::Many(items)) if items.len() <= LIST_ITEMS => {
            let items: Option<Vec<_>> = items.iter().map(|item| one(kind, *item)).collect();
            items.map(|items| Value::List(Items::Owned(items)))
        }
        _ => None,
    };
    read.filter(|value| spec.admits(value)).unwrap_or(Value::Error)
}

fn one(kind: Kind, value: Plain<'_>) -> Option<Value<'static>> {
    if matches!(value, Plain::Text(text) if text.len() > STRING_BYTES) {
        return None;
    }
    match (kind, value) {
        (Kind::Bool, Plain::Bool(value)) => Some(Value::Bool(value)),
        (kind, Plain::Number(text)) => one(kind, Plain::Exact(Decimal::parse(text)?)),
        (Kind::Int, Plain::Exact(number)) => int(number).map(Value::Int),
        (Kind::Decimal, Plain::Exact(number)) => Some(Value::Decimal(number)),
        (Kind::Decimal, Plain::Text(text)) => Decimal::parse(text).map(Value::Decimal),
        (Kind::String, Plain::Text(text)) => Some(Value::text(text)),
        (Kind::Timestamp, Plain::Time(moment)) => Some(Value::Timestamp(moment)),
        (Kind::Timestamp, Plain::Text(text)) => moment::parse(text).map(Value::Timestamp),
        (Kind::Ip, Plain::Text(text)) => Ip::parse(text).map(Value::Ip),
        _ => None,
    }
}

/// An integer: `5`, and `5.0` or `5e2` too, for JSON has one kind of number.
fn int(number: Decimal) -> Option<i64> {
    if number.scale() == 0 { number.units().try_into().ok() } else { None }
}
