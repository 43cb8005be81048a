//! Properties of lists: plans, `anywhere` and the lists of a world are what asking one by one says.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

mod anywhere;
mod generate;
mod lists;
mod plan;
mod reference;
#[path = "../it/rng.rs"]
#[expect(dead_code, reason = "other tests draw more")]
mod rng;
mod sql;
mod table;
mod texts;
