//! The built-in resource types: how roles grant the management of the tenant itself.
//!
//! They may stand at the root or below any resource (`member:user:ann`, `project:p/assignment:new`), so that
//! management can be delegated for a part of the tree.
//! Snapshots do not carry them: their order and their actions belong to the snapshot format, so both only ever grow.

/// The built-in types with their actions, in bit order.
pub const TYPES: &[(&str, &[&str])] = &[
    ("member", &["view", "create", "edit", "activate", "deactivate", "lock", "unlock", "delete", "notify"]),
    ("group", &["view", "create", "edit", "delete"]),
    ("role", &["view", "create", "edit", "delete"]),
    ("assignment", &["view", "create", "delete"]),
    ("override", &["view", "set"]),
    ("invitation", &["view", "create", "resend", "revoke"]),
    ("token", &["view", "create", "rotate", "revoke"]),
    ("approval_policy", &["view", "create", "edit", "delete"]),
    ("audit", &["view", "export"]),
    ("support", &["view", "authorise", "disable"]),
    ("settings", &["view", "edit"]),
    ("resource", &["view", "create", "edit", "move", "delete"]),
    ("webhook", &["view", "create", "edit", "delete"]),
    ("access", &["evaluate"]),
];

/// Whether `name` is the name of a built-in type, and so not free for a model's own.
#[must_use]
pub fn is_builtin(name: &str) -> bool {
    TYPES.iter().any(|(builtin, _)| *builtin == name)
}
