//! What is left of a condition once all that is known is put in.
//!
//! The code is read as the postfix form that it is. Operators whose operands are all known are carried out; `&&`, `||`
//! and `!` become nodes of the filter, and what stands between them becomes residual conditions.
//! `a && b` holds if both hold, and may hold if both may; `!a` holds unless `a` may hold: so both are followed side by side.

use super::Residual;
use super::arena::{ALWAYS, Arena, Id, NEVER};
use super::known::{Found, Known};
use crate::condition::{Condition, Items, Kind, Op, Pattern, Reference, Value};
use crate::limits::{CONDITION_STEPS, LIST_ITEMS, STRING_BYTES};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// When the condition holds, and when it may hold: holds, or cannot be told.
pub(super) fn fold(arena: &mut Arena, known: &Known<'_>, condition: &Condition) -> (Id, Id) {
    let mut fold = Fold {
        arena,
        known,
        condition,
        made: Made::default(),
        parts: Vec::new(),
        sides: Vec::new(),
        skips: Vec::new(),
        cost: 0,
    };
    let whole = fold.run().filter(|_| fold.cost <= CONDITION_STEPS);
    if let Some(truths) = whole.and_then(|part| fold.truths(part)) {
        return truths;
    }
    // Code that makes no sense, or that might take too long: what it comes to is for running it to say, as it is.
    let mut made = Made::default();
    let copied = condition.code.iter().try_for_each(|op| made.copy(known, condition, *op));
    let condition = Condition { code: made.code.clone().into(), ..made.tables() };
    match copied {
        None => (NEVER, ALWAYS),
        Some(()) if condition.references.is_empty() => truths_of(&condition.value(known.scene)),
        Some(()) => fold.arena.residual(Residual { condition, heavy: true }),
    }
}

/// The code that is left, and its tables.
#[derive(Default)]
struct Made {
    code: Vec<Op>,
    constants: Vec<Value<'static>>,
    references: Vec<Reference>,
    patterns: Vec<Pattern>,
}

/// A part of the expression: its code begins at `start` and ends where the next one begins.
#[derive(Clone, Copy)]
struct Part {
    start: usize,
    size: Size,
    /// When it holds and when it may hold, if it is made of such
    truths: Option<(Id, Id)>,
}

/// An upper bound of a value: items of a list, bytes of each item's text. What is no list is one item.
#[derive(Clone, Copy, Default)]
struct Size {
    items: u32,
    bytes: u32,
}

/// `c ? a : b` while it is read.
struct Side {
    condition: Part,
    branch: usize,
    jump: usize,
    /// Where the last skip leads to, in the code that is read
    target: usize,
}

/// A hint where to skip: it has to lead right behind the operator whose left side stands before it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Skip {
    target: usize,
    parts: usize,
    sides: usize,
    all: bool,
}

struct Fold<'a> {
    arena: &'a mut Arena,
    known: &'a Known<'a>,
    condition: &'a Condition,
    made: Made,
    parts: Vec<Part>,
    sides: Vec<Side>,
    skips: Vec<Skip>,
    /// At most so many steps does it take to run the condition
    cost: u32,
}

impl Fold<'_> {
    fn run(&mut self) -> Option<Part> {
        let code = &*self.condition.code;
        let mut at = 0;
        while let Some(op) = code.get(at) {
            at += 1;
            self.cost = self.cost.saturating_add(1);
            match op {
                Op::AndSkip(count) | Op::OrSkip(count) => {
                    let target = at.checked_add(usize::from(*count))?;
                    let all = matches!(op, Op::AndSkip(_));
                    self.skips.push(Skip { target, parts: self.parts.len(), sides: self.sides.len(), all });
                }
                Op::Branch(count) => {
                    let condition = self.parts.pop()?;
                    let target = at.checked_add(usize::from(*count))?;
                    self.sides.push(Side { condition, branch: self.made.code.len(), jump: 0, target });
                    self.made.code.push(Op::Branch(0));
                }
                Op::Jump(count) => {
                    let side = self.sides.last_mut().filter(|side| side.target == at)?;
                    side.target = at.checked_add(usize::from(*count))?;
                    side.jump = self.made.code.len();
                    self.made.code.push(Op::Jump(0));
                }
                Op::Select => self.select(at)?,
                Op::Each(_, count) => {
                    let end = at.checked_add(usize::from(*count))?;
                    self.each(*op, code.get(at..end)?)?;
                    at = end;
                }
                Op::Item(_) | Op::Next => return None,
                Op::Constant(_) | Op::Load(_) | Op::Has(_) => {
                    let start = self.made.code.len();
                    self.made.copy(self.known, self.condition, *op)?;
                    let size = self.size_at(start);
                    self.parts.push(Part { start, size, truths: None });
                }
                _ => {
                    if let Some(skip) = self.skips.pop_if(|skip| skip.target == at) {
                        let (parts, sides) = (self.parts.len().checked_sub(1)?, self.sides.len());
                        let is_its = *op == if skip.all { Op::And } else { Op::Or };
                        if !is_its || skip != (Skip { parts, sides, ..skip }) {
                            return None;
                        }
                    }
                    self.operator(*op)?;
                }
            }
        }
        let part = self.parts.pop()?;
        let closed = self.parts.is_empty() && self.sides.is_empty() && self.skips.is_empty();
        closed.then_some(part)
    }

    fn operator(&mut self, op: Op) -> Option<()> {
        let arity = match op {
            Op::List(count) => usize::from(count),
            Op::Not | Op::Negate | Op::ToDecimal | Op::Size | Op::Part(..) | Op::Matches(_) => 1,
            _ => 2,
        };
        let first = self.parts.len().checked_sub(arity)?;
        let operands = self.parts.split_off(first);
        let start = operands.first().map_or(self.made.code.len(), |part| part.start);
        let (mut cost, size) = sizes(op, &operands);
        if let Op::Matches(index) = op {
            let steps = self.condition.patterns.get(usize::from(index))?.steps.len();
            cost = matching(u32::try_from(steps).ok()?, size.bytes);
        }
        self.cost = self.cost.saturating_add(cost);
        let known = self.made.code.len() - start == arity && self.is_constant(start);
        if !known && let (Op::And | Op::Or | Op::Not, Some(last)) = (op, operands.last()) {
            let end = last.start;
            let last_truths = self.truths(*last)?;
            let truths = if op == Op::Not {
                (self.arena.not(last_truths.1), self.arena.not(last_truths.0))
            } else {
                let first = operands.first()?;
                let first = self.truths_between(*first, end)?;
                let join = |arena: &mut Arena, a, b| arena.join(op == Op::And, &[a, b]);
                (join(self.arena, first.0, last_truths.0), join(self.arena, first.1, last_truths.1))
            };
            if let Some(value) = value_of(truths) {
                self.made.replace(start, value);
                self.parts.push(Part { start, size, truths: None });
                return Some(());
            }
            self.made.code.push(op);
            self.parts.push(Part { start, size, truths: Some(truths) });
            return Some(());
        }
        let op = match op {
            Op::Matches(index) => self.made.pattern(self.condition, index)?,
            op => op,
        };
        self.made.code.push(op);
        if known {
            self.carry_out(start);
        }
        let size = if known { self.size_at(start) } else { size };
        self.parts.push(Part { start, size, truths: None });
        Some(())
    }

    /// Replaces code that is known by what it comes to.
    fn carry_out(&mut self, start: usize) {
        let value = owned(self.made.part(start, self.made.code.len()).value(self.known.scene));
        self.made.replace(start, value);
    }

    /// Whether all code from `start` on is constants.
    fn is_constant(&self, start: usize) -> bool {
        self.made.code.iter().skip(start).all(|op| matches!(op, Op::Constant(_)))
    }

    /// The end of `c ? a : b`: keeps one side if `c` is known, else mends the skips.
    fn select(&mut self, at: usize) -> Option<()> {
        let (right, left) = (self.parts.pop()?, self.parts.pop()?);
        let Side { condition, branch, jump, target } = self.sides.pop()?;
        if target + 1 != at || left.start != branch + 1 || right.start != jump + 1 || condition.start >= branch {
            return None;
        }
        let size = Size { items: left.size.items.max(right.size.items), bytes: left.size.bytes.max(right.size.bytes) };
        let start = condition.start;
        let part = Part { start, size, truths: None };
        if branch - start == 1
            && let Some(Op::Constant(index)) = self.made.code.get(start)
        {
            let chosen = match self.made.constants.get(usize::from(*index))? {
                Value::Bool(true) => (left.start..jump, left.truths),
                Value::Bool(false) => (right.start..self.made.code.len(), right.truths),
                _ => {
                    self.made.replace(start, Value::Error);
                    self.parts.push(part);
                    return Some(());
                }
            };
            let (span, truths) = chosen;
            let code = self.made.code.get(span)?.to_vec();
            self.made.code.truncate(start);
            self.made.code.extend(code);
            self.parts.push(Part { truths, ..part });
            return Some(());
        }
        let (to_other, to_end) = (jump - branch, self.made.code.len() - right.start);
        *self.made.code.get_mut(branch)? = Op::Branch(u16::try_from(to_other).ok()?);
        *self.made.code.get_mut(jump)? = Op::Jump(u16::try_from(to_end).ok()?);
        self.made.code.push(Op::Select);
        self.parts.push(part);
        Some(())
    }

    /// A loop is one piece: it is carried out if all of it is known.
    fn each(&mut self, op: Op, body: &[Op]) -> Option<()> {
        let list = self.parts.pop()?;
        let known = self.is_constant(list.start);
        let references = self.made.references.len();
        let begin = self.made.code.len();
        self.made.code.push(op);
        let mut largest = list.size;
        let mut steps: u32 = 0;
        let mut nested: u32 = 1;
        for op in body {
            let at = self.made.code.len();
            self.made.copy(self.known, self.condition, *op)?;
            let size = self.size_at(at);
            largest = Size { items: largest.items.max(size.items), bytes: largest.bytes.max(size.bytes) };
            steps = steps.saturating_add(1);
            if matches!(op, Op::Each(..)) {
                nested = nested.saturating_mul(LIST_ITEMS as u32);
            }
            // Text that is put together, and patterns, are not worth a bound of their own.
            if matches!(op, Op::Add | Op::Matches(_)) {
                nested = u32::MAX;
            }
        }
        let each = largest.items.saturating_mul(3 + largest.bytes / 8).max(1);
        let turns = list.size.items.saturating_mul(nested);
        self.cost = self.cost.saturating_add(turns.saturating_mul(steps).saturating_mul(each));
        let reads = self.made.code.iter().skip(begin).any(|op| matches!(op, Op::Load(_) | Op::Has(_)));
        // A bound that is exceeded means that the whole is kept as it is.
        if known && !reads && self.cost <= CONDITION_STEPS {
            self.made.references.truncate(references);
            self.carry_out(list.start);
        }
        let size = Size { items: list.size.items, bytes: 4 * STRING_BYTES as u32 };
        self.parts.push(Part { start: list.start, size, truths: None });
        Some(())
    }

    /// When the last part holds, and when it may hold.
    fn truths(&mut self, part: Part) -> Option<(Id, Id)> {
        self.truths_between(part, self.made.code.len())
    }

    fn truths_between(&mut self, part: Part, end: usize) -> Option<(Id, Id)> {
        if part.truths.is_some() {
            return part.truths;
        }
        if end.checked_sub(part.start)? == 1
            && let Some(Op::Constant(index)) = self.made.code.get(part.start)
        {
            return self.made.constants.get(usize::from(*index)).map(truths_of);
        }
        let condition = self.made.part(part.start, end);
        Some(self.arena.residual(Residual { condition, heavy: false }))
    }

    /// The bound of what the instruction pushes.
    fn size_at(&self, at: usize) -> Size {
        match self.made.code.get(at) {
            Some(Op::Constant(index)) => self.made.constants.get(usize::from(*index)).map_or(Size::default(), size_of),
            Some(Op::Load(index)) => {
                let reference = self.made.references.get(usize::from(*index));
                let kind = reference.and_then(|reference| self.known.scene.policy.kind(reference));
                let text = STRING_BYTES as u32;
                match kind {
                    Some(Kind::String) => Size { items: 1, bytes: text },
                    Some(Kind::Strings) => Size { items: LIST_ITEMS as u32, bytes: text },
                    Some(kind) if kind.item().is_some() => Size { items: LIST_ITEMS as u32, bytes: 0 },
                    _ => Size { items: 1, bytes: 0 },
                }
            }
            _ => Size { items: 1, bytes: 0 },
        }
    }
}

impl Made {
    /// Adds an instruction with what is known put in; nothing if it names what is not there.
    fn copy(&mut self, known: &Known<'_>, condition: &Condition, op: Op) -> Option<()> {
        let op = match op {
            Op::Constant(index) => self.constant(condition.constants.get(usize::from(index))?.clone()),
            Op::Load(index) => match known.find(condition.references.get(usize::from(index))?) {
                Found::Unknown(reference) => Op::Load(entry(&mut self.references, reference)),
                Found::Missing => self.constant(Value::Error),
                Found::Value(value) => self.constant(value),
            },
            Op::Has(index) => match known.find(condition.references.get(usize::from(index))?) {
                // Every path has a last id.
                Found::Unknown(Reference::ResourceId) | Found::Value(_) => self.constant(Value::Bool(true)),
                Found::Unknown(reference) => Op::Has(entry(&mut self.references, reference)),
                Found::Missing => self.constant(Value::Bool(false)),
            },
            Op::Matches(index) => self.pattern(condition, index)?,
            op => op,
        };
        self.code.push(op);
        Some(())
    }

    fn constant(&mut self, value: Value<'static>) -> Op {
        Op::Constant(entry(&mut self.constants, value))
    }

    fn pattern(&mut self, condition: &Condition, index: u16) -> Option<Op> {
        let pattern = condition.patterns.get(usize::from(index))?;
        Some(Op::Matches(entry(&mut self.patterns, pattern.clone())))
    }

    /// Replaces all code from `start` on.
    fn replace(&mut self, start: usize, value: Value<'static>) {
        self.code.truncate(start);
        let op = self.constant(value);
        self.code.push(op);
    }

    fn tables(self) -> Condition {
        let Self { constants, references, patterns, .. } = self;
        Condition {
            code: Box::default(),
            constants: constants.into(),
            references: references.into(),
            patterns: patterns.into(),
        }
    }

    /// A part as a condition of its own, with what it needs of the tables.
    fn part(&self, start: usize, end: usize) -> Condition {
        let mut part = Self::default();
        let code = self.code.get(start..end).unwrap_or_default();
        for op in code {
            let op = match *op {
                Op::Constant(at) => part.constant(self.constants.get(usize::from(at)).cloned().unwrap_or(Value::Error)),
                Op::Load(at) => again(&self.references, &mut part.references, at).map_or(*op, Op::Load),
                Op::Has(at) => again(&self.references, &mut part.references, at).map_or(*op, Op::Has),
                Op::Matches(at) => again(&self.patterns, &mut part.patterns, at).map_or(*op, Op::Matches),
                op => op,
            };
            part.code.push(op);
        }
        Condition { code: part.code.clone().into(), ..part.tables() }
    }
}

/// The place of a table's entry in another table.
fn again<T: Clone + PartialEq>(from: &[T], to: &mut Vec<T>, at: u16) -> Option<u16> {
    Some(entry(to, from.get(usize::from(at))?.clone()))
}

/// The place of an entry, which is added if it is not there. A condition is too short to have too many.
fn entry<T: PartialEq>(table: &mut Vec<T>, entry: T) -> u16 {
    let at = table.iter().position(|known| *known == entry).unwrap_or_else(|| {
        table.push(entry);
        table.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn truths_of(value: &Value<'_>) -> (Id, Id) {
    match value {
        Value::Bool(true) => (ALWAYS, ALWAYS),
        Value::Bool(false) => (NEVER, NEVER),
        _ => (NEVER, ALWAYS),
    }
}

/// The value that always holds, never holds or is always an error.
fn value_of(truths: (Id, Id)) -> Option<Value<'static>> {
    match truths {
        (ALWAYS, ALWAYS) => Some(Value::Bool(true)),
        (NEVER, NEVER) => Some(Value::Bool(false)),
        (NEVER, ALWAYS) => Some(Value::Error),
        _ => None,
    }
}

fn size_of(value: &Value<'_>) -> Size {
    let bytes = |value: &Value<'_>| match value {
        Value::String(text) => u32::try_from(text.len()).unwrap_or(u32::MAX),
        _ => 0,
    };
    match value {
        Value::List(items) => {
            let items = items.all();
            let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
            Size { items: count, bytes: items.iter().map(bytes).max().unwrap_or_default() }
        }
        value => Size { items: 1, bytes: bytes(value) },
    }
}

/// The most steps that an operator takes besides its own, and the bound of what it comes to.
fn sizes(op: Op, operands: &[Part]) -> (u32, Size) {
    let one = Size { items: 1, bytes: 0 };
    let (left, right) = match operands {
        [left, right] => (left.size, right.size),
        [only] => (only.size, Size::default()),
        many => {
            let bytes = many.iter().map(|part| part.size.bytes).max().unwrap_or_default();
            let items = u32::try_from(many.len()).unwrap_or(u32::MAX);
            return (items, Size { items, bytes });
        }
    };
    let (items, bytes) = (left.items.saturating_add(right.items), left.bytes.saturating_add(right.bytes));
    let long = items.saturating_mul(2 + bytes / 16);
    match op {
        Op::List(_) => (2, Size { items: 2, bytes: left.bytes.max(right.bytes) }),
        Op::Equal
        | Op::Unequal
        | Op::Less
        | Op::LessOrEqual
        | Op::Greater
        | Op::GreaterOrEqual
        | Op::In
        | Op::And
        | Op::Or => (left.items.max(right.items).saturating_mul(3 + left.bytes.min(right.bytes) / 16), one),
        Op::Add => (long, Size { items, bytes }),
        // The size is what the caller goes on with.
        Op::Matches(_) => (0, left),
        _ => (long, one),
    }
}

/// The most steps that a pattern takes: at every place of the text each of its instructions is seen, and seen again by
/// whatever leads to it, of which there are at most three; eight visits are one step.
fn matching(steps: u32, bytes: u32) -> u32 {
    let visits = steps.saturating_mul(3).saturating_add(2).saturating_mul(bytes.saturating_add(2));
    visits / 8 + 2
}

/// A copy that outlives what it was made of.
pub(super) fn owned(value: Value<'_>) -> Value<'static> {
    let one = |value: &Value<'_>| match value {
        Value::String(text) => Value::text(text),
        Value::Bool(value) => Value::Bool(*value),
        Value::Int(value) => Value::Int(*value),
        Value::Decimal(value) => Value::Decimal(*value),
        Value::Timestamp(value) => Value::Timestamp(*value),
        Value::Duration(value) => Value::Duration(*value),
        Value::Ip(value) => Value::Ip(*value),
        Value::Range(value) => Value::Range(*value),
        Value::Error | Value::List(_) => Value::Error,
    };
    match value {
        Value::List(items) => Value::List(Items::Owned(items.all().iter().map(one).collect())),
        Value::String(Cow::Owned(text)) => Value::String(Cow::Owned(text)),
        value => one(&value),
    }
}
