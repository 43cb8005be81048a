//! Running a condition: one stack, one budget, no recursion.
//!
//! There are two kinds of failure. A value that cannot be told is [`Value::Error`] and stays on the stack, where `||`
//! may still do without it; code that makes no sense, or that uses up its budget, ends the run.

use super::binary::binary;
use super::loops::Frame;
use super::stack::Stack;
use super::time::part;
use super::unary::{negate, size, to_decimal};
use super::{Condition, Facts, Op, Truth, Value};
use crate::limits::CONDITION_STEPS;
use alloc::vec::Vec;

/// Visits of a pattern's instructions that count as one step.
const VISITS_PER_STEP: u32 = 8;

/// What is left of the steps.
pub(super) struct Budget(u32);

impl Budget {
    /// Takes steps off; nothing if too few are left.
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.0 = self.0.checked_sub(u32::try_from(steps).ok()?)?;
        Some(())
    }

    /// Takes off what reading so many bytes costs.
    pub(super) fn read(&mut self, bytes: usize) -> Option<()> {
        self.spend(bytes / 16 + 1)
    }
}

pub(super) fn run(condition: &Condition, facts: &dyn Facts) -> Truth {
    match value(condition, facts) {
        Some(Value::Bool(true)) => Truth::True,
        Some(Value::Bool(false)) => Truth::False,
        _ => Truth::Error,
    }
}

/// What the code comes to; nothing where it makes no sense or takes too long.
pub(super) fn value<'a>(condition: &'a Condition, facts: &'a dyn Facts) -> Option<Value<'a>> {
    let mut machine = Machine {
        condition,
        facts,
        at: 0,
        stack: Stack::default(),
        frames: Vec::new(),
        budget: Budget(CONDITION_STEPS),
    };
    machine.run()
}

struct Machine<'a> {
    condition: &'a Condition,
    facts: &'a dyn Facts,
    /// The next instruction
    at: usize,
    stack: Stack<'a>,
    /// The open loops, outermost first
    frames: Vec<Frame<'a>>,
    budget: Budget,
}

impl<'a> Machine<'a> {
    /// The result; nothing where the code makes no sense or takes too long.
    fn run(&mut self) -> Option<Value<'a>> {
        let code = &*self.condition.code;
        while let Some(op) = code.get(self.at) {
            self.at += 1;
            self.budget.spend(1)?;
            self.step(*op)?;
        }
        if self.at != code.len() || !self.frames.is_empty() {
            return None;
        }
        let result = self.stack.pop()?;
        (self.stack.len() == 0).then_some(result)
    }

    fn step(&mut self, op: Op) -> Option<()> {
        let condition = self.condition;
        let value = match op {
            Op::Constant(index) => condition.constants.get(usize::from(index))?.borrowed(),
            Op::Load(index) => self.facts.value(condition.references.get(usize::from(index))?),
            Op::Has(index) => Value::Bool(self.facts.has(condition.references.get(usize::from(index))?)),
            Op::Item(level) => self.frames.get(usize::from(level))?.item(&mut self.budget)?,
            Op::List(count) => {
                self.budget.spend(count.into())?;
                Value::list(self.stack.pop_many(count.into())?)
            }
            Op::Not => match self.stack.pop()? {
                Value::Bool(value) => Value::Bool(!value),
                _ => Value::Error,
            },
            Op::Negate => negate(&self.stack.pop()?),
            Op::ToDecimal => to_decimal(&self.stack.pop()?),
            Op::Size => size(&self.stack.pop()?, &mut self.budget)?,
            Op::Part(which, offset) => match self.stack.pop()? {
                Value::Timestamp(at) => Value::Int(part(at, which, offset)),
                _ => Value::Error,
            },
            Op::Matches(index) => {
                let pattern = condition.patterns.get(usize::from(index))?;
                let text = self.stack.pop()?;
                let Value::String(text) = &text else { return self.stack.push(Value::Error) };
                let mut visits = self.budget.0 * VISITS_PER_STEP;
                let found = pattern.matches(text, &mut visits)?;
                self.budget.0 = visits / VISITS_PER_STEP;
                Value::Bool(found)
            }
            Op::AndSkip(count) => return self.skip_if(count, false),
            Op::OrSkip(count) => return self.skip_if(count, true),
            Op::Branch(count) => return self.branch(count.into()),
            Op::Jump(count) => return self.skip(count.into()),
            Op::Select => return Some(()),
            Op::Each(fold, count) => {
                let list = self.stack.pop()?;
                let frame = Frame::new(fold, list, self.at, self.at + usize::from(count), self.stack.len());
                return self.turn(frame);
            }
            Op::Next => {
                let outcome = self.stack.pop()?;
                let mut frame = self.frames.pop()?;
                if self.at != frame.end || self.stack.len() != frame.base {
                    return None;
                }
                frame.take(outcome, &mut self.budget)?;
                return self.turn(frame);
            }
            _ => {
                let right = self.stack.pop()?;
                let left = self.stack.pop()?;
                binary(op, left, right, &mut self.budget)?
            }
        };
        self.stack.push(value)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at += count;
        Some(())
    }

    /// Skips what cannot change the outcome any more.
    fn skip_if(&mut self, count: u16, decided: bool) -> Option<()> {
        match self.stack.top()? {
            Value::Bool(value) if *value == decided => self.skip(count.into()),
            _ => Some(()),
        }
    }

    fn branch(&mut self, count: usize) -> Option<()> {
        match self.stack.pop()? {
            Value::Bool(true) => Some(()),
            Value::Bool(false) => self.skip(count),
            _ => {
                // The last of the skipped instructions is the jump over the other side.
                self.skip(count)?;
                let Some(Op::Jump(other)) = self.condition.code.get(self.at.checked_sub(1)?) else { return None };
                self.skip(usize::from(*other))?;
                self.stack.push(Value::Error)
            }
        }
    }

    /// Goes on with a loop's next item, or ends the loop.
    fn turn(&mut self, mut frame: Frame<'a>) -> Option<()> {
        if let Some(result) = frame.result() {
            self.at = frame.end;
            return self.stack.push(result);
        }
        self.at = frame.start;
        if self.frames.len() == super::loops::DEPTH {
            return None;
        }
        self.frames.push(frame);
        Some(())
    }
}
