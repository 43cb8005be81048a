//! The command `countersign`: models and tenants on the command line, decided by the same engine as everywhere.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command answers on standard output and error")]

mod audit;
mod check;
mod diff;
mod explain;
mod export;
mod files;
mod import;
mod pull;
mod remote;
mod routes;
mod test;
mod validate;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// May this subject do this action on this resource, now?
#[derive(Parser)]
#[command(name = "countersign", version, about = "May this subject do this action on this resource, now?")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a model, and a tenant against it; all that is wrong is reported at once
    Validate {
        /// The model file (TOML or JSON)
        model: PathBuf,
        /// A tenant file
        tenant: Option<PathBuf>,
    },
    /// Decide one question and say why; the exit code is 0 for allow, 2 for deny
    Check(check::Args),
    /// Explain a decision: what decided, what it beat, when it changes by itself, what would flip it
    Explain(explain::Args),
    /// What a change of a model or a tenant does: who gains and who loses what, and where; the exit code is 0 for
    /// nothing, 1 for something, 2 for an error
    Diff(diff::Args),
    /// Write a tenant in another engine's languages
    Export(export::Args),
    /// Import a tenant file of any size into an account on a worker, with progress; an interrupted import goes on
    Import(import::Args),
    /// Write an account on a worker down as a tenant file
    Pull(pull::Args),
    /// Verify an exported audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Check the gate's route table, and say what it asks for a request
    #[command(subcommand)]
    Routes(routes::Command),
    /// Run scenario files; the exit code is 1 if an expectation fails
    Test {
        /// Scenario files, or folders of them
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Validate { model, tenant } => validate::run(&model, tenant.as_deref()),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Diff(args) => Ok(diff::run(&args)),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Pull(args) => pull::run(&args),
        Command::Audit(command) => audit::run(&command),
        Command::Routes(command) => routes::run(&command),
        Command::Test { paths } => test::run(&paths),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}
