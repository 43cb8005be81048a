//! Declared attributes: whose they are, of which kind, and where their values may come from.

use crate::TypeId;
use crate::condition::{Kind, Value};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The index of a declared attribute in its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// Whose attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The subject's: `subject.x`
    Subject,
    /// The action's: `action.x`
    Action,
    /// The context's: `context.x`
    Context,
    /// A resource's of this type: `resource.x`, or `project.x`
    Type(TypeId),
}

impl Owner {
    /// Whether a tenant can store such attributes; actions and contexts are the caller's.
    #[must_use]
    pub fn is_stored(self) -> bool {
        matches!(self, Self::Subject | Self::Type(_))
    }
}

/// An attribute as its author declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSpec {
    /// Whose it is
    pub owner: Owner,
    /// Its name; `id`, `type` and `name` are given by the engine and cannot be declared
    pub name: Box<str>,
    /// What its values are
    pub kind: Kind,
    /// The only values that a string may have; any, if there are none
    pub one_of: Vec<Box<str>>,
    /// Whether the caller supplies it; the tenant stores it otherwise, and a supplied value is not looked at
    pub from_request: bool,
}

impl AttributeSpec {
    /// Whether `value` is one that the attribute may have.
    #[must_use]
    pub fn admits(&self, value: &Value<'_>) -> bool {
        let listed = match value {
            Value::String(text) => self.one_of.is_empty() || self.one_of.iter().any(|one| **one == **text),
            _ => true,
        };
        listed && value.is(self.kind)
    }
}

/// Values of attributes, by slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(Vec<(Slot, Value<'static>)>);

impl Attributes {
    /// None at all.
    pub const NONE: &'static Self = &Self(Vec::new());

    /// Sets a value; [`Value::Error`] stands for one that is ill-typed.
    pub fn set(&mut self, slot: Slot, value: Value<'static>) {
        match self.0.binary_search_by_key(&slot, |(slot, _)| *slot) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    *known = value;
                }
            }
            Err(at) => self.0.insert(at, (slot, value)),
        }
    }

    /// Forgets all values and keeps the room for others.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The value at `slot`, if there is one.
    #[must_use]
    pub fn get(&self, slot: Slot) -> Option<&Value<'static>> {
        let at = self.0.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// All values, by slot.
    pub fn all(&self) -> impl Iterator<Item = (Slot, &Value<'static>)> {
        self.0.iter().map(|(slot, value)| (*slot, value))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
