//! Conditions: expressions over attributes, compiled to code that always ends.
//!
//! The compiler turns text into [`Op`]s; nothing here ever sees text. Running a condition yields a [`Truth`]: what is
//! missing or ill-typed, overflows or exceeds the budget is an error, and whoever asks says what an error does.
//! `&&` and `||` are as in CEL: a `false` decides the one and a `true` the other, whatever the other side is.

mod binary;
mod decimal;
mod ip;
mod loops;
mod op;
mod pattern;
mod run;
mod same;
mod stack;
mod text;
mod time;
mod unary;
mod value;
mod word;

#[cfg(test)]
mod tests;

pub use decimal::Decimal;
pub use ip::{Ip, IpRange};
pub use op::{Fold, Op, Part};
pub use pattern::{Pattern, Place, Step};
pub use value::{Items, Kind, Value};

use crate::TypeId;
use crate::attribute::Slot;
use alloc::boxed::Box;

/// What a condition reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A declared attribute: `subject.x`, `action.x`, `context.x`, or `project.x` of the nearest `project` on the path,
    /// the resource itself included
    Slot(Slot),
    /// `resource.x`: the slots of the types that declare `x`; that of the resource's type counts
    Resource(Box<[Slot]>),
    /// `now`
    Now,
    /// `subject.id`: the whole text, `user:ann`
    SubjectId,
    /// `action.name`
    ActionName,
    /// `resource.type`
    ResourceType,
    /// `resource.id`: the id of the last segment
    ResourceId,
    /// `project.id`: the id of the nearest segment of this type
    SegmentId(TypeId),
}

/// What a condition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It does not hold
    False,
    /// It holds
    True,
    /// It cannot be told: something is missing, ill-typed or out of bounds
    Error,
}

impl Truth {
    /// Both; as CEL's `&&`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Error,
        }
    }
}

/// Where a condition's references are looked up.
pub trait Facts {
    /// The value of a reference; [`Value::Error`] where it is missing or ill-typed.
    fn value(&self, reference: &Reference) -> Value<'_>;

    /// Whether there is a value, well typed or not.
    fn has(&self, reference: &Reference) -> bool;
}

/// A compiled condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// What to do, in order
    pub code: Box<[Op]>,
    /// The constants that [`Op::Constant`] names
    pub constants: Box<[Value<'static>]>,
    /// The references that [`Op::Load`] and [`Op::Has`] name
    pub references: Box<[Reference]>,
    /// The patterns that [`Op::Matches`] names
    pub patterns: Box<[Pattern]>,
}

impl Condition {
    /// Whether it reads `now`.
    #[must_use]
    pub fn reads_clock(&self) -> bool {
        self.references.contains(&Reference::Now)
    }

    /// Runs the condition within [`CONDITION_STEPS`](crate::limits::CONDITION_STEPS).
    ///
    /// Code that no compiler made is safe to run, too: it comes to an error.
    #[must_use]
    pub fn holds(&self, facts: &dyn Facts) -> Truth {
        run::run(self, facts)
    }

    /// What the code comes to, of whatever kind.
    pub(crate) fn value<'a>(&'a self, facts: &'a dyn Facts) -> Value<'a> {
        run::value(self, facts).unwrap_or(Value::Error)
    }
}
