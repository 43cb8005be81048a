//! `countersign export`: a tenant in another engine's languages.

use crate::exit::Found;
use crate::files;
use anstream::{eprintln, println};
use anyhow::{Context, Result, anyhow};
use countersign_compile::tenant;
use countersign_tenant::cedar::Export;
use countersign_wire::diagnostic::Source;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write a tenant in another engine's languages
///
/// What the other language cannot say is named, and nothing is written unless --partial says that its denial will do.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  countersign export --format cedar --model model.toml --tenant tenant.toml --out cedar/

Exit codes: 0 written, 1 it cannot be said as a whole, 2 it could not be read or written")]
pub(crate) struct Args {
    /// The other engine
    #[arg(long)]
    format: Format,
    /// The model file
    #[arg(long)]
    model: PathBuf,
    /// The tenant file
    #[arg(long)]
    tenant: PathBuf,
    /// The folder for schema.cedarschema, policies.cedar and entities.json
    #[arg(long)]
    out: PathBuf,
    /// Export although not all can be said: what is left out is denied
    #[arg(long)]
    partial: bool,
    /// Answer as JSON: `{ "done": …, "files": [file], "left_out": [{ "what", "why", "denies" }] }`
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Cedar,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let Format::Cedar = args.format;
    let model = files::model(&args.model)?;
    let text = files::text(&args.tenant)?;
    let name = args.tenant.display().to_string();
    let compiled = tenant(&model, Source { name: &name, text: &text }).map_err(|problems| anyhow!("{problems}"))?;
    let export = Export::of(&compiled);
    let left_out: Vec<Value> = export
        .left_out
        .iter()
        .map(|left_out| {
            let why = left_out.why.as_str();
            if !args.json {
                let instead = if left_out.denies { "it denies always" } else { "it is dropped" };
                eprintln!("not in Cedar: {}: {why}; {instead}", left_out.what);
            }
            json!({ "what": left_out.what, "why": why, "denies": left_out.denies })
        })
        .collect();
    if !export.left_out.is_empty() && !args.partial {
        let why = "the tenant cannot be said in Cedar as a whole; --partial exports it with more denials than it has";
        return Err(Found::new(why).with("left_out", left_out).into());
    }
    fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    let files = [
        ("schema.cedarschema", &export.schema),
        ("policies.cedar", &export.policies),
        ("entities.json", &export.entities),
    ];
    let mut written = Vec::new();
    for (name, text) in files {
        let path = args.out.join(name);
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        written.push(path.display().to_string());
    }
    if args.json {
        println!("{:#}", json!({ "done": true, "files": written, "left_out": left_out }));
    } else {
        written.iter().for_each(|file| println!("{file}"));
    }
    Ok(ExitCode::SUCCESS)
}
