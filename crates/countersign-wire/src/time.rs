//! Moments as RFC 3339 texts, by the `jiff` crate.

use countersign_core::Millis;
use jiff::Timestamp;

/// Reads an RFC 3339 date-time with offset; nothing if it is none, or outside the years 0 to 9999.
///
/// What is finer than a millisecond is dropped.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// Writes a moment as RFC 3339 in UTC; nothing for one outside the years that can be written.
#[must_use]
pub fn format(moment: Millis) -> Option<String> {
    Timestamp::from_millisecond(moment).ok().map(|moment| moment.to_string())
}
