//! What is wrong with a text, where, and what to do: for people first.

use crate::document::Span;
use core::fmt;

/// A text with the name that messages give it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file's name
    pub name: &'a str,
    /// Its text
    pub text: &'a str,
}

impl Source<'_> {
    /// A problem at `span`; `path` is where it stands in the data, such as `roles.admin.allow[2]`.
    #[must_use]
    pub fn problem(&self, span: Span, path: &str, message: String) -> Diagnostic {
        self.problem_after(&mut Reached::default(), span, path, message)
    }

    /// As [`Source::problem`], counting lines on from the place before, where this one stands behind it.
    pub(crate) fn problem_after(&self, reached: &mut Reached, span: Span, path: &str, message: String) -> Diagnostic {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        reached.go(before);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let in_line = before.get(line_start..).unwrap_or_default();
        let column = in_line.chars().count() + 1;
        // A document may be one line of megabytes: only what is around the place is kept, once for every problem.
        let cut = column > SHOWN_BEFORE + 1;
        let shown = in_line.chars().rev().take(SHOWN_BEFORE).collect::<Vec<_>>().into_iter().rev();
        let rest = self.text.get(before.len()..).unwrap_or_default();
        let rest = rest.chars().take_while(|letter| *letter != '\n');
        let marker = if cut { "…" } else { "" };
        let mut source_line: String = marker.chars().chain(shown).chain(rest.take(SHOWN_AFTER)).collect();
        source_line.truncate(source_line.trim_end_matches('\r').len());
        let meant = self.text.get(span).map_or("", |text| text.lines().next().unwrap_or_default());
        Diagnostic {
            file: self.name.to_owned(),
            line: reached.lines + 1,
            column,
            width: meant.chars().take(SHOWN_AFTER).count().max(1),
            source_line,
            indent: if cut { SHOWN_BEFORE + 1 } else { column - 1 },
            path: path.to_owned(),
            message,
            help: None,
        }
    }
}

/// How far the lines of a text were counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    bytes: usize,
    lines: usize,
}

impl Reached {
    /// Counts up to the end of `before`, which is how the text begins.
    fn go(&mut self, before: &str) {
        let known = before.len() >= self.bytes;
        let Self { bytes, lines } = if known { *self } else { Self::default() };
        let on = before.as_bytes().get(bytes..).unwrap_or_default();
        *self = Self { bytes: before.len(), lines: lines + on.iter().filter(|byte| **byte == b'\n').count() };
    }
}

/// How many problems of a document are kept: more help nobody, and each may cost a walk through the text.
pub(crate) const PROBLEMS: usize = 100;

/// How many characters of a line are shown before the place that is meant.
const SHOWN_BEFORE: usize = 160;
/// How many are shown from that place on.
const SHOWN_AFTER: usize = 160;

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name
    pub file: String,
    /// The line, from 1
    pub line: usize,
    /// The column in characters, from 1
    pub column: usize,
    /// How many characters are meant, of those that are shown
    pub width: usize,
    /// The line's text; of a long one, what is around the place
    pub source_line: String,
    /// How many characters of it stand before the place
    pub indent: usize,
    /// Where it stands in the data, such as `roles.admin.allow[2]`
    pub path: String,
    /// What is wrong
    pub message: String,
    /// What to do about it
    pub help: Option<String>,
}

impl Diagnostic {
    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// The place and message, the line with a caret below, and the help.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, indent, .. } = self;
        writeln!(out, "{file}:{line}:{column}: {message}")?;
        let margin = line.to_string().len();
        writeln!(out, "{line} | {}", self.source_line)?;
        let carets = "^".repeat(self.width.min(self.source_line.chars().count().saturating_sub(*indent).max(1)));
        write!(out, "{:margin$} | {:indent$}{carets}", "", "", indent = *indent)?;
        match &self.help {
            Some(help) => write!(out, "\n{:margin$} = help: {help}", ""),
            None => Ok(()),
        }
    }
}

/// All that is wrong with a text, in the order in which it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Sorts the problems by place.
    #[must_use]
    pub fn new(mut problems: Vec<Diagnostic>) -> Self {
        problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Self(problems)
    }

    /// The problems, in order.
    #[must_use]
    pub fn all(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                out.write_str("\n\n")?;
            }
            problem.fmt(out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The name among `known` that is nearest to `name`, if any is near.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(name, &known.into_iter().collect::<Vec<_>>())
}

/// The sentence that suggests the nearest name, or lists the names there are.
#[must_use]
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    suggest_of(name, &known.into_iter().collect::<Vec<_>>())
}

// Not once for every kind of iterator: the worker pays for each by the byte.
fn nearest_of<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let scored = known.iter().map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate));
    let near = scored.filter(|(distance, candidate)| *distance <= 1 + candidate.len().max(name.len()) / 4);
    near.min().map(|(_, candidate)| candidate)
}

fn suggest_of(name: &str, known: &[&str]) -> String {
    match nearest_of(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let listed: Vec<_> = known.iter().take(24).map(|name| format!("`{name}`")).collect();
            if listed.is_empty() { "there are none".to_owned() } else { format!("there are {}", listed.join(", ")) }
        }
    }
}
