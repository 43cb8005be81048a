//! `countersign fmt`: models, tenants, scenarios and route files in one layout, with their comments and their meaning as they were.

mod layout;
mod parts;
mod write;

pub(crate) use layout::format;

use crate::exit;
use crate::files;
use crate::tell::{BAD, GOOD, styled};
use anstream::{eprintln, println};
use anyhow::{Context, Result};
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Format model, tenant, scenario and route files in place: one layout, comments kept, meaning unchanged
///
/// A blank line before each table, lists on one line or filled up to 120 columns, one space around `=`, double quotes
/// unless that needs escapes, no blank lines in a row. Keys and tables stay in the order in which they were written.
/// Each file is read again before it is written: if a value or a comment were another one, it would be left alone.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign fmt model.toml tenant.toml scenarios/*.toml
  countersign fmt --check presets/*/*.toml     # in CI: writes nothing
  countersign fmt - < model.toml               # from standard input to standard output

Exit codes: 0 formatted (with --check: nothing to do), 1 with --check: a file would change, 2 a file is not TOML")]
pub(crate) struct Args {
    /// TOML files; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write nothing, and name the files that are not formatted
    #[arg(long)]
    check: bool,
    /// Answer as JSON: `{ "changed": [file] }`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if args.files.iter().any(|file| file == Path::new("-")) {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        let formatted = format("standard input", &text)?;
        let changes = formatted != text;
        if !args.check {
            std::print!("{formatted}");
        }
        return Ok(exit::found(args.check && changes));
    }
    // All are read before the first is written: a mistake in one leaves all as they are.
    let mut changed = Vec::new();
    for path in &args.files {
        let text = files::text(path)?;
        let formatted = format(&path.display().to_string(), &text)?;
        if formatted != text {
            changed.push((path, formatted));
        }
    }
    for (path, formatted) in &changed {
        if !args.check {
            files::write(path, formatted)?;
        }
    }
    if args.json {
        let names: Vec<String> = changed.iter().map(|(path, _)| path.display().to_string()).collect();
        println!("{:#}", json!({ "changed": names }));
    } else {
        for (path, _) in &changed {
            let name = path.display();
            match args.check {
                true => eprintln!("{}", styled(BAD, &format!("{name} is not formatted; run `countersign fmt {name}`"))),
                false => println!("{}", styled(GOOD, &format!("{name} was formatted"))),
            }
        }
    }
    Ok(exit::found(args.check && !changed.is_empty()))
}

#[cfg(test)]
mod tests;
