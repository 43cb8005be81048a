//! Moments as RFC 3339 texts, by the `jiff` crate.

use countersign_core::Millis;
use jiff::Timestamp;

/// Reads an RFC 3339 date-time with offset; nothing if it is none, or outside the years 0 to 9999.
///
/// What is finer than a millisecond is rounded up: for every whole millisecond `now`, a window from or until the moment
/// then holds exactly as it would without rounding.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let nanos = text.parse::<Timestamp>().ok()?.as_nanosecond();
    Millis::try_from(nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) != 0)).ok()
}

/// Writes a moment as RFC 3339 in UTC; nothing for one outside the years that can be written.
#[must_use]
pub fn format(moment: Millis) -> Option<String> {
    Timestamp::from_millisecond(moment).ok().map(|moment| moment.to_string())
}
