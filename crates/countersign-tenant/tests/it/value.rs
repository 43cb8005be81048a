//! The oracle's own values: what a caller may supply or a tenant store, and how each declared kind reads it.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A value as it is written down.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    Null,
    Bool(bool),
    /// As it is written
    Number(String),
    Text(String),
    List(Vec<Given>),
    /// A table with one key; no attribute has such values
    Table,
}

/// What an attribute is declared to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Bool,
    Int,
    Decimal,
    Text,
    Time,
    Ip,
    Texts,
    Ints,
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val {
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(String),
    /// Milliseconds since 1970
    Time(i64),
    /// Milliseconds
    Span(i64),
    Ip(IpAddr),
    List(Vec<Val>),
}

impl Val {
    /// What a careless reader takes a missing value for.
    pub(crate) fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Bool => Self::Bool(false),
            Kind::Int => Self::Int(0),
            Kind::Decimal => Self::Decimal(Decimal { units: 0, scale: 0 }),
            Kind::Text => Self::Text(String::new()),
            Kind::Time => Self::Time(0),
            Kind::Ip => Self::Ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            Kind::Texts | Kind::Ints => Self::List(Vec::new()),
        }
    }
}

/// Reads a value as the kind; nothing if it is ill-typed.
pub(crate) fn read(kind: Kind, given: &Given) -> Option<Val> {
    match (kind, given) {
        (Kind::Bool, Given::Bool(value)) => Some(Val::Bool(*value)),
        (Kind::Int, Given::Number(text)) => integer(text).map(Val::Int),
        (Kind::Decimal, Given::Number(text) | Given::Text(text)) => Decimal::read(text).map(Val::Decimal),
        (Kind::Text, Given::Text(text)) => Some(Val::Text(text.clone())),
        (Kind::Time, Given::Text(text)) => moment(text).map(Val::Time),
        (Kind::Ip, Given::Text(text)) => address(text).map(Val::Ip),
        (Kind::Texts, Given::List(items)) => list(Kind::Text, items),
        (Kind::Ints, Given::List(items)) => list(Kind::Int, items),
        _ => None,
    }
}

fn list(kind: Kind, items: &[Given]) -> Option<Val> {
    items.iter().map(|item| read(kind, item)).collect::<Option<Vec<_>>>().map(Val::List)
}

/// `units` / 10^`scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decimal {
    pub(crate) units: i128,
    pub(crate) scale: u32,
}

impl Decimal {
    /// Reads `-12.50` or `1.5e3`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = mantissa.strip_prefix('-').map_or((1, mantissa), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        if !numeric(whole) || !numeric(part) || exponent.abs() > 20 {
            return None;
        }
        let units = format!("{whole}{part}").parse::<i128>().ok()?;
        let scale = i32::try_from(part.len()).ok()? - exponent;
        let units = units.checked_mul(10_i128.pow(u32::try_from(-scale).unwrap_or(0)))?;
        Some(Self { units: sign * units, scale: u32::try_from(scale).unwrap_or(0) })
    }

    pub(crate) fn of(int: i64) -> Self {
        Self { units: i128::from(int), scale: 0 }
    }

    /// Both as units of one scale. The generator keeps the numbers small enough.
    fn aligned(self, other: Self) -> (i128, i128, u32) {
        let scale = self.scale.max(other.scale);
        let units = |it: Self| it.units.checked_mul(10_i128.pow(scale - it.scale)).expect("small numbers");
        (units(self), units(other), scale)
    }

    pub(crate) fn compare(self, other: Self) -> Ordering {
        let (one, other, _) = self.aligned(other);
        one.cmp(&other)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let (one, other, scale) = self.aligned(other);
        Self { units: one + other, scale }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(Self { units: -other.units, ..other })
    }

    pub(crate) fn times(self, other: Self) -> Self {
        let units = self.units.checked_mul(other.units).expect("small numbers");
        Self { units, scale: self.scale + other.scale }
    }

    /// The nearest float.
    #[expect(clippy::cast_precision_loss, reason = "what a careless engine would compare")]
    pub(crate) fn float(self) -> f64 {
        self.units as f64 / 10_f64.powi(i32::try_from(self.scale).expect("a small scale"))
    }
}

/// An integral number of 64 bits.
fn integer(text: &str) -> Option<i64> {
    let Decimal { units, scale } = Decimal::read(text)?;
    let one = 10_i128.pow(scale);
    if units % one == 0 { i64::try_from(units / one).ok() } else { None }
}

/// Reads an RFC 3339 moment, in milliseconds.
pub(crate) fn moment(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once('T')?;
    let at = rest.find(['Z', '+', '-'])?;
    let (time, zone) = rest.split_at(at);
    let date: Vec<&str> = date.split('-').collect();
    let (&[year, month, day], &[hour, minute, second]) =
        (date.as_slice(), time.split(':').collect::<Vec<_>>().as_slice())
    else {
        return None;
    };
    let (second, part) = second.split_once('.').unwrap_or((second, "0"));
    let (year, month, day) = (field(year, 4)?, field(month, 2)?, field(day, 2)?);
    let (hour, minute, second) = (field(hour, 2)?, field(minute, 2)?, field(second, 2)?);
    let days = days_before(year, month, day)?;
    if hour > 23 || minute > 59 || second > 59 || part.len() > 3 || part.is_empty() {
        return None;
    }
    let part = format!("{part:0<3}").parse::<i64>().ok()?;
    let offset = match zone.split_at(1) {
        ("Z", "") => 0,
        (sign, offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let (hours, minutes) = (field(hours, 2)?, field(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if sign == "-" { -1 } else { 1 }
        }
    };
    Some(((days * 24 + hour) * 60 + minute - offset) * 60_000 + second * 1000 + part)
}

fn field(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|digit| digit.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01 to the day; nothing if the calendar has no such day.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month = usize::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if year < 1970 || day < 1 || day > lengths[month - 1] {
        return None;
    }
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    Some(years + lengths[..month - 1].iter().sum::<i64>() + day - 1)
}

/// An address; an IPv4 one written as IPv6 is the IPv4 one.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Whether the range, `10.0.0.0/8`, has the address.
pub(crate) fn within(range: &str, address: IpAddr) -> bool {
    let (network, length) = range.split_once('/').expect("a range");
    let length: u32 = length.parse().expect("a length");
    match (network.parse().expect("an address"), address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let first = |it: Ipv4Addr| u32::from(it).checked_shr(32 - length).unwrap_or(0);
            first(network) == first(address)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let first = |it: Ipv6Addr| u128::from(it).checked_shr(128 - length).unwrap_or(0);
            first(network) == first(address)
        }
        _ => false,
    }
}
