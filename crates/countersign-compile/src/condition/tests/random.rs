//! Random well-typed conditions of the language that we share with the `cel` crate, and random facts.

use countersign_core::condition::{Items, Kind, Value};

/// A small generator of numbers; the seed is the whole state, so that every failure can be repeated.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides
    }

    fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.roll(all.len())]
    }
}

/// The attributes of `context`: a name's first letter says its kind; the third of each kind is often missing.
pub(super) const NAMES: [(&str, Kind); 17] = [
    ("b1", Kind::Bool),
    ("b2", Kind::Bool),
    ("b3", Kind::Bool),
    ("i1", Kind::Int),
    ("i2", Kind::Int),
    ("i3", Kind::Int),
    ("s1", Kind::String),
    ("s2", Kind::String),
    ("s3", Kind::String),
    ("l1", Kind::Ints),
    ("l2", Kind::Ints),
    ("l3", Kind::Ints),
    ("z1", Kind::Strings),
    ("z3", Kind::Strings),
    ("t1", Kind::Timestamp),
    ("t2", Kind::Timestamp),
    ("t3", Kind::Timestamp),
];

const TEXTS: [&str; 8] = ["", "a", "b", "ab", "ba", "é", "a😀b", "night"];
const NUMBERS: [i64; 10] = [0, 1, -1, 2, 3, 7, -7, 100, i64::MAX, i64::MIN];
/// Midnight and other edges, before and after 1970, and a leap day.
const MOMENTS: [(i64, &str); 5] = [
    (0, "1970-01-01T00:00:00Z"),
    (1_772_368_496_789, "2026-03-01T12:34:56.789Z"),
    (951_868_799_999, "2000-02-29T23:59:59.999Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
    (1_798_761_600_000, "2027-01-01T00:00:00Z"),
];

/// Random facts: a value for each name, or none.
pub(super) fn facts(dice: &mut Dice) -> Vec<(&'static str, Value<'static>)> {
    let mut all = Vec::new();
    for (name, kind) in NAMES {
        if name.ends_with('3') && dice.roll(3) > 0 || dice.roll(20) == 0 {
            continue;
        }
        let count = dice.roll(4);
        let value = match kind {
            Kind::Bool => Value::Bool(dice.roll(2) == 0),
            Kind::Int => Value::Int(NUMBERS[dice.roll(NUMBERS.len())]),
            Kind::String => Value::text(TEXTS[dice.roll(TEXTS.len())]),
            Kind::Timestamp => Value::Timestamp(MOMENTS[dice.roll(MOMENTS.len())].0),
            Kind::Ints => {
                Value::List(Items::Owned((0..count).map(|_| Value::Int(NUMBERS[dice.roll(NUMBERS.len())])).collect()))
            }
            _ => Value::List(Items::Owned((0..count).map(|_| Value::text(TEXTS[dice.roll(TEXTS.len())])).collect())),
        };
        all.push((name, value));
    }
    all
}

/// What loops around give: the names and kinds of their items.
type Scope = Vec<(String, Kind)>;

/// A random expression of this kind.
pub(super) fn expression(dice: &mut Dice, kind: Kind, depth: usize, scope: &mut Scope) -> String {
    if depth == 0 || dice.roll(6) == 0 {
        return leaf(dice, kind, scope);
    }
    if dice.roll(10) == 0 {
        let [condition, yes, no] = [Kind::Bool, kind, kind].map(|kind| expression(dice, kind, depth - 1, scope));
        return format!("({condition} ? {yes} : {no})");
    }
    match kind {
        Kind::Bool => truth(dice, depth - 1, scope),
        Kind::Int => integer(dice, depth - 1, scope),
        Kind::String => {
            let [left, right] = [(); 2].map(|()| expression(dice, Kind::String, depth - 1, scope));
            format!("({left} + {right})")
        }
        Kind::Ints | Kind::Strings => list(dice, kind, depth - 1, scope),
        Kind::Duration => {
            let [left, right] = [(); 2].map(|()| expression(dice, Kind::Timestamp, 0, scope));
            format!("({left} - {right})")
        }
        _ => {
            let moment = leaf(dice, Kind::Timestamp, scope);
            format!("({moment} {} {})", dice.pick(&["+", "-"]), leaf(dice, Kind::Duration, scope))
        }
    }
}

fn leaf(dice: &mut Dice, kind: Kind, scope: &Scope) -> String {
    let items: Vec<_> = scope.iter().filter(|(_, of)| *of == kind).collect();
    if !items.is_empty() && dice.roll(2) == 0 {
        return items[dice.roll(items.len())].0.clone();
    }
    let names: Vec<_> = NAMES.iter().filter(|(_, of)| *of == kind).collect();
    if !names.is_empty() && dice.roll(3) > 0 {
        return format!("context.{}", names[dice.roll(names.len())].0);
    }
    match kind {
        Kind::Bool => dice.pick(&["true", "false"]).to_owned(),
        Kind::Int => NUMBERS[dice.roll(NUMBERS.len())].to_string(),
        Kind::String => format!("'{}'", dice.pick(&TEXTS)),
        Kind::Duration => format!("duration('{}')", dice.pick(&["0s", "1s", "-90m", "1h30m", "250ms", "8760h"])),
        Kind::Timestamp => format!("timestamp('{}')", MOMENTS[dice.roll(MOMENTS.len())].1),
        Kind::Ints => dice.pick(&["[1]", "[1, 2, 3]", "[0, -7, 7]"]).to_owned(),
        _ => dice.pick(&["['a']", "['a', 'b', 'ab']", "['é', '']"]).to_owned(),
    }
}

fn truth(dice: &mut Dice, depth: usize, scope: &mut Scope) -> String {
    let plain = [Kind::Bool, Kind::Int, Kind::String, Kind::Timestamp, Kind::Duration];
    let mut part = |dice: &mut Dice, kind| expression(dice, kind, depth, scope);
    match dice.roll(17) {
        0..=2 => format!("({} && {})", part(dice, Kind::Bool), part(dice, Kind::Bool)),
        3..=5 => format!("({} || {})", part(dice, Kind::Bool), part(dice, Kind::Bool)),
        6 => format!("!{}", part(dice, Kind::Bool)),
        7..=9 => {
            let kind = plain[dice.roll(plain.len())];
            let sign = dice.pick(&["==", "!=", "<", "<=", ">", ">="]);
            format!("({} {sign} {})", part(dice, kind), part(dice, kind))
        }
        10 => {
            let kind = [Kind::Ints, Kind::Strings][dice.roll(2)];
            format!("({} {} {})", part(dice, kind), dice.pick(&["==", "!="]), part(dice, kind))
        }
        11 => {
            let (item, list) = [(Kind::Int, Kind::Ints), (Kind::String, Kind::Strings)][dice.roll(2)];
            format!("({} in {})", part(dice, item), part(dice, list))
        }
        12 => {
            let name = dice.pick(&["startsWith", "endsWith", "contains"]);
            format!("{}.{name}({})", part(dice, Kind::String), part(dice, Kind::String))
        }
        13 => {
            let pattern = dice.pick(&["", "^a", "b$", "a.?b", "^[a-n]*$", "(ab|ight)", "(?i)NIGHT", "^.{2}$"]);
            format!("{}.matches('{pattern}')", part(dice, Kind::String))
        }
        14 => format!("has(context.{})", NAMES[dice.roll(NAMES.len())].0),
        _ => {
            let name = dice.pick(&["exists", "all", "exists_one"]);
            each(dice, name, Kind::Bool, depth, scope)
        }
    }
}

fn integer(dice: &mut Dice, depth: usize, scope: &mut Scope) -> String {
    match dice.roll(8) {
        0..=4 => {
            let sign = dice.pick(&["+", "-", "*", "/", "%"]);
            let [left, right] = [(); 2].map(|()| expression(dice, Kind::Int, depth, scope));
            format!("({left} {sign} {right})")
        }
        5 => format!("-({})", expression(dice, Kind::Int, depth, scope)),
        6 => {
            let kind = [Kind::String, Kind::Ints, Kind::Strings][dice.roll(3)];
            format!("size({})", expression(dice, kind, depth, scope))
        }
        _ => {
            let parts = [
                "FullYear",
                "Month",
                "Date",
                "DayOfMonth",
                "DayOfWeek",
                "DayOfYear",
                "Hours",
                "Minutes",
                "Seconds",
                "Milliseconds",
            ];
            let (part, zone) = (dice.pick(&parts), dice.pick(&["", "'+02:00'", "'-11:30'"]));
            format!("{}.get{part}({zone})", expression(dice, Kind::Timestamp, depth.min(1), scope))
        }
    }
}

fn list(dice: &mut Dice, kind: Kind, depth: usize, scope: &mut Scope) -> String {
    let item = kind.item().expect("the kind is a list");
    match dice.roll(4) {
        0 => {
            let [first, second] = [(); 2].map(|()| expression(dice, item, depth, scope));
            format!("[{first}, {second}]")
        }
        1 => {
            let [left, right] = [(); 2].map(|()| expression(dice, kind, depth, scope));
            format!("({left} + {right})")
        }
        2 => each(dice, "filter", kind, depth, scope),
        _ => each(dice, "map", kind, depth, scope),
    }
}

fn each(dice: &mut Dice, name: &str, kind: Kind, depth: usize, scope: &mut Scope) -> String {
    let list = match name {
        "filter" => kind,
        _ => [Kind::Ints, Kind::Strings][dice.roll(2)],
    };
    let over = expression(dice, list, depth.min(1), scope);
    let variable = format!("v{}", scope.len());
    scope.push((variable.clone(), list.item().expect("the kind is a list")));
    let asked = if name == "map" { kind.item().expect("the kind is a list") } else { Kind::Bool };
    let body = expression(dice, asked, depth, scope);
    scope.pop();
    format!("{over}.{name}({variable}, {body})")
}
