//! Explanations of generated worlds: complete, recomputable from the trace alone, and with flips that flip.
#![expect(clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod checker;
mod facts;
mod flips;
mod generate;
#[path = "../it/rng.rs"]
#[expect(dead_code, reason = "other tests draw more")]
mod rng;
mod traces;
mod words;
