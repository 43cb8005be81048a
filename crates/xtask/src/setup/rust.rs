//! The parts of the Rust toolchain: the wasm target, and nightly with the sources of `std` for the unwinding worker.

use std::path::Path;

use anyhow::Result;

use crate::command::Run;
use crate::screen::step;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// What a panic does in the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panics {
    /// It ends the request that caused it, and nothing else.
    Unwind,
    /// It ends every request that the isolate is serving.
    Abort,
}

/// The target for the package, and for a worker without nightly.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    step("Rust target wasm32-unknown-unknown", |step| {
        if has_target(&[]) {
            step.note("already there");
            return Ok(());
        }
        let advice = "the wasm target could not be installed; check the network, or run `rustup target add wasm32-unknown-unknown`";
        let add = Run::new("rustup").args(["target", "add", TARGET]).dir(workspace.root());
        add.check(step, advice).map(|_| ())
    })
}

/// Nightly for the worker. Without it there is a worker all the same, one that a panic hurts more.
pub(super) fn nightly(workspace: &Workspace) -> Result<Panics> {
    step("nightly Rust with the sources of std", |step| {
        if has_nightly() {
            step.note("already there");
            return Ok(Panics::Unwind);
        }
        let args: &[&[&str]] = if nightly_sysroot().is_none() {
            &[&[
                "toolchain",
                "install",
                "nightly",
                "--profile",
                "minimal",
                "--component",
                "rust-src",
                "--target",
                TARGET,
            ]]
        } else {
            // An installed nightly stays the one it is: installing it again would update it.
            &[
                &["component", "add", "rust-src", "--toolchain", "nightly"],
                &["target", "add", TARGET, "--toolchain", "nightly"],
            ]
        };
        let rustup = |args: &&[&str]| Run::new("rustup").args(*args).dir(workspace.root()).finish(Some(step));
        let installed = args.iter().all(|args| rustup(args).is_ok_and(|finished| finished.success));
        if installed && has_nightly() {
            return Ok(Panics::Unwind);
        }
        step.note("not to be had, so a panic will end all requests of its isolate");
        Ok(Panics::Abort)
    })
}

/// The formatter and the linter.
pub(super) fn components(workspace: &Workspace) -> Result<()> {
    step("rustfmt and clippy", |step| {
        let present =
            |name: &str| Run::new("cargo").args([name, "--version"]).dir(workspace.root()).capture().is_some();
        if present("fmt") && present("clippy") {
            step.note("already there");
            return Ok(());
        }
        let advice = "rustfmt and clippy could not be installed; check the network, or run `rustup component add rustfmt clippy`";
        let add = Run::new("rustup").args(["component", "add", "rustfmt", "clippy"]).dir(workspace.root());
        add.check(step, advice).map(|_| ())
    })
}

/// The identity of a compiler: a new nightly means a new build.
pub(crate) fn compiler(toolchain: Option<&str>) -> String {
    Run::new("rustc").args(toolchain).arg("-vV").capture().unwrap_or_default()
}

fn has_nightly() -> bool {
    let sources =
        nightly_sysroot().is_some_and(|root| Path::new(&root).join("lib/rustlib/src/rust/library/std").is_dir());
    sources && has_target(&["+nightly"])
}

fn nightly_sysroot() -> Option<String> {
    Run::new("rustc").args(["+nightly", "--print", "sysroot"]).capture()
}

fn has_target(toolchain: &[&str]) -> bool {
    let libraries = Run::new("rustc").args(toolchain).args(["--target", TARGET, "--print", "target-libdir"]).capture();
    libraries.is_some_and(|directory| Path::new(&directory).is_dir())
}
