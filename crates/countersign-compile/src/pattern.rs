//! Patterns of `matches`, compiled.

use countersign_core::condition::Pattern;

pub(crate) fn compile(_text: &str) -> Result<Pattern, String> {
    Err("patterns are not there yet".to_owned())
}
