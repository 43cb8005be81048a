//! `bench`: builds what is measured and runs the drivers; interleaving and reporting are theirs. A whole run writes
//! `docs/benchmarks`.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::build::{self, Part};
use crate::command::Run;
use crate::dev::TestServer;
use crate::screen::{say, step};
use crate::setup;
use crate::workspace::Workspace;

const DRIVERS: &str = "tests/bench";
/// Those that need a running worker; they run when they are named, except the one of open pages, which runs with all others.
const WITH_WORKER: &str = "tests/bench/worker";
const PAGES: &str = "tests/bench/worker/live.mjs";
/// Those that start workers of their own, without wrangler.
const WITH_OWN: &str = "tests/bench/workerd";
/// The native engine beside its rivals: a workspace of its own, which nothing else compiles.
const NATIVE: &str = "tests/bench/native";
const REPORT: &str = "tests/bench/report/write.mjs";
/// The driver that needs the worker, and not the package.
const WORKER: &str = "tests/bench/tenant.mjs";
/// Names the directory in which drivers leave their figures.
const FIGURES: &str = "COUNTERSIGN_BENCH";

/// Runs the drivers whose path contains one of the words, or all of them.
pub(crate) fn run(workspace: &Workspace, words: &[String]) -> Result<()> {
    let wanted = |path: &str| words.is_empty() || words.iter().any(|word| path.contains(word.as_str()));
    let scripts: Vec<String> = drivers(workspace, DRIVERS).into_iter().filter(|path| wanted(path)).collect();
    let named = |path: &str| !words.is_empty() && wanted(path);
    let served = |path: &str| named(path) || (words.is_empty() && path == PAGES);
    let with_worker: Vec<String> = drivers(workspace, WITH_WORKER).into_iter().filter(|path| served(path)).collect();
    let with_own: Vec<String> = drivers(workspace, WITH_OWN).into_iter().filter(|path| wanted(path)).collect();
    let examples: Vec<Example> = examples(workspace).into_iter().filter(|example| wanted(&example.name)).collect();
    let native = wanted(NATIVE);
    if scripts.is_empty() && with_worker.is_empty() && with_own.is_empty() && examples.is_empty() && !native {
        bail!(
            "no benchmark is called so; they are {DRIVERS}/*.mjs, {WITH_WORKER}/*.mjs, {WITH_OWN}/*.mjs, {NATIVE} and the crates' examples/bench*.rs"
        );
    }
    let figures = workspace.target().join("bench");
    std::fs::create_dir_all(&figures).context("cannot make a directory for the figures")?;
    if !scripts.is_empty() {
        let machine = setup::all(workspace)?;
        let worker = scripts.iter().any(|script| script == WORKER);
        let others = scripts.iter().any(|script| script != WORKER);
        let parts = [(others, Part::Package), (worker, Part::Worker)];
        let parts: Vec<Part> = parts.into_iter().filter_map(|(wanted, part)| wanted.then_some(part)).collect();
        build::run(workspace, &machine, &parts)?;
    }
    let mut browser = None;
    if !with_worker.is_empty() {
        build::run(workspace, &setup::all(workspace)?, &Part::parse(&[])?)?;
        browser = Some(setup::browser(workspace)?);
    }
    if !with_own.is_empty() {
        build::run(workspace, &setup::all(workspace)?, &[Part::Worker])?;
    }
    // Everything is compiled before anything is measured.
    for example in &examples {
        let cargo = Run::new("cargo").args(["build", "--release"]).args(example.selection()).dir(workspace.root());
        step(&format!("compile {}", example.name), |step| cargo.check(step, "the benchmark does not compile"))?;
    }
    let rivals = workspace.path(NATIVE);
    if native {
        let cargo = Run::new("cargo").args(["build", "--release"]).dir(&rivals);
        let advice = "the native benchmark does not compile";
        step("compile the native rivals, which takes minutes the first time", |step| cargo.check(step, advice))?;
    }
    let root = workspace.root();
    for script in &scripts {
        shown(script, Run::new("node").args(["--expose-gc", script]).env(FIGURES, &figures), root)?;
    }
    for script in &with_own {
        shown(script, Run::new("node").arg(script).env(FIGURES, &figures), root)?;
    }
    for script in &with_worker {
        let server = TestServer::start(workspace)?;
        let mut run = Run::new("node").arg(script).env(FIGURES, &figures);
        if let Some(browser) = &browser {
            run = run.env("CHROME_PATH", browser);
        }
        shown(script, server.env().into_iter().fold(run, |run, (name, value)| run.env(name, value)), root)?;
    }
    for example in &examples {
        shown(&example.name, Run::new("cargo").args(["run", "--release", "--quiet"]).args(example.selection()), root)?;
    }
    if native {
        let cargo = Run::new("cargo").args(["run", "--release", "--quiet", "--"]);
        shown(NATIVE, cargo.arg(figures.join("native.json")), &rivals)?;
    }
    // Figures of different days do not stand in one table.
    if words.is_empty() { shown(REPORT, Run::new("node").arg(REPORT).arg(&figures), root) } else { Ok(()) }
}

/// The scripts that are run: those that no other imports.
fn drivers(workspace: &Workspace, folder: &str) -> Vec<String> {
    let scripts = workspace.files(folder, ".mjs");
    let texts: Vec<String> = scripts.iter().flat_map(|script| workspace.read(script)).collect();
    let imported = |script: &str| {
        let name = script.rsplit('/').next().unwrap_or(script);
        texts.iter().any(|text| text.contains(&format!("\"./{name}\"")))
    };
    scripts.iter().filter(|script| !imported(script)).cloned().collect()
}

/// A native driver.
struct Example {
    package: String,
    name: String,
}

impl Example {
    fn selection(&self) -> [&str; 4] {
        ["-p", &self.package, "--example", &self.name]
    }
}

fn examples(workspace: &Workspace) -> Vec<Example> {
    let mut found = Vec::new();
    for krate in workspace.files("crates", "") {
        for file in workspace.files(&format!("{krate}/examples"), ".rs") {
            let name = file.rsplit('/').next().and_then(|file| file.strip_suffix(".rs")).unwrap_or_default();
            if name.starts_with("bench") {
                found.push(Example { package: krate.trim_start_matches("crates/").to_owned(), name: name.to_owned() });
            }
        }
    }
    found
}

fn shown(name: &str, run: Run, directory: &Path) -> Result<()> {
    say(&format!("\n{name}"));
    if run.dir(directory).shown()? {
        return Ok(());
    }
    bail!("{name} failed; see above")
}
