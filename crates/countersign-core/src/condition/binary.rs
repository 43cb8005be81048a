//! Operators of two values. Values of different kinds never meet: that is an error, and so is what does not fit.

use super::run::Budget;
use super::text::contains;
use super::{Items, Op, Value};
use crate::limits::{LIST_ITEMS, STRING_BYTES};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Bytes of the longest text that a condition may put together.
const MADE_BYTES: usize = 4 * STRING_BYTES;

/// What the operator comes to; nothing if the budget is used up, or if this is no operator of two values.
pub(super) fn binary<'a>(op: Op, left: Value<'a>, right: Value<'a>, budget: &mut Budget) -> Option<Value<'a>> {
    let truth = match op {
        Op::And => decide(&left, &right, false),
        Op::Or => decide(&left, &right, true),
        Op::Equal => equal(&left, &right, budget)?,
        Op::Unequal => equal(&left, &right, budget)?.map(|equal| !equal),
        Op::Less => order(&left, &right, budget)?.map(Ordering::is_lt),
        Op::LessOrEqual => order(&left, &right, budget)?.map(Ordering::is_le),
        Op::Greater => order(&left, &right, budget)?.map(Ordering::is_gt),
        Op::GreaterOrEqual => order(&left, &right, budget)?.map(Ordering::is_ge),
        Op::In => is_in(&left, &right, budget)?,
        Op::InRange => match (&left, &right) {
            (Value::Range(range), Value::Ip(ip)) => Some(range.contains(*ip)),
            _ => None,
        },
        Op::StartsWith | Op::EndsWith | Op::Contains => match (&left, &right) {
            (Value::String(text), Value::String(part)) => {
                budget.read(text.len().saturating_add(part.len()))?;
                let (text, part) = (text.as_bytes(), part.as_bytes());
                Some(match op {
                    Op::StartsWith => text.starts_with(part),
                    Op::EndsWith => text.ends_with(part),
                    _ => contains(text, part),
                })
            }
            _ => None,
        },
        Op::Add => return add(left, right, budget),
        Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
            return Some(calculate(op, &left, &right).unwrap_or(Value::Error));
        }
        _ => return None,
    };
    Some(truth.map_or(Value::Error, Value::Bool))
}

/// `&&` and `||`: one side alone may decide, whatever the other is.
fn decide(left: &Value<'_>, right: &Value<'_>, decisive: bool) -> Option<bool> {
    match (left, right) {
        (Value::Bool(left), _) if *left == decisive => Some(decisive),
        (_, Value::Bool(right)) if *right == decisive => Some(decisive),
        (Value::Bool(_), Value::Bool(_)) => Some(!decisive),
        _ => None,
    }
}

/// The order of two values of one kind, for the kinds that have one.
fn order(left: &Value<'_>, right: &Value<'_>, budget: &mut Budget) -> Option<Option<Ordering>> {
    Some(Some(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Int(left), Value::Int(right))
        | (Value::Timestamp(left), Value::Timestamp(right))
        | (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => {
            budget.read(left.len().min(right.len()))?;
            // The order of UTF-8 is that of the code points.
            left.as_bytes().cmp(right.as_bytes())
        }
        _ => return Some(None),
    }))
}

/// Whether two values are equal; lists are if their items are, one by one.
fn equal(left: &Value<'_>, right: &Value<'_>, budget: &mut Budget) -> Option<Option<bool>> {
    let (Value::List(left), Value::List(right)) = (left, right) else { return equal_items(left, right, budget) };
    let (left, right) = (left.all(), right.all());
    if left.len() != right.len() {
        return Some(Some(false));
    }
    budget.spend(left.len())?;
    let mut all = true;
    for (left, right) in left.iter().zip(right) {
        let Some(equal) = equal_items(left, right, budget)? else { return Some(None) };
        all &= equal;
    }
    Some(Some(all))
}

/// Whether two values that are no lists are equal.
fn equal_items(left: &Value<'_>, right: &Value<'_>, budget: &mut Budget) -> Option<Option<bool>> {
    Some(match (left, right) {
        (Value::Ip(left), Value::Ip(right)) => Some(left == right),
        (Value::Range(left), Value::Range(right)) => Some(left == right),
        _ => order(left, right, budget)?.map(Ordering::is_eq),
    })
}

fn is_in(element: &Value<'_>, list: &Value<'_>, budget: &mut Budget) -> Option<Option<bool>> {
    let Value::List(items) = list else { return Some(None) };
    if matches!(element, Value::Error | Value::List(_)) {
        return Some(None);
    }
    budget.spend(items.all().len())?;
    let mut found = false;
    for item in items.all() {
        let Some(equal) = equal_items(element, item, budget)? else { return Some(None) };
        found |= equal;
    }
    Some(Some(found))
}

fn add<'a>(left: Value<'a>, right: Value<'a>, budget: &mut Budget) -> Option<Value<'a>> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => join(left, &right, budget),
        (Value::List(left), Value::List(right)) => append(left, &right, budget),
        (left, right) => Some(calculate(Op::Add, &left, &right).unwrap_or(Value::Error)),
    }
}

fn join<'a>(left: Cow<'a, str>, right: &str, budget: &mut Budget) -> Option<Value<'a>> {
    let bytes = left.len().saturating_add(right.len());
    if bytes > MADE_BYTES {
        return Some(Value::Error);
    }
    budget.read(bytes)?;
    let mut text = String::with_capacity(bytes);
    text.push_str(&left);
    text.push_str(right);
    Some(Value::String(Cow::Owned(text)))
}

fn append<'a>(left: Items<'a>, right: &Items<'a>, budget: &mut Budget) -> Option<Value<'a>> {
    let (left, right) = (left.all(), right.all());
    let count = left.len().saturating_add(right.len());
    if count > LIST_ITEMS {
        return Some(Value::Error);
    }
    budget.spend(count)?;
    let mut items = Vec::with_capacity(count);
    for item in left.iter().chain(right) {
        items.push(item.copy(budget)?);
    }
    Some(Value::list(items))
}

/// Arithmetic; nothing if the operator has no meaning for these kinds, or the result does not fit.
fn calculate<'a>(op: Op, left: &Value<'a>, right: &Value<'a>) -> Option<Value<'a>> {
    use Value::{Duration, Int, Timestamp};
    if let (Value::Decimal(left), Value::Decimal(right)) = (left, right) {
        let result = match op {
            Op::Add => left.checked_add(*right),
            Op::Subtract => left.checked_sub(*right),
            Op::Multiply => left.checked_mul(*right),
            _ => None,
        };
        return result.map(Value::Decimal);
    }
    Some(match (op, left, right) {
        (Op::Add, Int(left), Int(right)) => Int(left.checked_add(*right)?),
        (Op::Add, Duration(left), Duration(right)) => Duration(left.checked_add(*right)?),
        (Op::Add, Timestamp(left), Duration(right)) | (Op::Add, Duration(left), Timestamp(right)) => {
            Timestamp(left.checked_add(*right)?)
        }
        (Op::Subtract, Int(left), Int(right)) => Int(left.checked_sub(*right)?),
        (Op::Subtract, Duration(left), Duration(right)) | (Op::Subtract, Timestamp(left), Timestamp(right)) => {
            Duration(left.checked_sub(*right)?)
        }
        (Op::Subtract, Timestamp(left), Duration(right)) => Timestamp(left.checked_sub(*right)?),
        (Op::Multiply, Int(left), Int(right)) => Int(left.checked_mul(*right)?),
        (Op::Divide, Int(left), Int(right)) => Int(left.checked_div(*right)?),
        (Op::Remainder, Int(left), Int(right)) => Int(left.checked_rem(*right)?),
        _ => return None,
    })
}
