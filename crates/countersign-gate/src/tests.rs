//! The gate natively: canonical paths, routes, what is asked, who is calling, freshness and verdicts.

mod approvals;
mod authzen;
mod bypass;
mod canonical;
mod closed;
mod concurrent;
mod fresh;
mod notes;
mod question;
mod request;
mod routes;
mod simulation;
mod verdicts;
mod watch;
pub(crate) mod world;
