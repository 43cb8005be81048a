//! Properties of the decision, from the texts people write to the answers: against an oracle and against the laws.
#![expect(clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod compare;
mod engine;
mod facts;
mod generate;
mod laws;
mod naive;
mod rng;
