//! Functions and methods.

use super::check::Checker;
use super::code::{Is, Part, Piece};
use super::operator::joined;
use super::text::{moment, offset, span as time_span};
use super::tree::{Form, Id, Span};
use crate::pattern;
use countersign_core::condition::{self, Ip, IpRange, Kind, Op, Value};
use countersign_wire::diagnostic::nearest;

/// The functions, and how many arguments they take.
const FUNCTIONS: [(&str, usize); 8] = [
    ("size", 1),
    ("has", 1),
    ("timestamp", 1),
    ("duration", 1),
    ("ip", 1),
    ("cidr", 1),
    ("decimal", 1),
    ("matches", 2),
];

/// The methods with a fixed number of arguments; those of loops and of moments have theirs below.
const METHODS: [(&str, usize); 6] =
    [("size", 0), ("startsWith", 1), ("endsWith", 1), ("contains", 1), ("matches", 1), ("containsIP", 1)];

/// The loops.
pub(super) const LOOPS: [&str; 5] = ["exists", "all", "exists_one", "filter", "map"];

/// The parts of a moment.
const PARTS: [(&str, condition::Part); 10] = [
    ("getFullYear", condition::Part::FullYear),
    ("getMonth", condition::Part::Month),
    ("getDate", condition::Part::Date),
    ("getDayOfMonth", condition::Part::DayOfMonth),
    ("getDayOfWeek", condition::Part::DayOfWeek),
    ("getDayOfYear", condition::Part::DayOfYear),
    ("getHours", condition::Part::Hours),
    ("getMinutes", condition::Part::Minutes),
    ("getSeconds", condition::Part::Seconds),
    ("getMilliseconds", condition::Part::Milliseconds),
];

impl Checker<'_> {
    pub(super) fn call(&mut self, on: Option<Id>, name: &str, at: &Span, arguments: &[Id], span: Span) -> Part {
        let Some(on) = on else { return self.function(name, at, arguments, span) };
        if LOOPS.contains(&name) {
            return self.each(on, name, at, arguments, span);
        }
        if let Some((_, part)) = PARTS.into_iter().find(|(known, _)| *known == name) {
            return self.part_of(on, name, part, arguments, span);
        }
        let Some((_, count)) = METHODS.into_iter().find(|(known, _)| *known == name) else {
            return self.no_method(name, at);
        };
        if !self.counts(name, at, arguments, count) {
            return Part::unknown(span);
        }
        let text = |checker: &mut Self, part| {
            let op = match name {
                "startsWith" => Op::StartsWith,
                "endsWith" => Op::EndsWith,
                _ => Op::Contains,
            };
            let of = checker.wanted(on, Kind::String, &format!("what `{name}` is called on"));
            let part = checker.wanted(part, Kind::String, &format!("the argument of `{name}`"));
            Part::new(span.clone(), Kind::Bool, joined(of, part, op))
        };
        match (name, arguments) {
            ("matches", [argument]) => self.matches(on, *argument, span),
            ("containsIP", [argument]) => {
                let range = self.wanted(on, Kind::Range, "what `containsIP` is called on");
                let ip = self.wanted(*argument, Kind::Ip, "the argument of `containsIP`");
                Part::new(span, Kind::Bool, joined(range, ip, Op::InRange))
            }
            (_, [argument]) => text(self, *argument),
            _ => self.size(on, span),
        }
    }

    fn function(&mut self, name: &str, at: &Span, arguments: &[Id], span: Span) -> Part {
        let Some((_, count)) = FUNCTIONS.into_iter().find(|(known, _)| *known == name) else {
            return self.no_function(name, at);
        };
        if !self.counts(name, at, arguments, count) {
            return Part::unknown(span);
        }
        let constant = |kind, value| Ok(Part::constant(span.clone(), kind, value));
        match (name, arguments) {
            ("size", [of]) => self.size(*of, span),
            ("has", [of]) => self.has(*of, span),
            ("matches", [of, pattern]) => self.matches(*of, *pattern, span),
            ("timestamp", [text]) => {
                self.literal(name, *text, |text| constant(Kind::Timestamp, Value::Timestamp(moment(text)?)))
            }
            ("duration", [text]) => {
                self.literal(name, *text, |text| constant(Kind::Duration, Value::Duration(time_span(text)?)))
            }
            ("ip", [text]) => self.literal(name, *text, |text| {
                let ip = Ip::parse(text).ok_or("write it as '192.0.2.1' or '2001:db8::1'")?;
                constant(Kind::Ip, Value::Ip(ip))
            }),
            ("cidr", [text]) => self.literal(name, *text, |text| {
                let range = IpRange::parse(text).ok_or("write the first address and the prefix: '192.0.2.0/24'")?;
                constant(Kind::Range, Value::Range(range))
            }),
            (_, [text]) => self.literal(name, *text, |text| {
                let decimal = condition::Decimal::parse(text).ok_or("write it as '49.90'")?;
                constant(Kind::Decimal, Value::Decimal(decimal))
            }),
            _ => Part::unknown(span),
        }
    }

    /// A function that reads a string which is written out.
    fn literal(&mut self, name: &str, id: Id, read: impl FnOnce(&str) -> Result<Part, &'static str>) -> Part {
        let part = self.part(id);
        if part.is == Is::Unknown {
            return part;
        }
        let Some(text) = part.text() else {
            let help = "declare the attribute in the kind that you need: values are not converted";
            return self.refuse(part.span, format!("`{name}` takes a string that is written out"), help);
        };
        read(text).unwrap_or_else(|help| self.refuse(part.span.clone(), format!("this is no {name}"), help))
    }

    fn size(&mut self, of: Id, span: Span) -> Part {
        let of = self.part(of);
        if !of.is.fits(Kind::String) && of.is.item().is_none() {
            return self.refuse(of.span, format!("{} has no size", of.is.name()), "strings and lists have one");
        }
        let mut code = of.code;
        code.push(Piece::Op(Op::Size));
        Part::new(span, Kind::Int, code)
    }

    fn has(&mut self, of: Id, span: Span) -> Part {
        let tree = self.tree;
        if let Some(Form::Select { of: root, field, at }) = tree.get(of).map(|node| &node.form)
            && let Some(Form::Name(name)) = tree.get(*root).map(|node| &node.form)
        {
            let reference = self.reference(name, tree.span(*root), field, at);
            let code = reference.map(|reference| vec![Piece::Has(reference)]);
            return Part::new(span, Kind::Bool, code.unwrap_or_default());
        }
        let help = "write `has(subject.x)`, or of `resource`, `context`, `action` or a type";
        self.refuse(tree.span(of), "`has` asks whether one attribute has a value", help)
    }

    fn matches(&mut self, of: Id, by: Id, span: Span) -> Part {
        let of = self.wanted(of, Kind::String, "what `matches` looks at");
        let by = self.wanted(by, Kind::String, "a pattern");
        if by.is == Is::Unknown {
            return by;
        }
        let Some(text) = by.text() else {
            let help = "write the pattern out, so that it can be checked and its cost is known";
            return self.refuse(by.span, "a pattern is a string that is written out", help);
        };
        match pattern::compile(text) {
            Ok(pattern) => {
                let mut code = of.code;
                code.push(Piece::Matches(pattern));
                Part::new(span, Kind::Bool, code)
            }
            Err(message) => self.refuse(by.span.clone(), format!("this pattern is refused: {message}"), ""),
        }
    }

    fn part_of(&mut self, on: Id, name: &str, part: condition::Part, arguments: &[Id], span: Span) -> Part {
        let of = self.part(on);
        if of.is == Is::Kind(Kind::Duration) {
            let help = "compare spans of time with each other: `x > duration('1h')`";
            return self.refuse(of.span, format!("`{name}` is of moments, and this is a duration"), help);
        }
        if !of.is.fits(Kind::Timestamp) {
            let message = format!("`{name}` is of moments, and this is {}", of.is.name());
            return self.refuse(of.span, message, "");
        }
        let minutes = match arguments {
            [] => 0,
            [zone] => {
                let zone = self.part(*zone);
                if zone.is == Is::Unknown {
                    return zone;
                }
                let Some(minutes) = zone.text().and_then(offset) else {
                    let help = "write the offset, such as '+02:00': what a zone's name means changes with the years";
                    return self.refuse(zone.span, "this is no fixed offset from UTC", help);
                };
                minutes
            }
            [_, more, ..] => {
                return self.refuse(self.tree.span(*more), format!("`{name}` takes at most an offset"), "");
            }
        };
        let mut code = of.code;
        code.push(Piece::Op(Op::Part(part, minutes)));
        Part::new(span, Kind::Int, code)
    }

    /// Whether there are as many arguments as there must be; reports if not.
    pub(super) fn counts(&mut self, name: &str, at: &Span, arguments: &[Id], count: usize) -> bool {
        if arguments.len() == count {
            return true;
        }
        let s = if count == 1 { "" } else { "s" };
        let message = format!("`{name}` takes {count} argument{s}, and here are {}", arguments.len());
        self.refuse(at.clone(), message, "");
        false
    }

    fn no_method(&mut self, name: &str, at: &Span) -> Part {
        let known = METHODS.iter().map(|(name, _)| *name).chain(PARTS.iter().map(|(name, _)| *name)).chain(LOOPS);
        let help = match FUNCTIONS.iter().any(|(function, _)| *function == name) {
            true => format!("it is a function: write `{name}(x)`"),
            false => hint(name, known),
        };
        self.refuse(at.clone(), format!("there is no method `{name}`"), help)
    }

    fn no_function(&mut self, name: &str, at: &Span) -> Part {
        let method = METHODS.iter().map(|(name, _)| *name).chain(PARTS.iter().map(|(name, _)| *name)).chain(LOOPS);
        let help = match method.into_iter().any(|method| method == name) {
            true => format!("it is a method: write `x.{name}(…)`"),
            false => hint(name, FUNCTIONS.iter().map(|(name, _)| *name)),
        };
        self.refuse(at.clone(), format!("there is no function `{name}`"), help)
    }
}

/// What to write instead of a function that is none.
fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let told = match name {
        "int" | "uint" | "double" | "string" | "bytes" | "bool" => {
            "nothing is converted: declare the attribute in the kind that you need"
        }
        "type" | "dyn" => "every kind is known when the condition is compiled",
        "lowerAscii" | "upperAscii" | "toLower" | "toUpper" | "lower" | "upper" => {
            "strings are compared byte for byte; `matches('(?i)…')` looks past the case"
        }
        "length" | "len" | "count" => "write `size(x)`",
        "any" => "write `list.exists(x, …)`",
        "every" => "write `list.all(x, …)`",
        "includes" | "hasAny" => "write `x in list`",
        _ => super::parse::foreign(name).unwrap_or_default(),
    };
    if !told.is_empty() {
        return told.to_owned();
    }
    let near = if name.len() <= 64 { nearest(name, known) } else { None };
    near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default()
}
