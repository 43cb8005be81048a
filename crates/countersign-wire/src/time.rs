//! Moments as RFC 3339 texts, by the `jiff` crate.

use countersign_core::Millis;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::fmt::temporal::Pieces;

/// Reads an RFC 3339 date-time with offset; nothing if it is none, or outside the years 0 to 9999.
///
/// What is finer than a millisecond is rounded up: for every whole millisecond `now`, a window from or until the moment
/// then holds exactly as it would without rounding.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let nanos = match text.parse::<Timestamp>() {
        Ok(moment) => moment.as_nanosecond(),
        Err(_) => last_day(text)?,
    };
    Millis::try_from(nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) != 0)).ok()
}

/// Nanoseconds of a moment on the last day of 9999, which people write for *never* and `jiff` leaves to time zones.
fn last_day(text: &str) -> Option<i128> {
    let pieces = Pieces::parse(text).ok().filter(|pieces| pieces.time_zone_annotation().is_none())?;
    let offset = pieces.to_numeric_offset()?;
    let local = pieces.date().to_datetime(pieces.time()?);
    let nanos = local.duration_since(date(1970, 1, 1).at(0, 0, 0, 0)).as_nanos();
    Some(nanos - i128::from(offset.seconds()) * 1_000_000_000)
}

/// Writes a moment as RFC 3339 in UTC; nothing for one outside the years that can be written.
#[must_use]
pub fn format(moment: Millis) -> Option<String> {
    Timestamp::from_millisecond(moment).ok().map(|moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(parse(text), expected, "{text}");
    }

    #[test]
    fn moments_are_read_to_the_millisecond() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("1970-01-01T02:00:00+02:00", Some(0));
        check("1970-01-01T00:00:00.0000001Z", Some(1));
        check("1969-12-31T23:59:59.9999Z", Some(0));
        check("9999-12-30T00:00:00Z", Some(253_402_128_000_000));
        check("9999-12-31T23:59:59Z", Some(253_402_300_799_000));
        check("9999-12-31T23:59:59.999+01:00", Some(253_402_297_199_999));
        for wrong in ["9999-12-31T23:59:59", "9999-12-31", "9999-12-32T00:00:00Z", "10000-01-01T00:00:00Z", "never", ""]
        {
            check(wrong, None);
        }
        assert_eq!(format(0).as_deref(), Some("1970-01-01T00:00:00Z"));
    }
}
