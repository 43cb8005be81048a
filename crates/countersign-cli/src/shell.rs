//! `countersign completions` and `countersign man`: what a shell and a manual want to know of the command.

use anyhow::{Context, Result};
use clap::Command;
use clap_complete::Shell;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write a shell's completion script to standard output
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign completions bash > ~/.local/share/bash-completion/completions/countersign
  countersign completions zsh > ~/.zfunc/_countersign
  countersign completions fish > ~/.config/fish/completions/countersign.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Write manual pages: one for the command and one for each of its subcommands
#[derive(clap::Args)]
#[command(after_help = "Example:\n  countersign man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The folder to write countersign.1, countersign-test.1 and so on into
    dir: PathBuf,
}

pub(crate) fn completions(args: Completions, command: &mut Command) -> Result<ExitCode> {
    clap_complete::generate(args.shell, command, "countersign", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn man(Man { dir }: &Man, command: Command) -> Result<ExitCode> {
    let wrong = || format!("manual pages cannot be written to {}", dir.display());
    fs::create_dir_all(dir).with_context(wrong)?;
    clap_mangen::generate_to(command.disable_help_subcommand(true), dir).with_context(wrong)?;
    println!("manual pages were written to {}", dir.display());
    Ok(ExitCode::SUCCESS)
}
