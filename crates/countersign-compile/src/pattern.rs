//! Patterns of `matches`.

use countersign_core::condition::Pattern;

pub(crate) fn compile(_text: &str) -> Result<Pattern, String> {
    Err("patterns are not here yet".to_owned())
}
