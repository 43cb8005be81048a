//! `countersign diff`: what a change of a model or a tenant does, for whom and where.

use crate::tell::{self, BAD, Cell, FAINT, GOOD, STRONG, WAIT, cell, coloured, styled};
use crate::{exit, files};
use anstream::{print, println};
use anyhow::Result;
use countersign_tenant::impact;
use countersign_tenant::impact::{Change, Outcome};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a change of a model or a tenant does: who gains and who loses what, and where
///
/// Both sides are compared as wholes: it does not matter what was changed, a rule, a role, a group, a status or an
/// assignment. `depends` stands where the answer depends on what is supplied with a question.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign diff --model old.toml --model-after new.toml --tenant tenant.toml
  countersign diff --model model.toml --tenant before.toml --tenant-after after.toml --json
  git show main:model.toml > /tmp/main.toml
  countersign diff --model /tmp/main.toml --model-after model.toml --tenant tenant.toml --fail-on gain

Exit codes: 0 nothing changes (or nothing that --fail-on asks about), 1 something does, 2 that cannot be told")]
pub(crate) struct Args {
    /// The model file as it is
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The model file as it will be; the same if left out
    #[arg(long, value_name = "FILE")]
    model_after: Option<PathBuf>,
    /// The tenant file as it is
    #[arg(long, value_name = "FILE")]
    tenant: PathBuf,
    /// The tenant file as it will be; the same if left out
    #[arg(long, value_name = "FILE")]
    tenant_after: Option<PathBuf>,
    /// When, as in 2026-03-01T12:00:00Z; now if left out
    #[arg(long, value_name = "MOMENT")]
    now: Option<String>,
    /// Which changes make the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    fail_on: FailOn,
    /// Answer as JSON: a list of changes
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Every change
    #[default]
    Any,
    /// That somebody may do more than before
    Gain,
    /// That somebody may do less than before
    Loss,
}

impl FailOn {
    fn counts(self, change: &Change) -> bool {
        // From the least to the most; what depends may be anything between.
        let rank = |outcome: Outcome| match outcome {
            Outcome::Deny => 0,
            Outcome::Approval => 1,
            Outcome::Depends => 2,
            Outcome::Allow => 3,
        };
        let (before, after) = (rank(change.before), rank(change.after));
        match self {
            Self::Any => true,
            // Where both depend, it is not known which way it goes.
            Self::Gain => after > before || before == after,
            Self::Loss => after < before || before == after,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let changes = changes(args)?;
    if args.json {
        println!("{:#}", Value::Array(changes.iter().map(written).collect()));
    } else {
        table(&changes);
    }
    Ok(exit::found(changes.iter().any(|change| args.fail_on.counts(change))))
}

fn changes(args: &Args) -> Result<Vec<Change>> {
    let now = files::now(args.now.as_deref())?;
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
        println!("{}", styled(GOOD, "nothing changes"));
        return;
    }
    let rows: Vec<Vec<Cell>> = changes.iter().map(row).collect();
    print!("{}", tell::table(&rows));
    let gains = changes.iter().filter(|change| change.before == Outcome::Deny).count();
    let loses = changes.iter().filter(|change| change.after == Outcome::Deny).count();
    let sum =
        format!("{} changes: {gains} gain, {loses} lose, {} otherwise", changes.len(), changes.len() - gains - loses);
    println!("{}", styled(STRONG, &sum));
}

/// Where a change is, in words; `reach` is `tree`, `itself` or `below`.
pub(crate) fn scope(scope: &str, reach: &str, except: &[&str]) -> String {
    let mut scope = scope.to_owned();
    match reach {
        "itself" => scope.push_str(", itself alone"),
        "below" => scope.push_str(", below it alone"),
        _ => {}
    }
    if !except.is_empty() {
        scope.push_str(&format!(", but not {}", except.join(", ")));
    }
    scope
}

fn row(change: &Change) -> Vec<Cell> {
    let except: Vec<&str> = change.except.iter().map(String::as_str).collect();
    let scope = scope(&change.scope, change.reach.as_str(), &except);
    let mut what = format!("{} -> {}", change.before.as_str(), change.after.as_str());
    if !change.proved {
        what.push_str(" (perhaps: conditions differ)");
    }
    let style = match (change.before, change.after) {
        (Outcome::Deny, _) | (_, Outcome::Allow) => GOOD,
        (_, Outcome::Deny) => BAD,
        _ => WAIT,
    };
    vec![cell(&change.subject), cell(&change.permission), coloured(style, what), coloured(FAINT, scope)]
}
