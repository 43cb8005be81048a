//! The stored attributes of resources.

use crate::attribute::{Attributes, Slot};
use crate::condition::Value;
use crate::sort::sorted;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What a tenant stores of its resources, by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry(Vec<(Box<str>, Attributes)>);

impl Registry {
    /// No resource at all.
    pub const NONE: &'static Self = &Self(Vec::new());

    /// A registry of these resources; of two with one path, one is kept.
    #[must_use]
    pub fn new(resources: Vec<(Box<str>, Attributes)>) -> Self {
        let mut resources = sorted(resources, |a, b| a.0.cmp(&b.0));
        resources.dedup_by(|a, b| a.0 == b.0);
        Self(resources)
    }

    /// A registry of what [`Registry::all`] gave of another; resources that are out of order may not be found.
    #[must_use]
    pub fn again(resources: Vec<(Box<str>, Attributes)>) -> Self {
        Self(resources)
    }

    /// A stored value.
    #[must_use]
    pub fn value(&self, path: &str, slot: Slot) -> Option<&Value<'static>> {
        self.get(path)?.get(slot)
    }

    /// The attributes stored for a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Attributes> {
        let at = self.0.binary_search_by(|(known, _)| (**known).cmp(path)).ok()?;
        self.0.get(at).map(|(_, attributes)| attributes)
    }

    /// All resources, by path.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Attributes)> {
        self.0.iter().map(|(path, attributes)| (&**path, attributes))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
