//! A text read into a tree in which every key and value knows where it stands.

mod chain;
mod depth;
mod json;
pub(crate) mod sound;
mod toml;
mod walk;

use crate::diagnostic::{Diagnostic, Source};
use countersign_core::Millis;
use std::ops::Range;

pub use chain::{CHAIN, Chain};
pub use depth::{NESTING, WORD_BYTES};

/// A place in a text, in bytes.
pub type Span = Range<usize>;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands
    pub span: Span,
    /// The value
    pub value: Value,
}

/// The values both formats share.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// JSON's null
    Null,
    /// A truth value
    Bool(bool),
    /// A number, as it was written
    Number(String),
    /// A string
    String(String),
    /// A moment: TOML's offset date-time
    Time(Millis),
    /// A list
    Array(Vec<Node>),
    /// A table, in the order in which it was written, without repeated keys
    Table(Vec<(Key, Node)>),
}

impl Value {
    /// What to call such a value in a message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Time(_) => "a date-time",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A key and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Where it stands
    pub span: Span,
    /// The key
    pub text: String,
}

/// What keeps a text from being of its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where
    pub span: Span,
    /// What is wrong
    pub message: String,
    /// What that says of the rest
    pub why: Why,
}

/// What a fault says of the tree that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A key was written before: what came first is in the tree
    Repeated,
    /// A value is none: null stands for it
    Value,
    /// The parser guessed how the text goes on
    Syntax,
}

/// Reads `source` as JSON.
///
/// # Errors
/// As [`parse`].
pub fn json(source: &Source<'_>) -> Result<Node, Vec<Diagnostic>> {
    sound(source, json::recover(source.text))
}

/// Reads `source` as JSON if it begins with `{`, else as TOML.
///
/// # Errors
/// Everything that keeps the text from being of its format, repeated keys included; or the place from which on it nests
/// deeper than [`NESTING`], or has a string of more than [`WORD_BYTES`].
pub fn parse(source: &Source<'_>) -> Result<Node, Vec<Diagnostic>> {
    parse_linked(source, &[])
}

/// As [`parse`], of a document whose tables name one another.
///
/// # Errors
/// As [`parse`]; or the link by which more than [`CHAIN`] stand in a chain, or there are more of them than there may be.
pub fn parse_linked(source: &Source<'_>, chains: &'static [Chain]) -> Result<Node, Vec<Diagnostic>> {
    sound(source, recover(source, chains)?)
}

/// As [`parse_linked`], with what could be read beside what is wrong.
///
/// # Errors
/// What keeps the text from being read at all.
pub fn recover(source: &Source<'_>, chains: &'static [Chain]) -> Result<(Node, Vec<Fault>), Vec<Diagnostic>> {
    let is_json = source.text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let excess = if is_json { depth::json(source.text, chains) } else { depth::toml(source.text, chains) };
    if let Some(excess) = excess {
        return Err(vec![source.problem(excess.span, &excess.path, excess.message)]);
    }
    Ok(if is_json { json::recover(source.text) } else { toml::recover(source.text) })
}

fn sound(source: &Source<'_>, (root, faults): (Node, Vec<Fault>)) -> Result<Node, Vec<Diagnostic>> {
    let refuse = |fault: Fault| source.problem(fault.span, "", fault.message);
    if faults.is_empty() { Ok(root) } else { Err(faults.into_iter().map(refuse).collect()) }
}
