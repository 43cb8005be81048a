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
/// Steps that running one condition may take: every instruction is one, and long texts and lists count more.
pub const CONDITION_STEPS: u32 = 10_000;
/// How deep the parts of one condition may nest.
pub const CONDITION_DEPTH: usize = 32;
/// Instructions of one condition.
pub const CONDITION_CODE: usize = 1024;
/// Bytes of one string attribute.
pub const STRING_BYTES: usize = 4096;
/// Items of one list.
pub const LIST_ITEMS: usize = 256;
/// Attributes that a model may declare.
pub const ATTRIBUTES: usize = 1024;
/// Model-wide rules.
pub const RULES: usize = 1024;
/// Approval policies of one tenant.
pub const APPROVAL_POLICIES: usize = 256;
/// Conditions of one policy, titles' included.
pub const CONDITIONS: usize = 16_384;
/// Titles of one role.
pub const TITLES: usize = 64;
/// Groups that one member may be in.
pub const GROUPS: usize = 1024;
