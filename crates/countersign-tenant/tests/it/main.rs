//! Properties of the decision, from the texts people write to the answers: against an oracle and against the laws.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unreachable,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and one that counts says what"
)]

mod bug;
mod compare;
mod conditions;
mod engine;
mod enrich;
mod eval;
mod exhaustive;
mod expr;
mod facts;
mod generate;
mod image;
mod injection;
mod law;
mod laws;
mod naive;
mod pools;
mod projection;
mod question;
mod rng;
mod same;
mod shrink;
mod tenants;
mod text;
mod value;
