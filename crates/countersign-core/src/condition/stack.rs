//! The stack of a running condition: a few values in place, more of them on the heap.

use super::Value;
use alloc::vec::Vec;
use core::mem;

/// Values that need no allocation.
const FEW: usize = 4;
/// The most values: those of one list, and what may stand before it.
const MOST: usize = 512;

pub(super) struct Stack<'a> {
    few: [Value<'a>; FEW],
    more: Vec<Value<'a>>,
    len: usize,
}

impl Default for Stack<'_> {
    fn default() -> Self {
        Self { few: [const { Value::Error }; FEW], more: Vec::new(), len: 0 }
    }
}

impl<'a> Stack<'a> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Puts a value on top; nothing if there are too many.
    pub(super) fn push(&mut self, value: Value<'a>) -> Option<()> {
        match self.few.get_mut(self.len) {
            // What stands there is an error, because `pop` left one: nothing needs to be dropped.
            Some(free) => mem::forget(mem::replace(free, value)),
            None if self.len < MOST => self.more.push(value),
            None => return None,
        }
        self.len += 1;
        Some(())
    }

    /// Takes the top value off; nothing if there is none.
    pub(super) fn pop(&mut self) -> Option<Value<'a>> {
        self.len = self.len.checked_sub(1)?;
        match self.few.get_mut(self.len) {
            Some(value) => Some(mem::replace(value, Value::Error)),
            None => self.more.pop(),
        }
    }

    /// Takes the top `count` values off, the lowest first.
    pub(super) fn pop_many(&mut self, count: usize) -> Option<Vec<Value<'a>>> {
        let mut highest_first = Vec::with_capacity(count.min(self.len));
        for _ in 0..count {
            highest_first.push(self.pop()?);
        }
        // Not `reverse`: its bounds checks would bring the formatting of numbers into the bundle.
        let mut values = Vec::with_capacity(highest_first.len());
        while let Some(value) = highest_first.pop() {
            values.push(value);
        }
        Some(values)
    }

    pub(super) fn top(&self) -> Option<&Value<'a>> {
        let top = self.len.checked_sub(1)?;
        self.few.get(top).or_else(|| self.more.last())
    }
}
