//! Parts of a timestamp, by the proleptic Gregorian calendar.

use super::Part;
use crate::Millis;

const DAY: i64 = 86_400_000;
/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// A part of the moment `at`, as a clock shows it that is `offset` minutes ahead of UTC.
///
/// Every moment has one: years are counted with a year 0 and negative ones before it.
pub(super) fn part(at: Millis, part: Part, offset: i16) -> i64 {
    let shifted = at.rem_euclid(DAY) + i64::from(offset) * 60_000;
    let days = at.div_euclid(DAY) + shifted.div_euclid(DAY);
    let millis = shifted.rem_euclid(DAY);
    match part {
        Part::Hours => millis / 3_600_000,
        Part::Minutes => millis / 60_000 % 60,
        Part::Seconds => millis / 1000 % 60,
        Part::Milliseconds => millis % 1000,
        // 1970-01-01 was a Thursday.
        Part::DayOfWeek => (days + 4).rem_euclid(7),
        Part::FullYear | Part::Month | Part::Date | Part::DayOfMonth | Part::DayOfYear => date(days, part),
    }
}

/// A part of a date, given as days since 1970-01-01.
///
/// Years are counted from March here, so that the leap day is the last of its year.
fn date(days: i64, part: Part) -> i64 {
    let days = days + EPOCH;
    let day = days.rem_euclid(ERA);
    // A leap day ends every fourth year, no century, and the era.
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March have 31, 30, 31, 30, 31 days, and again.
    let month = (5 * day + 2) / 153;
    let january = month >= 10;
    match part {
        Part::FullYear => year + 400 * days.div_euclid(ERA) + i64::from(january),
        Part::Month => (month + 2) % 12,
        Part::DayOfYear if january => day - 306,
        Part::DayOfYear => {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            day + 59 + i64::from(leap)
        }
        _ => day - (153 * month + 2) / 5 + i64::from(part == Part::Date),
    }
}
