//! How deep a document nests, and how long its words are, seen before a parser takes it apart: what is too deep or too
//! long is refused at that place, and the parsers need not recover from it.

use super::Span;
use super::chain::Chain;
use super::walk::Walk;
use toml_parser::lexer::{Token, TokenKind};

/// How many tables and lists may stand within one another, the root included.
pub const NESTING: usize = 32;
/// Bytes of the longest string, as it is written with its escapes.
pub const WORD_BYTES: usize = 1 << 16;

/// The first place at which a text is more than a document may be, and what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excess {
    pub(super) span: Span,
    /// In the data, where that is known
    pub(super) path: String,
    pub(super) message: String,
}

impl Excess {
    fn at(span: Span, message: String) -> Self {
        Self { span, path: String::new(), message }
    }
}

fn too_deep(at: Span) -> Excess {
    Excess::at(at, format!("this nests deeper than {NESTING} levels"))
}

fn too_long(at: Span) -> Excess {
    Excess::at(at, format!("a string of a document has at most {WORD_BYTES} bytes"))
}

/// Looks at JSON, or what should be such: brackets outside of strings, and what tables name one another.
pub(super) fn json(text: &str, chains: &'static [Chain]) -> Option<Excess> {
    brackets(text, 0, Walk::new(text, chains), false)
}

/// Whether the list that begins at `start` of JSON, and is called `name`, is more than it may be.
pub(super) fn is_excess(text: &str, name: &str, start: usize, chains: &'static [Chain]) -> bool {
    brackets(text, start, Walk::within(text, name, chains), true).is_some()
}

/// Looks at JSON from `at` on, to its end or to that of the `one` value that begins there.
fn brackets<'a>(text: &'a str, mut at: usize, mut walk: Walk<'a>, one: bool) -> Option<Excess> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let walks = !walk.is_idle();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                if end - at > WORD_BYTES {
                    return Some(too_long(at..at + 1));
                }
                let excess = if walks { walk.word(at..end, true) } else { None };
                if excess.is_some() {
                    return excess;
                }
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING {
            return Some(too_deep(at..at + 1));
        }
        match byte {
            _ if !walks => {}
            b'{' | b'[' => walk.open(*byte == b'['),
            b'}' | b']' => walk.close(),
            b':' => walk.assign(),
            b',' => walk.comma(),
            _ => {}
        }
        if one && depth == 0 {
            break;
        }
        at += 1;
    }
    walk.finish()
}

/// Where the string ends that begins at `start`; the text's end if it is open.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

/// Looks at TOML, or what should be such, by the tokens that its parser reads: brackets, the parts of dotted names, and
/// what tables name one another.
pub(super) fn toml(text: &str, chains: &'static [Chain]) -> Option<Excess> {
    let mut levels = Levels::default();
    let mut walk = Walk::new(text, chains);
    let walks = !walk.is_idle();
    let mut excess = |token: &Token| {
        let at = token.span().start()..token.span().end();
        let word = !matches!(token.kind(), TokenKind::Whitespace | TokenKind::Comment);
        if word && at.len() > WORD_BYTES {
            // A character, not a byte: the place is shown.
            return Some(too_long(at.start..at.start));
        }
        levels.take(token.kind());
        if levels.depth() > NESTING {
            return Some(too_deep(at));
        }
        if walks { walk.token(token) } else { None }
    };
    let found = toml_parser::Source::new(text).lex().find_map(|token| excess(&token));
    found.or_else(|| walk.finish())
}

/// Where in a TOML text one is.
struct Levels {
    /// What the header that was read last names, its list included
    header: usize,
    /// How much the name of the entry that is being read adds: at the top, and within each open bracket
    names: Vec<usize>,
    /// All of these together
    named: usize,
    /// Dots since the last separator: of a name, or of one number
    dots: usize,
    /// Whether a header is being read
    in_header: bool,
    /// Whether only white space was read of this line
    fresh: bool,
}

impl Default for Levels {
    fn default() -> Self {
        Self { header: 0, names: vec![0], named: 0, dots: 0, in_header: false, fresh: true }
    }
}

impl Levels {
    /// How many tables and lists are open. A single dot is one only when it proves to be a name's.
    fn depth(&self) -> usize {
        self.header + self.names.len() + self.named + self.dots.saturating_sub(1)
    }

    fn take(&mut self, kind: TokenKind) {
        let fresh = std::mem::replace(&mut self.fresh, false);
        match kind {
            TokenKind::Whitespace | TokenKind::Comment => self.fresh = fresh,
            TokenKind::Newline => {
                self.fresh = true;
                self.in_header = false;
                if self.names.len() == 1 {
                    self.next();
                }
            }
            TokenKind::Dot => self.dots += 1,
            TokenKind::Equals => {
                self.named += self.dots;
                if let Some(names) = self.names.last_mut() {
                    *names += self.dots;
                }
                self.dots = 0;
            }
            TokenKind::Comma => self.next(),
            TokenKind::LeftSquareBracket if fresh && self.names.len() == 1 => {
                self.next();
                (self.in_header, self.header) = (true, 1);
            }
            TokenKind::LeftSquareBracket if self.in_header => self.header += 1,
            TokenKind::RightSquareBracket if self.in_header => {
                self.header += self.dots;
                self.next();
                self.in_header = false;
            }
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => self.names.push(0),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                self.next();
                if self.names.len() > 1 {
                    self.names.pop();
                }
            }
            _ => {}
        }
    }

    /// The entry that was being read is over.
    fn next(&mut self) {
        self.dots = 0;
        if let Some(names) = self.names.last_mut() {
            self.named -= std::mem::take(names);
        }
    }
}

#[cfg(test)]
mod tests;
