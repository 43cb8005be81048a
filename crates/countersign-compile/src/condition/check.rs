//! Types: every part is checked against the declared kinds, and becomes code.

use super::Wrong;
use super::code::{Is, Part, Piece, short};
use super::tree::{Form, Id, Link, Operator, Span, Tree};
use countersign_core::condition::{Decimal, Kind, Op, Value};
use countersign_core::limits::LIST_ITEMS;
use countersign_core::{Policy, TypeId};
use countersign_wire::reader::Doubts;

/// Walks the tree, whose depth the parser has bounded.
pub(super) struct Checker<'a> {
    pub(super) policy: &'a Policy,
    /// What `resource` can be; anything, if there are none
    pub(super) types: &'a [TypeId],
    /// What of the model's words is in doubt
    pub(super) doubts: Option<&'a Doubts>,
    pub(super) tree: &'a Tree,
    /// The variables of the loops around, the outermost first
    pub(super) items: Vec<(String, Is)>,
    pub(super) wrong: Vec<Wrong>,
    /// Whether it reads what is in doubt, so that no code can be made of it
    pub(super) unclear: bool,
}

impl Checker<'_> {
    /// Reports what is wrong; what stands for the part fits everywhere, so that one mistake is reported once.
    pub(super) fn refuse(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Part {
        self.wrong.push(Wrong::new(span.clone(), message).help(help));
        Part::unknown(span)
    }

    /// The part at `id`, checked.
    pub(super) fn part(&mut self, id: Id) -> Part {
        let tree = self.tree;
        let Some(node) = tree.get(id) else { return Part::unknown(0..0) };
        // Whoever has so many to mend needs no more, and looking for the nearest names takes its time.
        if self.wrong.len() >= super::PROBLEMS {
            return Part::unknown(node.span.clone());
        }
        let span = node.span.clone();
        let mut part = match &node.form {
            Form::Int(value) => Part::constant(span.clone(), Kind::Int, Value::Int(*value)),
            Form::Bool(value) => Part::constant(span.clone(), Kind::Bool, Value::Bool(*value)),
            Form::Text(text) => Part::constant(span.clone(), Kind::String, Value::text(text)),
            Form::Decimal(digits) => self.decimal(digits, span.clone()),
            Form::List(items) => self.list(items, span.clone()),
            Form::Name(name) => self.name(name, span.clone()),
            Form::Select { of, field, at } => self.select(*of, field, at),
            Form::Call { on, name, at, arguments } => self.call(*on, name, at, arguments, span.clone()),
            Form::Not(of) => self.sign(*of, Op::Not),
            Form::Negate(of) => self.sign(*of, Op::Negate),
            Form::Chain { first, rest } => self.chain(*first, rest),
            Form::Choice(parts) => self.choice(*parts, span.clone()),
        };
        part.span = span;
        part
    }

    /// The part at `id`, which must be of this kind.
    pub(super) fn wanted(&mut self, id: Id, kind: Kind, where_: &str) -> Part {
        let part = self.part(id);
        if part.is.fits(kind) {
            return part;
        }
        let message = format!("{where_} must be {}, and this is {}", Is::Kind(kind).name(), part.is.name());
        let help = if kind == Kind::Bool { "compare it with something" } else { "" };
        self.refuse(part.span, message, help)
    }

    pub(super) fn decimal(&mut self, digits: &str, span: Span) -> Part {
        match Decimal::parse(digits) {
            Some(decimal) => Part::constant(span, Kind::Decimal, Value::Decimal(decimal)),
            None => self.refuse(span, "this decimal is too large or has too many digits", "use fewer digits"),
        }
    }

    fn select(&mut self, of: Id, field: &str, at: &Span) -> Part {
        let tree = self.tree;
        let span = tree.span(of).start..at.end;
        match tree.get(of).map(|node| &node.form) {
            Some(Form::Name(root)) => self.field(root, tree.span(of), field, at),
            Some(Form::Select { .. }) => {
                let part = self.part(of);
                if part.is == Is::Unknown {
                    return part;
                }
                let message = format!("{} has no attributes", part.is.name());
                self.refuse(span, message, "attributes are plain values: `subject.x`, `resource.x`, `context.x`")
            }
            _ => self.refuse(span, "this has no attributes", "write `subject.x`, `resource.x` or `context.x`"),
        }
    }

    fn list(&mut self, items: &[Id], span: Span) -> Part {
        if items.len() > LIST_ITEMS {
            return self.refuse(span, format!("a list has at most {LIST_ITEMS} items"), "");
        }
        let mut parts: Vec<_> = items.iter().map(|item| self.part(*item)).collect();
        if parts.iter().any(|part| part.is == Is::Kind(Kind::Decimal)) {
            parts = parts.into_iter().map(Part::into_decimal).collect();
        }
        let mut is = Is::Empty;
        for part in &parts {
            let kind = match part.is {
                Is::Unknown => continue,
                Is::Empty => None,
                Is::Kind(kind) => kind.list(),
            };
            let Some(kind) = kind else {
                let message = format!("a list cannot hold {}", part.is.name());
                return self.refuse(part.span.clone(), message, "its items are plain values");
            };
            if is == Is::Empty {
                is = Is::Kind(kind);
            } else if is != Is::Kind(kind) {
                let message = format!("this is {} in {}", part.is.name(), is.name());
                return self.refuse(part.span.clone(), message, "all items are of one kind");
            }
        }
        Part::list(span, is, parts)
    }

    fn sign(&mut self, of: Id, op: Op) -> Part {
        let mut part = self.part(of);
        let fits = match op {
            Op::Not => part.is.fits(Kind::Bool),
            _ => [Kind::Int, Kind::Decimal].into_iter().any(|kind| part.is.fits(kind)),
        };
        if !fits {
            let (sign, takes) = if op == Op::Not { ("!", "a bool") } else { ("-", "a number") };
            let message = format!("`{sign}` takes {takes}, and this is {}", part.is.name());
            return self.refuse(part.span, message, "");
        }
        part.code.push(Piece::Op(op));
        Part { one_of: Vec::new(), items: Vec::new(), ..part }
    }

    fn choice(&mut self, [condition, yes, no]: [Id; 3], span: Span) -> Part {
        let condition = self.wanted(condition, Kind::Bool, "what stands before `?`");
        let (yes, no) = (self.part(yes), self.part(no));
        let Ok((is, yes, no)) = meet(yes, no).map_err(|sides| {
            let (yes, no) = *sides;
            let message = format!("one side is {}, the other {}", yes.is.name(), no.is.name());
            self.refuse(span.clone(), message, "both sides of `:` are of one kind");
        }) else {
            return Part::unknown(span);
        };
        let mut code = condition.code;
        code.push(Piece::Op(Op::Branch(short(yes.code.len() + 1))));
        code.extend(yes.code);
        code.push(Piece::Op(Op::Jump(short(no.code.len()))));
        code.extend(no.code);
        code.push(Piece::Op(Op::Select));
        Part { is, ..Part::new(span, Kind::Bool, code) }
    }

    fn chain(&mut self, first: Id, rest: &[Link]) -> Part {
        let mut left = self.part(first);
        let mut before = None;
        for link in rest {
            let right = self.part(link.right);
            let span = left.span.start..right.span.end;
            left = match link.operator {
                Operator::And => self.logic(left, right, link, Op::AndSkip, Op::And),
                Operator::Or => self.logic(left, right, link, Op::OrSkip, Op::Or),
                Operator::In => self.within(left, right),
                operator if arithmetic(operator).is_some() => self.arithmetic(left, right, link),
                _ => self.compare(left, right, link, before),
            };
            left.span = span;
            before = Some(link.operator);
        }
        left
    }

    fn logic(&mut self, left: Part, right: Part, link: &Link, skip: fn(u16) -> Op, op: Op) -> Part {
        let mut sound = true;
        for part in [&left, &right] {
            if !part.is.fits(Kind::Bool) {
                let message = format!("`{}` joins bools, and this is {}", link.operator.sign(), part.is.name());
                self.refuse(part.span.clone(), message, "compare it with something");
                sound = false;
            }
        }
        let span = left.span.start..right.span.end;
        if !sound {
            // The chain goes on as if it were sound: the other operands are looked at, too.
            return Part::unknown(span);
        }
        let mut code = left.code;
        code.push(Piece::Op(skip(short(right.code.len() + 1))));
        code.extend(right.code);
        code.push(Piece::Op(op));
        Part::new(span, Kind::Bool, code)
    }
}

/// Both parts as one kind; an integer that meets a decimal becomes one.
///
/// # Errors
/// Gives them back where they have none in common.
pub(super) fn meet(left: Part, right: Part) -> Result<(Is, Part, Part), Box<(Part, Part)>> {
    let decimals = [Is::Kind(Kind::Decimal), Is::Kind(Kind::Decimals)];
    let (left, right) = match (decimals.contains(&left.is), decimals.contains(&right.is)) {
        (true, false) => (left, right.into_decimal()),
        (false, true) => (left.into_decimal(), right),
        _ => (left, right),
    };
    let is = match (left.is, right.is) {
        (a, b) if a == b => a,
        (Is::Unknown, other) | (other, Is::Unknown) => other,
        (Is::Empty, Is::Kind(kind)) | (Is::Kind(kind), Is::Empty) if kind.item().is_some() => Is::Kind(kind),
        _ => return Err(Box::new((left, right))),
    };
    Ok((is, left, right))
}

/// The instruction of an arithmetic operator.
pub(super) fn arithmetic(operator: Operator) -> Option<Op> {
    match operator {
        Operator::Add => Some(Op::Add),
        Operator::Subtract => Some(Op::Subtract),
        Operator::Multiply => Some(Op::Multiply),
        Operator::Divide => Some(Op::Divide),
        Operator::Remainder => Some(Op::Remainder),
        _ => None,
    }
}
