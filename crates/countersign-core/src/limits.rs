//! The limits that are part of the contract: refused with a clear message when a document is compiled or written.

/// Actions one resource type may declare: they are the bits of one word.
pub const ACTIONS_PER_TYPE: usize = 64;
/// Segments of a resource path.
pub const PATH_DEPTH: usize = 16;
/// Bytes of one id, and of one name.
pub const ID_BYTES: usize = 256;
/// Bytes of the longest resource path: 16 times a name, `:` and an id, with `/` between.
pub const PATH_BYTES: usize = PATH_DEPTH * (2 * ID_BYTES + 2) - 1;
/// Types of one policy, the built-in ones included.
pub const TYPES: usize = 1024;
/// Roles of one policy.
pub const ROLES: usize = 4096;
/// How deep roles may include roles.
pub const ROLE_NESTING: usize = 8;
