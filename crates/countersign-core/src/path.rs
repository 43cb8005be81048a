//! Resource paths and scopes: `project:renovation/state:review/sign:42`, and `/` for the root.

use crate::PathError;
use crate::limits::{ID_BYTES, PATH_DEPTH};
use alloc::boxed::Box;
use core::cmp::Ordering;

/// A well-formed resource path, outermost segment first, borrowed from its text.
///
/// Every segment is `type:id`; the id may hold `:` itself, and is compared byte for byte.
/// It may not hold `/` or a control character.
/// Whether the types exist and stand below their declared parents is the policy's to say: see
/// [`Policy::locate`](crate::Policy::locate).
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    text: &'a str,
    /// Invariant (segments): within `text`.
    shape: Shape,
}

/// Where the segments of a path stand: what is left of it without its text, for whoever keeps that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Invariant (order): ascending; the first `depth` are in use.
    segments: [Segment; PATH_DEPTH],
    depth: u8,
}

/// A segment, by byte offsets into the path's text.
#[derive(Clone, Copy, Debug, Default)]
struct Segment {
    start: u16,
    colon: u16,
    end: u16,
}

impl<'a> Path<'a> {
    /// Parses a path of at least one segment.
    ///
    /// # Errors
    /// When the text is empty, deeper than [`PATH_DEPTH`] or has a malformed segment.
    pub fn parse(text: &'a str) -> Result<Self, PathError> {
        if text.is_empty() || text == "/" {
            return Err(PathError::Empty);
        }
        let mut shape = Shape { segments: [Segment::default(); PATH_DEPTH], depth: 0 };
        let (mut start, mut colon) = (0, None);
        let mut before = 0;
        for (at, byte) in text.bytes().enumerate() {
            // The control characters from U+0080 to U+009F are two bytes.
            if before == 0xC2 && byte < 0xA0 {
                return Err(PathError::Segment);
            }
            before = byte;
            match byte {
                b'/' => {
                    shape.push(start, colon, at)?;
                    (start, colon) = (at + 1, None);
                }
                b':' if colon.is_none() => colon = Some(at),
                0..=31 | 127 => return Err(PathError::Segment),
                _ => {}
            }
        }
        shape.push(start, colon, text.len())?;
        Ok(Self { text, shape })
    }

    /// The path of this shape, which was that of the same text.
    pub(crate) fn again(text: &'a str, shape: Shape) -> Self {
        Self { text, shape }
    }

    /// Where its segments stand.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// The text that was parsed.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// How many segments there are: at least one, at most [`PATH_DEPTH`].
    #[must_use]
    pub fn depth(&self) -> usize {
        usize::from(self.shape.depth)
    }

    /// The segments as `(type, id)`, outermost first.
    pub fn segments(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.used().filter_map(|segment| {
            let name = self.text.get(usize::from(segment.start)..usize::from(segment.colon))?;
            Some((name, self.text.get(usize::from(segment.colon) + 1..usize::from(segment.end))?))
        })
    }

    /// The whole segments (`type:id`) as bytes, outermost first.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        let bytes = self.text.as_bytes();
        self.used().filter_map(|segment| bytes.get(usize::from(segment.start)..usize::from(segment.end)))
    }

    fn used(&self) -> impl Iterator<Item = &Segment> + '_ {
        self.shape.segments.iter().take(self.depth())
    }

    /// The path without its last id: what the paths of all resources of this type below this parent begin with.
    #[must_use]
    pub(crate) fn family(&self) -> &'a [u8] {
        let end = self.used().last().map_or(0, |segment| usize::from(segment.colon) + 1);
        self.text.as_bytes().get(..end).unwrap_or_default()
    }

    /// The ancestor with `depth` segments; `/` for none, the path itself from its own depth on.
    #[must_use]
    pub fn ancestor(&self, depth: usize) -> &'a str {
        match depth.checked_sub(1) {
            None => "/",
            Some(last) => {
                let segment = self.used().nth(last);
                segment.and_then(|segment| self.text.get(..usize::from(segment.end))).unwrap_or(self.text)
            }
        }
    }
}

impl Shape {
    fn push(&mut self, start: usize, colon: Option<usize>, end: usize) -> Result<(), PathError> {
        let colon = colon.ok_or(PathError::Segment)?;
        if !(1..=ID_BYTES).contains(&(colon - start)) || !(1..=ID_BYTES).contains(&(end - colon - 1)) {
            return Err(PathError::Segment);
        }
        let offset = |at: usize| u16::try_from(at).map_err(|_| PathError::TooDeep);
        let slot = self.segments.get_mut(usize::from(self.depth)).ok_or(PathError::TooDeep)?;
        *slot = Segment { start: offset(start)?, colon: offset(colon)?, end: offset(end)? };
        self.depth += 1;
        Ok(())
    }
}

/// Where a grant is attached: the root or a resource path. It reaches that resource and all below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(Box<str>);

impl Scope {
    /// The root scope, `/`.
    #[must_use]
    pub fn root() -> Self {
        Self(Box::from("/"))
    }

    /// Parses `/` or a resource path.
    ///
    /// # Errors
    /// As [`Path::parse`], but for the root.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text != "/" {
            Path::parse(text)?;
        }
        Ok(Self(Box::from(text)))
    }

    /// The text, `/` for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without the root's slash, as rows of a grant table hold it.
    pub(crate) fn row(&self) -> &str {
        if &*self.0 == "/" { "" } else { &self.0 }
    }

    /// How many segments it has; none for the root.
    pub(crate) fn depth(&self) -> u8 {
        let slashes = self.row().bytes().filter(|byte| *byte == b'/').count();
        if self.row().is_empty() { 0 } else { u8::try_from(slashes + 1).unwrap_or(u8::MAX) }
    }

    /// Whether this scope is `path` or an ancestor of it.
    #[must_use]
    pub fn reaches(&self, path: &str) -> bool {
        let row = self.row();
        row.is_empty() || path.strip_prefix(row).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Ord for Scope {
    fn cmp(&self, other: &Self) -> Ordering {
        tree_order(self.row().as_bytes(), other.row().as_bytes())
    }
}

impl PartialOrd for Scope {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders scopes so that everything below a scope stands right behind it: `/` sorts before every other byte.
pub(crate) fn tree_order(left: &[u8], right: &[u8]) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
    left.iter().map(key).cmp(right.iter().map(key))
}
