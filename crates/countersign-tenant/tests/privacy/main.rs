//! What a projection tells of others: nothing. And what it says of its subject: what the tenant says.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unreachable,
    reason = "a test that cannot go on fails"
)]

#[path = "../it/bug.rs"]
#[expect(dead_code, reason = "the oracle makes its mistakes elsewhere")]
mod bug;
#[path = "../it/compare.rs"]
#[expect(dead_code, reason = "the engine is held against the oracle elsewhere")]
mod compare;
#[path = "../it/conditions.rs"]
mod conditions;
#[path = "../it/enrich.rs"]
#[expect(dead_code, reason = "other tests change worlds in other ways")]
mod enrich;
#[path = "../it/eval.rs"]
mod eval;
#[path = "../it/expr.rs"]
mod expr;
#[path = "../it/facts.rs"]
mod facts;
#[path = "../it/generate.rs"]
mod generate;
#[path = "../it/naive.rs"]
mod naive;
#[path = "../it/pools.rs"]
mod pools;
#[path = "../it/question.rs"]
mod question;
#[path = "../it/rng.rs"]
mod rng;
#[path = "../it/shrink.rs"]
mod shrink;
#[path = "../it/text.rs"]
mod text;
#[path = "../it/value.rs"]
mod value;

mod answers;
mod closed;
mod others;
mod pinned;
mod size;
