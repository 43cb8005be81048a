//! When a condition that reads the clock may come to something else.

use crate::Millis;
use crate::condition::{Condition, Facts, Op, Reference, Value};
use alloc::vec::Vec;

/// What is known of a value while the code is read.
#[derive(Clone, Copy)]
enum Known {
    /// The clock plus this
    Clock(Millis),
    /// A moment or a span of time
    Time(Millis),
    /// A constant or an attribute that is neither
    NoTime,
    /// What an operator made, without the clock
    Other,
}

/// The first moment after the facts' `now` at which the condition may come to something else, [`Millis::MAX`] for never.
///
/// Nothing where the clock is read in another way than by comparing it, plus or minus constant spans, with moments that
/// do not depend on it.
pub(super) fn next(condition: &Condition, facts: &dyn Facts) -> Option<Millis> {
    if !condition.reads_clock() {
        return Some(Millis::MAX);
    }
    let Value::Timestamp(now) = facts.value(&Reference::Now) else { return None };
    let mut next = Millis::MAX;
    let mut stack: Vec<Known> = Vec::new();
    let value = |value: &Value<'_>| match value {
        Value::Timestamp(time) | Value::Duration(time) => Known::Time(*time),
        _ => Known::NoTime,
    };
    // Read without the hints where to skip, the code is the expression in postfix order.
    for op in &condition.code {
        let known = match *op {
            Op::Constant(index) => value(condition.constants.get(usize::from(index))?),
            Op::Load(index) => match condition.references.get(usize::from(index))? {
                Reference::Now => Known::Clock(0),
                reference => value(&facts.value(reference)),
            },
            Op::Has(_) => Known::Other,
            Op::AndSkip(_) | Op::OrSkip(_) => continue,
            Op::Not | Op::Negate | Op::ToDecimal | Op::Size | Op::Matches(_) | Op::Part(..) => match stack.pop()? {
                Known::Clock(_) => return None,
                _ => Known::Other,
            },
            Op::Add | Op::Subtract => match (stack.pop()?, stack.pop()?) {
                (Known::Time(right), Known::Clock(left)) => {
                    Known::Clock(if *op == Op::Add { left.checked_add(right)? } else { left.checked_sub(right)? })
                }
                (Known::Clock(right), Known::Time(left)) if *op == Op::Add => Known::Clock(left.checked_add(right)?),
                (Known::Time(right), Known::Time(left)) => {
                    Known::Time(if *op == Op::Add { left.checked_add(right)? } else { left.checked_sub(right)? })
                }
                // A number, a text or an error, whatever the time is.
                (Known::NoTime, known) | (known, Known::NoTime) if !matches!(known, Known::Other) => Known::NoTime,
                (Known::Clock(_), _) | (_, Known::Clock(_)) => return None,
                _ => Known::Other,
            },
            Op::Equal | Op::Unequal | Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                match (stack.pop()?, stack.pop()?) {
                    (Known::Clock(more), Known::Time(time)) | (Known::Time(time), Known::Clock(more)) => {
                        // It comes to something else there, or right after.
                        let edge = time.checked_sub(more)?;
                        let edge = if now < edge { edge } else { edge.checked_add(1)? };
                        if now < edge {
                            next = next.min(edge);
                        }
                        Known::Other
                    }
                    // The same on both sides, or an error, whatever the time is.
                    (Known::Clock(_), Known::Clock(_) | Known::NoTime) | (Known::NoTime, Known::Clock(_)) => {
                        Known::Other
                    }
                    (Known::Clock(_), Known::Other) | (Known::Other, Known::Clock(_)) => return None,
                    _ => Known::Other,
                }
            }
            Op::List(count) => {
                let items = stack.split_off(stack.len().checked_sub(count.into())?);
                if items.iter().any(|item| matches!(item, Known::Clock(_))) {
                    return None;
                }
                Known::Other
            }
            Op::Item(_) | Op::Branch(_) | Op::Jump(_) | Op::Select | Op::Each(..) | Op::Next => return None,
            _ => match (stack.pop()?, stack.pop()?) {
                (Known::Clock(_), _) | (_, Known::Clock(_)) => return None,
                _ => Known::Other,
            },
        };
        stack.push(known);
    }
    Some(next)
}
