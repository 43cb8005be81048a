//! Decimals: their forms, their order, their arithmetic.

use super::Random;
use crate::condition::Decimal;
use core::cmp::Ordering;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).expect(text)
}

/// `text` is read, and is written as `expected`.
#[track_caller]
fn reads(text: &str, expected: &str) {
    let read = Decimal::parse(text).expect(text);
    assert_eq!(read.to_text(), expected, "{text}");
    assert_eq!(Decimal::parse(expected), Some(read), "{text}");
    assert_eq!(Decimal::new(read.units(), read.scale()), Some(read), "{text}");
}

#[test]
fn forms() {
    reads("0", "0");
    reads("-0", "0");
    reads("0.000", "0");
    reads("0e999999999999999999999999", "0");
    reads("50", "50");
    reads("-0.50", "-0.5");
    reads("1.50", "1.5");
    reads("100", "100");
    reads("100.0", "100");
    reads("10.01", "10.01");
    reads("0.001", "0.001");
    reads("1e21", "1000000000000000000000");
    reads("1.5E-7", "0.00000015");
    reads("1.5e+1", "15");
    reads("1200e-2", "12");
    reads("9999999999999999999999999999", "9999999999999999999999999999");
    reads("-9999999999999999999999999999", "-9999999999999999999999999999");
    reads("0.0000000000000000000000000001", "0.0000000000000000000000000001");
    reads("0.9999999999999999999999999999", "0.9999999999999999999999999999");
    reads("99999999999999.99999999999999", "99999999999999.99999999999999");
    reads("1.00000000000000000000000000000000000000000000000", "1");
    reads("10000000000000000000000000000000000000000e-30", "10000000000");
    let long = alloc::format!("1{}e-5000", "0".repeat(5000));
    reads(&long, "1");
}

#[test]
fn what_is_none() {
    for text in [
        "", "-", "+1", ".5", "5.", "-.5", "1e", "1e+", "1e1.5", "1,5", " 1", "1 ", "0x1", "01", "-01", "00", "1e1e1",
        "--1", "1.-5", "NaN", "inf", "٣", "1_000", "1.5.2", "e5", "1e--5", "5.e1",
    ] {
        assert_eq!(Decimal::parse(text), None, "{text:?}");
    }
    for large in [
        "10000000000000000000000000000",
        "1e28",
        "1e-29",
        "1e99999999999999999999999",
        "1e-99999999999999999999999",
        "0.00000000000000000000000000001",
        "99999999999999.999999999999999",
        "12345678901234567890123456789",
    ] {
        assert_eq!(Decimal::parse(large), None, "{large}");
    }
    assert_eq!(Decimal::new(10_i128.pow(28), 0), None);
    assert_eq!(Decimal::new(i128::MIN, 0), None);
    assert_eq!(Decimal::new(i128::MAX, 0), None);
    assert_eq!(Decimal::new(1, 29), None);
}

#[track_caller]
fn compare(left: &str, order: Ordering, right: &str) {
    let (left, right) = (decimal(left), decimal(right));
    assert_eq!(left.cmp(&right), order);
    assert_eq!(right.cmp(&left), order.reverse());
    assert_eq!(left == right, order == Ordering::Equal);
    // The other way round below zero.
    assert_eq!(left.neg().cmp(&right.neg()), order.reverse());
}

#[test]
fn order() {
    compare("1.50", Ordering::Equal, "1.5");
    compare("0", Ordering::Less, "0.0000000000000000000000000001");
    compare("49.99", Ordering::Less, "50");
    compare("-50", Ordering::Less, "-49.99");
    compare("-1", Ordering::Less, "1");
    compare("2", Ordering::Greater, "1.9999999999999999999999999");
    // Aligning these would overflow.
    compare("9999999999999999999999999999", Ordering::Greater, "0.9999999999999999999999999999");
    compare("9999999999999999999999999999", Ordering::Greater, "-0.9999999999999999999999999999");
    compare("9999999999999999999999999999", Ordering::Greater, "0.0000000000000000000000000001");
    compare("1", Ordering::Greater, "0.9999999999999999999999999999");
    compare("10", Ordering::Greater, "0.9999999999999999999999999999");
    compare("100", Ordering::Greater, "0.9999999999999999999999999999");
    // Equal values of different scales, as arithmetic leaves them.
    assert_eq!(Decimal::new(1500, 3), Decimal::new(15, 1));
    assert_ne!(Decimal::new(1501, 3), Decimal::new(15, 1));
    assert_eq!(Decimal::from(i64::MIN).to_text(), "-9223372036854775808");
}

#[track_caller]
fn calculate(left: &str, op: char, right: &str, expected: Option<&str>) {
    let (left, right) = (decimal(left), decimal(right));
    let result = match op {
        '+' => left.checked_add(right),
        '-' => left.checked_sub(right),
        _ => left.checked_mul(right),
    };
    assert_eq!(result.map(Decimal::to_text).as_deref(), expected);
}

#[test]
fn arithmetic() {
    calculate("0.1", '+', "0.2", Some("0.3"));
    calculate("1.5", '+', "1.50", Some("3"));
    calculate("1", '-', "0.01", Some("0.99"));
    calculate("0.01", '-', "1", Some("-0.99"));
    calculate("1.5", '*', "-2.5", Some("-3.75"));
    calculate("0", '*', "1e-28", Some("0"));
    calculate("9999999999999999999999999999", '+', "1", None);
    calculate("-9999999999999999999999999999", '-', "1", None);
    calculate("9999999999999999999999999999", '+', "0.1", None);
    calculate("1e27", '*', "10", None);
    calculate("9999999999999999999999999999", '*', "9999999999999999999999999999", None);
    calculate("1e-15", '*', "1e-15", None);
}

#[test]
fn small_decimals_behave_like_integers() {
    let mut random = Random(11);
    for _ in 0..50_000 {
        let mut draw = || {
            let units = i128::try_from(random.below(20_001)).unwrap() - 10_000;
            (units, u8::try_from(random.below(4)).unwrap())
        };
        let ((a, a_scale), (b, b_scale)) = (draw(), draw());
        let (left, right) = (Decimal::new(a, a_scale).unwrap(), Decimal::new(b, b_scale).unwrap());
        let (a6, b6) = (a * 10_i128.pow(6 - u32::from(a_scale)), b * 10_i128.pow(6 - u32::from(b_scale)));
        assert_eq!(left.cmp(&right), a6.cmp(&b6));
        assert_eq!(left.checked_add(right), Decimal::new(a6 + b6, 6));
        assert_eq!(left.checked_sub(right), Decimal::new(a6 - b6, 6));
        assert_eq!(left.checked_mul(right), Decimal::new(a6 * b6, 12));
        assert_eq!(Decimal::parse(&left.to_text()), Some(left), "{}", left.to_text());
    }
}
