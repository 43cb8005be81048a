//! The decision: *may this subject do this action on this resource, now?*
//!
//! A pure function from policy, grants and question to a [`Decision`]: no clock (`now` is an argument), no I/O,
//! no randomness, no serialisation, no panics.
//! The order of evaluation is the contract of this crate:
//!
//! 1. **status**: an unknown subject, or one that is not active, is denied.
//! 2. **forbid**: a rule that targets the question and holds, or errors, denies.
//! 3. **override**: the nearest scope decides; at one scope deny beats allow.
//! 4. **role**: any live role that denies denies; else any that allows allows. The conditions of one grant are a
//!    conjunction: one that is false and the grant does not act; else an error keeps its denies and loses its allows.
//! 5. **permit**: a rule that targets the question and holds allows; one that errors does not.
//! 6. **default**: deny.
//! 7. **approval**: an allow that meets an approval policy needs an approval; a trigger that errors is met.
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

mod anywhere;
pub mod attribute;
pub mod builtin;
mod check;
pub mod condition;
mod decision;
mod error;
mod explain;
mod gather;
mod grants;
pub mod limits;
mod path;
mod plan;
mod policy;
mod project;
mod registry;
mod scene;
mod sort;
pub mod sorted;
mod subject;
mod window;

pub use attribute::{AttributeSpec, Attributes, Owner, Slot};
pub use check::{Answer, Prepared};
pub use decision::{Cause, Decision, Effect, Stage, Status};
pub use error::{GrantError, PathError, PolicyError};
pub use explain::{Change, Explanation, Lost, Step, Trace, Until, Verdict, What};
pub use grants::{Assignment, Grants, GrantsBuilder, GrantsReading, Held, Override};
pub use path::{Path, Scope};
pub use plan::{Filter, Node, Plan, Residual};
pub use policy::{
    Action, ApprovalSpec, ConditionId, MaskRows, Permission, Policy, PolicySpec, ResourceType, Role, RoleId, RolePart,
    RoleSpec, RuleSpec, Title, TypeId, TypeSpec,
};
pub use project::{ProjectError, Projected, project};
pub use registry::Registry;
pub use subject::{Approved, Question, Subject};
pub use window::{Millis, Window};

#[cfg(test)]
mod tests;
