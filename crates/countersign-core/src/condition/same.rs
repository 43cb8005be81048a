//! Values that conditions cannot tell apart: whoever knows the answer for one of them knows it for all between.

use super::{Condition, Op, Reference, Value};
use crate::attribute::{Attributes, Slot};
use crate::{Policy, Subject};
use core::cmp::Ordering;

impl Policy {
    /// Whether every decision about this subject is the same with the one values as with the others, and with all numbers
    /// between the two of a slot that the attribute may have.
    ///
    /// That is so where no condition does anything with what differs but compare it with constants, none of which parts the
    /// two. It may be so where this says no.
    #[must_use]
    pub fn is_same(&self, subject: &Subject<'_>, one: &Attributes, other: &Attributes) -> bool {
        let differs = |slot: &Slot| one.get(*slot) != other.get(*slot);
        let parts = |slot, constant: &Value<'_>| {
            let side = |values: &Attributes| values.get(slot).and_then(|value| compare(value, constant));
            side(one).is_none() || side(one) != side(other)
        };
        let all = |conditions: &[Condition]| conditions.iter().all(|condition| condition.is_same(&differs, &parts));
        // A request is approved for one context.
        subject.approved.is_empty()
            && all(self.conditions())
            && all(subject.own.conditions())
            && subject.groups.iter().all(|group| all(group.conditions()))
    }
}

impl Condition {
    fn is_same(&self, differs: &dyn Fn(&Slot) -> bool, parts: &dyn Fn(Slot, &Value<'_>) -> bool) -> bool {
        let mut code = &*self.code;
        while let [op, rest @ ..] = code {
            code = rest;
            let (Op::Load(index) | Op::Has(index)) = op else { continue };
            let slot = match self.references.get(usize::from(*index)) {
                Some(Reference::Slot(slot)) if differs(slot) => *slot,
                Some(Reference::Resource(slots)) if slots.iter().any(differs) => return false,
                _ => continue,
            };
            // What was loaded is on top of the stack: it meets this constant in this operator, whatever was skipped before.
            let (
                Op::Load(_),
                [
                    Op::Constant(constant),
                    Op::Equal | Op::Unequal | Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual,
                    ..,
                ],
            ) = (op, rest)
            else {
                return false;
            };
            if self.constants.get(usize::from(*constant)).is_none_or(|constant| parts(slot, constant)) {
                return false;
            }
        }
        true
    }
}

/// The order of two numbers of one kind.
fn compare(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
