//! Conditions as trees, and the CEL text they are written down as.

use std::fmt::Write;

/// What a condition reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Name {
    /// `subject.x`
    Subject(String),
    /// `action.x`
    Action(String),
    /// `context.x`
    Context(String),
    /// `resource.x`
    Resource(String),
    /// `project.x`: of the nearest project on the path
    Of(String, String),
    /// `now`
    Now,
    /// `subject.id`
    SubjectId,
    /// `action.name`
    Verb,
    /// `resource.type`
    ResourceType,
    /// `resource.id`
    ResourceId,
    /// `project.id`
    IdOf(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Or,
    And,
    Less,
    LessOrSame,
    More,
    MoreOrSame,
    Same,
    Other,
    In,
    Plus,
    Minus,
    Times,
    Divided,
    Rest,
}

/// A method of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    StartsWith,
    EndsWith,
    Contains,
}

/// A macro over a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Each {
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
}

/// A part of a moment, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Hours,
    Minutes,
}

/// Regular expressions; what they match is written out in [`crate::eval`].
pub(crate) const PATTERNS: [&str; 6] = ["^[a-z]+$", "ann", "^p[0-9]*$", "(a|b)b?c", "^user:", "^.{3}$"];

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Name(Name),
    Has(Name),
    /// The variable of a macro
    Var(&'static str),
    Int(i64),
    /// With a point
    Decimal(&'static str),
    Text(String),
    Time(&'static str),
    /// `ip('…')`
    Ip(&'static str),
    /// `duration('1h')`: text and milliseconds
    Span(&'static str, i64),
    List(Vec<Expr>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Two(Op, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Call(Call, Box<Expr>, Box<Expr>),
    /// By an index into [`PATTERNS`]
    Matches(Box<Expr>, usize),
    /// `x in cidr('…')`; `cidr('…').containsIP(x)` if so
    InRange(Box<Expr>, &'static str, bool),
    Each(Each, Box<Expr>, &'static str, Box<Expr>),
    /// `x.size()`, or `size(x)` if so
    Size(Box<Expr>, bool),
    Part(Part, Box<Expr>),
}

impl Name {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Subject(name) => format!("subject.{name}"),
            Self::Action(name) => format!("action.{name}"),
            Self::Context(name) => format!("context.{name}"),
            Self::Resource(name) => format!("resource.{name}"),
            Self::Of(kind, name) => format!("{kind}.{name}"),
            Self::Now => "now".to_owned(),
            Self::SubjectId => "subject.id".to_owned(),
            Self::Verb => "action.name".to_owned(),
            Self::ResourceType => "resource.type".to_owned(),
            Self::ResourceId => "resource.id".to_owned(),
            Self::IdOf(kind) => format!("{kind}.id"),
        }
    }
}

impl Op {
    fn sign(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Less => "<",
            Self::LessOrSame => "<=",
            Self::More => ">",
            Self::MoreOrSame => ">=",
            Self::Same => "==",
            Self::Other => "!=",
            Self::In => "in",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divided => "/",
            Self::Rest => "%",
        }
    }

    fn binds(self) -> u8 {
        match self {
            Self::Or => 2,
            Self::And => 3,
            Self::Plus | Self::Minus => 5,
            Self::Times | Self::Divided | Self::Rest => 6,
            _ => 4,
        }
    }
}

impl Expr {
    /// The CEL text, with as few parentheses as will do.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 1);
        text
    }

    /// How tightly the outermost operator binds.
    fn binds(&self) -> u8 {
        match self {
            Self::If(..) => 1,
            Self::Two(op, ..) => op.binds(),
            Self::InRange(_, _, false) => 4,
            Self::Not(_) | Self::Negative(_) => 7,
            Self::Int(value) if *value < 0 => 7,
            Self::Decimal(value) if value.starts_with('-') => 7,
            _ => 8,
        }
    }

    fn write(&self, out: &mut String, least: u8) {
        let enclosed = self.binds() < least;
        if enclosed {
            out.push('(');
        }
        match self {
            Self::Name(name) => out.push_str(&name.text()),
            Self::Has(name) => put(out, format_args!("has({})", name.text())),
            Self::Var(name) => out.push_str(name),
            Self::Int(value) => put(out, format_args!("{value}")),
            Self::Decimal(value) => out.push_str(value),
            Self::Text(value) => out.push_str(&text(value)),
            Self::Time(value) => put(out, format_args!("timestamp('{value}')")),
            Self::Ip(value) => put(out, format_args!("ip('{value}')")),
            Self::Span(value, _) => put(out, format_args!("duration('{value}')")),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::text).collect();
                put(out, format_args!("[{}]", items.join(", ")));
            }
            Self::Not(inner) => {
                out.push('!');
                inner.write(out, 7);
            }
            Self::Negative(inner) => {
                out.push('-');
                inner.write(out, 8);
            }
            Self::Two(op, left, right) => {
                left.write(out, op.binds());
                put(out, format_args!(" {} ", op.sign()));
                right.write(out, op.binds() + 1);
            }
            Self::If(asked, yes, no) => {
                asked.write(out, 2);
                out.push_str(" ? ");
                yes.write(out, 2);
                out.push_str(" : ");
                no.write(out, 1);
            }
            Self::Call(call, on, argument) => {
                let name = match call {
                    Call::StartsWith => "startsWith",
                    Call::EndsWith => "endsWith",
                    Call::Contains => "contains",
                };
                on.write(out, 8);
                put(out, format_args!(".{name}({})", argument.text()));
            }
            Self::Matches(on, pattern) => {
                on.write(out, 8);
                put(out, format_args!(".matches('{}')", PATTERNS[*pattern]));
            }
            Self::InRange(address, range, true) => {
                put(out, format_args!("cidr('{range}').containsIP({})", address.text()));
            }
            Self::InRange(address, range, false) => {
                address.write(out, 4);
                put(out, format_args!(" in cidr('{range}')"));
            }
            Self::Each(each, list, name, body) => {
                let each = match each {
                    Each::Exists => "exists",
                    Each::All => "all",
                    Each::ExistsOne => "exists_one",
                    Each::Filter => "filter",
                    Each::Map => "map",
                };
                list.write(out, 8);
                put(out, format_args!(".{each}({name}, {})", body.text()));
            }
            Self::Size(of, true) => put(out, format_args!("size({})", of.text())),
            Self::Size(of, false) => {
                of.write(out, 8);
                out.push_str(".size()");
            }
            Self::Part(part, of) => {
                of.write(out, 8);
                out.push_str(if *part == Part::Hours { ".getHours()" } else { ".getMinutes()" });
            }
        }
        if enclosed {
            out.push(')');
        }
    }

    /// The expressions within, one level down.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Not(one)
            | Self::Negative(one)
            | Self::Matches(one, _)
            | Self::InRange(one, ..)
            | Self::Size(one, _)
            | Self::Part(_, one) => vec![one],
            Self::Two(_, one, other) | Self::Call(_, one, other) | Self::Each(_, one, _, other) => vec![one, other],
            Self::If(asked, yes, no) => vec![asked, yes, no],
            Self::List(items) => items.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Every name that is read or asked for, however deep.
    pub(crate) fn names(&self) -> Vec<&Name> {
        let own = if let Self::Name(name) | Self::Has(name) = self { Some(name) } else { None };
        own.into_iter().chain(self.parts().into_iter().flat_map(Self::names)).collect()
    }
}

fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("text grows");
}

/// A CEL string.
fn text(value: &str) -> String {
    let mut text = "'".to_owned();
    for letter in value.chars() {
        match letter {
            '\'' | '\\' => text.extend(['\\', letter]),
            letter => text.push(letter),
        }
    }
    text.push('\'');
    text
}
