//! Who asks, and what is asked.

use crate::attribute::Attributes;
use crate::{Grants, Millis, Permission, Registry, Status, Window};
use alloc::boxed::Box;

/// A subject as a checker sees it, with what the tenant stores that may matter to its questions.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its id: `user:ann`
    pub id: &'a str,
    /// Its status; nothing for a subject that is no member
    pub status: Option<Status>,
    /// What it holds itself
    pub own: &'a Grants,
    /// What its groups hold; their overrides do not count, for overrides are a subject's own
    pub groups: &'a [&'a Grants],
    /// Its stored attributes
    pub attributes: &'a Attributes,
    /// Its approved requests that were not used yet
    pub approved: &'a [Approved],
    /// The stored attributes of resources
    pub resources: &'a Registry,
}

impl<'a> Subject<'a> {
    /// A subject of whom nothing is stored but what it holds.
    #[must_use]
    pub fn new(id: &'a str, status: Option<Status>, own: &'a Grants, groups: &'a [&'a Grants]) -> Self {
        Self { id, status, own, groups, attributes: Attributes::NONE, approved: &[], resources: Registry::NONE }
    }
}

impl<'a> Question<'a> {
    /// A question with which nothing is supplied.
    #[must_use]
    pub fn new(action: &'a str, path: &'a str, now: Millis) -> Self {
        Self { action, path, supplied: Attributes::NONE, now }
    }
}

/// An approved request: it lets its subject do this once, in this context.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    /// For what
    pub permission: Permission,
    /// On what
    pub path: Box<str>,
    /// In which context: all values that were supplied with the request, of subject, action and resource too
    pub context: Attributes,
    /// While it is good
    pub window: Window,
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The action's name
    pub action: &'a str,
    /// The resource's path
    pub path: &'a str,
    /// What the caller says of subject, action, resource and context, by slot; values for attributes that the tenant
    /// stores are not looked at
    pub supplied: &'a Attributes,
    /// The moment, in milliseconds
    pub now: Millis,
}
