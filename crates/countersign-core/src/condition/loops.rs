//! The loops of a condition: `exists`, `all`, `exists_one`, `filter` and `map`.

use super::run::Budget;
use super::{Fold, Items, Value};
use alloc::vec::Vec;

/// How deep loops may nest.
pub(super) const DEPTH: usize = 8;

/// An open loop.
pub(super) struct Frame<'a> {
    fold: Fold,
    list: Items<'a>,
    /// The current item
    index: usize,
    /// The first instruction of the body
    pub(super) start: usize,
    /// The instruction after the body
    pub(super) end: usize,
    /// How many values the stack had when the loop began
    pub(super) base: usize,
    /// Whether an item's outcome decided the loop's
    decided: Option<Value<'a>>,
    /// Whether an item's outcome is an error
    failed: bool,
    /// How many items were counted
    count: usize,
    made: Vec<Value<'a>>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(fold: Fold, list: Value<'a>, start: usize, end: usize, base: usize) -> Self {
        let (list, decided) = match list {
            Value::List(items) => (items, None),
            _ => (Items::Borrowed(&[]), Some(Value::Error)),
        };
        Self { fold, list, index: 0, start, end, base, decided, failed: false, count: 0, made: Vec::new() }
    }

    /// The current item.
    pub(super) fn item(&self, budget: &mut Budget) -> Option<Value<'a>> {
        match &self.list {
            Items::Borrowed(items) => items.get(self.index).map(Value::borrowed),
            Items::Owned(items) => items.get(self.index)?.copy(budget),
        }
    }

    /// Takes what the body came to for the current item.
    pub(super) fn take(&mut self, outcome: Value<'a>, budget: &mut Budget) -> Option<()> {
        match (self.fold, outcome) {
            (Fold::Map, Value::Error) => self.decided = Some(Value::Error),
            (Fold::Map, value) => self.made.push(value),
            (Fold::Exists, Value::Bool(true)) => self.decided = Some(Value::Bool(true)),
            (Fold::All, Value::Bool(false)) => self.decided = Some(Value::Bool(false)),
            (Fold::ExistsOne, Value::Bool(true)) => self.count += 1,
            (Fold::Filter, Value::Bool(true)) => {
                let item = self.item(budget)?;
                self.made.push(item);
            }
            (_, Value::Bool(_)) => {}
            (Fold::Exists | Fold::All, _) => self.failed = true,
            (_, _) => self.decided = Some(Value::Error),
        }
        self.index += 1;
        Some(())
    }

    /// The loop's result, if it has come to its end.
    pub(super) fn result(&mut self) -> Option<Value<'a>> {
        if self.decided.is_some() {
            return self.decided.take();
        }
        if self.index < self.list.all().len() {
            return None;
        }
        Some(match self.fold {
            _ if self.failed => Value::Error,
            Fold::Exists => Value::Bool(false),
            Fold::All => Value::Bool(true),
            Fold::ExistsOne => Value::Bool(self.count == 1),
            Fold::Filter | Fold::Map => Value::list(core::mem::take(&mut self.made)),
        })
    }
}
