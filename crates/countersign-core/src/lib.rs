//! The decision: *may this subject do this action on this resource, now?*
//!
//! A pure function from policy, grants and question to a [`Decision`]: no clock (`now` is an argument), no I/O,
//! no randomness, no serialisation, no panics.
//! The order of evaluation is the contract of this crate:
//!
//! 1. **status**: an unknown subject, or one that is not active, is denied.
//! 2. **forbid**: reserved for model-wide rules.
//! 3. **override**: the nearest scope decides; at one scope deny beats allow.
//! 4. **role**: any live role that denies denies; else any that allows allows.
//! 5. **permit**: reserved for model-wide rules.
//! 6. **default**: deny.
//! 7. **approval**: reserved; turns an allow into *needs approval*.
//!
//! The reserved stages have their place in [`Stage`], and no behaviour yet: a document that asks for them is refused
//! when it is read, never ignored.
//!
//! # How it is fast
//!
//! The actions of a type are bits of one word, so a role is one pair of words (allow, deny) per type.
//! A subject's scopes are sorted in tree order; a question walks down from the root with one lookup an ancestor
//! and stops where no scope lies below. One walk answers for all actions of the resource.
//!
//! # What this crate does not do
//!
//! It parses no documents (`countersign-wire`, `countersign-compile`), keeps no members (`countersign-tenant`)
//! and knows nothing of requests (`countersign-gate`).
#![no_std]

extern crate alloc;

pub mod attribute;
pub mod builtin;
mod check;
pub mod condition;
mod decision;
mod error;
mod grants;
pub mod limits;
mod path;
mod policy;
mod project;
mod sort;
mod window;

pub use check::{Answer, Subject};
pub use decision::{Cause, Decision, Effect, Stage, Status};
pub use error::{GrantError, PathError, PolicyError};
pub use grants::{Assignment, Grants, GrantsBuilder, Override};
pub use path::{Path, Scope};
pub use policy::{Action, Permission, Policy, ResourceType, Role, RoleId, RoleSpec, TypeId, TypeSpec};
pub use project::{ProjectError, project};
pub use window::{Millis, Window};

#[cfg(test)]
mod tests;
