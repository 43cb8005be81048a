//! `countersign pull`: an account on a worker as a tenant file, read part by part.

use crate::remote::{Place, Remote};
use anstream::println;
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Members of a part.
const PART: usize = 200;

/// Write an account on a worker down as a tenant file, in JSON
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  countersign pull --url https://access.example.com --tenant acme acme.json

Exit codes: 0 written, 1 the worker refuses or does not answer, 2 the file cannot be written")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Answer as JSON: `{ "done": …, "file", "members", "revision", "since" }`; the file holds the changes from `since` on in part
    #[arg(long)]
    pub(crate) json: bool,
    /// The tenant file to write, in JSON
    out: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let remote = Remote::open(&args.place)?;
    let mut file: Map<String, Value> = Map::new();
    let mut cursor = String::new();
    let mut revisions: Option<(u64, u64)> = None;
    loop {
        let part = remote.get(&format!("/export/parts?limit={PART}{cursor}"))?;
        revisions = Some((revisions.map_or(part.revision, |(first, _)| first), part.revision));
        let Value::Object(mut lists) = part.body else { break };
        let next = lists.remove("next");
        for (name, list) in lists {
            match (file.get_mut(&name), list) {
                (Some(Value::Array(all)), Value::Array(more)) => all.extend(more),
                (_, list) => drop(file.insert(name, list)),
            }
        }
        match next {
            Some(Value::String(next)) => cursor = format!("&cursor={}", encoded(&next)),
            _ => break,
        }
    }
    let members = file.get("members").and_then(Value::as_array).map_or(0, Vec::len);
    let text = format!("{:#}\n", Value::Object(file));
    fs::write(&args.out, text).with_context(|| format!("{} cannot be written", args.out.display()))?;
    if args.json {
        let (since, revision) = revisions.unwrap_or_default();
        let answer = json!({
            "done": true,
            "tenant": args.place.tenant,
            "file": args.out.display().to_string(),
            "members": members,
            "revision": revision,
            "since": since,
        });
        println!("{answer:#}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{members} members of `{}` were written to {}", args.place.tenant, args.out.display());
    if let Some((first, last)) = revisions.filter(|(first, last)| first != last) {
        println!("the account changed meanwhile, from revision {first} to {last}: the file may hold some of that");
    }
    Ok(ExitCode::SUCCESS)
}

/// A text as a part of a query.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
