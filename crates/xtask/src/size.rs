//! `size`: what is downloaded and deployed, raw and compressed, against the sizes that were committed.

mod table;

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value, json};
use table::{Size, complaints, table};

use crate::build::{self, Part};
use crate::command::{Failure, Run};
use crate::screen::{say, step};
use crate::setup;
use crate::workspace::Workspace;

const COMMITTED: &str = "size.json";
const PACKAGE: &str = "crates/countersign-wasm/npm";
const WORKER: &str = "crates/countersign-edge";

/// What to do with the measured sizes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Show them.
    Show,
    /// Fail where they have grown or exceed a bar.
    Check,
    /// Write them to the committed file.
    Update,
}

/// Builds, measures, and shows the table.
pub(crate) fn run(workspace: &Workspace, mode: Mode) -> Result<()> {
    let machine = setup::all(workspace)?;
    build::run(workspace, &machine, &Part::parse(&[])?)?;
    let sizes = measure(workspace)?;
    say(&format!("\n{}", table(&sizes, &committed(workspace)?)));
    match mode {
        Mode::Show => Ok(()),
        Mode::Check => judge(workspace, &sizes),
        Mode::Update => update(workspace, &sizes),
    }
}

/// The step of `test`: what is built must not have grown.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    step("sizes", |step| {
        let sizes = measure(workspace)?;
        let gzip: Vec<String> =
            sizes.iter().map(|(name, size)| format!("{name} {}", table::kilobytes(size.gzip))).collect();
        step.note(format!("{} (gzip)", gzip.join(", ")));
        judge(workspace, &sizes)
    })
}

fn judge(workspace: &Workspace, sizes: &BTreeMap<String, Size>) -> Result<()> {
    let complaints = complaints(sizes, &committed(workspace)?);
    if complaints.is_empty() {
        return Ok(());
    }
    let sentence = "a download has grown; make it smaller, or say why and run `cargo xtask size --update`".to_owned();
    bail!(anyhow!(Failure { sentence, tail: complaints.join("\n") }))
}

fn update(workspace: &Workspace, sizes: &BTreeMap<String, Size>) -> Result<()> {
    let object: Map<String, Value> = sizes
        .iter()
        .map(|(name, size)| (name.clone(), json!({ "raw": size.raw, "gzip": size.gzip, "brotli": size.brotli })))
        .collect();
    let text = serde_json::to_string_pretty(&object).context("sizes are not JSON")?;
    std::fs::write(workspace.path(COMMITTED), text + "\n").context("cannot write size.json")?;
    say("size.json is written; commit it with the reason.");
    Ok(())
}

/// The sizes that were committed; none before the first time.
fn committed(workspace: &Workspace) -> Result<BTreeMap<String, Size>> {
    match std::fs::read_to_string(workspace.path(COMMITTED)) {
        Ok(text) => table::parse(&text).ok_or_else(|| anyhow!("size.json is broken; run `cargo xtask size --update`")),
        Err(_) => Ok(BTreeMap::new()),
    }
}

fn measure(workspace: &Workspace) -> Result<BTreeMap<String, Size>> {
    let artefacts = json!({
        "browser": browser(workspace)?,
        "details": [format!("{PACKAGE}/dist/countersign_details.wasm")],
        "compile": [format!("{PACKAGE}/dist/countersign_compile.wasm")],
        "worker": [format!("{WORKER}/js/entry.js"), format!("{WORKER}/build/index.js"), format!("{WORKER}/build/index_bg.wasm")],
    });
    let script = workspace.path("crates/xtask/js/measure.mjs");
    let measured = Run::new("node").arg(script).arg(artefacts.to_string()).dir(workspace.root()).capture();
    measured
        .and_then(|text| table::parse(&text))
        .ok_or_else(|| anyhow!("there is nothing to measure; run `cargo xtask build`"))
}

/// The module and every script that an application loads for `countersign`.
fn browser(workspace: &Workspace) -> Result<Vec<String>> {
    let script = workspace.path("crates/xtask/js/imports.mjs");
    let imports = Run::new("node").arg(script).args([PACKAGE, "."]).dir(workspace.root()).capture();
    let imports =
        imports.ok_or_else(|| anyhow!("the package's entry cannot be followed; run `cargo xtask build package`"))?;
    let module = format!("{PACKAGE}/dist/countersign.wasm");
    Ok(imports.lines().map(str::to_owned).chain([module]).collect())
}
