//! The npm package: the runtime wasm, the compiler's wasm, and the TypeScript around them.

use std::path::Path;

use anyhow::Result;

use super::wasm::{self, Effort, Module};
use crate::command::Run;
use crate::screen::step;
use crate::setup::Tools;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

const PACKAGE: &str = "crates/countersign-wasm/npm";

const RUNTIME: Module = Module { out_name: "countersign", features: "", effort: Effort::Smallest, fast: &[] };
const COMPILE: Module =
    Module { out_name: "countersign_compile", features: "compile", effort: Effort::Quick, fast: &["countersign-core"] };

/// Builds the package into its `dist` directory.
pub(super) fn build(workspace: &Workspace, tools: &Tools) -> Result<()> {
    let dist = workspace.path(PACKAGE).join("dist");
    for module in [&RUNTIME, &COMPILE] {
        wasm::build(workspace, tools, module, &dist)?;
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
    let generated: Vec<String> =
        [&RUNTIME, &COMPILE].iter().flat_map(|module| wasm::files_of(module.out_name)).collect();
    let bundle = workspace.path("crates/xtask/js/bundle.mjs");
    inputs = inputs.file(&bundle);
    for file in generated.iter().filter(|file| !file.ends_with(".wasm")) {
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
