//! From text to tokens: names, literals and signs, each with its place.

use super::Wrong;
use super::text::unescape;
use super::tree::Span;

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) what: What,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// An integer without its sign, at most 2^63
    Int(u64),
    /// A number with a point or an exponent, with a digit before the point
    Decimal(String),
    /// A string, its escapes resolved
    Text(String),
    /// A name or a word
    Name(String),
    /// An operator or a bracket
    Sign(&'static str),
}

/// Longer signs first, so that the first that fits is the right one.
const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}",
];

/// What other languages write: the sign, what it stands for here, and what to say.
const FOREIGN: [(&str, &str, &str); 8] = [
    ("===", "==", "write `==`"),
    ("!==", "!=", "write `!=`"),
    ("=>", ">=", "write `>=`"),
    ("<>", "!=", "write `!=`"),
    ("**", "*", "there are no powers"),
    ("&", "&&", "write `&&` for and"),
    ("|", "||", "write `||` for or"),
    ("=", "==", "write `==` to compare"),
];

/// All tokens of a text, and everything that is none.
pub(super) fn tokens(text: &str) -> (Vec<Token>, Vec<Wrong>) {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), wrong: Vec::new() };
    while lexer.next() {}
    (lexer.tokens, lexer.wrong)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    wrong: Vec<Wrong>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes characters while they fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|next| !fits(next)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn push(&mut self, start: usize, what: What) {
        self.tokens.push(Token { what, span: start..self.at });
    }

    fn refuse(&mut self, start: usize, message: impl Into<String>, help: &str) {
        self.wrong.push(Wrong::new(start..self.at, message).help(help));
    }

    /// Reads one token; false at the end.
    fn next(&mut self) -> bool {
        self.run(|next| matches!(next, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
        let rest = self.rest();
        if rest.starts_with("//") {
            self.run(|next| next != '\n');
            return true;
        }
        let Some(first) = rest.chars().next() else { return false };
        let start = self.at;
        let fraction = first == '.' && rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit());
        if first.is_ascii_digit() || fraction {
            self.number();
        } else if let Some(prefix) = string_prefix(rest) {
            self.string(prefix);
        } else if first.is_ascii_alphabetic() || first == '_' {
            let name = self.run(|next| next.is_ascii_alphanumeric() || next == '_').to_owned();
            self.push(start, What::Name(name));
        } else {
            self.sign(first);
        }
        true
    }

    fn sign(&mut self, first: char) {
        let (start, rest) = (self.at, self.rest());
        let known = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
        let foreign = FOREIGN.into_iter().find(|(sign, ..)| rest.starts_with(sign));
        // A foreign sign counts where it is longer than ours: `&&` is no `&`, and `===` is no `==`.
        match (known, foreign) {
            (Some(sign), other) if other.is_none_or(|(longer, ..)| longer.len() <= sign.len()) => {
                self.at += sign.len();
                self.push(start, What::Sign(sign));
            }
            (_, Some((sign, meant, help))) => {
                self.at += sign.len();
                self.refuse(start, format!("there is no operator `{sign}`"), help);
                self.push(start, What::Sign(meant));
            }
            _ => {
                self.at += first.len_utf8();
                let help = match first {
                    '`' => "names are letters, digits and `_`, without quotes",
                    '‘' | '’' | '“' | '”' | '«' | '»' => {
                        "strings stand in straight quotes: 'text' or \"text\""
                    }
                    ';' => "a condition is one expression; join its parts with `&&` or `||`",
                    _ => "strings stand in quotes: 'text'",
                };
                self.refuse(start, format!("unexpected `{}`", first.escape_debug()), help);
            }
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let mut digits = self.run(|next| next.is_ascii_digit()).to_owned();
        let hexadecimal = digits == "0" && self.rest().starts_with(['x', 'X']);
        let mut decimal = false;
        if hexadecimal {
            self.at += 1;
            digits = self.run(|next| next.is_ascii_hexdigit()).to_owned();
        } else {
            if let Some(rest) = self.rest().strip_prefix('.')
                && rest.starts_with(|next: char| next.is_ascii_digit())
            {
                self.at += 1;
                let fraction = self.run(|next| next.is_ascii_digit());
                digits = format!("{}.{fraction}", if digits.is_empty() { "0" } else { &digits });
                decimal = true;
            }
            if let Some(rest) = self.rest().strip_prefix(['e', 'E']) {
                let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
                if unsigned.starts_with(|next: char| next.is_ascii_digit()) {
                    let sign = if rest.starts_with('-') { "-" } else { "" };
                    self.at += 1 + rest.len() - unsigned.len();
                    let exponent = self.run(|next| next.is_ascii_digit());
                    digits = format!("{digits}e{sign}{exponent}");
                    decimal = true;
                }
            }
        }
        let tail = self.run(|next| next.is_ascii_alphanumeric() || next == '_');
        if !tail.is_empty() {
            let help = match tail {
                "u" | "U" => "integers have a sign and no suffix: leave the `u` out",
                _ => "put a space or an operator behind the number",
            };
            self.refuse(start, "this is no number", help);
        }
        let base = if hexadecimal { 16 } else { 10 };
        let what = if decimal {
            What::Decimal(digits)
        } else {
            let value = u64::from_str_radix(&digits, base).ok().filter(|value| *value <= 1 << 63);
            if value.is_none() && tail.is_empty() {
                self.refuse(start, "this integer is too large", "integers go to 9223372036854775807");
            }
            What::Int(value.unwrap_or(0))
        };
        self.push(start, what);
    }

    fn string(&mut self, prefix: Prefix) {
        let start = self.at;
        self.at += prefix.width;
        let body = self.rest();
        let mut escaped = false;
        let mut end = None;
        for (at, next) in body.char_indices() {
            if escaped {
                escaped = false;
            } else if next == '\\' && !prefix.raw {
                escaped = true;
            } else if body.get(at..).is_some_and(|rest| rest.starts_with(prefix.close)) {
                end = Some(at);
                break;
            } else if matches!(next, '\n' | '\r') && prefix.close.len() == 1 {
                break;
            }
        }
        let Some(end) = end else {
            self.at = self.text.len();
            self.refuse(start, "this string does not end", &format!("close it with {}", prefix.close));
            return;
        };
        let inside = body.get(..end).unwrap_or_default();
        let first = self.at;
        self.at += end + prefix.close.len();
        if prefix.bytes {
            self.refuse(start, "there are no byte strings", "leave the `b` out");
        }
        let text = if prefix.raw { Ok(inside.to_owned()) } else { unescape(inside) };
        let text = text.unwrap_or_else(|(span, message)| {
            let span = first + span.start..first + span.end;
            self.wrong.push(Wrong::new(span, message).help("write `\\\\` for a backslash, or r'…' for a raw string"));
            String::new()
        });
        self.push(start, What::Text(text));
    }
}

/// What a string begins with.
struct Prefix {
    width: usize,
    raw: bool,
    bytes: bool,
    close: &'static str,
}

fn string_prefix(rest: &str) -> Option<Prefix> {
    let letters = rest.bytes().take(3).position(|next| matches!(next, b'\'' | b'"'))?;
    let (mut raw, mut bytes) = (false, false);
    for letter in rest.get(..letters)?.chars() {
        let seen = match letter {
            'r' | 'R' => &mut raw,
            'b' | 'B' => &mut bytes,
            _ => return None,
        };
        if core::mem::replace(seen, true) {
            return None;
        }
    }
    let quotes = rest.get(letters..)?;
    let close = ["'''", "\"\"\"", "'", "\""].into_iter().find(|close| quotes.starts_with(close))?;
    Some(Prefix { width: letters + close.len(), raw, bytes, close })
}
