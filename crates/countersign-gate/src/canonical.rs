//! One strict form of a request's target (after RFC 3986); every other way to write it is refused.
//!
//! A path is canonical when it begins with `/`, has no empty, `.` or `..` segment, writes the bytes that need no
//! encoding as they are, and all others as `%XX` in capitals. Encoded slashes, backslashes, percent, question and number
//! signs and control characters are refused in any form, and so are `;` and `\`: an origin that decodes once or twice sees the same
//! segments as the gate. The [`query`](mod@query) has such a form where a question takes something from it, and the [`host`] always.

pub mod host;
pub mod query;

use core::fmt;
use std::borrow::Cow;

/// A canonical path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalPath<'a> {
    text: &'a str,
    segments: Vec<Cow<'a, str>>,
}

/// Bytes of a path that is read at all.
const LONGEST: usize = 4_096;

/// Why a path is not canonical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCanonical {
    /// The segment, as it was sent, in which it shows; nothing where the path as a whole is refused
    pub segment: Option<String>,
    /// What is wrong with it
    pub why: Why,
}

/// What is wrong with a path or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It does not begin with a slash
    NoSlash,
    /// It is longer than is read
    TooLong,
    /// Two slashes follow each other, or one stands at the end
    Empty,
    /// It is `.` or `..`, in whatever way that is written
    Dots,
    /// A `%` without two hexadecimal digits in capitals
    Encoding,
    /// A byte is encoded that stands for itself
    Needless,
    /// A byte that is refused in any form, such as an encoded slash
    Hostile,
    /// A byte that must be encoded
    Bare,
    /// What is encoded is no text in UTF-8
    NoText,
}

impl Why {
    /// The sentence for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoSlash => "a path begins with `/`",
            Self::TooLong => "a path has at most 4096 bytes",
            Self::Empty => "a segment is empty: neither `//` nor a `/` at the end is canonical",
            Self::Dots => "`.` and `..` are refused in any spelling (RFC 3986, section 5.2.4, would remove them)",
            Self::Encoding => "`%` is followed by two hexadecimal digits in capitals (RFC 3986, section 6.2.2.1)",
            Self::Needless => "a character is encoded that needs no encoding (RFC 3986, section 6.2.2.2)",
            Self::Hostile => {
                "it holds one of `/`, `\\`, `%`, `;`, `?`, `#` or a control character in a form that origins read differently"
            }
            Self::Bare => "a character stands there that must be encoded (RFC 3986, section 3.3)",
            Self::NoText => "what is encoded is no text in UTF-8",
        }
    }
}

impl fmt::Display for NotCanonical {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.segment {
            Some(segment) => write!(out, "the segment `{}`: {}", segment.escape_debug(), self.why.sentence()),
            None => out.write_str(self.why.sentence()),
        }
    }
}

impl<'a> CanonicalPath<'a> {
    /// Reads a path as it was sent.
    ///
    /// # Errors
    /// When it is not canonical; the first reason.
    pub fn parse(path: &'a str) -> Result<Self, NotCanonical> {
        let whole = |why: Why| NotCanonical { segment: None, why };
        if path.len() > LONGEST {
            return Err(whole(Why::TooLong));
        }
        let rest = path.strip_prefix('/').ok_or_else(|| whole(Why::NoSlash))?;
        let mut segments = Vec::new();
        if !rest.is_empty() {
            for text in rest.split('/') {
                segments.push(decode(text).map_err(|why| NotCanonical { segment: Some(text.to_owned()), why })?);
            }
        }
        Ok(Self { text: path, segments })
    }

    /// The path, as it was sent and as the origin gets it.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The decoded segments; none for `/`.
    #[must_use]
    pub fn segments(&self) -> &[Cow<'a, str>] {
        &self.segments
    }
}

/// The decoded segments of a path that goes nowhere else: however it is written, as long as it says one thing. Clients
/// commonly encode more than they must, such as the `:` of `user:ann`.
pub(crate) fn decoded(path: &str) -> Option<Vec<Cow<'_, str>>> {
    let rest = path.strip_prefix('/').filter(|_| path.len() <= LONGEST)?;
    rest.split('/').map(|text| percent_decoded(text).filter(|segment| is_segment(segment)).map(Cow::Owned)).collect()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex([rest.next()?.to_ascii_uppercase(), rest.next()?.to_ascii_uppercase()].as_slice())?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok().filter(|segment| !segment.contains(['/', '\\']))
}

/// A query in the form in which every reader of URLs leaves it (the query state of the WHATWG URL standard): what is forwarded
/// is what was signed, byte for byte.
pub(crate) fn query(text: &str) -> String {
    let stays = |byte: &u8| byte.is_ascii_graphic() && !b"\"#<>'".contains(byte);
    let byte = |byte: u8| if stays(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    if text.bytes().all(|byte| stays(&byte)) { text.to_owned() } else { text.bytes().map(byte).collect() }
}

/// A segment in the form in which [`CanonicalPath`] reads it.
pub(crate) fn encode(segment: &str) -> String {
    let byte = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    segment.bytes().map(byte).collect()
}

/// The segment that `text` encodes, if it encodes it in the one canonical way.
fn decode(text: &str) -> Result<Cow<'_, str>, Why> {
    if text.is_empty() {
        return Err(Why::Empty);
    }
    // Most segments are written as they are.
    if text.bytes().all(is_plain) {
        return if is_segment(text) { Ok(Cow::Borrowed(text)) } else { Err(Why::Dots) };
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first != b'%' {
            if !is_plain(*first) {
                return Err(if is_hostile(*first) { Why::Hostile } else { Why::Bare });
            }
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2).ok_or(Why::Encoding)?;
        let byte = hex(digits).ok_or(Why::Encoding)?;
        if is_hostile(byte) {
            return Err(Why::Hostile);
        }
        if is_plain(byte) {
            return Err(Why::Needless);
        }
        bytes.push(byte);
        rest = tail;
    }
    let text = String::from_utf8(bytes).map_err(|_| Why::NoText)?;
    if is_segment(&text) { Ok(Cow::Owned(text)) } else { Err(Why::Hostile) }
}

fn is_segment(text: &str) -> bool {
    !text.chars().any(char::is_control) && !matches!(text, "" | "." | "..")
}

/// What no segment may hold in any form: an origin that decodes once more, or splits otherwise, would see another path.
fn is_hostile(byte: u8) -> bool {
    b"/\\%;?#".contains(&byte) || byte.is_ascii_control()
}

/// `pchar` of RFC 3986 without `;`: what stands in a segment as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&byte)
}

/// Two hexadecimal digits, in capitals.
fn hex(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'A'..=b'F' => digit - b'A' + 10,
            _ => return None,
        };
        Some(value << 4 | digit)
    })
}
