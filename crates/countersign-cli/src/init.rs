//! `countersign init`: a model, a tenant and scenarios to begin with.

mod dialogue;
mod presets;

use crate::exit::{self, Found};
use crate::files;
use crate::tell::{self, GOOD, STRONG, cell, coloured, styled};
use anstream::{print, println};
use anyhow::{Context, Result, bail};
use dialogue::Dialogue;
use presets::Preset;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Begin with one of five worked-out systems, or with a small model of your own
///
/// Without --from it asks, on a terminal. What is there already is never overwritten: if one of the files exists,
/// nothing is written.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign init
  countersign init --from signagent --dir access --yes
  countersign init --list

Exit codes: 0 written, 1 not written, 2 it cannot be written")]
pub(crate) struct Args {
    /// What to begin with: see --list
    #[arg(long, value_name = "PRESET")]
    from: Option<String>,
    /// The folder to write into; the present one if left out
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Write without asking
    #[arg(long)]
    yes: bool,
    /// Say what there is to begin with
    #[arg(long, conflicts_with_all = ["from", "dir", "yes"])]
    list: bool,
    /// Ask nothing, and answer as JSON: `{ "done": …, "from", "files": [file] }`; with --list `[{ "name", "about" }]`
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let presets = presets::all();
    if args.list {
        if args.json {
            let row = |preset: &Preset| json!({ "name": preset.name, "about": preset.about });
            println!("{:#}", presets.iter().map(row).collect::<Value>());
        } else {
            print!("{}", listed(&presets));
        }
        return Ok(exit::FINE);
    }
    let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !args.yes && !args.json;
    let mut dialogue = Dialogue { input: std::io::stdin().lock(), output: anstream::stderr() };
    let preset = match &args.from {
        Some(name) => named(&presets, name)?,
        None if asks => dialogue.preset(&presets)?,
        None => bail!("nobody can be asked here: say --from, one of {}", names(&presets)),
    };
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None if asks && args.from.is_none() => {
            dialogue.folder(preset, std::env::var_os("HOME").map(PathBuf::from).as_deref())?
        }
        None => PathBuf::from("."),
    };
    let there = there(preset, &dir);
    if !there.is_empty() {
        let why = format!("nothing was written, because these are there already: {}", there.join(", "));
        return Err(Found::new(why).with("there", there).into());
    }
    if asks && !dialogue.agrees(preset, &dir)? {
        return Err(Found::new("nothing was written").into());
    }
    for (path, text) in &preset.files {
        files::create(&dir.join(path), text)?;
    }
    if args.json {
        let files: Vec<String> = preset.files.iter().map(|(path, _)| shown(&dir, path)).collect();
        println!("{:#}", json!({ "done": true, "from": preset.name, "files": files }));
        return Ok(exit::FINE);
    }
    println!("{}", styled(GOOD, &format!("{} files were written into {}", preset.files.len(), dir.display())));
    next(&dir, &preset.files);
    Ok(exit::FINE)
}

/// The files of a preset that are in a folder already.
fn there(preset: &Preset, dir: &Path) -> Vec<String> {
    let paths = preset.files.iter().map(|(path, _)| path);
    // A link that leads nowhere is there, too.
    paths.filter(|path| dir.join(path).symlink_metadata().is_ok()).map(|path| shown(dir, path)).collect()
}

/// A file in a folder, as people write it.
fn shown(dir: &Path, file: &Path) -> String {
    let path = if dir == Path::new(".") { file.to_owned() } else { dir.join(file) };
    path.display().to_string()
}

fn next(dir: &Path, files: &[(PathBuf, String)]) {
    println!("what to do next:");
    let path = |file: &str| shown(dir, Path::new(file));
    println!("  countersign validate {} {}", path("model.toml"), path("tenant.toml"));
    if files.iter().any(|(path, _)| path.starts_with("scenarios")) {
        println!("  countersign test {} --coverage", path("scenarios"));
    }
    println!("  countersign types {} --out {}", path("model.toml"), path("model.d.ts"));
}

fn listed(presets: &[Preset]) -> String {
    let rows: Vec<_> =
        presets.iter().map(|preset| vec![coloured(STRONG, &*preset.name), cell(&*preset.about)]).collect();
    tell::table(&rows)
}

fn names(presets: &[Preset]) -> String {
    presets.iter().map(|preset| &*preset.name).collect::<Vec<_>>().join(", ")
}

fn named<'a>(presets: &'a [Preset], name: &str) -> Result<&'a Preset> {
    let found = presets.iter().find(|preset| preset.name == name);
    found.with_context(|| format!("there is no preset `{name}`; there are {}", names(presets)))
}
