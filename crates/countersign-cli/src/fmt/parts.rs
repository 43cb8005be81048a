//! TOML taken apart into what a layout arranges: lines with their comments, values with theirs.

use anyhow::{Result, bail};
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// A line of a file, or several that belong together.
#[derive(Debug)]
pub(super) enum Line {
    /// One blank line or more
    Blank,
    /// A comment that stands alone
    Comment(String),
    /// `[key]`, or `[[key]]`
    Header { key: String, list: bool, comment: Option<String> },
    /// `key = value`
    Pair { key: String, value: Value, comment: Option<String> },
}

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    /// As it was written
    Scalar(String),
    /// A list
    List(Items),
    /// An inline table
    Table(Items),
}

/// What stands between brackets.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    /// Comments after the last one
    pub(super) trailing: Vec<String>,
}

/// An item of a list, or a pair of an inline table.
#[derive(Debug)]
pub(super) struct Item {
    /// Comments on lines of their own before it
    pub(super) before: Vec<String>,
    /// The key, in a table
    pub(super) key: Option<String>,
    pub(super) value: Value,
    /// The comment that ends its line
    pub(super) after: Option<String>,
}

/// The lines of a text that is TOML: whoever calls this has had it parsed.
pub(super) fn lines(text: &str) -> Result<Vec<Line>> {
    let tokens: Vec<Token> = Source::new(text).lex().into_vec();
    let mut parts = Parts { text, tokens: &tokens, at: 0 };
    let mut lines = Vec::new();
    loop {
        let breaks = parts.skip_breaks();
        if breaks > usize::from(!lines.is_empty()) {
            lines.push(Line::Blank);
        }
        match parts.kind() {
            TokenKind::Eof => return Ok(lines),
            TokenKind::Comment => lines.push(Line::Comment(parts.take())),
            TokenKind::LeftSquareBracket => {
                let mut list = false;
                parts.take();
                // White space may not stand between the two brackets.
                if parts.kind() == TokenKind::LeftSquareBracket {
                    parts.take();
                    list = true;
                }
                let key = parts.key()?;
                for _ in 0..=usize::from(list) {
                    parts.expect(TokenKind::RightSquareBracket)?;
                }
                lines.push(Line::Header { key, list, comment: parts.comment() });
            }
            _ => {
                let key = parts.key()?;
                parts.expect(TokenKind::Equals)?;
                let value = parts.value()?;
                lines.push(Line::Pair { key, value, comment: parts.comment() });
            }
        }
    }
}

struct Parts<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Parts<'a> {
    fn kind(&self) -> TokenKind {
        self.tokens.get(self.at).map_or(TokenKind::Eof, Token::kind)
    }

    fn raw(&self) -> &'a str {
        let span = self.tokens.get(self.at).map(Token::span);
        span.and_then(|span| self.text.get(span.start()..span.end())).unwrap_or_default()
    }

    /// The present token's text; goes on to the next.
    fn take(&mut self) -> String {
        let text = self.raw().trim_end().to_owned();
        self.at += 1;
        text
    }

    fn skip_space(&mut self) {
        while self.kind() == TokenKind::Whitespace {
            self.at += 1;
        }
    }

    /// Goes on to what is neither white space nor the end of a line; gives how many lines ended.
    fn skip_breaks(&mut self) -> usize {
        let mut breaks = 0;
        while matches!(self.kind(), TokenKind::Whitespace | TokenKind::Newline) {
            breaks += usize::from(self.kind() == TokenKind::Newline);
            self.at += 1;
        }
        breaks
    }

    fn expect(&mut self, kind: TokenKind) -> Result<()> {
        self.skip_space();
        if self.kind() != kind {
            bail!("expected {}, found {}", kind.description(), self.kind().description());
        }
        self.at += 1;
        Ok(())
    }

    /// The comment that ends this line.
    fn comment(&mut self) -> Option<String> {
        self.skip_space();
        (self.kind() == TokenKind::Comment).then(|| self.take())
    }

    /// A key, dotted or not.
    fn key(&mut self) -> Result<String> {
        let mut key = String::new();
        loop {
            self.skip_space();
            match self.kind() {
                TokenKind::Dot => key.push_str(&self.take()),
                TokenKind::Atom => key.push_str(&self.take()),
                TokenKind::BasicString | TokenKind::LiteralString => key.push_str(&super::write::key(&self.take())),
                _ if key.is_empty() => bail!("expected a key, found {}", self.kind().description()),
                _ => return Ok(key),
            }
        }
    }

    fn value(&mut self) -> Result<Value> {
        self.skip_space();
        match self.kind() {
            TokenKind::LeftSquareBracket => Ok(Value::List(self.items(TokenKind::RightSquareBracket)?)),
            TokenKind::LeftCurlyBracket => Ok(Value::Table(self.items(TokenKind::RightCurlyBracket)?)),
            TokenKind::BasicString | TokenKind::LiteralString => Ok(Value::Scalar(super::write::string(&self.take()))),
            TokenKind::MlBasicString | TokenKind::MlLiteralString => {
                let text = self.raw().to_owned();
                self.at += 1;
                Ok(Value::Scalar(text))
            }
            _ => {
                // Numbers and moments are several tokens; a moment may have a space in it.
                let mut text = String::new();
                while matches!(self.kind(), TokenKind::Atom | TokenKind::Dot | TokenKind::Whitespace) {
                    text.push_str(self.raw());
                    self.at += 1;
                }
                Ok(Value::Scalar(text.trim_end().to_owned()))
            }
        }
    }

    fn items(&mut self, end: TokenKind) -> Result<Items> {
        let mut all = Items::default();
        let mut before = Vec::new();
        self.at += 1;
        loop {
            self.skip_breaks();
            match self.kind() {
                TokenKind::Comment => before.push(self.take()),
                TokenKind::Comma => self.at += 1,
                kind if kind == end => {
                    self.at += 1;
                    all.trailing = before;
                    return Ok(all);
                }
                TokenKind::Eof => bail!("the text ends within brackets"),
                _ => {
                    let mut key = None;
                    if end == TokenKind::RightCurlyBracket {
                        key = Some(self.key()?);
                        self.expect(TokenKind::Equals)?;
                    }
                    let value = self.value()?;
                    let mut after = self.comment();
                    self.skip_space();
                    if after.is_none() && self.kind() == TokenKind::Comma {
                        self.at += 1;
                        after = self.comment();
                    }
                    all.items.push(Item { before: std::mem::take(&mut before), key, value, after });
                }
            }
        }
    }
}
