//! What stands inside of string literals: escapes, moments, spans of time, offsets.

use super::tree::Span;
use countersign_core::Millis;

/// Resolves the escapes of CEL's strings.
///
/// # Errors
/// The first escape that is none, and what is wrong with it.
pub(super) fn unescape(text: &str) -> Result<String, (Span, &'static str)> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.char_indices();
    while let Some((start, next)) = rest.next() {
        if next != '\\' {
            out.push(next);
            continue;
        }
        let (at, escape) = rest.next().unwrap_or((start, '\\'));
        let (skip, digits, base) = match escape {
            'x' | 'X' => (1, 2, 16),
            'u' => (1, 4, 16),
            'U' => (1, 8, 16),
            '0'..='3' => (0, 3, 8),
            _ => {
                let plain = match escape {
                    'a' => '\u{7}',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\u{b}',
                    '\\' | '?' | '"' | '\'' | '`' => escape,
                    _ => return Err((start..at + escape.len_utf8(), "there is no such escape")),
                };
                out.push(plain);
                continue;
            }
        };
        let from = at + skip;
        let code = text.get(from..from + digits).filter(|code| code.chars().all(|digit| digit.is_digit(base)));
        let Some(code) = code.and_then(|code| u32::from_str_radix(code, base).ok()) else {
            return Err((start..at + 1, "this escape needs more digits"));
        };
        out.push(char::from_u32(code).ok_or((start..from + digits, "this is no character"))?);
        // All digits are ASCII: one byte, one character.
        for _ in 0..digits + skip - 1 {
            rest.next();
        }
    }
    Ok(out)
}

/// The shape of a moment: `0` is any digit; a fraction and the offset follow.
const MOMENT: &str = "0000-00-00T00:00:00";

/// Reads an RFC 3339 date-time of the years 1 to 9999, in whole milliseconds.
///
/// # Errors
/// What is wrong with it, and what to write.
pub(super) fn moment(text: &str) -> Result<Millis, &'static str> {
    const SHAPE: &str = "write the date, `T`, the time and the offset: '2026-03-01T12:00:00Z', or with `+02:00`";
    let Some((head, mut tail)) = text.split_at_checked(MOMENT.len()) else { return Err(SHAPE) };
    let fits = |(given, wanted): (u8, u8)| if wanted == b'0' { given.is_ascii_digit() } else { given == wanted };
    if !head.bytes().zip(MOMENT.bytes()).all(fits) {
        return Err(SHAPE);
    }
    let mut millis = 0;
    if let Some(fraction) = tail.strip_prefix('.') {
        let (digits, offset) = digits(fraction);
        if digits.is_empty() {
            return Err(SHAPE);
        }
        if digits.bytes().skip(3).any(|digit| digit != b'0') {
            return Err("moments are whole milliseconds: write at most three digits behind the point");
        }
        millis = number(&format!("{digits}00"), 0..3);
        tail = offset;
    }
    let signed = tail == "Z" || tail.starts_with(['+', '-']);
    let minutes = offset(tail).filter(|_| signed).ok_or(SHAPE)?;
    let [year, month, day] = [0..4, 5..7, 8..10].map(|at| number(head, at));
    let [hour, minute, second] = [11..13, 14..16, 17..19].map(|at| number(head, at));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + Millis::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let sound = (1..=12).contains(&month) && (1..=length).contains(&day) && hour < 24 && minute < 60 && second < 60;
    // Years that begin in March end with the leap day; day 719,468 of theirs is the first of 1970.
    let (years, months) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * years + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    let days = days + (153 * months + 2) / 5 + day - 1 - 719_468;
    let at = ((days * 24 + hour) * 60 + minute - Millis::from(minutes)) * 60 + second;
    let bounds = -62_135_596_800..253_402_300_800;
    match sound && bounds.contains(&at) {
        true => Ok(at * 1_000 + millis),
        false => Err("there is no such moment in the years 1 to 9999"),
    }
}

/// The number that the digits at `at` write.
fn number(text: &str, at: Span) -> Millis {
    text.get(at).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Reads an offset from UTC, `+02:00`, as minutes.
pub(super) fn offset(text: &str) -> Option<i16> {
    if matches!(text, "UTC" | "Z") {
        return Some(0);
    }
    let (sign, clock) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(clock), _) => (-1, clock),
        (_, Some(clock)) => (1, clock),
        _ => (1, text),
    };
    let (hours, minutes) = clock.split_once(':')?;
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit());
        digits.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Reads a span of time as CEL writes it, `1h30m`, `-1.5s`, `200ms`, in whole milliseconds.
///
/// # Errors
/// What is wrong with it, and what to write.
pub(super) fn span(text: &str) -> Result<Millis, &'static str> {
    const SHAPE: &str = "write numbers with units, such as '1h30m', '90s' or '200ms'; the units are h, m, s and ms";
    const FINE: &str = "spans of time are whole milliseconds";
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(SHAPE);
    }
    let mut nanos: i128 = 0;
    while !rest.is_empty() {
        let (whole, tail) = digits(rest);
        let (fraction, tail) = tail.strip_prefix('.').map_or(("", tail), digits);
        if whole.is_empty() && fraction.is_empty() || fraction.len() > 18 {
            return Err(SHAPE);
        }
        let units = [
            ("ms", 1_000_000),
            ("us", 1_000),
            ("µs", 1_000),
            ("ns", 1),
            ("h", 3_600_000_000_000),
            ("m", 60_000_000_000),
            ("s", 1_000_000_000_i128),
        ];
        let (unit, size) = units.into_iter().find(|(unit, _)| tail.starts_with(unit)).ok_or(SHAPE)?;
        rest = tail.strip_prefix(unit).unwrap_or_default();
        // Fifteen digits of hours are more than can be told apart from anything: refused below.
        let count = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
        let whole = count(whole).and_then(|whole| whole.checked_mul(size)).ok_or("this is too long a time")?;
        let parts = 10_i128.pow(fraction.len() as u32);
        let fraction = count(fraction).unwrap_or(0) * size;
        if fraction % parts != 0 {
            return Err(FINE);
        }
        nanos = nanos.checked_add(whole + fraction / parts).ok_or("this is too long a time")?;
    }
    if nanos % 1_000_000 != 0 {
        return Err(FINE);
    }
    let longest = 315_576_000_000_000;
    let millis = Millis::try_from(nanos / 1_000_000).ok().filter(|millis| *millis <= longest);
    let millis = millis.ok_or("a span of time is at most 10,000 years")?;
    Ok(if negative { -millis } else { millis })
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(end).unwrap_or_default()
}
