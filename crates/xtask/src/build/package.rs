//! The npm package: the wasm of the runtime, the details and the compiler, and the TypeScript around them.

use std::path::Path;

use anyhow::Result;

use super::wasm::{self, Module};
use crate::command::Run;
use crate::screen::step;
use crate::setup::Machine;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

const PACKAGE: &str = "crates/countersign-wasm/npm";

const RUNTIME: Module = Module { out_name: "countersign", features: "", browsers: true, fast: &[] };
const DETAILS: Module = Module { out_name: "countersign_details", features: "details", browsers: true, fast: &[] };
const COMPILE: Module =
    Module { out_name: "countersign_compile", features: "compile", browsers: false, fast: &["countersign-core"] };
const MODULES: [&Module; 3] = [&RUNTIME, &DETAILS, &COMPILE];

/// Builds the package into its `dist` directory.
pub(super) fn build(workspace: &Workspace, machine: &Machine) -> Result<()> {
    let dist = workspace.path(PACKAGE).join("dist");
    for module in MODULES {
        wasm::build(workspace, machine, module, &dist)?;
    }
    typescript(workspace)
}

/// Checks the TypeScript, which imports the declarations that wasm-bindgen wrote, and joins it with the glue.
fn typescript(workspace: &Workspace) -> Result<()> {
    let package = workspace.path(PACKAGE);
    let dist = package.join("dist");
    let stamp = Stamp::at(workspace.target().join("xtask/stamps/typescript"));
    let mut inputs = Inputs::of("tsc, then esbuild")
        .text(&workspace.read("package-lock.json")?)
        .directory(&package, &["dist", "node_modules"]);
    let generated: Vec<String> = MODULES.iter().flat_map(|module| wasm::files_of(module)).collect();
    let bundle = workspace.path("crates/xtask/js/bundle.mjs");
    inputs = inputs.file(&bundle);
    // The modules, too: some entries carry them along as text.
    for file in &generated {
        inputs = inputs.file(&dist.join(file));
    }
    step("TypeScript of the package", |step| {
        if stamp.matches(&inputs, &[dist.join("index.d.ts"), dist.join("entry-web.js")]) {
            step.note("unchanged");
            return Ok(());
        }
        stamp.clear();
        remove_all_but(&dist, &generated);
        let tsc = Run::new(workspace.node_bin("tsc")).arg("-p").arg(&package).dir(workspace.root());
        tsc.check(step, "the package's TypeScript does not compile; correct what is listed above")?;
        let joined = Run::new("node").arg(bundle).arg(PACKAGE).dir(workspace.root());
        joined.check(step, "the package's files cannot be joined; see above")?;
        stamp.write(&inputs)
    })
}

/// A source that has been renamed must not live on in the package under its old name.
fn remove_all_but(dist: &Path, kept: &[String]) {
    for entry in std::fs::read_dir(dist).into_iter().flatten().flatten() {
        if !kept.iter().any(|name| entry.file_name() == name.as_str()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
