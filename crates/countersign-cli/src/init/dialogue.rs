//! The questions of `countersign init` on a terminal: what has no answer here is asked again, and nothing is written
//! before the last one.

use super::presets::{self, Preset};
use crate::exit::Found;
use crate::tell::{FAINT, STRONG, WAIT, styled};
use anyhow::{Context, Result};
use countersign_wire::diagnostic::nearest;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

/// Columns of a line.
const WIDTH: usize = 80;

/// Somebody who is asked.
pub(super) struct Dialogue<I, O> {
    pub(super) input: I,
    pub(super) output: O,
}

impl<I: BufRead, O: Write> Dialogue<I, O> {
    /// What to begin with, by number or name.
    pub(super) fn preset<'a>(&mut self, presets: &'a [Preset]) -> Result<&'a Preset> {
        self.say("What do you begin with?")?;
        let longest = presets.iter().map(|preset| preset.name.len()).max().unwrap_or(0);
        for (preset, number) in presets.iter().zip(1..) {
            let Preset { name, about, .. } = preset;
            let before = longest + 7;
            let mut lines = wrapped(about, WIDTH - before).into_iter();
            let first = lines.next().unwrap_or_default();
            self.say(&format!("  {number}  {}  {first}", styled(STRONG, &format!("{name:longest$}"))))?;
            for line in lines {
                self.say(&format!("{:before$}{line}", ""))?;
            }
        }
        loop {
            let answer = self.ask("Number or name", presets::EMPTY)?;
            let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let named = presets.iter().find(|preset| preset.name.eq_ignore_ascii_case(&answer));
            if let Some(preset) = number.and_then(|number| presets.get(number)).or(named) {
                return Ok(preset);
            }
            let nearest = nearest(&answer, presets.iter().map(|preset| &*preset.name));
            let help = match nearest {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("answer 1 to {}, or a name", presets.len()),
            };
            self.warn(&format!("There is no `{answer}` here: {help}"))?;
        }
    }

    /// The folder to write into: one in which none of the files is.
    pub(super) fn folder(&mut self, preset: &Preset, home: Option<&Path>) -> Result<PathBuf> {
        loop {
            let answer = self.ask("Into which folder", ".")?;
            // A shell would have read it so.
            let below_home = answer.strip_prefix("~/").zip(home).map(|(rest, home)| home.join(rest));
            let dir = below_home.unwrap_or_else(|| PathBuf::from(&answer));
            let there = super::there(preset, &dir);
            if there.is_empty() && !dir.is_file() {
                return Ok(dir);
            }
            let what = if there.is_empty() { "that is a file".to_owned() } else { there.join(", ") };
            self.warn(&format!("Nothing is overwritten, and there is already: {what}"))?;
        }
    }

    /// Whether these files are to be written.
    pub(super) fn agrees(&mut self, preset: &Preset, dir: &Path) -> Result<bool> {
        self.say("These files will be written:")?;
        for (path, _) in &preset.files {
            self.say(&format!("  {}", super::shown(dir, path)))?;
        }
        loop {
            match self.ask("Write them", "yes")?.to_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => self.warn("Answer yes or no")?,
            }
        }
    }

    /// Asks; an empty answer is the usual one. The end of the input is a no.
    fn ask(&mut self, question: &str, usual: &str) -> Result<String> {
        let usual_shown = styled(FAINT, &format!("[{usual}]"));
        write!(self.output, "{} {usual_shown}: ", styled(STRONG, question))?;
        self.output.flush()?;
        let mut answer = String::new();
        if self.input.read_line(&mut answer).context("the answer cannot be read")? == 0 {
            self.say("")?;
            return Err(Found::new("nothing was written").into());
        }
        let answer = answer.trim();
        Ok(if answer.is_empty() { usual.to_owned() } else { answer.to_owned() })
    }

    fn say(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.output, "{line}")?)
    }

    fn warn(&mut self, line: &str) -> Result<()> {
        self.say(&styled(WAIT, line))
    }
}

/// A text on lines of so many columns.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests;
