//! The literals of conditions and the values of attributes: few, so that they meet, and close to one another.

use crate::facts::Attribute;
use crate::rng::Rng;
use crate::value::{Given, Kind};

pub(crate) const INTS: [i64; 9] = [-1, 0, 1, 2, 3, 5, 10, i64::MAX, -i64::MAX];
/// The last and the one before are the same float.
pub(crate) const DECIMALS: [&str; 10] =
    ["0.0", "0.1", "0.3", "49.99", "-1.5", "1.0e3", "50.0", "50.0", "50.00000000000000001", "50.00000000000000001"];
pub(crate) const TEXTS: [&str; 12] =
    ["", "a", "A", "abc", "ann", "Ann", "p1", "user:ann", "it's", "a\\b", "\u{e9}", "日本語"];
pub(crate) const TIMES: [&str; 7] = [
    "2026-03-01T12:00:00Z",
    "2026-03-01T13:00:00+01:00",
    "2026-03-01T11:59:59.999Z",
    "2026-03-01T12:00:00.001Z",
    "2026-03-02T12:00:00Z",
    "2026-02-28T23:30:00-02:30",
    "2024-02-29T00:00:00Z",
];
pub(crate) const SPANS: [(&str, i64); 4] = [("1h", 3_600_000), ("24h", 86_400_000), ("1s", 1000), ("90m", 5_400_000)];
pub(crate) const RANGES: [&str; 6] =
    ["10.0.0.0/8", "10.1.2.0/24", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1/128"];
pub(crate) const IPS: [&str; 9] = [
    "10.1.2.3",
    "10.1.2.4",
    "10.255.0.1",
    "11.0.0.1",
    "2001:db8::1",
    "2001:DB8:0::2",
    "2001:db9::1",
    "::ffff:10.1.2.3",
    "::",
];
/// The values of an attribute that lists them
pub(crate) const ONE_OF: [&str; 3] = ["design", "build", "manage"];

/// Names and kinds: a name has one kind, whoever declares it.
pub(crate) const ATTRIBUTES: [(&str, Kind); 10] = [
    ("ok", Kind::Bool),
    ("own", Kind::Bool),
    ("n", Kind::Int),
    ("cost", Kind::Decimal),
    ("tag", Kind::Text),
    ("kind", Kind::Text),
    ("since", Kind::Time),
    ("addr", Kind::Ip),
    ("tags", Kind::Texts),
    ("nums", Kind::Ints),
];

/// Some of the attributes; `request` says how many of 100 are from the request.
pub(crate) fn attributes(rng: &mut Rng, from: &[(&str, Kind)], most: usize, request: usize) -> Vec<Attribute> {
    let some = rng.some(from, most).into_iter();
    some.map(|(name, kind)| Attribute {
        name: name.to_owned(),
        kind,
        one_of: if name == "kind" { ONE_OF.iter().map(|one| (*one).to_owned()).collect() } else { Vec::new() },
        request: rng.chance(request),
    })
    .collect()
}

/// A value that the attribute may have.
pub(crate) fn good(rng: &mut Rng, attribute: &Attribute) -> Given {
    if !attribute.one_of.is_empty() {
        return Given::Text(rng.pick(&attribute.one_of).clone());
    }
    of_kind(rng, attribute.kind)
}

fn of_kind(rng: &mut Rng, kind: Kind) -> Given {
    match kind {
        Kind::Bool => Given::Bool(rng.chance(60)),
        Kind::Int => Given::Number(rng.pick(&INTS).to_string()),
        Kind::Decimal if rng.chance(20) => Given::Number(rng.pick(&INTS[..7]).to_string()),
        Kind::Decimal => match *rng.pick(&DECIMALS) {
            // As a number this would be the nearest float; as a text it is exact.
            long if long.len() > 15 || rng.chance(30) => Given::Text(long.replace("e3", "")),
            short => Given::Number(short.to_owned()),
        },
        Kind::Text => Given::Text((*rng.pick(&TEXTS)).to_owned()),
        Kind::Time => Given::Text((*rng.pick(&TIMES)).to_owned()),
        Kind::Ip => Given::Text((*rng.pick(&IPS)).to_owned()),
        Kind::Texts => Given::List((0..rng.below(4)).map(|_| of_kind(rng, Kind::Text)).collect()),
        Kind::Ints => Given::List((0..rng.below(4)).map(|_| of_kind(rng, Kind::Int)).collect()),
    }
}

/// A value that a caller may write another way than a tenant: integral numbers with a point or an exponent.
pub(crate) fn supplied(rng: &mut Rng, attribute: &Attribute) -> Given {
    if attribute.kind == Kind::Int && rng.chance(10) {
        return Given::Number((*rng.pick(&["5.0", "1e1", "10.00", "-0", "20e-1", "3E0"])).to_owned());
    }
    good(rng, attribute)
}

/// A value that the attribute cannot have.
pub(crate) fn bad(rng: &mut Rng, attribute: &Attribute) -> Given {
    let text = |text: &str| Given::Text(text.to_owned());
    let number = |text: &str| Given::Number(text.to_owned());
    let zero = || Given::Number("0".to_owned());
    let digits = "9".repeat(60);
    let all = match attribute.kind {
        Kind::Bool => vec![number("1"), number("0"), text("true"), text("false"), text(""), Given::List(Vec::new())],
        Kind::Int => vec![
            text("1"),
            text("5"),
            text("0"),
            text("2"),
            text("10"),
            text("-1"),
            text(""),
            number("1.5"),
            number("5.1"),
            number("0.9999"),
            number("9223372036854775808"),
            number("-9223372036854775809"),
            number("1e19"),
            number("1e999"),
            number(&digits),
            Given::Bool(true),
        ],
        Kind::Decimal => vec![
            text(""),
            text("abc"),
            text("50,0"),
            text(" 50"),
            text("50 "),
            text("0x10"),
            text("NaN"),
            text("Infinity"),
            text("1_000"),
            text("--1"),
            text("\u{661}"),
            text(&digits),
            number("1e999"),
            number(&digits),
            Given::Bool(false),
        ],
        Kind::Text if !attribute.one_of.is_empty() => {
            vec![text(""), text("Design"), text("design "), text("other"), text("build\u{0}"), number("0")]
        }
        Kind::Text => vec![number("0"), number("1"), Given::Bool(true), Given::List(vec![text("a")])],
        Kind::Time => vec![
            text(""),
            text("2026-03-01"),
            text("2026-13-01T00:00:00Z"),
            text("2026-02-29T00:00:00Z"),
            text("2026-03-01T12:00:00"),
            text("2026-03-01T25:00:00Z"),
            text("now"),
            number("1772366400000"),
            number("0"),
        ],
        Kind::Ip => vec![
            text(""),
            text("10.1.2"),
            text("10.1.2.256"),
            text("010.1.2.3"),
            text("10.1.2.3/32"),
            text("10.1.2.3:80"),
            text("fe80::1%eth0"),
            text(" 10.1.2.3"),
            text("2001:db8::1::2"),
            number("167838211"),
        ],
        Kind::Texts => vec![
            text("a"),
            Given::List(vec![text("a"), zero()]),
            Given::List(vec![Given::Bool(true), text("ann")]),
            Given::List(vec![Given::List(Vec::new())]),
            number("0"),
        ],
        Kind::Ints => vec![
            number("1"),
            text("1"),
            Given::List(vec![number("1"), text("1")]),
            Given::List(vec![number("1"), number("1.5")]),
            Given::List(vec![Given::Bool(true)]),
        ],
    };
    match rng.below(20) {
        0 => Given::Table,
        1 => Given::Null,
        _ => rng.pick(&all).clone(),
    }
}
