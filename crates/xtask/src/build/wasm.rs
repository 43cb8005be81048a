//! One wasm module of the package: cargo, then wasm-bindgen, then wasm-opt.

use std::path::Path;

use anyhow::{Context, Result};

use super::sources::Record;
use crate::command::Run;
use crate::interrupt::Scratch;
use crate::screen::{Step, step};
use crate::setup::{Machine, Panics, Tools};
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

/// Before [`Effort::Smallest`]'s own level. The first kilobyte belongs to the end of the stack, where no pointer points;
/// engines do not look at which features a module says it uses.
const SMALLER: &[&str] = &["--strip-target-features", "--low-memory-unused", "-Oz", "--flatten", "--rereloop", "-Oz"];

/// For [`Effort::Smallest`]: functions up to this size stand where they are called. Each that does not is one more that an
/// engine compiles before the first answer.
const SHORT: &[&str] = &["--always-inline-max-function-size=5"];

/// After [`Effort::Quick`]'s level: what higher levels do that compresses better.
const FEWER: &[&str] = &[
    "--rse",
    "--vacuum",
    "--dae-optimizing",
    "--optimize-instructions",
    "--remove-unused-brs",
    "--merge-blocks",
    "--vacuum",
    "--reorder-locals",
];

/// After [`FEWER`]. Functions made of one generic stand beside each other then, where compression sees that they are
/// alike: a twentieth of the worker, while small modules compress worse.
const ALIKE: &[&str] = &["--duplicate-function-elimination", "--reorder-functions-by-name"];

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
    /// Whether browsers download it: then every byte counts, and it is called without glue.
    pub(super) browsers: bool,
    /// Crates of which speed counts more than size.
    pub(super) fast: &'static [&'static str],
}

impl Module {
    fn effort(&self) -> Effort {
        if self.browsers { Effort::Smallest } else { Effort::Quick }
    }
}

/// What ends up in `dist`: the module, and its glue with the glue's types if there is one.
pub(super) fn files_of(module: &Module) -> Vec<String> {
    let extensions: &[&str] = if module.browsers { &["wasm"] } else { &["wasm", "js", "d.ts"] };
    extensions.iter().map(|extension| format!("{}.{extension}", module.out_name)).collect()
}

/// The sources of `std` are compiled with the module, so that nothing in it prepares the message of a panic that nobody
/// would see. Only nightly can; without it the module works the same and is a tenth larger.
const NO_MESSAGES: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
const NO_MESSAGES_FLAGS: &str = "-Cpanic=immediate-abort -Zunstable-options";

/// Builds the module's files into `dist`.
pub(super) fn build(workspace: &Workspace, machine: &Machine, module: &Module, dist: &Path) -> Result<()> {
    let (name, tools) = (module.out_name, &machine.tools);
    let nightly = module.browsers && machine.panics == Panics::Unwind;
    let (toolchain, own) = if nightly { (Some("+nightly"), NO_MESSAGES) } else { (None, [].as_slice()) };
    let said = vec![module.features.to_owned(), module.fast.join(" "), BIND.join(" "), own.join(" ")];
    let options = [said, tools.versions(), flags(module.effort())].concat();
    let record = Record::new(workspace, name, toolchain, options);
    // Flags of the compiler are part of what cargo keeps apart only by directory.
    let target = if nightly { workspace.target().join("nightly") } else { workspace.target() };
    let built = target.join("wasm32-unknown-unknown/wasm");
    step(&format!("{name}.wasm"), |step| {
        if record.holds(&files_of(module).iter().map(|file| dist.join(file)).collect::<Vec<_>>())? {
            step.note("unchanged");
            return Ok(());
        }
        record.clear();
        compile(workspace, module, &target, nightly, step)?;
        bind(workspace, tools, module, &built.join("countersign_wasm.wasm"), dist, step)?;
        record.write(&built.join("countersign_wasm.d"))
    })
}

fn compile(workspace: &Workspace, module: &Module, target: &Path, nightly: bool, step: &Step) -> Result<()> {
    // All modules come out under the crate's name, and cargo would take the one for the other. Their dependencies are
    // shared all the same: they are most of the work.
    for other in ["countersign_wasm.wasm", "deps/countersign_wasm.wasm"] {
        let _ = std::fs::remove_file(target.join("wasm32-unknown-unknown/wasm").join(other));
    }
    let mut cargo = Run::new("cargo");
    if nightly {
        cargo = cargo.arg("+nightly").env("RUSTFLAGS", NO_MESSAGES_FLAGS);
    }
    let mut cargo = cargo
        .args(["build", "-p", "countersign-wasm", "--lib", "--profile", "wasm", "--target", "wasm32-unknown-unknown"])
        .args(["--features", module.features])
        .args(module.fast.iter().map(|name| format!("--config=profile.wasm.package.{name}.opt-level=3")))
        .arg("--target-dir")
        .arg(target)
        .dir(workspace.root());
    if nightly {
        cargo = cargo.args(NO_MESSAGES);
    }
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
    optimise(workspace, &bound, &optimised, module.effort(), step)?;
    let glue = scratch.path().join(format!("{name}_bg.js"));
    std::fs::rename(glue, scratch.path().join(format!("{name}.js"))).context("wasm-bindgen wrote no glue")?;

    std::fs::create_dir_all(dist).context("cannot create the package's dist directory")?;
    for file in files_of(module) {
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
    let passes: &[&[&str]] = match effort {
        Effort::Quick => &[&["-O1"], FEWER, ALIKE],
        Effort::Smallest => &[SHORT, SMALLER, &["-Oz"]],
    };
    [&passes.concat(), STRIP, FEATURES].concat().into_iter().map(str::to_owned).collect()
}
