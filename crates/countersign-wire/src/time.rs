//! Moments as RFC 3339 texts, by the `time` crate.

use countersign_core::Millis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads an RFC 3339 date-time with offset; nothing if it is none, or outside the years 0 to 9999.
///
/// What is finer than a millisecond is rounded up: for every whole millisecond `now`, a window from or until the moment
/// then holds exactly as it would without rounding.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let nanos = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos();
    Millis::try_from(nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) != 0)).ok()
}

/// Writes a moment as RFC 3339 in UTC; nothing for one outside the years 0 to 9999.
#[must_use]
pub fn format(moment: Millis) -> Option<String> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(moment) * 1_000_000).ok()?.format(&Rfc3339).ok()
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
        check("2016-12-31T23:59:60Z", Some(1_483_228_800_000));
        for wrong in [
            "9999-12-31T23:59:59",
            "9999-12-31",
            "9999-12-32T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00+02",
            "2026-01-01T00:00:00Z[UTC]",
            "2026-01-01T12:00:60Z",
            "never",
            "",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn moments_are_written_as_short_as_they_can() {
        for (moment, text) in [
            (0, Some("1970-01-01T00:00:00Z")),
            (1_500, Some("1970-01-01T00:00:01.5Z")),
            (-1, Some("1969-12-31T23:59:59.999Z")),
            (253_402_300_799_999, Some("9999-12-31T23:59:59.999Z")),
            (253_402_300_800_000, None),
            (i64::MAX, None),
            (i64::MIN, None),
        ] {
            assert_eq!(format(moment).as_deref(), text, "{moment}");
        }
    }
}
