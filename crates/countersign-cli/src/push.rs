//! `countersign push`: a model and a tenant to a worker, after a look at what that changes.

use crate::exit::{self, Found};
use crate::remote::{Answer, Place, Remote};
use crate::tell::{self, BAD, Cell, FAINT, GOOD, STRONG, WAIT, cell, coloured, styled};
use crate::{diff, files};
use anstream::{eprint, print, println};
use anyhow::{Context, Result, bail};
use countersign_tenant::digest;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

/// Put a model and a tenant file in the place of an account on a worker, after showing who gains and who loses what
///
/// The worker says what would change (it is asked for a dry run, which changes nothing), and only then it is done: after
/// a question, or at once with --yes. Files of more than 16 MiB are for `countersign import`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign push --url https://access.example.com --tenant acme --model model.toml tenant.toml
  countersign push --url https://access.example.com --tenant acme --model model.toml tenant.toml --dry-run --json
  countersign push --url https://access.example.com --tenant acme --model model.toml tenant.toml --yes

Exit codes: 0 done (with --dry-run: nothing would change), 1 it was not done, or would change something, 2 a file is not sound")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The tenant file
    tenant_file: PathBuf,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Show what would change, and do nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Answer as JSON: with --dry-run what would change, as the worker says it; with --yes `{ "done": …, "revision", "impact" }`
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if args.json && !args.yes && !args.dry_run {
        bail!("with --json nobody is asked: --yes does it, --dry-run only shows it");
    }
    let remote = Remote::open(&args.place)?;
    let (model, tenant) = (files::text(&args.model)?, files::text(&args.tenant_file)?);
    // What is wrong is said with its place, before anything is sent.
    files::tenant(&files::model(&args.model)?, &args.tenant_file)?;
    let body = json!({ "model": model, "tenant": tenant });
    let look = || remote.command("PUT", "?dry_run=true", &key("look")?, &body);
    let impact = look()?;
    let changes = if args.json { changes(&impact)? } else { show(&impact)? };
    if args.dry_run {
        if args.json {
            println!("{:#}", impact.body);
        }
        return Ok(exit::found(changes));
    }
    if !args.yes {
        if !std::io::stdin().is_terminal() {
            bail!("nobody can be asked here: --yes does it, --dry-run only shows it");
        }
        if !agreed(&args.place)? {
            return Err(Found::new("nothing was changed").into());
        }
        // Somebody may have changed the account while it was looked at.
        if look()?.body.get("revision") != impact.body.get("revision") {
            return Err(Found::new("the account was changed meanwhile; nothing was pushed: look again").into());
        }
    }
    let done = remote.command("PUT", "", &key("push")?, &body)?;
    if args.json {
        let answer = json!({ "done": true, "revision": done.revision, "impact": impact.body });
        println!("{answer:#}");
    } else {
        let line = format!("the account `{}` is at revision {}", args.place.tenant, done.revision);
        println!("{}", styled(GOOD, &line));
    }
    Ok(exit::FINE)
}

/// What would change.
fn listed(impact: &Answer) -> Result<(&[Value], bool)> {
    let changes = impact.body.get("changes").and_then(Value::as_array);
    let changes = changes.context("the worker does not say what would change")?;
    Ok((changes, impact.body.get("truncated").and_then(Value::as_bool).unwrap_or_default()))
}

/// Whether anything would change.
fn changes(impact: &Answer) -> Result<bool> {
    let (changes, truncated) = listed(impact)?;
    Ok(!changes.is_empty() || truncated)
}

/// Shows what a dry run says; whether anything would change.
fn show(impact: &Answer) -> Result<bool> {
    let (changes, truncated) = listed(impact)?;
    let rows: Vec<Vec<Cell>> = changes.iter().map(row).collect();
    print!("{}", tell::table(&rows));
    println!("{}", styled(STRONG, &format!("{} changes at revision {}", changes.len(), impact.revision)));
    if truncated {
        println!(
            "{}",
            styled(WAIT, "these are not all: the worker looks at 1,000 members, and at those that you may see")
        );
    }
    Ok(!changes.is_empty() || truncated)
}

fn row(change: &Value) -> Vec<Cell> {
    let text = |key: &str| change.get(key).and_then(Value::as_str).unwrap_or_default();
    let (before, after) = (text("before"), text("after"));
    let style = match (before, after) {
        ("deny", _) | (_, "allow") => GOOD,
        (_, "deny") => BAD,
        _ => WAIT,
    };
    let except = change.get("except").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let except: Vec<&str> = except.collect();
    let scope = diff::scope(text("scope"), text("reach"), &except);
    vec![
        cell(text("subject")),
        cell(text("permission")),
        coloured(style, format!("{before} -> {after}")),
        coloured(FAINT, scope),
    ]
}

fn agreed(place: &Place) -> Result<bool> {
    eprint!("replace the account `{}` at {}? [y/N] ", place.tenant, place.url);
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("the answer cannot be read")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// A key of this attempt alone: tried again it is the same command, pushed again it is another.
fn key(step: &str) -> Result<String> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos();
    Ok(format!("push-{}", digest(format!("{step} {since} {}", std::process::id()).as_bytes())))
}
