//! What was found wrong with a text, and of what in it nobody knows any more what its author meant.

use super::{At, Placed, join};
use crate::diagnostic::{Diagnostic, Diagnostics, PROBLEMS, Reached, Source, suggest};
use crate::document::{Fault, Key, Node, Span, Why};

/// The place of a key, and the key that it stands for.
pub(super) type Misspelt = (String, &'static str);

/// Gathers the problems of one text.
#[derive(Debug)]
pub struct Problems<'a> {
    pub(super) source: Source<'a>,
    all: Vec<Diagnostic>,
    /// The place of the last one
    reached: Reached,
    /// Whether to note no more than that there is one
    pub(super) noting: bool,
    /// Whether there is one that was only noted
    pub(super) noted: bool,
    /// Whether the text's form is still being read: what has another form than it should says nothing
    reading: bool,
    doubts: Doubts,
    /// Keys that are read as others, by their place
    spelling: Vec<Misspelt>,
    /// How many of them were known before the text was read
    spelt: usize,
    /// Values that could not be read, so that nothing more is to be said of them
    unread: Vec<Span>,
    /// How far the text is what its author wrote, in bytes; what a parser made of the rest is a guess
    sure: usize,
}

impl<'a> Problems<'a> {
    /// None so far.
    #[must_use]
    pub fn new(source: Source<'a>) -> Self {
        Self {
            source,
            all: Vec::new(),
            reached: Reached::default(),
            noting: false,
            noted: false,
            reading: false,
            doubts: Doubts::default(),
            spelling: Vec::new(),
            spelt: 0,
            unread: Vec::new(),
            sure: usize::MAX,
        }
    }

    /// None so far, and of what comes no more than that there is something.
    pub(super) fn noting(source: Source<'a>) -> Self {
        Self { noting: true, ..Self::new(source) }
    }

    /// None so far, of a text whose form is about to be read, with what keeps it from being of its format.
    pub(super) fn of_form(source: Source<'a>, faults: Vec<Fault>, spelling: Vec<Misspelt>) -> Self {
        let mut problems = Self { spelt: spelling.len(), spelling, ..Self::new(source) };
        for Fault { span, message, why } in faults {
            problems.push(span.clone(), "", message, None);
            match why {
                Why::Repeated => {}
                Why::Value => problems.unread.push(span),
                Why::Syntax => {
                    let line = source.text.get(..span.start).and_then(|before| before.rfind('\n')).unwrap_or(0);
                    problems.sure = problems.sure.min(line);
                    problems.doubt("");
                }
            }
        }
        Self { reading: true, ..problems }
    }

    /// The form was read: what comes now is about its meaning. Gives the misspelt keys that were found.
    pub(super) fn read(&mut self) -> Vec<Misspelt> {
        self.reading = false;
        self.spelling.split_off(self.spelt)
    }

    /// Notes that the key at this place stands for `meant`.
    pub(super) fn misspelt(&mut self, path: String, meant: &'static str) {
        if self.spelling.len() < PROBLEMS {
            self.spelling.push((path, meant));
        }
    }

    /// Writes the misspelt keys of a table as they are meant, and says so.
    pub(super) fn spell(&mut self, place: &str, entries: &mut [(Key, Node)]) {
        if self.spelt == 0 {
            return;
        }
        for (key, _) in entries {
            let path = join(place, &key.text);
            let found = self.spelling.iter().take(self.spelt).find(|(misspelt, _)| *misspelt == path);
            if let Some((_, meant)) = found {
                let written = std::mem::replace(&mut key.text, (*meant).to_owned());
                let help = suggest(&written, [*meant]);
                self.add_unknown(&At { span: key.span.clone(), path }, &written, help);
            }
        }
    }

    fn push(&mut self, span: Span, path: &str, message: String, help: Option<String>) {
        if self.noting {
            self.noted = true;
            return;
        }
        if self.all.len() < PROBLEMS && span.end <= self.sure && !self.unread.contains(&span) {
            let problem = self.source.problem_after(&mut self.reached, span, path, message);
            self.all.push(Diagnostic { help, ..problem });
        }
        if self.reading {
            self.doubt(path);
        }
    }

    /// Adds one; of very many, the rest is dropped.
    pub fn add(&mut self, at: &At, message: impl Into<String>) {
        self.push(at.span.clone(), &at.path, message.into(), None);
    }

    /// Adds one with what to do.
    pub fn add_with_help(&mut self, at: &At, message: impl Into<String>, help: impl Into<String>) {
        self.push(at.span.clone(), &at.path, message.into(), Some(help.into()));
    }

    /// Adds a key that nobody knows. It is no more than itself: nothing else is unclear because of it.
    pub(super) fn add_unknown(&mut self, at: &At, key: &str, help: String) {
        self.add_surplus(at, format!("unknown key `{key}`"), Some(help));
    }

    /// Adds that a key is missing, in a table that is known.
    pub(super) fn add_missing(&mut self, at: &At, key: &str) {
        self.add_surplus(at, format!("`{key}` is missing"), Some(format!("write `{key} = …` here")));
    }

    fn add_surplus(&mut self, at: &At, message: String, help: Option<String>) {
        let reading = std::mem::take(&mut self.reading);
        self.push(at.span.clone(), &at.path, message, help);
        self.reading = reading;
    }

    /// Adds one within a text that stands at `at`: `part` is in bytes of that text. Where the document writes the text
    /// otherwise (with escapes), all of it is pointed at.
    pub fn add_within(&mut self, text: &Placed<String>, part: Span, message: String, help: Option<String>) {
        let Placed { value, at } = text;
        let written = self.source.text.get(at.span.clone()).and_then(|written| written.find(value.as_str()));
        let span = written.map_or(at.span.clone(), |offset| {
            let start = at.span.start + offset;
            start + part.start..start + part.end
        });
        self.push(span, &at.path, message, help);
    }

    /// Notes that nobody knows what is meant at this place, which was reported there or elsewhere: what does not fit with
    /// it is no mistake of its own.
    pub fn doubt(&mut self, path: &str) {
        if !self.noting {
            self.doubts.add(path);
        }
    }

    /// What is in doubt.
    #[must_use]
    pub fn doubts(&self) -> &Doubts {
        &self.doubts
    }

    /// Whether nobody knows what is meant at this place.
    #[must_use]
    pub fn is_doubtful(&self, path: &str) -> bool {
        self.doubts.hold(path)
    }

    /// Whether something is wrong or in doubt at this place or below it.
    #[must_use]
    pub fn stand(&self, place: &str) -> bool {
        let paths = self.all.iter().map(|problem| &problem.path).chain(&self.doubts.0);
        paths.into_iter().any(|path| lies_in(path, place))
    }

    /// Whether there is none, and nothing in doubt: what is left out because of a doubt must never be missing unsaid.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && !self.noted && self.doubts.0.is_empty()
    }

    /// Goes on, unless there are problems.
    ///
    /// # Errors
    /// All problems, when there are any.
    pub fn none(mut self) -> Result<Self, Diagnostics> {
        if self.is_empty() {
            return Ok(self);
        }
        if self.all.is_empty() && !self.noted {
            self.add(&At::default(), "this is not understood");
        }
        Err(Diagnostics::new(self.all))
    }

    /// `value`, unless there are problems.
    ///
    /// # Errors
    /// All problems, when there are any.
    pub fn finish<T>(self, value: T) -> Result<T, Diagnostics> {
        self.none().map(|_| value)
    }
}

/// Places in a document of which nobody knows what is meant there, and so nothing below them.
#[derive(Debug, Default)]
pub struct Doubts(Vec<String>);

/// How many are kept apart: each is looked at for every name that is not found.
const DOUBTS: usize = 256;

impl Doubts {
    fn add(&mut self, path: &str) {
        match self.0.len() {
            ..DOUBTS => self.0.push(path.to_owned()),
            // Of so many, all is in doubt.
            DOUBTS => self.0.push(String::new()),
            _ => {}
        }
    }

    /// Whether what stands at this place is in doubt.
    #[must_use]
    pub fn hold(&self, path: &str) -> bool {
        self.0.iter().any(|doubt| lies_in(path, doubt))
    }
}

/// Whether a place is another one, or stands below it.
fn lies_in(path: &str, place: &str) -> bool {
    let below = |rest: &str| rest.is_empty() || place.is_empty() || rest.starts_with(['.', '[']);
    path.strip_prefix(place).is_some_and(below)
}
