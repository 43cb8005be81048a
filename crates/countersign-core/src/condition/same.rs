//! Values that conditions cannot tell apart: whoever knows the answer for one of them knows it for all between.

use super::{Condition, Op, Reference, Value};
use crate::attribute::{Attributes, Slot};
use crate::{Policy, Subject};

impl Policy {
    /// Whether every decision about this subject is the same with the one values as with the others, and with all numbers
    /// between the two of a slot that the attribute may have.
    ///
    /// That is so where no condition does anything with what differs but compare it with constants, none of which parts the
    /// two. It may be so where this says no, as it does wherever there are groups or approved requests.
    #[must_use]
    pub fn is_same(&self, subject: &Subject<'_>, one: &Attributes, other: &Attributes) -> bool {
        let all = |conditions: &[Condition]| conditions.iter().all(|condition| condition.is_same(one, other));
        // A request is approved for one context.
        subject.approved.is_empty()
            && subject.groups.is_empty()
            && all(self.conditions())
            && all(subject.own.conditions())
    }
}

impl Condition {
    fn is_same(&self, one: &Attributes, other: &Attributes) -> bool {
        let differs = |slot: &Slot| one.get(*slot) != other.get(*slot);
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
            let on_one_side = match (one.get(slot), other.get(slot), self.constants.get(usize::from(*constant))) {
                (Some(Value::Int(one)), Some(Value::Int(other)), Some(Value::Int(at))) => one.cmp(at) == other.cmp(at),
                (Some(Value::Decimal(one)), Some(Value::Decimal(other)), Some(Value::Decimal(at))) => {
                    one.cmp(at) == other.cmp(at)
                }
                _ => false,
            };
            if !on_one_side {
                return false;
            }
        }
        true
    }
}
