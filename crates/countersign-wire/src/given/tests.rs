//! What JavaScript writes is read as what JSON says; moments are the calendar's.

use super::{PlainValue, Raw, moment, supplied};
use crate::time;

#[test]
fn moments() {
    for year in [0, 1, 4, 100, 400, 1582, 1900, 1970, 2000, 2024, 2026, 9998] {
        for month in 0..=13 {
            for day in 0..=32 {
                for tail in ["T01:02:03.045-11:30", "t23:59:59.9999z", "T00:00:00+23:59", "T00:00:00.123456789Z"] {
                    let text = format!("{year:04}-{month:02}-{day:02}{tail}");
                    // Other code ends a day and a bit earlier at year 0.
                    if year > 0 {
                        assert_eq!(moment::parse(&text), time::parse(&text), "{text}");
                    }
                }
            }
        }
    }
    let none = [
        "",
        "now",
        "2026-03-01",
        "2026-03-01T12:00:00",
        "2026-03-01 12:00:00Z",
        "2026-03-01T12:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:60:00Z",
        "2026-03-01T12:00:60Z",
        "2026-03-01T12:00:00.Z",
        "2026-03-01T12:00:00.1234567890Z",
        "2026-03-01T12:00:00+24:00",
        "2026-03-01T12:00:00+02",
        "2026-03-01T12:00:00Zz",
        "+02026-03-01T12:00:00Z",
        "2026-03-01T12:00:00é",
    ];
    for text in none {
        assert_eq!(moment::parse(text), None, "{text}");
    }
}

#[test]
fn bytes() {
    let read = |bytes: &[u8]| supplied::each(bytes).map(|(slot, raw)| format!("{slot} {raw:?}")).collect::<Vec<_>>();
    let check = |bytes: &[u8], expected: &[&str]| assert_eq!(read(bytes), expected, "{bytes:?}");
    check(&[], &[]);
    check(&[0x81, 0, 0, 2, 1, 3, 2], &["1 One(Other)", "2 One(Bool(false))", "3 One(Bool(true))"]);
    check(&[1, 3, 0x82, 0, b'1', b'2', 1, 4, 1, b'x'], &["1 One(Number(\"12\"))", "1 One(Text(\"x\"))"]);
    check(&[1, 5, 2, 0, 2, 1, 5, 0], &["1 Many([Other, Bool(true)])", "1 Many([])"]);
    // A list in a list, a text cut off, a tag that there is none of: nothing from there on.
    for broken in [&[1_u8, 5, 1, 5, 0][..], &[1, 4, 2, b'x'], &[1, 8], &[1], &[1, 6, 1, 2, 3], &[1, 4, 1, 0xff]] {
        check(broken, &[]);
    }
}

#[test]
fn hundredths_are_their_shortest_decimal() {
    for number in [0, 1, -1, 10, 50, 99, 100, 101, 110, -1_250, 5_000, i32::MAX, i32::MIN] {
        let [a, b, c, d] = i32::to_le_bytes(number);
        let text = (f64::from(number) / 100.0).to_string();
        let parsed = countersign_core::condition::Decimal::parse(&text).expect("a number");
        match supplied::each(&[1, 7, a, b, c, d]).next() {
            Some((1, Raw::One(PlainValue::Exact(exact)))) => {
                assert_eq!((exact.units(), exact.scale()), (parsed.units(), parsed.scale()), "{number}");
            }
            other => panic!("{number}: {other:?}"),
        }
    }
}
