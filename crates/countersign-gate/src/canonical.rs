//! One strict form of a path (after RFC 3986); every other way to write it is refused.
//!
//! A path is canonical when it begins with `/`, has no empty, `.` or `..` segment, writes the bytes that need no
//! encoding as they are, and all others as `%XX` in capitals. Encoded slashes, backslashes, percent, question and number
//! signs and control characters are refused in any form, and so are `;` and `\`: an origin that decodes once or twice sees the same
//! segments as the gate.

/// A canonical path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalPath {
    text: String,
    segments: Vec<String>,
}

/// Bytes of a path that is read at all.
const LONGEST: usize = 4_096;

impl CanonicalPath {
    /// Reads a path as it was sent; nothing if it is not canonical.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix('/').filter(|_| path.len() <= LONGEST)?;
        let segments =
            if rest.is_empty() { Vec::new() } else { rest.split('/').map(decode).collect::<Option<Vec<_>>>()? };
        Some(Self { text: path.to_owned(), segments })
    }

    /// The path, as it was sent and as the origin gets it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The decoded segments; none for `/`.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }
}

/// The decoded segments of a path that goes nowhere else: however it is written, as long as it says one thing. Clients
/// commonly encode more than they must, such as the `:` of `user:ann`.
pub(crate) fn decoded(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix('/').filter(|_| path.len() <= LONGEST)?;
    rest.split('/').map(|text| percent_decoded(text).filter(|segment| is_segment(segment))).collect()
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
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first != b'%' {
            if !is_plain(*first) {
                return None;
            }
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2)?;
        let byte = hex(digits)?;
        let hostile = b"/\\%;?#".contains(&byte) || byte.is_ascii_control();
        if hostile || is_plain(byte) {
            return None;
        }
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).ok().filter(|segment| is_segment(segment))
}

fn is_segment(text: &str) -> bool {
    !text.chars().any(char::is_control) && !matches!(text, "" | "." | "..")
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
