//! Exact decimals: money and thresholds, never floats.

use alloc::string::String;
use core::cmp::Ordering;

/// The most digits that a decimal has, and the most of them that stand after the point.
const DIGITS: u8 = 28;
/// The first number that has one digit too many.
const END: i128 = 10_i128.pow(DIGITS as u32);

/// An exact decimal: `units × 10^-scale`, of at most 28 digits, at most 28 of them after the point.
///
/// Equality and order are those of the number: `1.50` equals `1.5`.
// Packed so that a `Value` has half the size: 16 bytes of alignment would be for nothing.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(8))]
pub struct Decimal {
    units: i128,
    scale: u8,
}

impl Decimal {
    /// The decimal `units × 10^-scale`; nothing if either is out of bounds.
    #[must_use]
    pub fn new(units: i128, scale: u8) -> Option<Self> {
        (-END < units && units < END && scale <= DIGITS).then_some(Self { units, scale })
    }

    /// Reads a number as JSON writes it: `50`, `-0.50`, `1.5E-7`.
    ///
    /// Nothing for every other form, and for a number that has too many digits once it is written without an exponent
    /// and without zeros at its ends.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (negative, mut bytes) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, bytes),
        };
        let mut reader = Reader { units: 0, digits: 0, zeros: 0 };
        // A whole part of several digits does not begin with 0.
        let leading_zero = bytes.first() == Some(&b'0');
        let whole = reader.digits(&mut bytes)?;
        if leading_zero && whole > 1 {
            return None;
        }
        let mut exponent = 0;
        if let [b'.', rest @ ..] = bytes {
            bytes = rest;
            exponent = -reader.digits(&mut bytes)?;
        }
        if let [b'e' | b'E', rest @ ..] = bytes {
            bytes = &[];
            exponent += read_exponent(rest)?;
        }
        if !bytes.is_empty() {
            return None;
        }
        if reader.units == 0 {
            return Some(Self { units: 0, scale: 0 });
        }
        exponent += reader.zeros;
        let mut units = if negative { -reader.units } else { reader.units };
        let mut scale = 0;
        if exponent < 0 {
            scale = u8::try_from(-exponent).ok()?;
        } else {
            units = raised(units, u8::try_from(exponent).ok()?)?;
        }
        Self::new(units, scale)
    }

    /// The digits of the number, as an integer.
    #[must_use]
    pub fn units(self) -> i128 {
        self.units
    }

    /// How many of the digits stand after the point.
    #[must_use]
    pub fn scale(self) -> u8 {
        self.scale
    }

    /// The sum; nothing if it has too many digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale().max(other.scale);
        let sum = raised(self.units, scale - self.scale)?.checked_add(raised(other.units, scale - other.scale)?)?;
        Self::new(sum, scale)
    }

    /// The difference; nothing if it has too many digits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.neg())
    }

    /// The product; nothing if it has too many digits.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Self::new(self.units().checked_mul(other.units)?, self.scale + other.scale)
    }

    /// The number with the other sign.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "the operators would suggest that the others cannot fail")]
    pub fn neg(self) -> Self {
        Self { units: -self.units, scale: self.scale }
    }

    /// The shortest text without an exponent; equal numbers have equal texts.
    #[must_use]
    pub fn to_text(self) -> String {
        let mut text = String::new();
        if self.units < 0 {
            text.push('-');
        }
        let mut rest = self.units().unsigned_abs();
        let mut started = false;
        for place in (0..=DIGITS).rev() {
            let mut unit: u128 = 1;
            for _ in 0..place {
                unit *= 10;
            }
            // Counting down replaces a division, which 128 bits have no instruction for.
            let mut digit = b'0';
            while rest >= unit {
                rest -= unit;
                digit += 1;
            }
            started |= digit != b'0' || place == self.scale;
            if started {
                text.push(char::from(digit));
            }
            if place > 0 && place == self.scale {
                if rest == 0 {
                    break;
                }
                text.push('.');
            }
            if place < self.scale && rest == 0 {
                break;
            }
        }
        text
    }
}

/// The significant digits read so far.
struct Reader {
    units: i128,
    digits: u8,
    /// Zeros that count only if another digit follows
    zeros: i64,
}

impl Reader {
    /// Reads one digit or more, and returns how many there were.
    fn digits(&mut self, bytes: &mut &[u8]) -> Option<i64> {
        let mut count = 0;
        while let [digit @ b'0'..=b'9', rest @ ..] = *bytes {
            *bytes = rest;
            count += 1;
            if *digit != b'0' {
                // Zeros in front of the first digit count for nothing.
                let more = if self.units == 0 { 1 } else { self.zeros + 1 };
                self.digits = u8::try_from(more).ok()?.checked_add(self.digits)?;
                if self.digits > DIGITS {
                    return None;
                }
                self.units = raised(self.units, u8::try_from(more).ok()?)? + i128::from(*digit - b'0');
                self.zeros = 0;
            } else {
                self.zeros += 1;
            }
        }
        (count > 0).then_some(count)
    }
}

/// Reads an exponent with its sign; one that is too large for any number stays too large.
fn read_exponent(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    let mut exponent: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        exponent = (exponent * 10 + i64::from(digit - b'0')).min(1 << 48);
    }
    (!digits.is_empty()).then_some(if negative { -exponent } else { exponent })
}

/// `units × 10^places`.
fn raised(mut units: i128, places: u8) -> Option<i128> {
    for _ in 0..places {
        if !(-END..=END).contains(&units) {
            // Ten times END fits; what is above it after that is above all that a decimal can be.
            return None;
        }
        units *= 10;
    }
    Some(units)
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self { units: i128::from(value), scale: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale().max(other.scale);
        match (raised(self.units, scale - self.scale), raised(other.units, scale - other.scale)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // Only the one with the smaller scale is raised, and if it does not fit then it is far from zero.
            (None, _) => self.units().cmp(&0),
            (_, None) => 0.cmp(&other.units()),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}
