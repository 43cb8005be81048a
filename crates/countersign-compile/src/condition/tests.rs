//! Conditions from text to truth: what is accepted and what it comes to, what is refused and what is said of it.

mod bounds;
mod code;
mod conformance;
mod differential;
mod holds;
mod random;
mod refusals;
mod text;
mod world;
