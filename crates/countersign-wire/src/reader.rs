//! Reads a document tree into forms, and gathers everything that does not fit.

mod problems;

use problems::Misspelt;
pub use problems::{Doubts, Problems};

use crate::diagnostic::{Diagnostics, Source, nearest, suggest};
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

/// Parses a text and reads its root table with `read`.
///
/// # Errors
/// Everything that is wrong with the text or with what `read` finds.
pub fn read<T>(source: Source<'_>, read: impl Fn(&mut Table, &mut Problems<'_>) -> T) -> Result<T, Diagnostics> {
    read_linked(source, &[], read)
}

/// As [`read`], of a document whose tables name one another.
///
/// # Errors
/// As [`read`]; a chain of them that is far too long is all that is said of the text.
pub fn read_linked<T>(
    source: Source<'_>,
    chains: &'static [Chain],
    read: impl Fn(&mut Table, &mut Problems<'_>) -> T,
) -> Result<T, Diagnostics> {
    gather(source, chains, read).and_then(|(value, problems)| problems.finish(value))
}

/// As [`read_linked`], with what is wrong with the form beside what was read: the meaning may have problems of its own.
///
/// A misspelt key that stands for one which is missing is reported, and read as that one.
///
/// # Errors
/// What keeps the text from being read at all.
pub fn gather<'a, T>(
    source: Source<'a>,
    chains: &'static [Chain],
    read: impl Fn(&mut Table, &mut Problems<'_>) -> T,
) -> Result<(T, Problems<'a>), Diagnostics> {
    let mut misspelt = Vec::new();
    let mut round = 0;
    loop {
        round += 1;
        let (mut table, mut problems) = begin(source, chains, &misspelt)?;
        let value = read(&mut table, &mut problems);
        if end(table, &mut problems, &mut misspelt) || round == ROUNDS {
            return Ok((value, problems));
        }
    }
}

fn begin<'a>(
    source: Source<'a>,
    chains: &'static [Chain],
    misspelt: &[Misspelt],
) -> Result<(Table, Problems<'a>), Diagnostics> {
    let (root, faults) = document::recover(&source, chains).map_err(Diagnostics::new)?;
    let mut problems = Problems::of_form(source, faults, misspelt.to_vec());
    Ok((Table::new(root, String::new(), &mut problems), problems))
}

/// Whether no misspelt keys were found that are to be read as others.
fn end(mut table: Table, problems: &mut Problems<'_>, misspelt: &mut Vec<Misspelt>) -> bool {
    table.finish(problems);
    let found = problems.read();
    misspelt.extend_from_slice(&found);
    found.is_empty()
}

/// How often a text is read: once more for the misspelt keys in it, and for those in what stood below these.
const ROUNDS: usize = 3;

/// Reads a JSON text in which nothing is wrong with `read`, without the places that only diagnostics need and one item of
/// a list at a time (see [`Table::each`]). Nothing if the text is not JSON, or anything is wrong with it: [`read_linked`]
/// says what.
pub fn read_sound<T>(
    source: Source<'_>,
    chains: &'static [Chain],
    read: impl FnOnce(&mut Table, &mut Problems<'_>) -> T,
) -> Option<T> {
    let Root { entries, lists } = sound::root(source.text, chains)?;
    let mut problems = Problems::noting(source);
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
    /// Keys that were looked for and are not there, and whether they must be
    absent: Vec<(&'static str, bool)>,
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
            Value::Table(mut entries) => {
                problems.spell(&at.path, &mut entries);
                entries
            }
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
        let Some(found) = self.entries.iter().position(|(entry, _)| entry.text == key) else {
            if !self.noting {
                self.absent.push((key, false));
            }
            return None;
        };
        let (key, node) = self.entries.remove(found);
        let path = if self.noting { String::new() } else { join(&self.at.path, &key.text) };
        Some(Placed { value: node.value, at: At { span: node.span, path } })
    }

    /// Takes a string.
    pub fn string(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Placed<String>> {
        self.take(key).and_then(|placed| expect_string(placed, problems))
    }

    /// Takes a string that must be there. Where it is not, its place is in doubt, and [`Table::finish`] says so.
    pub fn required(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Placed<String> {
        if let Some(text) = self.string(key, problems) {
            return text;
        }
        self.need(key, problems);
        Placed { value: String::new(), at: self.place(key) }
    }

    /// Notes that a key which was just looked for must be there.
    pub fn need(&mut self, key: &'static str, problems: &mut Problems<'_>) {
        problems.noted |= self.noting;
        let place = self.place(key).path;
        if let Some((absent, must)) = self.absent.last_mut()
            && *absent == key
        {
            *must = true;
            problems.doubt(&place);
        }
    }

    /// The place of a key that is not there: the table's in the text, its own in the data.
    #[must_use]
    pub fn place(&self, key: &str) -> At {
        let path = if self.noting { String::new() } else { join(&self.at.path, key) };
        At { span: self.at.span.clone(), path }
    }

    /// Takes a list of strings; an empty one if there is none.
    pub fn strings(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Placed<String>> {
        let items = self.list(key, problems);
        items.into_iter().filter_map(|item| expect_string(item, problems)).collect()
    }

    /// Takes a list; an empty one if there is none.
    pub fn list(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Placed<Value>> {
        let mut unread = Vec::new();
        if self.unread(key, problems, &mut |node, _| unread.push(Placed { value: node.value, at: At::default() })) {
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
                expected_list(&placed.at, &other, problems);
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
        read: &mut dyn FnMut(&mut Self, &mut Problems<'a>),
    ) {
        let (mut known, mut absent) = (Vec::new(), Vec::new());
        let mut one = |mut table: Self, problems: &mut Problems<'a>| {
            (table.known, table.absent) = (std::mem::take(&mut known), std::mem::take(&mut absent));
            read(&mut table, problems);
            table.finish(problems);
            (known, absent) = (table.known, table.absent);
            known.clear();
        };
        if self.unread(key, problems, &mut |node, problems| one(Self::new(node, String::new(), problems), problems)) {
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
            return self.each(key, problems, &mut |table, problems| read(Row::Table(table), problems));
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
        read: &mut dyn FnMut(Node, &mut Problems<'a>),
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
    pub fn time(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Placed<Millis>> {
        let Placed { value, at } = self.take(key)?;
        let moment = match &value {
            Value::Time(moment) => Some(*moment),
            Value::String(text) => time::parse(text),
            _ => None,
        };
        if moment.is_none() {
            problems.add(&at, "expected a date-time with offset, as in 2026-03-01T12:00:00Z");
        }
        Some(Placed { value: moment?, at })
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

    /// Everything that is left is an unknown key. One that is near to a key that is not there stands for it.
    pub fn finish(&mut self, problems: &mut Problems<'_>) {
        problems.noted |= !self.lists.is_empty();
        for (key, _) in self.entries.drain(..) {
            let at = At { path: join(&self.at.path, &key.text), span: key.span };
            let known = self.known.iter().copied();
            let help = suggest(&key.text, known.clone());
            problems.add_unknown(&at, &key.text, help);
            let near = nearest(&key.text, known);
            if let Some(meant) = self.absent.iter().position(|(absent, _)| Some(*absent) == near) {
                let (meant, _) = self.absent.swap_remove(meant);
                problems.doubt(&join(&self.at.path, meant));
                problems.misspelt(at.path, meant);
            }
        }
        // Where there is no table nothing can be missing in it.
        let missing = if problems.is_doubtful(&self.at.path) { &[][..] } else { &self.absent };
        for (key, _) in missing.iter().filter(|(_, must)| *must) {
            problems.add_missing(&self.at, key);
        }
        self.absent.clear();
    }
}

/// The place of `key` in the table at `path`.
#[must_use]
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { [path, ".", key].concat() }
}

/// Says that something else stands in the place of a list.
pub(crate) fn expected_list(at: &At, found: &Value, problems: &mut Problems<'_>) {
    let message = format!("expected a list, found {}", found.kind());
    match found {
        Value::String(_) => problems.add_with_help(at, message, "write it in brackets, even if it is only one"),
        _ => problems.add(at, message),
    }
}

fn expect_string(placed: Placed<Value>, problems: &mut Problems<'_>) -> Option<Placed<String>> {
    match placed.value {
        Value::String(value) => Some(Placed { value, at: placed.at }),
        other => {
            let message = format!("expected a string, found {}", other.kind());
            match other {
                Value::Number(_) | Value::Bool(_) | Value::Time(_) => {
                    problems.add_with_help(&placed.at, message, "write it in quotes");
                }
                _ => problems.add(&placed.at, message),
            }
            None
        }
    }
}
