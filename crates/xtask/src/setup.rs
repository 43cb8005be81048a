//! Installs what the workspace needs beyond Rust and Node, and only what is missing.

mod browser;
mod cache;
mod node;
mod python;
mod rust;
mod system;
mod tools;

use std::path::PathBuf;

use anyhow::{Result, anyhow};

pub(crate) use browser::browser;
pub(crate) use python::schemathesis;
pub(crate) use rust::{Panics, compiler, wasm_target};
pub(crate) use tools::Tools;

use crate::workspace::Workspace;

/// What a build needs to know of the machine.
pub(crate) struct Machine {
    /// The compiled helpers.
    pub(crate) tools: Tools,
    /// What a panic does in the worker that can be built here.
    pub(crate) panics: Panics,
}

/// The command `setup`: everything, what the tests alone need included.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    all(workspace)?;
    hosts(workspace)?;
    schemathesis(workspace)?;
    browser(workspace).map(|_path: PathBuf| ())
}

/// Everything but a browser.
///
/// The slow parts run side by side: rustup and npm wait for the network while the tools compile.
pub(crate) fn all(workspace: &Workspace) -> Result<Machine> {
    node::check()?;
    std::thread::scope(|scope| {
        let worker_build = scope.spawn(|| tools::worker_build(workspace));
        let others = scope.spawn(|| -> Result<(Panics, PathBuf)> {
            rust::wasm_target(workspace)?;
            let panics = rust::nightly(workspace)?;
            node::packages(workspace)?;
            Ok((panics, tools::wasm_bindgen(workspace)?))
        });
        let worker_build = joined(worker_build.join())?;
        let (panics, wasm_bindgen) = joined(others.join())?;
        Ok(Machine { tools: Tools { worker_build, wasm_bindgen }, panics })
    })
}

/// The hosts in which the npm package is tried.
pub(crate) fn hosts(workspace: &Workspace) -> Result<()> {
    node::hosts(workspace)
}

/// The components that only tests need.
pub(crate) fn lints(workspace: &Workspace) -> Result<()> {
    rust::components(workspace)
}

fn joined<T>(outcome: std::thread::Result<Result<T>>) -> Result<T> {
    outcome.unwrap_or_else(|_| Err(anyhow!("a set-up step ended unexpectedly; run this again")))
}
