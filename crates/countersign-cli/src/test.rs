//! `countersign test`: do scenario files come out as they say, what do they reach, and would they notice a mistake?

mod coverage;
mod edit;
mod github;
mod junit;
mod mutants;
mod mutation;
mod suite;

pub(crate) use suite::{Failure, Suite};

use crate::tell::{self, BAD, FAINT, GOOD, STRONG, WAIT, cell, coloured, styled};
use crate::{exit, files};
use anstream::{print, println};
use anyhow::Result;
use coverage::Coverage;
use mutation::Mutation;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// Run scenario files; say which roles, rules, overrides and approval policies decided something, and which nothing
///
/// With --mutation the model and the tenants are changed, one mistake at a time (a rule dropped or turned round, a
/// condition or a permission taken away, a scope widened, a status made active …), and each mistake must make an
/// expectation fail. Mistakes after which the tenant decides as before are not counted.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign test scenarios/
  countersign test scenarios/ --coverage
  countersign test scenarios/ --mutation --at-least 90    # per cent of the mistakes
  countersign test scenarios/ --junit report.xml --github

Exit codes: 0 all came out, 1 an expectation failed, there was none, or the score is below --at-least, 2 a file is not sound")]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// List what no expectation reaches
    #[arg(long)]
    coverage: bool,
    /// Make mistakes, and say which of them nothing notices
    #[arg(long)]
    mutation: bool,
    /// The least share of mistakes that must be noticed, in per cent
    #[arg(long, value_name = "PERCENT", requires = "mutation", value_parser = clap::value_parser!(u8).range(0..=100))]
    at_least: Option<u8>,
    /// Write a report in JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Annotate failures for GitHub; so it is when GITHUB_ACTIONS is true
    #[arg(long)]
    github: bool,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let suite = Suite::read(&args.paths)?;
    let ran = suite.run()?;
    let coverage = Coverage::of(&suite, &ran);
    let mutation = args.mutation.then(|| Mutation::of(&suite)).transpose()?;
    if let Some(file) = &args.junit {
        files::write(file, &junit::report(&suite, &ran.failed))?;
    }
    if args.json {
        println!("{:#}", written(&ran.failed, ran.passed, &coverage, mutation.as_ref()));
    } else {
        ran.failed.iter().for_each(|failure| println!("{}", styled(BAD, &failure.line())));
        let style = if ran.failed.is_empty() && ran.passed > 0 { GOOD } else { BAD };
        println!("{}", styled(style, &format!("{} passed, {} failed", ran.passed, ran.failed.len())));
        show_coverage(&coverage, args.coverage);
        mutation.iter().for_each(show_mutation);
    }
    if args.github || std::env::var("GITHUB_ACTIONS").is_ok_and(|on| on == "true") {
        // Where the answer is read by a program, it alone stands on standard output.
        let text = github::annotations(&ran.failed);
        if args.json { anstream::eprint!("{text}") } else { print!("{text}") }
    }
    let weak = mutation.zip(args.at_least).is_some_and(|(mutation, least)| mutation.percent() < f64::from(least));
    Ok(exit::found(!ran.failed.is_empty() || ran.passed == 0 || weak))
}

fn show_coverage(coverage: &Coverage, missing: bool) {
    for kind in &coverage.kinds {
        if kind.items.is_empty() {
            continue;
        }
        let reached = kind.reached();
        let style = if reached == kind.items.len() { GOOD } else { WAIT };
        println!("{}", styled(style, &format!("{}: {reached} of {} decided something", kind.name, kind.items.len())));
        if missing {
            let row = |item: &coverage::Item| vec![cell(format!("  {}", item.place)), cell(&item.what)];
            print!("{}", tell::table(&kind.missing().map(row).collect::<Vec<_>>()));
        }
    }
}

fn show_mutation(mutation: &Mutation) {
    let Mutation { noticed, missed, same, unsound } = mutation;
    let of = noticed + missed.len();
    let percent = mutation.percent();
    println!("{}", styled(STRONG, &format!("mutation score: {percent:.0} %: {noticed} of {of} mistakes were noticed")));
    println!("{}", styled(FAINT, &format!("  {same} changed nothing, {unsound} were no sound documents")));
    let rows: Vec<_> =
        missed.iter().map(|miss| vec![coloured(WAIT, format!("  {}", miss.place)), cell(&miss.what)]).collect();
    print!("{}", tell::table(&rows));
}

fn written(failed: &[Failure], passed: usize, coverage: &Coverage, mutation: Option<&Mutation>) -> Value {
    let failures: Vec<Value> = failed
        .iter()
        .map(|failure| {
            json!({
                "file": failure.file, "line": failure.line, "column": failure.column,
                "id": failure.id, "message": failure.message,
            })
        })
        .collect();
    let kinds = coverage.kinds.iter().map(|kind| {
        let missing: Vec<Value> =
            kind.missing().map(|item| json!({ "place": item.place, "what": item.what })).collect();
        (kind.name.replace(' ', "_"), json!({ "all": kind.items.len(), "reached": kind.reached(), "missing": missing }))
    });
    let mutation = mutation.map(|mutation| {
        let missed: Vec<Value> =
            mutation.missed.iter().map(|miss| json!({ "place": miss.place, "what": miss.what })).collect();
        json!({
            "percent": mutation.percent(), "noticed": mutation.noticed, "missed": missed,
            "same": mutation.same, "unsound": mutation.unsound,
        })
    });
    json!({
        "passed": passed,
        "failed": failures,
        "coverage": Value::Object(kinds.collect()),
        "mutation": mutation,
    })
}

#[cfg(test)]
mod tests;
