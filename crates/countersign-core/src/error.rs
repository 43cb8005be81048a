//! Why a policy, a grant or a path was refused.

use alloc::boxed::Box;
use core::fmt;

/// Why a resource path or a scope was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// The caller gave an empty path, or the root where a resource is meant
    Empty,
    /// The caller gave more than [`PATH_DEPTH`](crate::limits::PATH_DEPTH) segments
    TooDeep,
    /// The caller gave an id or a type name that is empty, too long, or holds a control character
    Segment,
    /// The caller named a type that the policy does not declare
    UnknownType,
    /// The caller placed a type below one that is not its declared parent
    Parent,
}

impl PathError {
    /// The error as a sentence without its full stop.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "the path is empty",
            Self::TooDeep => "the path has more than 16 segments",
            Self::Segment => {
                "a segment is not of the form `type:id` with an id of 1 to 256 bytes without control characters"
            }
            Self::UnknownType => "a segment names a type that the model does not declare",
            Self::Parent => "a segment does not stand below its type's declared parent",
        }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl core::error::Error for PathError {}

/// Why a policy was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// A name is empty, too long, or holds a character that names may not have
    Name(Box<str>),
    /// A name is declared twice, or is a built-in type's
    Duplicate(Box<str>),
    /// A limit of [`limits`](crate::limits) is exceeded by what is named
    Limit(Box<str>),
    /// A type or a role refers to an index that does not exist
    Reference(Box<str>),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(out, "`{name}` is not a name"),
            Self::Duplicate(name) => write!(out, "`{name}` is declared twice or reserved"),
            Self::Limit(name) => write!(out, "`{name}` exceeds a limit"),
            Self::Reference(name) => write!(out, "`{name}` refers to something that does not exist"),
        }
    }
}

impl core::error::Error for PolicyError {}

/// Why a set of grants was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantError {
    /// The scope is not a path of this policy
    Scope(PathError),
    /// The role or the permission does not exist in this policy
    Reference,
    /// The subject holds more grants than can be counted
    Limit,
}

impl fmt::Display for GrantError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(error) => error.fmt(out),
            Self::Reference => out.write_str("a grant names a role or a permission that does not exist"),
            Self::Limit => out.write_str("a subject holds too many grants"),
        }
    }
}

impl core::error::Error for GrantError {}

impl From<PathError> for GrantError {
    fn from(error: PathError) -> Self {
        Self::Scope(error)
    }
}
