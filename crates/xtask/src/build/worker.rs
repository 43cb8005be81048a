//! The worker, by worker-build: cargo (nightly where panics unwind), wasm-bindgen, and a bundle of its glue.

use anyhow::Result;

use super::sources::Record;
use super::wasm::{self, Effort};
use crate::command::Run;
use crate::screen::step;
use crate::setup::{Machine, Panics};
use crate::workspace::Workspace;

const CRATE: &str = "crates/countersign-edge";
const PROFILE: &str = "edge";
/// `std` is compiled with the worker where panics unwind: for size, and without what prints traces that nobody reads.
const STD_FEATURES: (&str, &str) = ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "panic-unwind,optimize_for_size");
/// What only nightly can leave out: the lines of panics, whose file and sentence say where, and the code that goes on
/// unwinding where a destructor panics. That ends the instance, as a second panic would.
const LESS: &[&str] = &["-Zlocation-detail=file", "-Zpanic-in-drop=abort"];

/// Builds the worker into `crates/countersign-edge/build`.
pub(super) fn build(workspace: &Workspace, machine: &Machine) -> Result<()> {
    let out = workspace.path(CRATE).join("build");
    let module = out.join("index_bg.wasm");
    // Its own choice of optimisation takes a minute and compresses worse than ours.
    let mut options = vec!["--profile".to_owned(), PROFILE.to_owned(), "--no-opt".to_owned()];
    let (label, toolchain, less) = match machine.panics {
        Panics::Unwind => ("the worker", Some("+nightly"), known(LESS)),
        Panics::Abort => ("the worker (panic=abort)", None, Vec::new()),
    };
    if machine.panics == Panics::Unwind {
        options.push("--panic-unwind".to_owned());
    }
    let versions = machine.tools.versions();
    let record = Record::new(
        workspace,
        "worker",
        toolchain,
        [options.clone(), versions, wasm::flags(Effort::Quick), vec![STD_FEATURES.1.to_owned(), less.join(" ")]]
            .concat(),
    );
    step(label, |step| {
        if record.holds(&[out.join("index.js"), module.clone()])? {
            step.note("unchanged");
            return Ok(());
        }
        record.clear();
        let mut run = Run::new(&machine.tools.worker_build)
            .arg(workspace.path(CRATE))
            .args(options)
            .env("WASM_BINDGEN_BIN", &machine.tools.wasm_bindgen)
            .env("ESBUILD_BIN", workspace.node_bin("esbuild"))
            .env("WASM_OPT_BIN", workspace.node_bin("wasm-opt"))
            .env(STD_FEATURES.0, STD_FEATURES.1)
            .env("RUSTFLAGS", [without_home().as_str(), &less.join(" ")].join(" "))
            .dir(workspace.root());
        if toolchain.is_some() {
            // It asks cargo about the workspace before it asks nightly to build, with the same flags.
            run = run.env("RUSTUP_TOOLCHAIN", "nightly");
        }
        run.check(step, "the worker could not be built; correct what is listed above")?;
        wasm::optimise(workspace, &module, &module, Effort::Quick, step)?;
        record.write(&workspace.target().join(format!("wasm32-unknown-unknown/{PROFILE}/countersign_edge.d")))
    })
}

/// Those of nightly's options that the installed one has: another one may have none of them any more.
fn known(options: &[&'static str]) -> Vec<&'static str> {
    let help = Run::new("rustc").args(["+nightly", "-Zhelp"]).capture().unwrap_or_default();
    let name = |option: &str| option.trim_start_matches("-Z").split('=').next().unwrap_or_default().to_owned();
    options.iter().copied().filter(|option| help.contains(&format!(" {}=", name(option)))).collect()
}

/// Places in libraries' sources, which panics tell, begin with `~`: the bundle is the same whoever builds it.
fn without_home() -> String {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.map_or_else(String::new, |home| format!("--remap-path-prefix={}=~", home.display()))
}
