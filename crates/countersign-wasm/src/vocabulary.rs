//! The words of a policy as JavaScript reads them.

use countersign_core::{Owner, Policy};
use countersign_wire::given::supplied;

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

/// A line a declared attribute: as characters its slot, its owner's number, and 1 if callers may supply it; and its name.
/// The owners are the subject, the action, the context, and then the types in order.
pub(crate) fn attributes(policy: &Policy) -> String {
    let mut lines = String::new();
    for (slot, owner, from_request, name) in supplied::names(policy) {
        let owner = match owner {
            Owner::Subject => 0,
            Owner::Action => 1,
            Owner::Context => 2,
            Owner::Type(on) => u32::from(on.0) + 3,
        };
        for number in [u32::from(slot), owner, u32::from(from_request)] {
            // There are at most a thousand of each: far from what is no character.
            lines.extend(char::from_u32(number + FIRST_NUMBER));
        }
        lines.push_str(name);
        lines.push('\n');
    }
    lines
}

/// Numbers begin behind what ends a line.
const FIRST_NUMBER: u32 = 0x20;
