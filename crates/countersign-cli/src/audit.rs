//! `countersign audit verify`: is an exported audit log whole, and as it was written?

use crate::files;
use anyhow::{Context, Result, anyhow};
use countersign_tenant::audit;
use countersign_wire::api::Checkpoint;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is done with an audit log.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Verify an exported log: changed, removed, moved and inserted entries are found; with checkpoints also a log that
    /// was cut short or written anew. The exit code is 0 for a sound log and 1 for any other
    Verify {
        /// The log: one entry a line, as it was exported
        file: PathBuf,
        /// Checkpoints that were kept elsewhere: one a line
        #[arg(long, requires = "key_file")]
        checkpoint: Option<PathBuf>,
        /// The key that signed them: the bytes of this file, without a line break at its end
        #[arg(long, requires = "checkpoint")]
        key_file: Option<PathBuf>,
    },
}

pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Verify { file, checkpoint, key_file } = command;
    let known = match (checkpoint, key_file) {
        (Some(checkpoint), Some(key)) => checkpoints(checkpoint, key)?,
        _ => Vec::new(),
    };
    let log = files::text(file)?;
    match audit::verify_lines(log.lines(), &known) {
        Ok(sound) => {
            println!("{}: {} entries, unbroken up to number {}", file.display(), sound.entries, sound.seq);
            println!("last hash: {}", sound.hash);
            match known.iter().max_by_key(|known| known.seq) {
                Some(last) => {
                    println!("as signed for the tenant `{}` at {}: number {}", last.tenant, last.at, last.seq)
                }
                None => println!("without a checkpoint it cannot be told whether entries are missing at the end"),
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            println!("{}: {broken}", file.display());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The checkpoints of a file, each of them believed.
fn checkpoints(file: &Path, key: &Path) -> Result<Vec<Checkpoint>> {
    let key = fs::read(key).with_context(|| format!("{} cannot be read", key.display()))?;
    let key = key.strip_suffix(b"\n").unwrap_or(&key);
    let key = key.strip_suffix(b"\r").unwrap_or(key);
    let text = files::text(file)?;
    let mut known: Vec<Checkpoint> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let at = || format!("{}: line {number}", file.display());
        let checkpoint: Checkpoint = serde_json::from_str(line).with_context(at)?;
        audit::believe(&checkpoint, key).with_context(at)?;
        if known.first().is_some_and(|first| first.tenant != checkpoint.tenant) {
            return Err(anyhow!("{}: this checkpoint is of another tenant than the first one", at()));
        }
        known.push(checkpoint);
    }
    if known.is_empty() { Err(anyhow!("{}: there is no checkpoint in this file", file.display())) } else { Ok(known) }
}
