//! The gate natively: canonical paths, routes, what is asked, who is calling, freshness and verdicts.

mod bypass;
mod canonical;
mod concurrent;
mod fresh;
mod question;
mod request;
mod routes;
mod verdicts;
mod world;
