//! Comparisons, `in`, and arithmetic.

use super::check::{Checker, arithmetic, meet};
use super::code::{Is, Part, Piece};
use super::names::near;
use super::tree::{Link, Operator};
use countersign_core::condition::{Decimal, Items, Kind, Op, Value};

impl Checker<'_> {
    pub(super) fn compare(&mut self, left: Part, right: Part, link: &Link, before: Option<Operator>) -> Part {
        let span = left.span.start..right.span.end;
        let (op, orders) = match link.operator {
            Operator::Equal => (Op::Equal, false),
            Operator::Unequal => (Op::Unequal, false),
            Operator::Less => (Op::Less, true),
            Operator::LessOrEqual => (Op::LessOrEqual, true),
            Operator::Greater => (Op::Greater, true),
            _ => (Op::GreaterOrEqual, true),
        };
        if !orders {
            self.listed(&left, &right);
            self.listed(&right, &left);
        }
        let (is, left, right) = match meet(left, right) {
            Ok(met) => met,
            Err(sides) => {
                let (left, right) = *sides;
                let help = match before {
                    Some(_) => "comparisons do not chain: write `a < b && b < c`".to_owned(),
                    None => advice(&left, &right).or_else(|| advice(&right, &left)).unwrap_or_default(),
                };
                let message = format!("{} cannot be compared with {}", left.is.name(), right.is.name());
                return self.refuse(span, message, help);
            }
        };
        let ordered = [Kind::Bool, Kind::Int, Kind::Decimal, Kind::String, Kind::Timestamp, Kind::Duration];
        if orders && !ordered.into_iter().any(|kind| is.fits(kind)) {
            let message = format!("{} is neither less nor greater than another", is.name());
            return self.refuse(span, message, "compare with `==`, `!=` or `in`");
        }
        Part::new(span, Kind::Bool, joined(left, right, op))
    }

    pub(super) fn within(&mut self, element: Part, list: Part) -> Part {
        let span = element.span.start..list.span.end;
        if list.is.fits(Kind::Range) && element.is.fits(Kind::Ip) && list.is != Is::Unknown {
            return Part::new(span, Kind::Bool, joined(list, element, Op::InRange));
        }
        let Some(item) = list.is.item() else {
            let help = match (list.is, element.is) {
                (Is::Kind(Kind::String), Is::Kind(Kind::String)) => {
                    "write `text.contains(part)` for a part of a string"
                }
                (Is::Kind(Kind::Range), _) => "write `ip('…') in cidr('…')`",
                _ => "write a list: `x in ['a', 'b']`",
            };
            let message = format!("behind `in` stands a list, and this is {}", list.is.name());
            return self.refuse(list.span, message, help);
        };
        if element.is != Is::Unknown && element.is.item().is_some() {
            let message = format!("{} is in no list", element.is.name());
            return self.refuse(element.span, message, "lists hold plain values: use `all` or `exists`");
        }
        for value in &list.items {
            self.listed(&element, value);
        }
        // A list knows whether its items can be read as decimals; an element always can.
        let (element, list) = match (element.is, item) {
            (Is::Kind(Kind::Int), Is::Kind(Kind::Decimal)) => (element.into_decimal(), list),
            (Is::Kind(Kind::Decimal), Is::Kind(Kind::Int)) => (element, list.into_decimal()),
            _ => (element, list),
        };
        let item = list.is.item().unwrap_or(Is::Unknown);
        if item != Is::Unknown && element.is != Is::Unknown && item != element.is {
            let message = format!("{} cannot be in {}", element.is.name(), list.is.name());
            let help = list.items.first().and_then(|value| advice(&element, value)).unwrap_or_default();
            return self.refuse(span, message, help);
        }
        Part::new(span, Kind::Bool, joined(element, list, Op::In))
    }

    /// Refuses a string that `part` can never be.
    fn listed(&mut self, part: &Part, with: &Part) {
        let Some(text) = with.text() else { return };
        if part.one_of.is_empty() || part.one_of.iter().any(|one| one == text) {
            return;
        }
        let help = near(text, part.one_of.iter().map(String::as_str));
        self.refuse(with.span.clone(), format!("this is never `{text}`"), help);
    }

    pub(super) fn arithmetic(&mut self, left: Part, right: Part, link: &Link) -> Part {
        let span = left.span.start..right.span.end;
        let op = arithmetic(link.operator).unwrap_or(Op::Add);
        let (first, second) = (left.is, right.is);
        let met = match (first, second) {
            (Is::Kind(Kind::Timestamp | Kind::Duration), _) | (_, Is::Kind(Kind::Timestamp | Kind::Duration)) => {
                time(first, second, op).map(|kind| (Is::Kind(kind), left, right))
            }
            _ => meet(left, right).ok().filter(|(is, ..)| {
                let list = is.item().is_some();
                match op {
                    Op::Add => list || [Kind::Int, Kind::Decimal, Kind::String].into_iter().any(|kind| is.fits(kind)),
                    Op::Subtract | Op::Multiply => is.fits(Kind::Int) || is.fits(Kind::Decimal),
                    _ => is.fits(Kind::Int),
                }
            }),
        };
        let Some((is, left, right)) = met else {
            let either = |kind: Kind| first == Is::Kind(kind) || second == Is::Kind(kind);
            let help = match op {
                Op::Divide | Op::Remainder if either(Kind::Decimal) => {
                    "decimals are exact, and a quotient may not be: multiply the other side instead"
                }
                Op::Add if either(Kind::String) => "`+` joins strings with strings only: nothing is converted to text",
                _ => "",
            };
            let message = format!("there is no {} {} {}", first.name(), link.operator.sign(), second.name());
            return self.refuse(span, message, help);
        };
        Part { is, ..Part::new(span, Kind::Bool, joined(left, right, op)) }
    }
}

/// What comes out of arithmetic with moments and spans of time.
fn time(left: Is, right: Is, op: Op) -> Option<Kind> {
    let (moment, span) = (|is: Is| is.fits(Kind::Timestamp), |is: Is| is.fits(Kind::Duration));
    match op {
        Op::Add if span(left) && span(right) => Some(Kind::Duration),
        Op::Add if moment(left) && span(right) || span(left) && moment(right) => Some(Kind::Timestamp),
        Op::Subtract if moment(left) && moment(right) || span(left) && span(right) => Some(Kind::Duration),
        Op::Subtract if moment(left) && span(right) => Some(Kind::Timestamp),
        _ => None,
    }
}

/// Postfix: the one, the other, the operator.
pub(super) fn joined(first: Part, second: Part, op: Op) -> Vec<Piece> {
    let mut code = first.code;
    code.extend(second.code);
    code.push(Piece::Op(op));
    code
}

/// How to write `other`, so that it can be compared with `part`.
fn advice(part: &Part, other: &Part) -> Option<String> {
    let text = other.text();
    Some(match (part.is, other.is, other.value()) {
        (Is::Kind(Kind::Ip), Is::Kind(Kind::String), _) => format!("write `ip('{}')`", text?),
        (Is::Kind(Kind::Timestamp), Is::Kind(Kind::String), _) => format!("write `timestamp('{}')`", text?),
        (Is::Kind(Kind::Duration), Is::Kind(Kind::String), _) => format!("write `duration('{}')`", text?),
        (Is::Kind(Kind::Int | Kind::Decimal), Is::Kind(Kind::String), _) if Decimal::parse(text?).is_some() => {
            format!("write `{}` without the quotes", text?)
        }
        (Is::Kind(Kind::Bool), Is::Kind(Kind::String), _) if matches!(text?, "true" | "false") => {
            format!("write `{}` without the quotes", text?)
        }
        (Is::Kind(Kind::String), _, Some(Value::Int(value))) => format!("write `'{value}'` with quotes"),
        (Is::Kind(Kind::Strings | Kind::Ints | Kind::Ips), Is::Kind(kind), _)
            if part.is.item() == Some(Is::Kind(kind)) =>
        {
            "write `x in list`".to_owned()
        }
        (Is::Kind(own), Is::Kind(kind), Some(Value::List(Items::Owned(_)))) if own.list() == Some(kind) => {
            "write `x in [...]`".to_owned()
        }
        (Is::Kind(Kind::Ip), Is::Kind(Kind::Range), _) => "write `x in cidr('…')`".to_owned(),
        _ => return None,
    })
}
