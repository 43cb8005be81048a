//! The calendar, by table and against a walk from day to day.

use crate::condition::Part;
use crate::condition::time::part;

const ALL: [Part; 10] = [
    Part::FullYear,
    Part::Month,
    Part::Date,
    Part::DayOfMonth,
    Part::DayOfWeek,
    Part::DayOfYear,
    Part::Hours,
    Part::Minutes,
    Part::Seconds,
    Part::Milliseconds,
];

/// Year, month (from 0), date, day of month (from 0), day of week, day of year (from 0), and the time of day.
#[track_caller]
fn check(at: i64, offset: i16, expected: [i64; 10]) {
    assert_eq!(ALL.map(|which| part(at, which, offset)), expected, "{at} {offset}");
}

#[test]
fn parts() {
    check(0, 0, [1970, 0, 1, 0, 4, 0, 0, 0, 0, 0]);
    check(-1, 0, [1969, 11, 31, 30, 3, 364, 23, 59, 59, 999]);
    check(951_782_400_000, 0, [2000, 1, 29, 28, 2, 59, 0, 0, 0, 0]);
    check(1_772_366_400_123, 0, [2026, 2, 1, 0, 0, 59, 12, 0, 0, 123]);
    check(1_735_689_599_999, 0, [2024, 11, 31, 30, 2, 365, 23, 59, 59, 999]);
    // An hour ahead it is next year already; in New York it is still the old one.
    check(1_735_689_599_999, 60, [2025, 0, 1, 0, 3, 0, 0, 59, 59, 999]);
    check(1_735_689_600_000, -300, [2024, 11, 31, 30, 2, 365, 19, 0, 0, 0]);
    check(0, 330, [1970, 0, 1, 0, 4, 0, 5, 30, 0, 0]);
    check(0, i16::MIN, [1969, 11, 9, 8, 2, 342, 5, 52, 0, 0]);
    check(-62_167_219_200_000, 0, [0, 0, 1, 0, 6, 0, 0, 0, 0, 0]);
    check(-62_167_219_200_001, 0, [-1, 11, 31, 30, 5, 364, 23, 59, 59, 999]);
    // The first and last moments there are.
    check(i64::MAX, 0, [292_278_994, 7, 17, 16, 0, 228, 7, 12, 55, 807]);
    check(i64::MIN, 0, [-292_275_055, 4, 16, 15, 0, 135, 16, 47, 4, 192]);
    for (at, offset) in [(i64::MAX, i16::MAX), (i64::MIN, i16::MIN)] {
        assert_eq!(ALL.map(|which| part(at, which, offset)).len(), 10);
    }
}

#[test]
fn every_day_of_eight_centuries_follows_the_one_before() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    // 1600-01-01 was a Saturday.
    let (mut year, mut month, mut date, mut week, mut of_year) = (1600, 0_i64, 1, 6, 0);
    let mut at = -11_676_096_000_000;
    while year < 2400 {
        check(at, 0, [year, month, date, date - 1, week, of_year, 0, 0, 0, 0]);
        at += 86_400_000;
        week = (week + 1) % 7;
        of_year += 1;
        date += 1;
        let leap = month == 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if date > lengths[usize::try_from(month).unwrap()] + i64::from(leap) {
            date = 1;
            month += 1;
        }
        if month == 12 {
            (year, month, of_year) = (year + 1, 0, 0);
        }
    }
}
