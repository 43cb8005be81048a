//! The request: from method, path and headers to a question, and from the decision to a verdict.
//!
//! Everything that stands between the internet and the origin is decided here, and nothing is done here: the worker
//! hands in a [`Request`](request::Request) and its [`ports`], and carries out the [`Verdict`]. It runs natively under
//! tests and simulation as it runs in the worker.
//!
//! - [`canonical`]: one strict form of a path; all others are refused, so that what was checked is what the origin gets.
//! - [`routes`]: the reviewed table from requests to questions. What it does not name is refused.
//! - [`question`]: what a route asks for a request: tenant, resource, and what is taken from query, headers and body.
//! - [`identity`]: who is calling.
//! - [`fresh`]: the isolate's cache, and how old what it holds may be.
//! - [`origin`]: where allowed requests go; [`notes`]: what is logged of each.
//! - [`manage`]: the management API, from requests to commands; `countersign-tenant` decides them.
//! - [`evaluate`]: the decision API (OpenID AuthZEN 1.0).
//! - [`watch`]: what open pages are told.
//!
//! Every failure ends in a refusal with a code for the log, and none of it in the body.

pub mod answer;
mod approval;
pub mod canonical;
pub mod config;
mod docs;
mod evaluate;
pub mod fresh;
mod gate;
pub mod identity;
pub mod manage;
mod me;
pub mod notes;
pub mod origin;
mod patience;
pub mod ports;
pub mod question;
pub mod request;
pub mod routes;
mod seeded;
mod unserved;
pub mod watch;

pub use docs::File;
pub use gate::{Forward, Gate, Verdict, refuse_another_method, refuse_body_of_a_read};
pub use me::Watched;
pub use unserved::unserved;

#[cfg(test)]
pub(crate) mod tests;
