//! The two tools that have to be compiled: worker-build, and wasm-bindgen at exactly the library's version.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{cache, system};
use crate::command::{Finished, Run, failure};
use crate::screen::{Step, step};
use crate::workspace::Workspace;

/// Where the compiled tools are.
pub(crate) struct Tools {
    /// The builder of Rust workers.
    pub(crate) worker_build: PathBuf,
    /// The generator of JavaScript bindings.
    pub(crate) wasm_bindgen: PathBuf,
}

impl Tools {
    /// What identifies them: a cache keeps one directory for each version.
    pub(crate) fn versions(&self) -> Vec<String> {
        [&self.worker_build, &self.wasm_bindgen].map(|path| path.display().to_string()).to_vec()
    }
}

/// A tool that `cargo install` can make.
struct Recipe {
    package: &'static str,
    binary: &'static str,
    version: String,
    options: &'static [&'static str],
    before: fn() -> Result<()>,
}

/// Installs worker-build; its version is that of the `worker` library.
pub(super) fn worker_build(workspace: &Workspace) -> Result<PathBuf> {
    installed(&Recipe {
        package: "worker-build",
        binary: "worker-build",
        version: workspace.locked("worker")?,
        options: &[],
        before: system::openssl,
    })
}

/// Installs the command-line wasm-bindgen; it refuses to work on any other version than the library's.
pub(super) fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    installed(&Recipe {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: workspace.locked("wasm-bindgen")?,
        // The default feature is TLS for its test runner, which is not installed.
        options: &["--no-default-features"],
        before: || Ok(()),
    })
}

fn installed(recipe: &Recipe) -> Result<PathBuf> {
    let tools = cache::tools()?;
    let place = tools.join(format!("{}-{}", recipe.package, recipe.version));
    let binary = place.join("bin").join(recipe.binary);
    step(&format!("{} {}", recipe.package, recipe.version), |step| {
        if works(&binary, &recipe.version) {
            step.note("already there");
            return Ok(());
        }
        (recipe.before)()?;
        let staging = cache::staging(&tools, recipe.package)?;
        install(recipe, staging.path(), step)?;
        cache::publish(&staging.path().join("root"), &place, || works(&binary, &recipe.version))
    })?;
    Ok(binary)
}

/// Whether the binary runs and is that version.
fn works(binary: &Path, version: &str) -> bool {
    Run::new(binary).arg("--version").capture().is_some_and(|text| text.split_whitespace().any(|word| word == version))
}

/// Compiles in the staging directory, with the author's lock file if that still resolves.
fn install(recipe: &Recipe, staging: &Path, step: &Step) -> Result<()> {
    let mut last = cargo_install(recipe, staging, &["--locked"], step)?;
    if !last.success && lock_is_stale(&last.text) {
        last = cargo_install(recipe, staging, &[], step)?;
    }
    if last.success {
        return Ok(());
    }
    let Recipe { package, version, .. } = recipe;
    let advice =
        format!("{package} {version} could not be installed; check the network and disk space, then run this again");
    Err(failure(&advice, &last.text))
}

fn cargo_install(recipe: &Recipe, staging: &Path, lock: &[&str], step: &Step) -> Result<Finished> {
    let run = Run::new("cargo")
        .args(["install", "--bin", recipe.binary])
        .args(lock)
        .args(recipe.options)
        .arg("--root")
        .arg(staging.join("root"))
        .arg(format!("{}@{}", recipe.package, recipe.version))
        .env("CARGO_TARGET_DIR", staging.join("target"))
        // Optimising either of them takes minutes longer and saves half a second in each build.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .dir(staging);
    run.finish(Some(step))
}

/// A lock file may name versions that the registry has withdrawn.
fn lock_is_stale(text: &str) -> bool {
    ["failed to select a version", "no matching package", "is yanked", "lock file"]
        .iter()
        .any(|sign| text.contains(sign))
}

#[cfg(test)]
mod tests;
