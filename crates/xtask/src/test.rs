//! `test`: everything that CI runs, in two lanes beside each other.

mod counts;
mod lanes;

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Result, bail};
use counts::Counts;
use lanes::{Lanes, locked};

use crate::build::{self, Part};
use crate::command::{Failure, Run, tail};
use crate::dev::{TestServer, verify_the_tour};
use crate::screen::{complain, say, seconds, step};
use crate::workspace::Workspace;
use crate::{setup, size, tidy};

const WASM: &[&str] = &["--target", "wasm32-unknown-unknown"];
/// A failed test explains itself at some length; everything it printed is in the log.
const SHOWN_LINES: usize = 60;

/// Runs all of it; after a step that fails no other begins. Ends with the sum of what the runners reported.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let started = Instant::now();
    let counts = Mutex::new(Counts::default());
    let outcome = everything(workspace, &counts);
    let mut counts = *locked(&counts);
    if outcome.is_err() && counts.failed == 0 {
        // A step that is no test runner failed: it counts as one.
        counts.failed = 1;
    }
    say(&format!("\nTests took {}.", seconds(started.elapsed())));
    if let Err(error) = &outcome {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            complain(&failure.tail);
        }
        complain(&format!("error: {error:#}"));
    }
    say(&format!("{} passed, {} failed", counts.passed, counts.failed));
    // The sum is the last line; the reason has been printed before it.
    outcome.map_err(|_| anyhow::Error::new(AlreadyReported))
}

/// An error that has been printed.
#[derive(Debug)]
pub(crate) struct AlreadyReported;

impl std::fmt::Display for AlreadyReported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the tests failed")
    }
}

impl std::error::Error for AlreadyReported {}

/// What is quick first; then what needs nothing but Rust, beside what is built and run: each of the two waits much of its
/// time for one processor, for workerd or for a browser.
fn everything(workspace: &Workspace, counts: &Mutex<Counts>) -> Result<()> {
    setup::lints(workspace)?;
    check(workspace, "format", &["fmt", "--all", "--check"], "the format differs; run `cargo fmt --all`")?;
    tidy::run(workspace)?;
    let lanes = Lanes::default();
    std::thread::scope(|scope| {
        let native = scope.spawn(|| lanes.run(|| native(workspace, &lanes, counts)));
        let shipped = lanes.run(|| shipped(workspace, &lanes, counts));
        let native = native.join().unwrap_or_else(|_| bail!("the native tests ended unexpectedly; run this again"));
        lanes::outcome(native, shipped)
    })
}

/// What needs nothing but Rust.
fn native(workspace: &Workspace, lanes: &Lanes, counts: &Mutex<Counts>) -> Result<()> {
    let compile = Run::new("cargo").args(["test", "--no-run"]).dir(workspace.root());
    let advice = "the tests do not compile; correct what is listed above";
    step("compile the native tests", |step| compile.check(step, advice))?;
    // Cargo builds the command for its own tests.
    lanes.has_command();
    // What tests measure on the way is in what they print.
    let test = Run::new("cargo").args(["test", "--no-fail-fast", "--", "--show-output"]).dir(workspace.root());
    suite(workspace, "native tests", test, counts::of_cargo, counts)?;
    lanes.go_on()?;
    let lint = ["clippy", "--all-targets", "--", "-D", "warnings"];
    check(workspace, "lints (native)", &lint, "clippy complains; correct what is listed above")?;
    lanes.go_on()?;
    // The crates are not published: whoever reads their documentation works on them.
    let doc = Run::new("cargo")
        .args(["doc", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")
        .dir(workspace.root());
    let advice = "the documentation has warnings; correct what is listed above";
    step("documentation", |step| doc.check(step, advice))?;
    lanes.go_on()?;
    wasm_lints(workspace)
}

/// Here, because the other lane takes longer.
fn wasm_lints(workspace: &Workspace) -> Result<()> {
    setup::wasm_target(workspace)?;
    let lint = "clippy complains; correct what is listed above";
    let edge: Vec<&str> =
        ["clippy", "-p", "countersign-edge", "-p", "countersign-wasm"].iter().chain(WASM).copied().collect();
    let deny: &[&str] = &["--", "-D", "warnings"];
    check(workspace, "lints (wasm)", &[&edge, deny].concat(), lint)?;
    let compile: Vec<&str> =
        ["clippy", "-p", "countersign-wasm", "--features", "compile"].iter().chain(WASM).copied().collect();
    check(workspace, "lints (wasm, compiler)", &[&compile, deny].concat(), lint)
}

/// What is shipped: built, measured, and run where its users run it.
fn shipped(workspace: &Workspace, lanes: &Lanes, counts: &Mutex<Counts>) -> Result<()> {
    std::thread::scope(|scope| {
        // Waits for the network while the rest compiles.
        let python = scope.spawn(|| setup::schemathesis(workspace));
        let machine = setup::all(workspace)?;
        lanes.go_on()?;
        // One after the other: the other lane compiles too, and the machine may be small.
        for part in Part::parse(&[])? {
            build::run(workspace, &machine, &[part])?;
            lanes.go_on()?;
        }
        python.join().unwrap_or_else(|_| bail!("a set-up step ended unexpectedly; run this again"))
    })?;
    lanes.go_on()?;
    size::check(workspace)?;
    // The package's tests take its types from the command.
    lanes.wait_for_command()?;
    packaging(workspace, counts)?;
    lanes.go_on()?;
    end_to_end(workspace, counts)?;
    lanes.go_on()?;
    faults(workspace, counts)
}

/// The presets' pages, and the packed npm package, as a stranger would install it, in its hosts and bundlers;
/// `COUNTERSIGN_HOSTS=all` adds Next.js.
fn packaging(workspace: &Workspace, counts: &Mutex<Counts>) -> Result<()> {
    let files = ["tests/scenarios", "tests/packaging"].map(|folder| workspace.files(folder, ".test.mjs")).concat();
    if files.is_empty() {
        return Ok(());
    }
    setup::hosts(workspace)?;
    // Built by the native tests.
    let run = node_test(workspace, &files, 1).env("COUNTERSIGN_COMMAND", workspace.target().join("debug/countersign"));
    let run = run.env("CHROME_PATH", setup::browser(workspace)?);
    suite(workspace, "package tests in its hosts", run, counts::of_node, counts)
}

/// The worker in workerd and the page in Chromium.
fn end_to_end(workspace: &Workspace, counts: &Mutex<Counts>) -> Result<()> {
    let files = workspace.files("tests/e2e", ".test.mjs");
    let browser: Option<PathBuf> = if files.is_empty() { None } else { Some(setup::browser(workspace)?) };
    let schemathesis = if files.is_empty() { None } else { Some(setup::schemathesis(workspace)?) };
    let server = TestServer::start(workspace)?;
    server.load_demo(workspace)?;
    step("the tour that `dev` prints", |_| verify_the_tour(server.server()))?;
    let Some((browser, schemathesis)) = browser.zip(schemathesis) else { return Ok(()) };
    let run = node_test(workspace, &files, 1).env("CHROME_PATH", browser).env("COUNTERSIGN_SCHEMATHESIS", schemathesis);
    // Built by the native tests.
    let run = run.env("COUNTERSIGN_COMMAND", workspace.target().join("debug/countersign"));
    let run = server.env().into_iter().fold(run, |run, (name, value)| run.env(name, value));
    suite(workspace, "end-to-end tests in workerd and Chromium", run, counts::of_node, counts)
}

/// The worker in workerds of the tests' own, which make its writes fail and kill it. `COUNTERSIGN_KILLS` and
/// `COUNTERSIGN_STORM` make them longer.
fn faults(workspace: &Workspace, counts: &Mutex<Counts>) -> Result<()> {
    let files = workspace.files("tests/faults", ".test.mjs");
    // Each has a worker of its own, and some of them mostly wait.
    let run = node_test(workspace, &files, 2);
    suite(workspace, "faults in workerd", run, counts::of_node, counts)
}

/// So many files at a time; one, where they share a worker. The machine may be small.
fn node_test(workspace: &Workspace, files: &[String], at_once: usize) -> Run {
    let at_once = format!("--test-concurrency={at_once}");
    Run::new("node").args(["--test", "--test-reporter=tap", &at_once]).args(files).dir(workspace.root())
}

/// A step of cargo's that either holds or does not.
fn check(workspace: &Workspace, label: &str, args: &[&str], advice: &str) -> Result<()> {
    let cargo = Run::new("cargo").args(args).dir(workspace.root());
    step(label, |step| cargo.check(step, advice)).map(|_| ())
}

/// A test runner: its numbers are added up, its figures shown, and its output is kept.
fn suite(workspace: &Workspace, label: &str, run: Run, read: fn(&str) -> Counts, sum: &Mutex<Counts>) -> Result<()> {
    let figures = step(label, |step| {
        let finished = run.finish(Some(step))?;
        let counts = read(&finished.text);
        locked(sum).add(&counts);
        step.note(format!("{} passed, {} failed", counts.passed, counts.failed));
        if finished.success && counts.failed == 0 {
            return Ok(counts::figures(&finished.text));
        }
        let log = keep(workspace, label, &finished.text);
        let sentence = match (counts.failed, counts.passed) {
            (0, 0) => format!("{label}: the runner did not get as far as a test; all of its output is in {log}"),
            (0, _) => format!("{label}: the runner failed though no test did; all of its output is in {log}"),
            (failed, _) => format!("{label}: {failed} failed; all of the output is in {log}"),
        };
        let tail = tail(&counts::failures(&finished.text), SHOWN_LINES);
        bail!(Failure { sentence, tail })
    })?;
    for figure in figures {
        say(&format!("       {figure}"));
    }
    Ok(())
}

/// Writes the output to a file and tells which.
fn keep(workspace: &Workspace, label: &str, text: &str) -> String {
    let name: String = label.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let path = workspace.target().join("xtask/log").join(format!("{name}.log"));
    let _ = path.parent().map(std::fs::create_dir_all);
    let _ = std::fs::write(&path, text);
    path.strip_prefix(workspace.root()).unwrap_or(&path).display().to_string()
}
