//! The tenant: who may what, and how that is changed.
//!
//! A state machine without I/O: [`settle()`] takes the state as it is, a command and the time, and answers with the
//! [`Event`]s that make the new state and the entry of the log, or with a refusal. Whoever calls it (the worker's
//! object, a test, a simulation) stores the events, the audit entry and the outbox rows in one transaction, or none.
//!
//! Every command is authorised by the engine under the actor's own permissions: there is no second set of rules for
//! management.
//!
//! - [`State`] is what the machine reads; [`Memory`] keeps it in memory.
//! - [`World`] answers questions about a tenant file without any of this: for tests, the command line and servers.
//! - [`impact()`] says what a change of a tenant or its model does, for whom and where.
//! - [`cedar`] writes a tenant in Cedar's languages.
//! - [`audit`] chains the log.
//! - [`publish`] says which records an outbox may publish now, and when to come back.

mod actor;
mod address;
mod admins;
mod approval_policies;
mod assignments;
mod attributes;
pub mod audit;
mod authority;
pub mod cedar;
mod command;
mod delivery;
mod doc;
mod draft;
mod dry_run;
mod email;
mod event;
mod export;
mod find;
mod gains;
mod given;
mod gone;
mod groups;
mod held;
pub mod impact;
mod import;
mod inbox;
mod index;
mod invitations;
mod json;
mod links;
mod listing;
mod members;
mod memory;
mod notify;
mod once;
mod overrides;
mod people;
pub mod publish;
mod query;
mod recipients;
mod recompile;
mod requests;
mod resources;
mod roles;
mod search;
mod seats;
mod secret;
mod selves;
mod settings;
mod settle;
mod settled;
mod state;
mod stop;
mod support;
mod target;
mod text;
mod tick;
mod tokens;
mod webhooks;
mod world;

pub use actor::Actor;
pub use command::{Outcome, execute};
pub use delivery::{Attempt, Due, delivered, deliveries_due};
pub use doc::IN_GROUP;
pub use draft::Entropy;
pub use event::{Commit, Event, REPLACED};
pub use find::{folded, haystacks, is_found};
pub use impact::impact;
pub use json::object as as_json;
pub use links::post::{Posted, messages_due, posted};
pub use links::receive::{Received, receive};
pub use memory::Memory;
pub use query::{Signing, query, settle_query};
pub use secret::digest;
pub use settle::{Settled, settle};
pub use state::{Fault, Meta, State, head};
pub use tick::{next_due, tick};
pub use world::{Asked, World};

#[cfg(test)]
mod tests;
