//! Patterns of paths and hosts: how they are written, what fits them, and which covers which.

use crate::canonical::CanonicalPath;
use countersign_wire::reader::{Placed, Problems};
use std::borrow::Cow;

/// Segments of one pattern.
pub(super) const LONGEST: usize = 32;

/// One segment of a path, or one label of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Exactly this
    Literal(String),
    /// Any, and this is its name
    Parameter(String),
    /// Any, and the question does not depend on it: `{_}`, `{_version}`
    Ignored,
    /// Any rest, which may be empty, at the end of a path: `*`, and `{_*}` where a question is asked
    Rest,
}

impl Piece {
    /// The parameter's name.
    pub(super) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Parameter(name) => Some(name),
            _ => None,
        }
    }

    /// Whether everything that fits `other` fits this.
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(one), Self::Literal(other)) => one == other,
            (Self::Literal(_), _) => false,
            _ => true,
        }
    }
}

/// Whether every path that fits `other` fits `pattern`.
pub(super) fn path_covers(pattern: &[Piece], other: &[Piece]) -> bool {
    let (fixed, open) = open(pattern);
    let (other_fixed, other_open) = self::open(other);
    let long_enough = if open { other_fixed.len() >= fixed.len() } else { other_fixed.len() == fixed.len() };
    long_enough && (open || !other_open) && fixed.iter().zip(other_fixed).all(|(one, other)| one.covers(other))
}

/// Whether every host that fits `other` fits `pattern`; no pattern stands for any host.
pub(super) fn host_covers(pattern: Option<&[Piece]>, other: Option<&[Piece]>) -> bool {
    match (pattern, other) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(pattern), Some(other)) => {
            pattern.len() == other.len() && pattern.iter().zip(other).all(|(one, other)| one.covers(other))
        }
    }
}

/// The pattern without its rest, and whether it has one.
pub(super) fn open(pattern: &[Piece]) -> (&[Piece], bool) {
    match pattern.split_last() {
        Some((Piece::Rest, fixed)) => (fixed, true),
        _ => (pattern, false),
    }
}

/// The labels of a host.
pub(super) fn labels(host: &str) -> impl Iterator<Item = &str> {
    host.split('.')
}

/// Whether `host` fits.
pub(super) fn host_fits(pattern: &[Piece], host: &str) -> bool {
    let mut labels = labels(host);
    let fits = pattern.iter().all(|piece| match (piece, labels.next()) {
        (_, None) => false,
        (Piece::Literal(text), Some(label)) => text == label,
        _ => true,
    });
    fits && labels.next().is_none()
}

/// The parameters of a pattern with what stands in their places.
pub(super) fn parameters<'a>(
    pattern: &'a [Piece],
    parts: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    pattern.iter().zip(parts).filter_map(|(piece, part)| Some((piece.parameter()?, part)))
}

/// The segments as texts.
pub(super) fn texts<'a>(segments: &'a [Cow<'_, str>]) -> impl Iterator<Item = &'a str> {
    segments.iter().map(|segment| &**segment)
}

/// Whether a path fits where case is ignored, and only there.
pub(super) fn fits_but_for_case(pattern: &[Piece], segments: &[Cow<'_, str>]) -> bool {
    let (fixed, open) = open(pattern);
    let long_enough = if open { segments.len() >= fixed.len() } else { segments.len() == fixed.len() };
    let literals = fixed.iter().zip(segments).filter_map(|(piece, text)| match piece {
        Piece::Literal(literal) => Some((literal, text)),
        _ => None,
    });
    let mut differ = literals.clone();
    long_enough
        && literals.into_iter().all(|(literal, text)| literal.eq_ignore_ascii_case(text))
        && differ.any(|(literal, text)| *literal != **text)
}

/// Reads the pattern of a path.
pub(super) fn path(text: &Placed<String>, problems: &mut Problems<'_>) -> Vec<Piece> {
    let Some(rest) = text.value.strip_prefix('/') else {
        problems.add_with_help(&text.at, "a route's path begins with `/`", format!("write `/{}`", text.value));
        return Vec::new();
    };
    let mut pattern = Vec::new();
    if rest.is_empty() {
        return pattern;
    }
    let segments: Vec<_> = rest.split('/').collect();
    if segments.len() > LONGEST {
        problems.add(&text.at, format!("a route's path has at most {LONGEST} segments"));
        return Vec::new();
    }
    let (last, mut start) = (segments.len(), 1);
    for (number, segment) in segments.into_iter().enumerate() {
        let end = start + segment.len();
        let is_last = number + 1 == last;
        let piece = match (segment, braced(segment)) {
            ("*", _) | (_, Some("_*")) if is_last => Ok(Piece::Rest),
            ("*", _) | (_, Some("_*")) => Err(("a rest stands at the end of a path".to_owned(), None)),
            (_, Some(name)) => parameter(name, &pattern),
            _ => literal(segment),
        };
        match piece {
            Ok(piece) => pattern.push(piece),
            Err((message, help)) => {
                problems.add_within(text, start..end, message, help);
                pattern.push(Piece::Ignored);
            }
        }
        start = end + 1;
    }
    pattern
}

/// Reads the pattern of a host.
pub(super) fn host(text: &Placed<String>, problems: &mut Problems<'_>) -> Vec<Piece> {
    let (mut pattern, mut start) = (Vec::new(), 0);
    for label in text.value.split('.') {
        let end = start + label.len();
        let sound = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        let piece = match (label, braced(label)) {
            ("*", _) => Ok(Piece::Ignored),
            (_, Some(name)) => parameter(name, &pattern),
            _ if !label.is_empty() && label.bytes().all(sound) => Ok(Piece::Literal(label.to_owned())),
            _ => Err((
                format!("`{label}` is no label of a host"),
                Some("write small letters, `{name}` or `*` between the points, and no port".to_owned()),
            )),
        };
        match piece {
            Ok(piece) => pattern.push(piece),
            Err((message, help)) => problems.add_within(text, start..end, message, help),
        }
        start = end + 1;
    }
    pattern
}

type Unsound = (String, Option<String>);

/// What stands between braces.
fn braced(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

fn parameter(name: &str, before: &[Piece]) -> Result<Piece, Unsound> {
    if !is_name(name) {
        let help = "use letters, digits and `_`; a name that begins with `_` is one that nothing asks about";
        return Err((format!("`{{{name}}}` cannot be a parameter"), Some(help.to_owned())));
    }
    if name.starts_with('_') {
        return Ok(Piece::Ignored);
    }
    if before.iter().any(|piece| piece.parameter() == Some(name)) {
        return Err((
            format!("the parameter `{{{name}}}` stands here twice"),
            Some("give one another name".to_owned()),
        ));
    }
    Ok(Piece::Parameter(name.to_owned()))
}

/// Whether it can be a parameter's name.
pub(super) fn is_name(name: &str) -> bool {
    let first = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    first && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn literal(segment: &str) -> Result<Piece, Unsound> {
    if segment.contains(['{', '}', '*']) {
        let help = "a segment is literal, or `{name}` as a whole, or `*` at the end";
        return Err((
            format!("`{segment}` is neither a literal segment nor a parameter of its own"),
            Some(help.to_owned()),
        ));
    }
    let path = format!("/{segment}");
    match CanonicalPath::parse(&path) {
        Ok(path) if path.segments().len() == 1 => Ok(Piece::Literal(texts(path.segments()).collect())),
        Ok(_) => Err(("a segment of the path is empty".to_owned(), Some("take the `/` out".to_owned()))),
        Err(refused) => Err((format!("no request has this segment: {}", refused.why.sentence()), None)),
    }
}
