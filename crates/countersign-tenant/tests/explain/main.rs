//! Explanations of generated worlds: complete, recomputable from the trace alone, and with flips that flip.

mod checker;
mod facts;
mod flips;
mod generate;
#[path = "../it/rng.rs"]
mod rng;
mod traces;
mod words;
