//! Where in a document its strings stand, by its tokens: enough to see what tables name one another.

use super::Span;
use super::chain::{Chain, Chains, Step};
use super::depth::Excess;
use toml_parser::lexer::{Token, TokenKind};

/// The way from the root to where one is in the text.
pub(super) struct Walk<'a> {
    text: &'a str,
    path: Vec<Step<'a>>,
    /// How long the path was at each bracket that is open, and whether it was a list's
    open: Vec<(usize, bool)>,
    /// How long the path is that the last header names
    header: usize,
    in_header: bool,
    /// How many brackets the header that is being read begins with
    brackets: usize,
    /// How many headers of lists there were
    lists: usize,
    /// Whether what comes next is a name
    naming: bool,
    /// Whether only white space was read of this line
    fresh: bool,
    chains: Chains<'a>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str, chains: &'static [Chain]) -> Self {
        Self {
            text,
            path: Vec::new(),
            open: Vec::new(),
            header: 0,
            in_header: false,
            brackets: 0,
            lists: 0,
            naming: true,
            fresh: true,
            chains: Chains::new(chains),
        }
    }

    /// As if one had come to the value that the root calls `name`.
    pub(super) fn within(text: &'a str, name: &'a str, chains: &'static [Chain]) -> Self {
        Self { path: vec![Step::Name(name)], naming: false, ..Self::new(text, chains) }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_idle(&self) -> bool {
        self.chains.is_empty()
    }

    /// The text is over.
    pub(super) fn finish(&mut self) -> Option<Excess> {
        self.chains.finish()
    }

    pub(super) fn open(&mut self, list: bool) {
        self.open.push((self.path.len(), list));
        self.naming = !list;
        if list {
            self.path.push(Step::Item(0));
        }
    }

    pub(super) fn close(&mut self) {
        if let Some((length, _)) = self.open.pop() {
            self.path.truncate(length);
        }
        self.naming = false;
    }

    pub(super) fn comma(&mut self) {
        match self.open.last() {
            Some((_, true)) => {
                if let Some(Step::Item(item)) = self.path.last_mut() {
                    *item += 1;
                }
            }
            Some((length, false)) => {
                self.path.truncate(*length);
                self.naming = true;
            }
            None => {}
        }
    }

    /// What stood before is the whole name of what comes now.
    pub(super) fn assign(&mut self) {
        self.naming = false;
    }

    /// A name, or a string with its quotes.
    pub(super) fn word(&mut self, at: Span, quoted: bool) -> Option<Excess> {
        let word = self.text.get(at.clone())?;
        let word = if quoted { word.trim_matches(['"', '\'']) } else { word };
        if self.naming {
            self.path.push(Step::Name(word));
            None
        } else if quoted {
            self.chains.take(&self.path, word, at)
        } else {
            None
        }
    }

    /// Takes a token of TOML.
    pub(super) fn token(&mut self, token: &Token) -> Option<Excess> {
        let kind = token.kind();
        let fresh = std::mem::replace(&mut self.fresh, false);
        match kind {
            TokenKind::Whitespace | TokenKind::Comment => self.fresh = fresh,
            TokenKind::Newline => {
                self.fresh = true;
                if self.open.is_empty() {
                    self.line();
                }
            }
            TokenKind::LeftSquareBracket if fresh && self.open.is_empty() => {
                self.path.clear();
                (self.in_header, self.naming, self.brackets) = (true, true, 1);
            }
            TokenKind::LeftSquareBracket if self.in_header => self.brackets += 1,
            TokenKind::RightSquareBracket if self.in_header => {}
            TokenKind::LeftSquareBracket => self.open(true),
            TokenKind::LeftCurlyBracket => self.open(false),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => self.close(),
            TokenKind::Comma => self.comma(),
            TokenKind::Equals => self.assign(),
            TokenKind::Atom => return self.word(token.span().start()..token.span().end(), false),
            TokenKind::LiteralString
            | TokenKind::BasicString
            | TokenKind::MlLiteralString
            | TokenKind::MlBasicString => return self.word(token.span().start()..token.span().end(), true),
            TokenKind::Dot | TokenKind::Eof => {}
        }
        None
    }

    /// A line is over, and so is its entry or header.
    fn line(&mut self) {
        if std::mem::take(&mut self.in_header) {
            if self.brackets > 1 {
                self.path.push(Step::Item(self.lists));
                self.lists += 1;
            }
            self.header = self.path.len();
        }
        self.path.truncate(self.header);
        self.naming = true;
    }
}
