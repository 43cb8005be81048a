//! Checked parts: what they are and their code; and the condition that is assembled from them.

use super::Wrong;
use super::tree::Span;
use countersign_core::condition::{Condition, Decimal, Items, Kind, Op, Pattern, Reference, Value};
use countersign_core::limits::CONDITION_CODE;

/// What is known of a part's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// They are of this kind
    Kind(Kind),
    /// A list without items: of every kind of list
    Empty,
    /// Anything: an item of a list without items, or what follows a mistake that has been reported
    Unknown,
}

impl Is {
    /// What it is called in messages, with its article.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Empty => "an empty list",
            Self::Kind(Kind::Bool) => "a bool",
            Self::Kind(Kind::Int) => "an int",
            Self::Kind(Kind::Decimal) => "a decimal",
            Self::Kind(Kind::String) => "a string",
            Self::Kind(Kind::Timestamp) => "a timestamp",
            Self::Kind(Kind::Duration) => "a duration",
            Self::Kind(Kind::Ip) => "an ip",
            Self::Kind(Kind::Range) => "a cidr",
            Self::Kind(Kind::Bools) => "a list of bools",
            Self::Kind(Kind::Ints) => "a list of ints",
            Self::Kind(Kind::Decimals) => "a list of decimals",
            Self::Kind(Kind::Strings) => "a list of strings",
            Self::Kind(Kind::Timestamps) => "a list of timestamps",
            Self::Kind(Kind::Ips) => "a list of ips",
        }
    }

    /// What its items are, if it is a list.
    pub(super) fn item(self) -> Option<Self> {
        match self {
            Self::Kind(kind) => kind.item().map(Self::Kind),
            Self::Empty | Self::Unknown => Some(Self::Unknown),
        }
    }

    /// Whether it may be of this kind.
    pub(super) fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Kind(own) => own == kind,
            Self::Empty => kind.item().is_some(),
            Self::Unknown => true,
        }
    }
}

/// An instruction that still has its operand with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Op(Op),
    Constant(Value<'static>),
    Load(Reference),
    Has(Reference),
    Matches(Pattern),
}

/// A checked part of the expression.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) span: Span,
    pub(super) is: Is,
    pub(super) code: Vec<Piece>,
    /// The items of a list that is written out
    pub(super) items: Vec<Part>,
    /// The only strings that it can be; any, if there are none
    pub(super) one_of: Vec<String>,
}

impl Part {
    pub(super) fn new(span: Span, kind: Kind, code: Vec<Piece>) -> Self {
        Self { span, is: Is::Kind(kind), code, items: Vec::new(), one_of: Vec::new() }
    }

    /// What stands for a part that has been refused.
    pub(super) fn unknown(span: Span) -> Self {
        Self { span, is: Is::Unknown, code: Vec::new(), items: Vec::new(), one_of: Vec::new() }
    }

    pub(super) fn constant(span: Span, kind: Kind, value: Value<'static>) -> Self {
        Self::new(span, kind, vec![Piece::Constant(value)])
    }

    /// The part's value, if it is written out.
    pub(super) fn value(&self) -> Option<&Value<'static>> {
        match self.code.as_slice() {
            [Piece::Constant(value)] => Some(value),
            _ => None,
        }
    }

    /// The string that is written out here.
    pub(super) fn text(&self) -> Option<&str> {
        match self.value() {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The list of these items, which are of one kind.
    pub(super) fn list(span: Span, is: Is, items: Vec<Part>) -> Self {
        let values: Option<Vec<_>> = items.iter().map(|item| item.value().cloned()).collect();
        let code = match values {
            Some(values) => vec![Piece::Constant(Value::List(Items::Owned(values)))],
            None => {
                let count = short(items.len());
                items.iter().flat_map(|item| item.code.clone()).chain([Piece::Op(Op::List(count))]).collect()
            }
        };
        Self { span, is, code, items, one_of: Vec::new() }
    }

    /// The same part with integers read as decimals; unchanged where it has none, or where its items come from elsewhere.
    pub(super) fn into_decimal(mut self) -> Self {
        match self.is {
            Is::Kind(Kind::Int) => {
                let written = match self.value() {
                    Some(Value::Int(value)) => Some(Decimal::from(*value)),
                    _ => None,
                };
                match written {
                    Some(decimal) => self.code = vec![Piece::Constant(Value::Decimal(decimal))],
                    None => self.code.push(Piece::Op(Op::ToDecimal)),
                }
                self.is = Is::Kind(Kind::Decimal);
                self
            }
            Is::Kind(Kind::Ints) if !self.items.is_empty() => {
                let items = self.items.into_iter().map(Self::into_decimal).collect();
                Self::list(self.span, Is::Kind(Kind::Decimals), items)
            }
            _ => self,
        }
    }
}

/// An operand; beyond it the code is too long, and refused for that.
pub(super) fn short(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Gives what the code names its place in the tables.
///
/// # Errors
/// When the code is too long.
pub(super) fn assemble(part: Part) -> Result<Condition, Wrong> {
    if part.code.len() > CONDITION_CODE {
        let message = format!("this comes to {} instructions; {CONDITION_CODE} are allowed", part.code.len());
        return Err(Wrong::new(part.span, message).help("split it into several rules, or join alternatives with `in`"));
    }
    let (mut constants, mut references, mut patterns) = (Vec::new(), Vec::new(), Vec::new());
    let mut code = Vec::with_capacity(part.code.len());
    for piece in part.code {
        code.push(match piece {
            Piece::Op(op) => op,
            Piece::Constant(value) => Op::Constant(intern(&mut constants, value)),
            Piece::Load(reference) => Op::Load(intern(&mut references, reference)),
            Piece::Has(reference) => Op::Has(intern(&mut references, reference)),
            Piece::Matches(pattern) => Op::Matches(intern(&mut patterns, pattern)),
        });
    }
    Ok(Condition {
        code: code.into(),
        constants: constants.into(),
        references: references.into(),
        patterns: patterns.into(),
    })
}

fn intern<T: PartialEq>(table: &mut Vec<T>, entry: T) -> u16 {
    let at = table.iter().position(|known| *known == entry).unwrap_or_else(|| {
        table.push(entry);
        table.len() - 1
    });
    short(at)
}
