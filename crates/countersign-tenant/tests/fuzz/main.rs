//! Hostile input: what nests without end, and what a random hand makes of good input. Nothing may panic, take long or
//! exhaust the stack, and nothing that is broken may allow.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

#[path = "../it/rng.rs"]
#[expect(dead_code, reason = "the fuzzers run one after the other")]
mod rng;

mod depth;
mod mutate;
mod snapshots;
mod targets;

use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use std::fs;
use std::path::Path;

/// A file of the presets.
fn preset(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../presets").join(name);
    fs::read_to_string(path).expect("a file of the presets")
}

fn model(text: &str) -> Result<Model, String> {
    Model::parse(Source { name: "model", text }).map_err(|problems| problems.to_string())
}

fn world(model: &Model, text: &str) -> Result<World, String> {
    World::load(model, Source { name: "tenant", text }).map_err(|problems| problems.to_string())
}
