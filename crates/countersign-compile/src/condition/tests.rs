//! Conditions from text to truth: what is accepted and what it comes to, what is refused and what is said of it.

mod bounds;
mod code;
mod holds;
mod refusals;
mod world;
