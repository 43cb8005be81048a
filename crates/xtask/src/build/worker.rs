//! The worker, by worker-build: cargo (nightly where panics unwind), wasm-bindgen, wasm-opt, and a bundle of its glue.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::wasm::{self, Effort};
use crate::command::Run;
use crate::screen::step;
use crate::setup::{Machine, Panics, compiler};
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

const CRATE: &str = "crates/countersign-edge";
const PROFILE: &str = "edge";

/// Builds the worker into `crates/countersign-edge/build`.
pub(super) fn build(workspace: &Workspace, machine: &Machine) -> Result<()> {
    let stamp = Stamp::at(workspace.target().join("xtask/stamps/worker"));
    let out = workspace.path(CRATE).join("build");
    let module = out.join("index_bg.wasm");
    let results = [out.join("index.js"), module.clone()];
    let label = match machine.panics {
        Panics::Unwind => "the worker",
        Panics::Abort => "the worker (panic=abort)",
    };
    step(label, |step| {
        if stamp.matches(&inputs(workspace, machine)?, &results) {
            step.note("unchanged");
            return Ok(());
        }
        stamp.clear();
        let mut run = Run::new(&machine.tools.worker_build)
            .arg(workspace.path(CRATE))
            // Its own choice of optimisation takes a minute and compresses worse than ours.
            .args(["--profile", PROFILE, "--no-opt"])
            .env("WASM_BINDGEN_BIN", &machine.tools.wasm_bindgen)
            .env("ESBUILD_BIN", workspace.node_bin("esbuild"))
            .env("WASM_OPT_BIN", workspace.node_bin("wasm-opt"))
            .dir(workspace.root());
        if machine.panics == Panics::Unwind {
            run = run.arg("--panic-unwind");
        }
        run.check(step, "the worker could not be built; correct what is listed above")?;
        wasm::optimise(workspace, &module, &module, Effort::Quick, step)?;
        stamp.write(&inputs(workspace, machine)?)
    })
}

/// Everything that the worker is made from. Cargo lists the sources once it has compiled them.
fn inputs(workspace: &Workspace, machine: &Machine) -> Result<Inputs> {
    let listing = workspace.target().join(format!("wasm32-unknown-unknown/{PROFILE}/countersign_edge.d"));
    let sources = sources(&std::fs::read_to_string(&listing).unwrap_or_default());
    let mut inputs = Inputs::of("worker")
        .text(&compiler(machine.panics))
        .text(&machine.tools.worker_build.to_string_lossy())
        .text(&machine.tools.wasm_bindgen.to_string_lossy())
        .text(&workspace.read("package-lock.json")?)
        .text(&workspace.read("Cargo.lock")?)
        .text(&workspace.read("Cargo.toml")?);
    for manifest in manifests(&sources) {
        inputs = inputs.file(&manifest);
    }
    for source in &sources {
        inputs = inputs.file(source);
    }
    Ok(inputs)
}

/// The files in a listing of cargo's: `target: file file …`, blanks in names escaped.
fn sources(listing: &str) -> Vec<PathBuf> {
    let Some((_, files)) = listing.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let protected = files.replace("\\ ", "\0");
    protected.split_whitespace().map(|file| PathBuf::from(file.replace('\0', " "))).collect()
}

/// The manifests of the crates that the sources belong to.
fn manifests(sources: &[PathBuf]) -> Vec<PathBuf> {
    let mut manifests: Vec<PathBuf> = sources
        .iter()
        .filter_map(|source| source.ancestors().find(|directory| directory.ends_with("src")).and_then(Path::parent))
        .map(|directory| directory.join("Cargo.toml"))
        .collect();
    manifests.sort();
    manifests.dedup();
    manifests
}

#[cfg(test)]
mod tests;
