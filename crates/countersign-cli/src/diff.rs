//! `countersign diff`: what a change of a model or a tenant does, for whom and where.

use crate::files;
use anyhow::{Context, Result};
use countersign_tenant::impact;
use countersign_tenant::impact::{Change, Outcome, Reach};
use countersign_wire::time;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Two models, two tenants, or both.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model file as it is
    #[arg(long)]
    model: PathBuf,
    /// The model file as it will be; the same if left out
    #[arg(long)]
    model_after: Option<PathBuf>,
    /// The tenant file as it is
    #[arg(long)]
    tenant: PathBuf,
    /// The tenant file as it will be; the same if left out
    #[arg(long)]
    tenant_after: Option<PathBuf>,
    /// When, as in 2026-03-01T12:00:00Z; now if left out
    #[arg(long)]
    now: Option<String>,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// The exit code is 0 if nothing changes, 1 if something does, 2 if that cannot be told.
pub(crate) fn run(args: &Args) -> ExitCode {
    match changes(args) {
        Ok(changes) => {
            if args.json {
                println!("{:#}", Value::Array(changes.iter().map(written).collect()));
            } else {
                table(&changes);
            }
            if changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

fn changes(args: &Args) -> Result<Vec<Change>> {
    let now = match &args.now {
        Some(text) => {
            time::parse(text).with_context(|| format!("`{text}` is no moment; write 2026-03-01T12:00:00Z"))?
        }
        None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?,
    };
    let before = files::tenant(&files::model(&args.model)?, &args.tenant)?;
    let model = files::model(args.model_after.as_ref().unwrap_or(&args.model))?;
    let after = files::tenant(&model, args.tenant_after.as_ref().unwrap_or(&args.tenant))?;
    Ok(impact(&before, &after, now))
}

fn written(change: &Change) -> Value {
    json!({
        "subject": change.subject,
        "permission": change.permission,
        "scope": change.scope,
        "reach": change.reach.as_str(),
        "except": change.except,
        "before": change.before.as_str(),
        "after": change.after.as_str(),
        "proved": change.proved,
    })
}

fn table(changes: &[Change]) {
    if changes.is_empty() {
        println!("nothing changes");
        return;
    }
    let rows: Vec<[String; 4]> = changes.iter().map(row).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.max().unwrap_or(0)
    };
    let (first, second, third) = (width(0), width(1), width(2));
    for [subject, permission, what, scope] in &rows {
        println!("{subject:first$}  {permission:second$}  {what:third$}  {scope}");
    }
    let gains = changes.iter().filter(|change| change.before == Outcome::Deny).count();
    let loses = changes.iter().filter(|change| change.after == Outcome::Deny).count();
    println!("{} changes: {gains} gain, {loses} lose, {} otherwise", changes.len(), changes.len() - gains - loses);
}

fn row(change: &Change) -> [String; 4] {
    let mut scope = change.scope.clone();
    match change.reach {
        Reach::Tree => {}
        Reach::Itself => scope.push_str(", itself alone"),
        Reach::Below => scope.push_str(", below it alone"),
    }
    if !change.except.is_empty() {
        scope.push_str(&format!(", but not {}", change.except.join(", ")));
    }
    let mut what = format!("{} -> {}", change.before.as_str(), change.after.as_str());
    if !change.proved {
        what.push_str(" (perhaps: conditions differ)");
    }
    [change.subject.clone(), change.permission.clone(), what, scope]
}
