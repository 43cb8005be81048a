//! `countersign audit verify`: is an exported audit log whole, and as it was written?

use crate::exit::{self, Found};
use crate::files;
use crate::tell::{BAD, GOOD, styled};
use anstream::println;
use anyhow::{Context, Result};
use countersign_tenant::audit;
use countersign_wire::api::Checkpoint;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is done with an audit log.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Verify an exported log: changed, removed, moved and inserted entries are found
    ///
    /// With checkpoints that were kept elsewhere, a log that was cut short or written anew is found too.
    #[command(after_help = "\
Examples:
  countersign audit verify log.jsonl
  countersign audit verify log.jsonl --checkpoint checkpoints.jsonl --key-file key

Exit codes: 0 sound, 1 any other log or checkpoint, 2 a file cannot be read")]
    Verify {
        /// The log: one entry a line, as it was exported
        file: PathBuf,
        /// Checkpoints that were kept elsewhere: one a line
        #[arg(long, requires = "key_file")]
        checkpoint: Option<PathBuf>,
        /// The key that signed them: the bytes of this file, without a line break at its end
        #[arg(long, requires = "checkpoint")]
        key_file: Option<PathBuf>,
        /// Answer as JSON: `{ "sound", "entries", "seq", "hash", "signed_seq" }`, or `{ "sound": false, "why" }`
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    /// Whether it answers programs.
    pub(crate) fn json(&self) -> bool {
        let Self::Verify { json, .. } = self;
        *json
    }
}

pub(crate) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Verify { file, checkpoint, key_file, json } = command;
    let known = match (checkpoint, key_file) {
        (Some(checkpoint), Some(key)) => checkpoints(checkpoint, key)?,
        _ => Vec::new(),
    };
    let log = files::text(file)?;
    match audit::verify_lines(log.lines(), &known) {
        Ok(sound) if *json => {
            let signed = known.iter().map(|known| known.seq).max();
            let answer = json!({
                "sound": true,
                "entries": sound.entries,
                "seq": sound.seq,
                "hash": sound.hash,
                "signed_seq": signed,
            });
            println!("{answer:#}");
            Ok(exit::FINE)
        }
        Ok(sound) => {
            println!("{}: {} entries, unbroken up to number {}", file.display(), sound.entries, sound.seq);
            println!("last hash: {}", sound.hash);
            match known.iter().max_by_key(|known| known.seq) {
                Some(last) => {
                    println!("as signed for the tenant `{}` at {}: number {}", last.tenant, last.at, last.seq)
                }
                None => println!("without a checkpoint it cannot be told whether entries are missing at the end"),
            }
            println!("{}", styled(GOOD, "the log is sound"));
            Ok(exit::FINE)
        }
        Err(broken) => {
            let why = format!("{}: {broken}", file.display());
            match json {
                true => println!("{:#}", json!({ "sound": false, "why": why })),
                false => println!("{}", styled(BAD, &why)),
            }
            Ok(exit::found(true))
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
        let checkpoint: Checkpoint =
            serde_json::from_str(line).map_err(|error| Found::new(format!("{}: {error}", at())))?;
        audit::believe(&checkpoint, key).map_err(|error| Found::new(format!("{}: {error}", at())))?;
        if known.first().is_some_and(|first| first.tenant != checkpoint.tenant) {
            return Err(Found::new(format!("{}: this checkpoint is of another tenant than the first one", at())).into());
        }
        known.push(checkpoint);
    }
    if known.is_empty() {
        Err(Found::new(format!("{}: there is no checkpoint in this file", file.display())).into())
    } else {
        Ok(known)
    }
}
