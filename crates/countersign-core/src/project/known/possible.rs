//! What a condition may come to where some of what it reads is not known: each way that is possible, and no other as far
//! as `&&`, `||`, `!` and `? :` go.

use crate::condition::{Condition, Facts, Op, Reference, Truth, Value};
use alloc::vec::Vec;
use core::cell::Cell;

/// The ways in which a condition may come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    pub(super) const TRUE: Self = Self(1);
    pub(super) const FALSE: Self = Self(2);
    pub(super) const ERROR: Self = Self(4);
    pub(super) const ANY: Self = Self(7);

    /// Whether it may hold.
    pub(super) fn may_hold(self) -> bool {
        self.has(Self::TRUE)
    }

    /// Whether it may come to false.
    pub(super) fn may_fail(self) -> bool {
        self.has(Self::FALSE)
    }

    fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    fn when(self, so: bool) -> Self {
        if so { self } else { Self(0) }
    }

    fn or_one_of(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Both, where neither says anything of the other.
    pub(super) fn and(self, other: Self) -> Self {
        let error =
            self.has(Self::ERROR) && !other.only(Self::FALSE) || other.has(Self::ERROR) && !self.only(Self::FALSE);
        Self::TRUE
            .when(self.may_hold() && other.may_hold())
            .or_one_of(Self::FALSE.when(self.may_fail() || other.may_fail()))
            .or_one_of(Self::ERROR.when(error))
    }

    fn not(self) -> Self {
        let (truth, falsehood) = (Self::TRUE.when(self.may_fail()), Self::FALSE.when(self.may_hold()));
        truth.or_one_of(falsehood).or_one_of(Self(self.0 & Self::ERROR.0))
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    fn only(self, one: Self) -> bool {
        self == one
    }
}

/// What is certain of a question, and what is not.
pub(super) trait Certain {
    /// The value; nothing if it may be any.
    fn certain(&self, reference: &Reference) -> Option<Value<'_>>;

    /// Whether there is a value; nothing if there may be one or not.
    fn certainly_has(&self, reference: &Reference) -> Option<bool>;
}

/// Facts that note whether something uncertain was read; what is uncertain reads as an error.
struct Noting<'a> {
    facts: &'a dyn Certain,
    loaded: Cell<bool>,
    asked: Cell<bool>,
}

impl Facts for Noting<'_> {
    fn value(&self, reference: &Reference) -> Value<'_> {
        self.facts.certain(reference).unwrap_or_else(|| {
            self.loaded.set(true);
            Value::Error
        })
    }

    fn has(&self, reference: &Reference) -> bool {
        self.facts.certainly_has(reference).unwrap_or_else(|| {
            self.asked.set(true);
            false
        })
    }
}

/// What the condition may come to.
pub(super) fn outcomes(condition: &Condition, facts: &dyn Certain) -> Outcomes {
    whole(condition, facts).unwrap_or_else(|| skeleton(condition, facts).unwrap_or(Outcomes::ANY))
}

/// What the condition comes to, if that is certain. An error says nothing where something uncertain was read as one.
fn whole(condition: &Condition, facts: &dyn Certain) -> Option<Outcomes> {
    let facts = Noting { facts, loaded: Cell::new(false), asked: Cell::new(false) };
    let truth = condition.holds(&facts);
    match truth {
        _ if facts.asked.get() => None,
        Truth::True => Some(Outcomes::TRUE),
        Truth::False => Some(Outcomes::FALSE),
        Truth::Error => (!facts.loaded.get()).then_some(Outcomes::ERROR),
    }
}

/// A stretch of code that leaves one value.
#[derive(Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
    /// What it may come to, if it is `&&`, `||`, `!` or `? :`
    outcomes: Option<Outcomes>,
}

/// Takes the expression apart at its logical operators; nothing if the code makes no sense.
fn skeleton(condition: &Condition, facts: &dyn Certain) -> Option<Outcomes> {
    let mut stack: Vec<Part> = Vec::new();
    let mut at = 0;
    let of = |part: Part| part.outcomes.unwrap_or_else(|| atom(condition, part, facts));
    while let Some(op) = condition.code.get(at) {
        let start = at;
        at += 1;
        let part = match op {
            // They only save work.
            Op::AndSkip(_) | Op::OrSkip(_) | Op::Branch(_) | Op::Jump(_) => continue,
            Op::Constant(_) | Op::Load(_) | Op::Has(_) => Part { start, end: at, outcomes: None },
            Op::And | Op::Or => {
                let (right, left) = (stack.pop()?, stack.pop()?);
                let outcomes = if *op == Op::And { of(left).and(of(right)) } else { of(left).or(of(right)) };
                Part { start: left.start, end: at, outcomes: Some(outcomes) }
            }
            Op::Not => {
                let part = stack.pop()?;
                Part { start: part.start, end: at, outcomes: Some(of(part).not()) }
            }
            Op::Select => {
                let (other, one, asked) = (stack.pop()?, stack.pop()?, stack.pop()?);
                let which = of(asked);
                let one = Outcomes(if which.may_hold() { of(one).0 } else { 0 });
                let other = Outcomes(if which.may_fail() { of(other).0 } else { 0 });
                let outcomes = one.or_one_of(other).or_one_of(Outcomes(which.0 & Outcomes::ERROR.0));
                Part { start: asked.start, end: at, outcomes: Some(outcomes) }
            }
            Op::Each(_, body) => {
                at += usize::from(*body);
                Part { start: stack.pop()?.start, end: at, outcomes: None }
            }
            Op::List(count) => {
                let mut first = start;
                for _ in 0..*count {
                    first = stack.pop()?.start;
                }
                Part { start: first, end: at, outcomes: None }
            }
            Op::Negate | Op::ToDecimal | Op::Size | Op::Part(..) | Op::Matches(_) => {
                Part { start: stack.pop()?.start, end: at, outcomes: None }
            }
            Op::Item(_) | Op::Next => return None,
            _ => {
                stack.pop()?;
                Part { start: stack.pop()?.start, end: at, outcomes: None }
            }
        };
        stack.push(part);
    }
    let part = stack.pop()?;
    stack.is_empty().then(|| of(part))
}

/// What a stretch of code may come to that is no logical operator.
fn atom(condition: &Condition, part: Part, facts: &dyn Certain) -> Outcomes {
    let Some(code) = condition.code.get(part.start..part.end) else { return Outcomes::ANY };
    if let [Op::Has(_)] = code {
        // Whatever it is, asking for a value is no error.
        let all = whole(&Condition { code: code.into(), ..condition.clone() }, facts);
        return all.unwrap_or(Outcomes(Outcomes::TRUE.0 | Outcomes::FALSE.0));
    }
    whole(&Condition { code: code.into(), ..condition.clone() }, facts).unwrap_or(Outcomes::ANY)
}
