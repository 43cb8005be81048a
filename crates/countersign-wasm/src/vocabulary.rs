//! The words of a policy as JavaScript reads them.

use countersign_core::Policy;

/// A line a type, in order: its name and its actions in bit order.
pub(crate) fn vocabulary(policy: &Policy) -> String {
    let mut lines = String::new();
    for kind in policy.types() {
        lines.push_str(kind.name());
        for action in kind.actions() {
            lines.push(' ');
            lines.push_str(action);
        }
        lines.push('\n');
    }
    lines
}
