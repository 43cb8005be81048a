//! Countersign beside other native engines: one world, one list of questions, and an adapter for each engine.

pub mod clock;
pub mod engines;
pub mod world;
