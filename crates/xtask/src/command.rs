//! Running other programs: their output is kept for when they fail, and shown line by line while they run.

use std::ffi::OsStr;
use std::fmt;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow};

use crate::interrupt;
use crate::screen::Step;

/// How many of a failed command's last lines are shown.
const TAIL_LINES: usize = 25;

/// How cargo is told whether to write down what would make the next compilation of a crate faster.
const INCREMENTAL: &str = "CARGO_INCREMENTAL";

/// Whether there will be no next compilation, so that what is written down for it is time lost: CI has a clean checkout.
fn compiles_once(program: &OsStr) -> bool {
    program == "cargo" && std::env::var_os("CI").is_some() && std::env::var_os(INCREMENTAL).is_none()
}

/// A failure whose sentence is preceded by the last lines of what the command printed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong and what to do about it.
    pub(crate) sentence: String,
    /// What the command printed last.
    pub(crate) tail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Failure {}

/// How a command ended, and everything it printed.
pub(crate) struct Finished {
    /// Whether its exit code was 0.
    pub(crate) success: bool,
    /// Its standard output and standard error, in the order in which they came.
    pub(crate) text: String,
}

/// A command to run.
pub(crate) struct Run {
    program: String,
    command: Command,
}

impl Run {
    /// A command that reads nothing from the terminal.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.stdin(Stdio::null());
        if compiles_once(program.as_ref()) {
            command.env(INCREMENTAL, "0");
        }
        let program = Path::new(&program).file_name().unwrap_or_default().to_string_lossy();
        Self { program: program.into_owned(), command }
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in that directory.
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Runs it to its end and fails with `advice` unless it succeeds.
    pub(crate) fn check(self, step: &Step, advice: &str) -> Result<String> {
        let finished = self.finish(Some(step))?;
        if finished.success {
            return Ok(finished.text);
        }
        Err(failure(advice, &finished.text))
    }

    /// Runs it to its end, whatever that is.
    pub(crate) fn finish(mut self, step: Option<&Step>) -> Result<Finished> {
        let (mut reader, writer) = std::io::pipe().context("cannot open a pipe")?;
        let both = writer.try_clone().context("cannot open a pipe")?;
        self.command.stdout(writer).stderr(both);
        let mut child = interrupt::spawn(&mut self.command).map_err(|error| missing(&self.program, &error))?;
        // The command holds the writing ends: without this the reader would never see the end.
        drop(self.command);
        let text = collect(&mut reader, step);
        let status = child.wait().with_context(|| format!("cannot wait for `{}`", self.program));
        interrupt::forget(&child);
        interrupt::settle();
        Ok(Finished { success: status?.success(), text })
    }

    /// Runs it for its standard output; `None` if it is not there or fails.
    pub(crate) fn capture(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// Runs it with the terminal's own output and tells whether it succeeded.
    pub(crate) fn shown(mut self) -> Result<bool> {
        let mut child = interrupt::spawn(&mut self.command).map_err(|error| missing(&self.program, &error))?;
        let status = child.wait().with_context(|| format!("cannot wait for `{}`", self.program));
        interrupt::forget(&child);
        interrupt::settle();
        Ok(status?.success())
    }
}

/// The error for a command that failed.
pub(crate) fn failure(sentence: &str, text: &str) -> anyhow::Error {
    anyhow!(Failure { sentence: sentence.to_owned(), tail: tail(text, TAIL_LINES) })
}

/// The last lines of a text, without empty ones.
pub(crate) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

fn missing(program: &str, error: &std::io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::NotFound {
        anyhow!("`{program}` is not on the PATH; install it and run this again")
    } else {
        anyhow!("`{program}` cannot be started ({error})")
    }
}

/// Reads to the end, handing each complete line to the step.
fn collect(reader: &mut impl Read, step: Option<&Step>) -> String {
    let mut all = Vec::new();
    let mut shown = 0;
    let mut buffer = [0_u8; 8192];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        all.extend_from_slice(&buffer[..count]);
        let Some(end) = all[shown..].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) else {
            continue;
        };
        let complete = String::from_utf8_lossy(&all[shown..shown + end]).into_owned();
        shown += end + 1;
        if let (Some(step), Some(line)) = (step, complete.lines().rev().find(|line| !line.trim().is_empty())) {
            step.line(line);
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[cfg(test)]
mod tests;
