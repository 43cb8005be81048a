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
    /// Invariant (segment ends): ascending byte offsets into `text`, each the end of a segment; `depth` are in use.
    ends: [u16; PATH_DEPTH],
    depth: u8,
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
        let mut path = Self { text, ends: [0; PATH_DEPTH], depth: 0 };
        let mut end = 0;
        for segment in text.split('/') {
            end += segment.len();
            path.push(segment, end)?;
            end += 1;
        }
        Ok(path)
    }

    fn push(&mut self, segment: &str, end: usize) -> Result<(), PathError> {
        let (name, id) = segment.split_once(':').ok_or(PathError::Segment)?;
        let sized = (1..=ID_BYTES).contains(&name.len()) && (1..=ID_BYTES).contains(&id.len());
        if !sized || segment.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(PathError::Segment);
        }
        let slot = self.ends.get_mut(usize::from(self.depth)).ok_or(PathError::TooDeep)?;
        *slot = u16::try_from(end).map_err(|_| PathError::TooDeep)?;
        self.depth += 1;
        Ok(())
    }

    /// The text that was parsed.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// How many segments there are: at least one, at most [`PATH_DEPTH`].
    #[must_use]
    pub fn depth(&self) -> usize {
        usize::from(self.depth)
    }

    /// The segments as `(type, id)`, outermost first.
    pub fn segments(&self) -> impl Iterator<Item = (&'a str, &'a str)> + '_ {
        self.spans().filter_map(|segment| segment.split_once(':'))
    }

    /// The whole segments (`type:id`), outermost first.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &'a str> + '_ {
        let mut start = 0;
        self.ends.iter().take(self.depth()).filter_map(move |end| {
            let segment = self.text.get(start..usize::from(*end));
            start = usize::from(*end) + 1;
            segment
        })
    }

    /// The ancestor with `depth` segments; `/` for none, the path itself from its own depth on.
    #[must_use]
    pub fn ancestor(&self, depth: usize) -> &'a str {
        match depth.checked_sub(1) {
            None => "/",
            Some(last) => {
                let end = self.ends.get(last).filter(|_| depth <= self.depth());
                end.and_then(|end| self.text.get(..usize::from(*end))).unwrap_or(self.text)
            }
        }
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

    /// Whether this scope is `path` or an ancestor of it.
    #[must_use]
    pub fn reaches(&self, path: &str) -> bool {
        let row = self.row();
        row.is_empty() || path.strip_prefix(row).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Ord for Scope {
    fn cmp(&self, other: &Self) -> Ordering {
        tree_order(self.row(), other.row())
    }
}

impl PartialOrd for Scope {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders scopes so that everything below a scope stands right behind it: `/` sorts before every other byte.
pub(crate) fn tree_order(left: &str, right: &str) -> Ordering {
    let key = |byte: u8| if byte == b'/' { 0 } else { byte };
    left.bytes().map(key).cmp(right.bytes().map(key))
}
