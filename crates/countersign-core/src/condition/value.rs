//! Values and their kinds.

use super::run::Budget;
use super::{Decimal, Ip, IpRange};
use crate::Millis;
use crate::limits::LIST_ITEMS;
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::mem;

/// What an attribute or an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A truth value
    Bool,
    /// An integer of 64 bits
    Int,
    /// An exact decimal
    Decimal,
    /// A string
    String,
    /// A moment, in milliseconds
    Timestamp,
    /// A span of time, in milliseconds
    Duration,
    /// An IP address
    Ip,
    /// A range of IP addresses
    Range,
    /// A list of truth values
    Bools,
    /// A list of integers
    Ints,
    /// A list of decimals
    Decimals,
    /// A list of strings
    Strings,
    /// A list of moments
    Timestamps,
    /// A list of IP addresses
    Ips,
}

impl Kind {
    /// The kind of a list's items; nothing for what is no list.
    #[must_use]
    pub fn item(self) -> Option<Self> {
        match self {
            Self::Bools => Some(Self::Bool),
            Self::Ints => Some(Self::Int),
            Self::Decimals => Some(Self::Decimal),
            Self::Strings => Some(Self::String),
            Self::Timestamps => Some(Self::Timestamp),
            Self::Ips => Some(Self::Ip),
            _ => None,
        }
    }

    /// The kind of a list of these; nothing for what lists cannot hold.
    #[must_use]
    pub fn list(self) -> Option<Self> {
        match self {
            Self::Bool => Some(Self::Bools),
            Self::Int => Some(Self::Ints),
            Self::Decimal => Some(Self::Decimals),
            Self::String => Some(Self::Strings),
            Self::Timestamp => Some(Self::Timestamps),
            Self::Ip => Some(Self::Ips),
            _ => None,
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Missing, ill-typed, or the outcome of what failed
    Error,
    /// A truth value
    Bool(bool),
    /// An integer
    Int(i64),
    /// An exact decimal
    Decimal(Decimal),
    /// A string
    String(Cow<'a, str>),
    /// A moment
    Timestamp(Millis),
    /// A span of time
    Duration(Millis),
    /// An IP address
    Ip(Ip),
    /// A range of IP addresses
    Range(IpRange),
    /// A list; its items are no lists
    List(Items<'a>),
}

/// The items of a list.
#[derive(Clone, Debug)]
pub enum Items<'a> {
    /// Somebody else's
    Borrowed(&'a [Value<'a>]),
    /// Made by a condition
    Owned(Vec<Value<'a>>),
}

impl<'a> Items<'a> {
    /// The items.
    #[must_use]
    pub fn all(&self) -> &[Value<'a>] {
        match self {
            Self::Borrowed(items) => items,
            Self::Owned(items) => items,
        }
    }
}

impl PartialEq for Items<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

impl Value<'static> {
    /// A string.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::String(Cow::Owned(text.into()))
    }
}

impl<'a> Value<'a> {
    /// The same value, borrowed.
    #[must_use]
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Error => Value::Error,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Decimal(value) => Value::Decimal(*value),
            Self::String(value) => Value::String(Cow::Borrowed(value)),
            Self::Timestamp(value) => Value::Timestamp(*value),
            Self::Duration(value) => Value::Duration(*value),
            Self::Ip(value) => Value::Ip(*value),
            Self::Range(value) => Value::Range(*value),
            Self::List(items) => Value::List(Items::Borrowed(items.all())),
        }
    }

    /// A copy that may outlive this one, for what a list can hold; [`Value::Error`] for the rest. Nothing if the budget
    /// is used up.
    pub(super) fn copy(&self, budget: &mut Budget) -> Option<Self> {
        match self {
            Self::List(_) => return Some(Self::Error),
            Self::String(Cow::Owned(text)) => budget.read(text.len())?,
            _ => {}
        }
        Some(self.clone())
    }

    /// A list; [`Value::Error`] if there are too many items, or some that are lists, errors or of different kinds.
    pub(super) fn list(items: Vec<Self>) -> Self {
        let kind = items.first().map(mem::discriminant);
        let fits = |item: &Self| Some(mem::discriminant(item)) == kind && !matches!(item, Self::Error | Self::List(_));
        if items.len() <= LIST_ITEMS && items.iter().all(fits) { Self::List(Items::Owned(items)) } else { Self::Error }
    }

    /// Whether the value is of this kind; an empty list is of every kind of list.
    #[must_use]
    pub fn is(&self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Bool(_), Kind::Bool)
            | (Self::Int(_), Kind::Int)
            | (Self::Decimal(_), Kind::Decimal)
            | (Self::String(_), Kind::String)
            | (Self::Timestamp(_), Kind::Timestamp)
            | (Self::Duration(_), Kind::Duration)
            | (Self::Ip(_), Kind::Ip)
            | (Self::Range(_), Kind::Range) => true,
            (Self::List(items), kind) => kind.item().is_some_and(|item| items.all().iter().all(|value| value.is(item))),
            _ => false,
        }
    }
}
