//! Operators of one value.

use super::run::Budget;
use super::{Decimal, Value};

pub(super) fn negate<'a>(value: &Value<'a>) -> Value<'a> {
    let negated = match value {
        Value::Int(value) => value.checked_neg().map(Value::Int),
        Value::Duration(value) => value.checked_neg().map(Value::Duration),
        Value::Decimal(value) => Some(Value::Decimal(value.neg())),
        _ => None,
    };
    negated.unwrap_or(Value::Error)
}

pub(super) fn to_decimal<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Int(value) => Value::Decimal(Decimal::from(*value)),
        _ => Value::Error,
    }
}

pub(super) fn size<'a>(value: &Value<'a>, budget: &mut Budget) -> Option<Value<'a>> {
    let size = match value {
        Value::String(text) => {
            budget.read(text.len())?;
            // Every character has one byte that does not continue another.
            text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
        }
        Value::List(items) => items.all().len(),
        _ => return Some(Value::Error),
    };
    Some(i64::try_from(size).map_or(Value::Error, Value::Int))
}
