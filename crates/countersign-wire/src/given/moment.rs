//! Moments that callers supply, as RFC 3339 writes them and not otherwise.

use countersign_core::Millis;

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Reads a date-time with offset: `2026-03-01T12:00:00Z`, with a fraction of up to nine digits, or with `+02:00`.
///
/// What is finer than a millisecond is rounded up, as [`crate::time::parse`] does.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let mut rest = text.as_bytes();
    let from = &mut rest;
    let (year, month, day) = (digits(from, 4)?, part(from, b"-", 12)?, part(from, b"-", 31)?);
    let (hour, minute, second) = (part(from, b"Tt", 23)?, part(from, b":", 59)?, part(from, b":", 59)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let short = if month == 2 { 2 - i64::from(leap) } else { 0 };
    if month == 0 || day == 0 || day > 30 + ((month + month / 8) & 1) - short {
        return None;
    }
    let mut millis = 0;
    if let [b'.', fraction @ ..] = *from {
        *from = fraction;
        let (mut nanos, mut unit) = (0, 100_000_000);
        while let [digit @ b'0'..=b'9', more @ ..] = *from {
            *from = more;
            nanos += unit * i64::from(*digit - b'0');
            // A tenth digit counts for nothing, and is refused below.
            unit = if unit == 0 { return None } else { unit / 10 };
        }
        if unit == 100_000_000 {
            return None;
        }
        millis = (nanos + 999_999) / 1_000_000;
    }
    let offset = match *from {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), ..] => {
            let (hours, minutes) = (part(from, b"+-", 23)?, part(from, b":", 59)?);
            let minutes = hours * 60 + minutes;
            if !from.is_empty() {
                return None;
            }
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    // Years are counted from March, so that the leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = 365 * year + leaps + (153 * month + 2) / 5 + day - 1 - EPOCH;
    Some((((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000 + millis)
}

/// One of these marks, then two digits that are a number up to `most`.
fn part(from: &mut &[u8], marks: &[u8], most: i64) -> Option<i64> {
    let (mark, rest) = from.split_first()?;
    *from = rest;
    digits(from, 2).filter(|number| marks.contains(mark) && *number <= most)
}

/// A number of exactly so many digits.
fn digits(from: &mut &[u8], count: usize) -> Option<i64> {
    let (digits, rest) = from.split_at_checked(count)?;
    *from = rest;
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(*digit - b'0')))
}
