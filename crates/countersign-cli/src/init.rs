//! `countersign init`: a model, a tenant and scenarios to begin with.

mod presets;

use crate::exit::{self, Found};
use crate::files;
use crate::tell::{self, GOOD, STRONG, cell, coloured, styled};
use anstream::{eprint, print, println};
use anyhow::{Context, Result, bail};
use presets::Preset;
use std::io::{IsTerminal, Write};
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
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let presets = presets::all();
    if args.list {
        print!("{}", listed(&presets));
        return Ok(exit::FINE);
    }
    let asks = std::io::stdin().is_terminal() && !args.yes;
    let preset = match &args.from {
        Some(name) => named(&presets, name)?,
        None if asks => choose(&presets)?,
        None => bail!("nobody can be asked here: say --from, one of {}", names(&presets)),
    };
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None if asks && args.from.is_none() => PathBuf::from(ask("into which folder?", ".")?),
        None => PathBuf::from("."),
    };
    let there: Vec<String> = preset
        .files
        .iter()
        .map(|(path, _)| dir.join(path))
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() {
        let why = format!("nothing was written, because these are there already: {}", there.join(", "));
        return Err(Found(why).into());
    }
    if asks {
        let question = format!("write {} files into {}? (y/n)", preset.files.len(), dir.display());
        if !matches!(ask(&question, "y")?.to_lowercase().as_str(), "y" | "yes") {
            return Err(Found("nothing was written".to_owned()).into());
        }
    }
    for (path, text) in &preset.files {
        files::write(&dir.join(path), text)?;
    }
    println!("{}", styled(GOOD, &format!("{} files were written into {}", preset.files.len(), dir.display())));
    next(&dir, &preset.files);
    Ok(exit::FINE)
}

fn next(dir: &Path, files: &[(PathBuf, String)]) {
    println!("what to do next:");
    let path = |file: &str| if dir == Path::new(".") { file.to_owned() } else { dir.join(file).display().to_string() };
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

/// Asks for a preset by number or name.
fn choose(presets: &[Preset]) -> Result<&Preset> {
    println!("what do you begin with?");
    let row = |(number, preset): (usize, &Preset)| {
        vec![cell(format!("  {number}")), coloured(STRONG, &*preset.name), cell(&*preset.about)]
    };
    print!("{}", tell::table(&(1..).zip(presets).map(row).collect::<Vec<_>>()));
    let answer = ask("number or name?", presets::EMPTY)?;
    let by_number = answer.parse::<usize>().ok().and_then(|number| presets.get(number.checked_sub(1)?));
    by_number.map_or_else(|| named(presets, &answer), Ok)
}

/// Asks on the terminal; an empty answer is the usual one.
fn ask(question: &str, usual: &str) -> Result<String> {
    eprint!("{question} [{usual}] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    if std::io::stdin().read_line(&mut answer).context("the answer cannot be read")? == 0 {
        return Err(Found("nothing was written".to_owned()).into());
    }
    let answer = answer.trim();
    Ok(if answer.is_empty() { usual.to_owned() } else { answer.to_owned() })
}
