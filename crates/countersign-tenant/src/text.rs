//! Texts of people, within bounds: names, reasons, moments.

use crate::stop::{Stop, invalid};
use countersign_core::Millis;
use countersign_wire::time;

/// Characters of the longest name.
const LONGEST_NAME: usize = 200;
/// Characters of the longest sentence.
const LONGEST_SENTENCE: usize = 1_000;

/// Refuses what is no name: nothing, too long, or with control characters.
pub(crate) fn named(text: &str, field: &str) -> Result<(), Stop> {
    bounded(text, field, LONGEST_NAME)
}

/// Refuses what is no sentence for people.
pub(crate) fn sentence(text: &str, field: &str) -> Result<(), Stop> {
    bounded(text, field, LONGEST_SENTENCE)
}

fn bounded(text: &str, field: &str, most: usize) -> Result<(), Stop> {
    if text.trim().is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        let detail = format!("`{field}` has between 1 and {most} characters, and no control characters.");
        return Err(invalid("invalid_text", detail));
    }
    Ok(())
}

/// A moment, RFC 3339.
pub(crate) fn moment(text: &str) -> Result<Millis, Stop> {
    let wrong = || invalid("invalid_time", format!("`{text}` is no moment. Write it as in 2026-03-01T12:00:00Z."));
    time::parse(text).ok_or_else(wrong)
}
