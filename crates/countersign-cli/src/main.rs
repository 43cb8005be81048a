//! The command `countersign`: models and tenants on the command line, decided by the same engine as everywhere.

#![expect(clippy::print_stdout, reason = "a command answers on standard output")]

mod audit;
mod check;
mod convert;
mod diff;
mod exit;
mod explain;
mod export;
mod files;
mod fmt;
mod import;
mod init;
mod kind;
mod login;
mod pull;
mod push;
mod remote;
mod routes;
mod schema;
mod shell;
mod tell;
mod test;
mod tokens;
mod types;
mod validate;

use anstream::eprintln;
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

const ABOUT: &str = "May this subject do this action on this resource, now?";
const CODES: &str = "\
Exit codes:
  0  all is well: sound, allowed, nothing to report
  1  something was found: a problem in a file, a denial, a difference, a failed expectation, a worker's refusal
  2  it could not be answered: wrong arguments, a file that cannot be read, documents that are not sound

Files are TOML, or the same data as JSON. Colours follow NO_COLOR, CLICOLOR, CLICOLOR_FORCE and --color.";

/// May this subject do this action on this resource, now?
#[derive(Parser)]
#[command(name = "countersign", version, about = ABOUT, after_help = CODES, max_term_width = 100)]
struct Args {
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Global options")]
    color: tell::Colour,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Validate(validate::Args),
    Fmt(fmt::Args),
    Check(check::Args),
    Explain(explain::Args),
    Test(test::Args),
    Diff(diff::Args),
    Types(types::Args),
    Export(export::Args),
    Import(import::Args),
    Login(login::Args),
    Push(push::Args),
    Pull(pull::Args),
    /// Verify an exported audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Check the gate's route table, and say what it asks for a request
    #[command(subcommand)]
    Routes(routes::Command),
    Schema(schema::Args),
    Completions(shell::Completions),
    Man(shell::Man),
}

fn main() -> ExitCode {
    let Args { color, command } = Args::parse();
    color.apply();
    let done = match command {
        Command::Init(args) => exit::told(args.json, init::run(&args)),
        Command::Validate(args) => validate::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Types(args) => exit::told(args.json, types::run(&args)),
        Command::Export(args) => exit::told(args.json, export::run(&args)),
        Command::Import(args) => exit::told(args.json, import::run(&args)),
        Command::Login(args) => exit::told(args.json, login::run(&args)),
        Command::Push(args) => exit::told(args.json, push::run(&args)),
        Command::Pull(args) => exit::told(args.json, pull::run(&args)),
        Command::Audit(command) => exit::told(command.json(), audit::run(&command)),
        Command::Routes(command) => routes::run(&command),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => shell::completions(args, &mut Args::command()),
        Command::Man(args) => shell::man(&args, Args::command()),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        exit::of(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::Args;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Args::command().debug_assert();
    }
}
