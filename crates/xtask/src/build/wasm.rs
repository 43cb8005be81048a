//! One wasm module of the package: cargo, then wasm-bindgen, then wasm-opt.

use std::path::Path;

use anyhow::{Context, Result};

use super::sources::Record;
use crate::command::Run;
use crate::interrupt::Scratch;
use crate::screen::{Step, step};
use crate::setup::Tools;
use crate::workspace::Workspace;

/// What rustc may emit for this target, and what wasm-bindgen adds to catch exceptions; wasm-opt refuses anything that is
/// not named.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-exception-handling",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// Stripping is left to wasm-opt: cargo's `strip` would remove a section that wasm-bindgen reads.
const STRIP: &[&str] = &["--strip-debug", "--strip-producers"];

/// The glue without a loader: the package has its own, and its entries know where the module is.
const BIND: &[&str] = &["--target", "bundler"];

/// How hard wasm-opt tries.
#[derive(Clone, Copy)]
pub(super) enum Effort {
    /// Takes seconds, even for a large module; higher levels take a minute and compress worse.
    Quick,
    /// The smallest module, for what browsers download.
    Smallest,
}

/// One of the package's wasm modules.
pub(super) struct Module {
    /// The name of its files in `dist`.
    pub(super) out_name: &'static str,
    /// The crate's features that it has.
    pub(super) features: &'static str,
    /// How hard it is optimised.
    pub(super) effort: Effort,
    /// Crates of which speed counts more than size.
    pub(super) fast: &'static [&'static str],
}

/// What ends up in `dist`: the module, its glue and the glue's types.
pub(super) fn files_of(name: &str) -> [String; 3] {
    [format!("{name}.wasm"), format!("{name}.js"), format!("{name}.d.ts")]
}

/// Builds the module's files into `dist`.
pub(super) fn build(workspace: &Workspace, tools: &Tools, module: &Module, dist: &Path) -> Result<()> {
    let name = module.out_name;
    let named = vec![module.features.to_owned(), module.fast.join(" "), BIND.join(" ")];
    let options = [named, tools.versions(), flags(module.effort)].concat();
    let record = Record::new(workspace, name, None, options);
    let built = workspace.target().join("wasm32-unknown-unknown/wasm");
    step(&format!("{name}.wasm"), |step| {
        if record.holds(&files_of(name).map(|file| dist.join(file)))? {
            step.note("unchanged");
            return Ok(());
        }
        record.clear();
        compile(workspace, module, &built, step)?;
        bind(workspace, tools, module, &built.join("countersign_wasm.wasm"), dist, step)?;
        record.write(&built.join("countersign_wasm.d"))
    })
}

fn compile(workspace: &Workspace, module: &Module, built: &Path, step: &Step) -> Result<()> {
    // Both modules come out under the crate's name, and cargo would take the one for the other. Their dependencies are
    // shared all the same: they are most of the work.
    for other in ["countersign_wasm.wasm", "deps/countersign_wasm.wasm"] {
        let _ = std::fs::remove_file(built.join(other));
    }
    let cargo = Run::new("cargo")
        .args(["build", "-p", "countersign-wasm", "--lib", "--profile", "wasm", "--target", "wasm32-unknown-unknown"])
        .args(["--features", module.features])
        .args(module.fast.iter().map(|name| format!("--config=profile.wasm.package.{name}.opt-level=3")))
        .dir(workspace.root());
    cargo.check(step, "countersign-wasm does not compile; correct what is listed above").map(|_| ())
}

fn bind(
    workspace: &Workspace,
    tools: &Tools,
    module: &Module,
    compiled: &Path,
    dist: &Path,
    step: &Step,
) -> Result<()> {
    let name = module.out_name;
    // Made aside and moved when complete, so that `dist` never holds a module that does not fit its glue.
    let scratch = Scratch::new(workspace.target().join("xtask/bind").join(name))?;
    let bindgen = Run::new(&tools.wasm_bindgen)
        .arg(compiled)
        .args(BIND)
        .args(["--out-name", name, "--out-dir"])
        .arg(scratch.path());
    bindgen.check(step, "wasm-bindgen failed; see above")?;

    let bound = scratch.path().join(format!("{name}_bg.wasm"));
    let optimised = scratch.path().join(format!("{name}.wasm"));
    optimise(workspace, &bound, &optimised, module.effort, step)?;
    let glue = scratch.path().join(format!("{name}_bg.js"));
    std::fs::rename(glue, scratch.path().join(format!("{name}.js"))).context("wasm-bindgen wrote no glue")?;

    std::fs::create_dir_all(dist).context("cannot create the package's dist directory")?;
    for file in files_of(name) {
        std::fs::rename(scratch.path().join(&file), dist.join(&file))
            .with_context(|| format!("cannot move {file} to dist"))?;
    }
    Ok(())
}

/// Optimises and strips a module. Both paths may be the same.
pub(super) fn optimise(workspace: &Workspace, from: &Path, to: &Path, effort: Effort, step: &Step) -> Result<()> {
    let run = Run::new(workspace.node_bin("wasm-opt")).args(flags(effort)).arg(from).arg("-o").arg(to);
    run.check(step, "wasm-opt failed; see above").map(|_| ())
}

/// The options of wasm-opt.
pub(super) fn flags(effort: Effort) -> Vec<String> {
    let level = match effort {
        Effort::Quick => "-O1",
        Effort::Smallest => "-Oz",
    };
    [&[level], STRIP, FEATURES].concat().into_iter().map(str::to_owned).collect()
}
