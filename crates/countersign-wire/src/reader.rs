//! Reads a document tree into forms, and gathers everything that does not fit.

use crate::diagnostic::{Diagnostic, Diagnostics, PROBLEMS, Reached, Source, suggest};
use crate::document::sound::{self, Item, Root};
use crate::document::{self, Chain, Key, Node, Span, Value};
use crate::time;
use countersign_core::Millis;

/// A place in a document: in the text and in the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// In the text, in bytes
    pub span: Span,
    /// In the data, such as `roles.admin.allow[2]`
    pub path: String,
}

/// A value with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value
    pub value: T,
    /// Its place
    pub at: At,
}

impl<T> Placed<T> {
    /// Another value at this place.
    pub fn with<U>(&self, value: U) -> Placed<U> {
        Placed { value, at: self.at.clone() }
    }
}

/// Gathers the problems of one text.
#[derive(Debug)]
pub struct Problems<'a> {
    source: Source<'a>,
    all: Vec<Diagnostic>,
    /// The place of the last one
    reached: Reached,
    /// Whether to note no more than that there is one
    noting: bool,
    /// Whether there is one that was only noted
    noted: bool,
    /// How many are keys that nobody knows: nothing is missing where one stands
    surplus: usize,
}

impl<'a> Problems<'a> {
    /// None so far.
    #[must_use]
    pub fn new(source: Source<'a>) -> Self {
        Self { source, all: Vec::new(), reached: Reached::default(), noting: false, noted: false, surplus: 0 }
    }

    fn push(&mut self, span: Span, path: &str, message: String, help: Option<String>) {
        if self.noting {
            self.noted = true;
            return;
        }
        if self.all.len() < PROBLEMS {
            let problem = self.source.problem_after(&mut self.reached, span, path, message);
            self.all.push(Diagnostic { help, ..problem });
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

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && !self.noted
    }

    /// Whether all problems are unknown keys at places of this kind: what was read is all there then, and whoever goes on
    /// finds what else is wrong, and nothing that is not.
    pub fn are_surplus(&self, at: impl Fn(&str) -> bool) -> bool {
        self.all.len() == self.surplus && self.all.iter().all(|problem| at(&problem.path))
    }

    /// Whether a problem stands at a place of this kind.
    pub fn stand(&self, at: impl Fn(&str) -> bool) -> bool {
        self.all.iter().any(|problem| at(&problem.path))
    }

    /// Goes on, unless there are problems.
    ///
    /// # Errors
    /// All problems, when there are any.
    pub fn none(self) -> Result<Self, Diagnostics> {
        if self.is_empty() { Ok(self) } else { Err(Diagnostics::new(self.all)) }
    }

    /// `value`, unless there are problems.
    ///
    /// # Errors
    /// All problems, when there are any.
    pub fn finish<T>(self, value: T) -> Result<T, Diagnostics> {
        self.none().map(|_| value)
    }
}

/// Parses a text and reads its root table with `read`.
///
/// # Errors
/// Everything that is wrong with the text or with what `read` finds.
pub fn read<T>(source: Source<'_>, read: impl FnOnce(&mut Table, &mut Problems<'_>) -> T) -> Result<T, Diagnostics> {
    read_linked(source, &[], read)
}

/// As [`read`], of a document whose tables name one another.
///
/// # Errors
/// As [`read`]; a chain of them that is far too long is all that is said of the text.
pub fn read_linked<T>(
    source: Source<'_>,
    chains: &'static [Chain],
    read: impl FnOnce(&mut Table, &mut Problems<'_>) -> T,
) -> Result<T, Diagnostics> {
    gather(source, chains, read).and_then(|(value, problems)| problems.finish(value))
}

/// As [`read_linked`], with what is wrong with the form beside what was read: the meaning may have problems of its own.
///
/// # Errors
/// What keeps the text from being read at all.
pub fn gather<'a, T>(
    source: Source<'a>,
    chains: &'static [Chain],
    read: impl FnOnce(&mut Table, &mut Problems<'_>) -> T,
) -> Result<(T, Problems<'a>), Diagnostics> {
    let root = document::parse_linked(&source, chains).map_err(Diagnostics::new)?;
    let mut problems = Problems::new(source);
    let mut table = Table::new(root, String::new(), &mut problems);
    let value = read(&mut table, &mut problems);
    table.finish(&mut problems);
    Ok((value, problems))
}

/// Reads a JSON text in which nothing is wrong with `read`, without the places that only diagnostics need and one item of
/// a list at a time (see [`Table::each`]). Nothing if the text is not JSON, or anything is wrong with it: [`read_linked`]
/// says what.
pub fn read_sound<T>(
    source: Source<'_>,
    chains: &'static [Chain],
    read: impl FnOnce(&mut Table, &mut Problems<'_>) -> T,
) -> Option<T> {
    let Root { entries, lists } = sound::root(source.text, chains)?;
    let mut problems = Problems { noting: true, ..Problems::new(source) };
    let mut table = Table { entries, lists, noting: true, ..Table::default() };
    let value = read(&mut table, &mut problems);
    table.finish(&mut problems);
    problems.is_empty().then_some(value)
}

/// A table that is being read: each key is taken once, and what is left over is an error.
#[derive(Debug, Default)]
pub struct Table {
    /// Where the table stands
    pub at: At,
    entries: Vec<(Key, Node)>,
    known: Vec<&'static str>,
    /// Lists that were not read yet, by where they stand in the text
    lists: Vec<(String, Span)>,
    /// Whether nobody asks for places
    noting: bool,
}

/// An item of a list of tables.
pub(crate) enum Row<'a, 'b> {
    /// Strings alone: keys and values
    Strings(&'b [(&'a str, &'a str)]),
    /// Whatever else it is
    Table(&'b mut Table),
}

impl Table {
    /// The table in `node`; an empty one, with a problem, if it is none.
    pub fn new(node: Node, path: String, problems: &mut Problems<'_>) -> Self {
        let at = At { span: node.span, path };
        let entries = match node.value {
            Value::Table(entries) => entries,
            other => {
                problems.add(&at, format!("expected a table, found {}", other.kind()));
                Vec::new()
            }
        };
        Self { at, entries, noting: problems.noting, ..Self::default() }
    }

    /// Whether `key` is written and was not taken yet.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(entry, _)| entry.text == key)
    }

    /// Takes the value of `key`.
    pub fn take(&mut self, key: &'static str) -> Option<Placed<Value>> {
        self.known.push(key);
        let found = self.entries.iter().position(|(entry, _)| entry.text == key)?;
        let (key, node) = self.entries.remove(found);
        let path = if self.noting { String::new() } else { join(&self.at.path, &key.text) };
        Some(Placed { value: node.value, at: At { span: node.span, path } })
    }

    /// Takes a string.
    pub fn string(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Placed<String>> {
        self.take(key).and_then(|placed| expect_string(placed, problems))
    }

    /// Takes a string that must be there.
    pub fn required(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Placed<String> {
        let missing = !self.entries.iter().any(|(entry, _)| entry.text == key);
        if missing {
            problems.add(&self.at, format!("`{key}` is missing"));
        }
        self.string(key, problems).unwrap_or(Placed { value: String::new(), at: self.at.clone() })
    }

    /// Takes a list of strings; an empty one if there is none.
    pub fn strings(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Placed<String>> {
        let items = self.list(key, problems);
        items.into_iter().filter_map(|item| expect_string(item, problems)).collect()
    }

    /// Takes a list; an empty one if there is none.
    pub fn list(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Placed<Value>> {
        let mut unread = Vec::new();
        if self.unread(key, problems, |node, _| unread.push(Placed { value: node.value, at: At::default() })) {
            return unread;
        }
        let Some(placed) = self.take(key) else { return Vec::new() };
        match placed.value {
            Value::Array(items) => {
                let path = |index: usize| format!("{}[{index}]", placed.at.path);
                let place = |(index, item): (usize, Node)| Placed {
                    value: item.value,
                    at: At { span: item.span, path: path(index) },
                };
                items.into_iter().enumerate().map(place).collect()
            }
            other => {
                problems.add(&placed.at, format!("expected a list, found {}", other.kind()));
                Vec::new()
            }
        }
    }

    /// Takes a list of tables; an empty one if there is none.
    pub fn tables(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Self> {
        let items = self.list(key, problems);
        items
            .into_iter()
            .map(|item| Self::new(Node { span: item.at.span, value: item.value }, item.at.path, problems))
            .collect()
    }

    /// Takes a list of tables, reads each with `read` and refuses what is left over in it.
    pub fn each<'a>(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'a>,
        mut read: impl FnMut(&mut Self, &mut Problems<'a>),
    ) {
        let mut known = Vec::new();
        let mut one = |mut table: Self, problems: &mut Problems<'a>| {
            table.known = std::mem::take(&mut known);
            read(&mut table, problems);
            table.finish(problems);
            known = table.known;
            known.clear();
        };
        if self.unread(key, problems, |node, problems| one(Self::new(node, String::new(), problems), problems)) {
            return;
        }
        for table in self.tables(key, problems) {
            one(table, problems);
        }
    }

    /// As [`Table::each`]. Where nobody asks for places, an item that is nothing but strings without escapes comes as it
    /// stands there, keys that are unknown, repeated or missing included; `read` says whether it is sound.
    pub(crate) fn each_light<'a>(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'a>,
        mut read: impl FnMut(Row<'a, '_>, &mut Problems<'a>) -> bool,
    ) {
        let mut read = |row: Row<'a, '_>, problems: &mut Problems<'a>| {
            let sound = read(row, problems);
            problems.noted |= !sound;
        };
        let Some(span) = self.list_span(key) else {
            return self.each(key, problems, |table, problems| read(Row::Table(table), problems));
        };
        let whole = sound::light_items(problems.source.text, &span, |item| {
            match item {
                Item::Strings(entries) => read(Row::Strings(entries), problems),
                Item::Node(node) => {
                    let mut table = Self::new(node, String::new(), problems);
                    read(Row::Table(&mut table), problems);
                    table.finish(problems);
                }
            }
            problems.is_empty().then_some(())
        });
        problems.noted |= whole.is_none();
    }

    /// Takes a list that was not read yet, item by item, up to the first problem; whether there is such a list.
    fn unread<'a>(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'a>,
        mut read: impl FnMut(Node, &mut Problems<'a>),
    ) -> bool {
        let Some(span) = self.list_span(key) else { return false };
        let whole = sound::items(problems.source.text, &span, |item| {
            read(item, problems);
            problems.is_empty().then_some(())
        });
        problems.noted |= whole.is_none();
        true
    }

    /// Takes the place of a list that was not read yet.
    fn list_span(&mut self, key: &str) -> Option<Span> {
        let found = self.lists.iter().position(|(name, _)| name == key)?;
        Some(self.lists.swap_remove(found).1)
    }

    /// Takes a table whose keys are names of the author's: each name with its value.
    pub fn named(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<(Placed<String>, Node)> {
        let Some(placed) = self.take(key) else { return Vec::new() };
        Self::new(Node { span: placed.at.span, value: placed.value }, placed.at.path, problems).entries()
    }

    /// What is left of a table whose keys are words of the author's: each key with its value.
    #[must_use]
    pub fn entries(self) -> Vec<(Placed<String>, Node)> {
        let path = self.at.path;
        let place = |(key, node): (Key, Node)| {
            (Placed { at: At { span: key.span, path: join(&path, &key.text) }, value: key.text }, node)
        };
        self.entries.into_iter().map(place).collect()
    }

    /// Takes a moment: a TOML date-time, or a string in RFC 3339.
    pub fn time(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Millis> {
        let placed = self.take(key)?;
        let moment = match &placed.value {
            Value::Time(moment) => Some(*moment),
            Value::String(text) => time::parse(text),
            _ => None,
        };
        if moment.is_none() {
            problems.add(&placed.at, "expected a date-time with offset, as in 2026-03-01T12:00:00Z");
        }
        moment
    }

    /// Takes and refuses a key whose meaning this version does not have: it must never be ignored.
    pub fn refuse(&mut self, key: &'static str, what: &str, problems: &mut Problems<'_>) {
        if let Some(placed) = self.take(key) {
            let message = format!("{what} are not supported by this version");
            problems.add_with_help(
                &placed.at,
                message,
                format!("take `{key}` out; it is refused because it must not be ignored"),
            );
        }
    }

    /// Everything that is left is an unknown key.
    pub fn finish(&mut self, problems: &mut Problems<'_>) {
        problems.noted |= !self.lists.is_empty();
        for (key, _) in self.entries.drain(..) {
            let before = problems.all.len();
            let at = At { path: join(&self.at.path, &key.text), span: key.span };
            problems.add_with_help(
                &at,
                format!("unknown key `{}`", key.text),
                suggest(&key.text, self.known.iter().copied()),
            );
            problems.surplus += problems.all.len() - before;
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn expect_string(placed: Placed<Value>, problems: &mut Problems<'_>) -> Option<Placed<String>> {
    match placed.value {
        Value::String(value) => Some(Placed { value, at: placed.at }),
        other => {
            problems.add(&placed.at, format!("expected a string, found {}", other.kind()));
            None
        }
    }
}
