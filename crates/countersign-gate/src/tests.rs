//! The gate natively: canonical paths, routes, who is calling, freshness and verdicts.

mod approvals;
mod authzen;
mod canonical;
mod closed;
mod concurrent;
mod fresh;
mod request;
mod routes;
mod simulation;
mod verdicts;
mod world;
