//! The query of a request, where a question depends on it: one that every origin reads as the gate does.

use super::hex;

/// The parameters of a query, names and values decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, Taken)>);

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Taken {
    /// The same to every origin
    Text(String),
    /// With a `+`, which is a space to some
    Plus,
}

/// Why nothing can be taken from a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguous {
    /// It is not written in the one form
    Form,
    /// A parameter is there twice, or one that some origins would take for it
    Repeated,
    /// The value holds a `+`
    Plus,
}

impl Ambiguous {
    /// The sentence for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Form => {
                "the query is not canonical: it is `name=value` joined by `&`, with every character but letters, digits and `-._~!$'()*,:@/?` encoded, none of them a `%`, `&`, `;`, `#` or control character"
            }
            Self::Repeated => {
                "a parameter of the query that the question takes is there twice, or beside one that looks like it"
            }
            Self::Plus => {
                "a `+` in the query is a space to some origins: write a space as `%20`, and a moment with `Z`"
            }
        }
    }
}

/// Names of parameters that some origins take another method from.
const OVERRIDES: [&str; 4] = ["_method", "x_http_method", "x_http_method_override", "x_method_override"];

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// When it is not in the one form.
    pub fn parse(text: &str) -> Result<Self, Ambiguous> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Taken::Text(name) = decode(name)? else { return None };
            Some((name, decode(value)?)).filter(|(name, _)| !name.is_empty() && !name.contains('='))
        };
        text.split('&').map(pair).collect::<Option<Vec<_>>>().map(Self).ok_or(Ambiguous::Form)
    }

    /// The value of the parameter `name`; nothing if it is not there.
    ///
    /// # Errors
    /// When it is there twice, or beside one that some origin would take for it, or reads differently to some.
    pub fn value(&self, name: &str) -> Result<Option<&str>, Ambiguous> {
        let folded = fold(name);
        let mut alike = self.0.iter().filter(|(other, _)| fold(other) == folded);
        let Some((found, value)) = alike.next() else { return Ok(None) };
        if found != name || alike.next().is_some() {
            return Err(Ambiguous::Repeated);
        }
        match value {
            Taken::Text(text) => Ok(Some(text)),
            Taken::Plus => Err(Ambiguous::Plus),
        }
    }
}

/// Whether a query, decoded once or twice, names a parameter that some origins take another method from.
#[must_use]
pub fn overrides_method(query: &str) -> bool {
    // Whatever is encoded shows at the latest when all of it was decoded twice.
    let mut text = query.as_bytes().to_vec();
    for _ in 0..3 {
        let names = text
            .split(|byte| matches!(byte, b'&' | b';'))
            .map(|pair| pair.split(|byte| *byte == b'=').next().unwrap_or_default());
        let mut names = names.map(|name| fold(&String::from_utf8_lossy(name)));
        if names.any(|name| OVERRIDES.contains(&name.as_str())) {
            return true;
        }
        if !text.contains(&b'%') {
            return false;
        }
        text = once(&text);
    }
    false
}

/// Decoded once, as far as anything is encoded.
fn once(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let encoded = tail.split_at_checked(2).filter(|_| *first == b'%');
        match encoded.and_then(|(digits, tail)| Some((hex(&digits.to_ascii_uppercase())?, tail))) {
            Some((byte, tail)) => {
                bytes.push(byte);
                rest = tail;
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    bytes
}

/// A name as the most lenient of origins compares it: without case, its brackets cut off, other signs as `_`.
fn fold(name: &str) -> String {
    let name = name.trim_start_matches([' ', '+']);
    let name = name.split('[').next().unwrap_or_default();
    name.chars().map(|letter| if matches!(letter, '.' | ' ' | '+' | '-') { '_' } else { folded(letter) }).collect()
}

/// A letter without its case, in the eyes of those who know more than ASCII's: these two are a capital K and a small s.
pub(crate) fn folded(letter: char) -> char {
    match letter {
        '\u{212A}' => 'k',
        '\u{17F}' => 's',
        other => other.to_ascii_lowercase(),
    }
}

/// What `text` encodes; nothing if an origin that decodes once more, or splits otherwise, would see something else.
fn decode(text: &str) -> Option<Taken> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut plus = false;
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (byte, encoded, tail) = match first {
            b'%' => {
                let (digits, tail) = tail.split_at_checked(2)?;
                (hex(&digits.to_ascii_uppercase())?, true, tail)
            }
            plain => (*plain, false, tail),
        };
        let unreserved = byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let hostile = b"%&;#\\".contains(&byte) || byte.is_ascii_control();
        let bare = unreserved || b"~!$'()*,:@/?[]=+".contains(&byte);
        if hostile || (encoded && unreserved) || (!encoded && !bare) {
            return None;
        }
        plus |= byte == b'+';
        bytes.push(byte);
        rest = tail;
    }
    let text = String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))?;
    Some(if plus { Taken::Plus } else { Taken::Text(text) })
}
