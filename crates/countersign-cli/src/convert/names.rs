//! Which names of another engine can be names here, and what is said of those that cannot.

use super::Refusals;
use countersign_core::{Path, builtin};

/// Whether it can name a type; it is refused otherwise.
pub(super) fn is_type(name: &str, refusals: &mut Refusals) -> bool {
    if builtin::is_builtin(name) {
        refusals.push(format!("the type `{name}`: that is the name of a built-in type here; rename it first"));
        return false;
    }
    is_word(name, "type", refusals)
}

/// Whether it can name an action or an attribute; it is refused otherwise.
pub(super) fn is_word(name: &str, what: &str, refusals: &mut Refusals) -> bool {
    let fine = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if !fine {
        refusals
            .push(format!("the {what} `{name}`: a name has letters, digits and `_` here, and begins with a letter"));
    }
    fine
}

/// Whether it can be the id of a resource or a subject; it is refused otherwise.
pub(super) fn is_id(id: &str, refusals: &mut Refusals) -> bool {
    let fine = !id.contains('/') && Path::parse(&format!("x:{id}")).is_ok();
    if !fine {
        refusals.push(format!("the id `{id}`: an id has 1 to 256 bytes here, and no `/` or control character"));
    }
    fine
}
