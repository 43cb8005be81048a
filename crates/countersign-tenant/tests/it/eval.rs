//! Conditions evaluated on their trees: a value, or nothing where CEL has an error.

use crate::bug::Bug;
use crate::expr::{Call, Each, Expr, Name, Op, Part};
use crate::facts::{Attribute, Facts, Member, Question, Values, last_type, value};
use crate::value::{Decimal, Given, Kind, Val, read, within};
use std::cmp::Ordering;
use std::net::IpAddr;

/// What a condition can see.
pub(crate) struct Env<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) member: &'a Member,
    pub(crate) question: &'a Question,
    pub(crate) bug: Option<Bug>,
}

/// The variables of the macros around, innermost first.
struct Vars<'a> {
    name: &'static str,
    value: &'a Val,
    outer: Option<&'a Vars<'a>>,
}

impl Env<'_> {
    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Whether the condition holds; nothing if it errors. No condition holds.
    pub(crate) fn holds(&self, when: Option<&Expr>) -> Option<bool> {
        when.map_or(Some(true), |when| self.truth(when, None))
    }

    fn truth(&self, expr: &Expr, vars: Option<&Vars<'_>>) -> Option<bool> {
        if let Some(Val::Bool(value)) = self.eval(expr, vars) { Some(value) } else { None }
    }

    fn eval(&self, expr: &Expr, vars: Option<&Vars<'_>>) -> Option<Val> {
        match expr {
            Expr::Name(name) => self.name(name),
            Expr::Has(name) => Some(Val::Bool(self.there(name))),
            Expr::Var(name) => {
                let mut scope = vars;
                while let Some(vars) = scope {
                    if vars.name == *name {
                        return Some(vars.value.clone());
                    }
                    scope = vars.outer;
                }
                None
            }
            Expr::Int(value) => Some(Val::Int(*value)),
            Expr::Decimal(text) => Decimal::read(text).map(Val::Decimal),
            Expr::Text(text) => Some(Val::Text(text.clone())),
            Expr::Time(text) => crate::value::moment(text).map(Val::Time),
            Expr::Ip(text) => crate::value::address(text).map(Val::Ip),
            Expr::Span(_, length) => Some(Val::Span(*length)),
            Expr::List(items) => items.iter().map(|item| self.eval(item, vars)).collect::<Option<_>>().map(Val::List),
            Expr::Not(inner) => match self.truth(inner, vars) {
                None if self.has(Bug::NotErrorIsTrue) => Some(Val::Bool(true)),
                truth => truth.map(|truth| Val::Bool(!truth)),
            },
            Expr::Negative(inner) => match self.eval(inner, vars)? {
                Val::Int(value) => value.checked_neg().map(Val::Int),
                Val::Decimal(value) => Some(Val::Decimal(Decimal { units: -value.units, ..value })),
                _ => None,
            },
            Expr::Two(Op::And, left, right) => {
                let (left, right) = (self.truth(left, vars), self.truth(right, vars));
                self.and(left, right, Bug::AndNotAbsorbing).map(Val::Bool)
            }
            Expr::Two(Op::Or, left, right) => {
                let not = |truth: Option<bool>| truth.map(|truth| !truth);
                let (left, right) = (not(self.truth(left, vars)), not(self.truth(right, vars)));
                not(self.and(left, right, Bug::OrNotAbsorbing)).map(Val::Bool)
            }
            Expr::Two(op, left, right) => self.two(*op, self.eval(left, vars)?, self.eval(right, vars)?),
            Expr::If(asked, yes, no) => {
                if self.truth(asked, vars)? {
                    self.eval(yes, vars)
                } else {
                    self.eval(no, vars)
                }
            }
            Expr::Call(call, on, argument) => match (self.eval(on, vars)?, self.eval(argument, vars)?) {
                (Val::Text(on), Val::Text(argument)) => Some(Val::Bool(match call {
                    Call::StartsWith => on.starts_with(&argument),
                    Call::EndsWith => on.ends_with(&argument),
                    Call::Contains => on.contains(&argument),
                })),
                _ => None,
            },
            Expr::Matches(on, pattern) => match self.eval(on, vars)? {
                Val::Text(on) => Some(Val::Bool(matches(*pattern, &on))),
                _ => None,
            },
            Expr::InRange(address, range, _) => match self.eval(address, vars)? {
                Val::Ip(address) => Some(Val::Bool(within(range, address))),
                _ => None,
            },
            Expr::Each(each, list, name, body) => match self.eval(list, vars)? {
                Val::List(items) => {
                    self.each(*each, items, &|item| self.eval(body, Some(&Vars { name, value: item, outer: vars })))
                }
                _ => None,
            },
            Expr::Size(of, _) => match self.eval(of, vars)? {
                Val::Text(text) if self.has(Bug::SizeInBytes) => count(text.len()),
                Val::Text(text) => count(text.chars().count()),
                Val::List(items) => count(items.len()),
                _ => None,
            },
            Expr::Part(part, of) => match self.eval(of, vars)? {
                Val::Time(moment) => Some(Val::Int(match part {
                    Part::Hours => moment.rem_euclid(86_400_000) / 3_600_000,
                    Part::Minutes => moment.rem_euclid(3_600_000) / 60_000,
                })),
                _ => None,
            },
        }
    }

    /// `&&`: a false decides, whatever the other side is.
    fn and(&self, left: Option<bool>, right: Option<bool>, bug: Bug) -> Option<bool> {
        match (left, right) {
            (None, _) if self.has(bug) => None,
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    fn each(&self, each: Each, items: Vec<Val>, body: &dyn Fn(&Val) -> Option<Val>) -> Option<Val> {
        let truth = |item: &Val| if let Some(Val::Bool(value)) = body(item) { Some(value) } else { None };
        match each {
            Each::Exists | Each::All => {
                let decides = each == Each::Exists;
                let truths: Vec<Option<bool>> = items.iter().map(truth).collect();
                let errors = truths.contains(&None);
                if truths.contains(&Some(decides)) && !(errors && self.has(Bug::MacroNotAbsorbing)) {
                    return Some(Val::Bool(decides));
                }
                if errors { None } else { Some(Val::Bool(!decides)) }
            }
            Each::ExistsOne => {
                let truths: Vec<bool> = items.iter().map(truth).collect::<Option<_>>()?;
                Some(Val::Bool(truths.iter().filter(|truth| **truth).count() == 1))
            }
            Each::Filter => {
                let truths: Vec<bool> = items.iter().map(truth).collect::<Option<_>>()?;
                Some(Val::List(items.into_iter().zip(truths).filter(|(_, keep)| *keep).map(|(item, _)| item).collect()))
            }
            Each::Map => items.iter().map(body).collect::<Option<_>>().map(Val::List),
        }
    }

    fn two(&self, op: Op, left: Val, right: Val) -> Option<Val> {
        match op {
            Op::Same => self.same(&left, &right).map(Val::Bool),
            Op::Other => self.same(&left, &right).map(|same| Val::Bool(!same)),
            Op::In => match right {
                Val::List(items) => items.iter().map(|item| self.same(&left, item)).collect::<Option<Vec<_>>>(),
                _ => None,
            }
            .map(|found| Val::Bool(found.contains(&true))),
            Op::Less | Op::LessOrSame | Op::More | Op::MoreOrSame => {
                let order = self.order(&left, &right)?;
                Some(Val::Bool(match op {
                    Op::Less => order == Ordering::Less || order == Ordering::Equal && self.has(Bug::ThresholdOffByOne),
                    Op::LessOrSame => order != Ordering::Greater,
                    Op::More => {
                        order == Ordering::Greater || order == Ordering::Equal && self.has(Bug::ThresholdOffByOne)
                    }
                    _ => order != Ordering::Less,
                }))
            }
            _ => self.arithmetic(op, left, right),
        }
    }

    fn arithmetic(&self, op: Op, left: Val, right: Val) -> Option<Val> {
        match (op, left, right) {
            (op, Val::Int(left), Val::Int(right)) => {
                let (checked, wrapped) = match op {
                    Op::Plus => (left.checked_add(right), left.wrapping_add(right)),
                    Op::Minus => (left.checked_sub(right), left.wrapping_sub(right)),
                    Op::Times => (left.checked_mul(right), left.wrapping_mul(right)),
                    Op::Divided => (left.checked_div(right), 0),
                    _ => (left.checked_rem(right), 0),
                };
                if self.has(Bug::OverflowWraps) {
                    Some(Val::Int(checked.unwrap_or(wrapped)))
                } else {
                    checked.map(Val::Int)
                }
            }
            (op, left @ (Val::Decimal(_) | Val::Int(_)), right @ (Val::Decimal(_) | Val::Int(_))) => {
                let (left, right) = (number(&left)?, number(&right)?);
                match op {
                    Op::Plus => Some(Val::Decimal(left.plus(right))),
                    Op::Minus => Some(Val::Decimal(left.minus(right))),
                    Op::Times => Some(Val::Decimal(left.times(right))),
                    _ => None,
                }
            }
            (Op::Plus, Val::Text(left), Val::Text(right)) => Some(Val::Text(left + &right)),
            (Op::Plus, Val::Time(left), Val::Span(right)) => left.checked_add(right).map(Val::Time),
            (Op::Minus, Val::Time(left), Val::Span(right)) => left.checked_sub(right).map(Val::Time),
            (Op::Minus, Val::Time(left), Val::Time(right)) => left.checked_sub(right).map(Val::Span),
            _ => None,
        }
    }

    fn order(&self, left: &Val, right: &Val) -> Option<Ordering> {
        match (left, right) {
            (Val::Int(left), Val::Int(right))
            | (Val::Time(left), Val::Time(right))
            | (Val::Span(left), Val::Span(right)) => Some(left.cmp(right)),
            (Val::Text(left), Val::Text(right)) => Some(left.cmp(right)),
            (left, right) => {
                let (left, right) = (number(left)?, number(right)?);
                if self.has(Bug::DecimalAsFloat) {
                    return left.float().partial_cmp(&right.float());
                }
                Some(left.compare(right))
            }
        }
    }

    fn same(&self, left: &Val, right: &Val) -> Option<bool> {
        match (left, right) {
            (Val::Bool(left), Val::Bool(right)) => Some(left == right),
            (Val::Ip(left), Val::Ip(right)) => Some(left == right),
            (Val::List(left), Val::List(right)) => {
                let items = left.iter().zip(right).map(|(left, right)| self.same(left, right));
                let same: Vec<bool> = items.collect::<Option<_>>()?;
                Some(left.len() == right.len() && !same.contains(&false))
            }
            (Val::Text(left), Val::Text(right)) if self.has(Bug::CaseIgnored) => Some(left.eq_ignore_ascii_case(right)),
            (left, right) => self.order(left, right).map(|order| order == Ordering::Equal),
        }
    }

    fn name(&self, name: &Name) -> Option<Val> {
        let Question { subject, action, resource, now, .. } = self.question;
        let last_id = |path: &str| {
            let last = path.rsplit('/').next()?;
            last.split_once(':').map(|(_, id)| Val::Text(id.to_owned()))
        };
        match name {
            Name::Now => Some(Val::Time(*now)),
            Name::SubjectId => Some(Val::Text(subject.clone())),
            Name::Verb => Some(Val::Text(action.clone())),
            Name::ResourceType => Some(Val::Text(last_type(resource).to_owned())),
            Name::ResourceId => last_id(resource),
            Name::IdOf(kind) => last_id(self.nearest(kind)?),
            _ => {
                let Some(attribute) = self.attribute(name) else {
                    let kind = self.declared_anywhere(name).filter(|_| self.has(Bug::MissingReadsAsEmpty))?;
                    return Some(Val::empty(kind));
                };
                let typed = self.given(name, attribute).and_then(|given| self.typed(attribute, given));
                if typed.is_none() && self.has(Bug::MissingReadsAsEmpty) {
                    return Some(Val::empty(attribute.kind));
                }
                typed
            }
        }
    }

    /// Whether there is a value, well typed or not.
    fn there(&self, name: &Name) -> bool {
        let Some(attribute) = self.attribute(name) else { return false };
        let Some(given) = self.given(name, attribute) else { return false };
        !self.has(Bug::HasOnlyWellTyped) || self.typed(attribute, given).is_some()
    }

    /// The value as the attribute's kind.
    fn typed(&self, attribute: &Attribute, given: &Given) -> Option<Val> {
        match (attribute.kind, given) {
            (Kind::Int, Given::Text(text)) if self.has(Bug::TextReadsAsInteger) => text.parse().ok().map(Val::Int),
            (Kind::Int, Given::Number(text)) if self.has(Bug::FractionDropped) => {
                text.split('.').next()?.parse().ok().map(Val::Int)
            }
            (Kind::Time, Given::Text(text)) if self.has(Bug::OffsetIgnored) => {
                read(Kind::Time, given)?;
                crate::value::moment(&format!("{}Z", text.get(..19)?)).map(Val::Time)
            }
            (Kind::Ip, Given::Text(text)) if self.has(Bug::MappedAddressDiffers) => {
                text.parse::<IpAddr>().ok().map(Val::Ip)
            }
            (Kind::Texts | Kind::Ints, Given::List(items)) if self.has(Bug::BadItemsDropped) => {
                let item = if attribute.kind == Kind::Texts { Kind::Text } else { Kind::Int };
                Some(Val::List(items.iter().filter_map(|given| read(item, given)).collect()))
            }
            _ => {
                let value = read(attribute.kind, given)?;
                let listed = match &value {
                    Val::Text(text) => attribute.one_of.is_empty() || attribute.one_of.contains(text),
                    _ => true,
                };
                (listed || self.has(Bug::OneOfIgnored)).then_some(value)
            }
        }
    }

    /// What the name's owner declares.
    fn attribute(&self, name: &Name) -> Option<&Attribute> {
        let (attributes, name) = match name {
            Name::Subject(name) => (&self.facts.subject, name),
            Name::Action(name) => (&self.facts.action, name),
            Name::Context(name) => (&self.facts.context, name),
            Name::Resource(name) => (&self.facts.type_named(last_type(&self.question.resource))?.attributes, name),
            Name::Of(kind, name) => (&self.facts.type_named(kind)?.attributes, name),
            _ => return None,
        };
        attributes.iter().find(|attribute| attribute.name == *name)
    }

    /// The kind that any type declares for `resource.x`.
    fn declared_anywhere(&self, name: &Name) -> Option<Kind> {
        let Name::Resource(name) = name else { return None };
        let mut all = self.facts.types.iter().flat_map(|kind| &kind.attributes);
        all.find(|attribute| attribute.name == *name).map(|attribute| attribute.kind)
    }

    /// The value as it was written, from where it may come.
    fn given(&self, name: &Name, attribute: &Attribute) -> Option<&Given> {
        let Question { supplied, resource, .. } = self.question;
        let (stored, supplied) = match name {
            Name::Subject(_) => (Some(&self.member.attributes), Some(&supplied.subject)),
            Name::Action(_) => (None, Some(&supplied.action)),
            Name::Context(_) => (None, Some(&supplied.context)),
            Name::Resource(_) => (self.stored(resource, &attribute.name), Some(&supplied.resource)),
            Name::Of(kind, _) => {
                let nearest = self.nearest(kind)?;
                let asked = nearest == resource || self.has(Bug::SuppliedReachesAncestors);
                (self.stored(nearest, &attribute.name), asked.then_some(&supplied.resource))
            }
            _ => (None, None),
        };
        let stored = stored.and_then(|values| value(values, &attribute.name));
        let supplied = supplied.and_then(|values| value(values, &attribute.name));
        match attribute.request {
            true => supplied,
            false if self.has(Bug::SuppliedOverridesStored) => supplied.or(stored),
            false => stored,
        }
    }

    /// What is stored of the resource.
    fn stored(&self, path: &str, wanted: &str) -> Option<&Values> {
        let at = |path: &str| self.facts.resources.iter().find(|(known, _)| known == path).map(|(_, values)| values);
        let own = at(path);
        if self.has(Bug::AncestorLends) && own.is_none_or(|values| value(values, wanted).is_none()) {
            return path.rsplit_once('/').and_then(|(above, _)| at(above));
        }
        own
    }

    /// The path of the nearest segment of the type, from the resource up.
    fn nearest(&self, kind: &str) -> Option<&str> {
        let path = &self.question.resource;
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let mut found = ends.map(|end| &path[..end]).filter(|path| last_type(path) == kind);
        if self.has(Bug::OutermostSegment) { found.next() } else { found.next_back() }
    }
}

fn number(value: &Val) -> Option<Decimal> {
    match value {
        Val::Int(value) => Some(Decimal::of(*value)),
        Val::Decimal(value) => Some(*value),
        _ => None,
    }
}

fn count(items: usize) -> Option<Val> {
    i64::try_from(items).ok().map(Val::Int)
}

/// What [`crate::expr::PATTERNS`] say, in so many words.
fn matches(pattern: usize, text: &str) -> bool {
    match pattern {
        0 => !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_lowercase()),
        1 => text.contains("ann"),
        2 => text.strip_prefix('p').is_some_and(|rest| rest.bytes().all(|letter| letter.is_ascii_digit())),
        3 => text.contains("ac") || text.contains("bc"),
        4 => text.starts_with("user:"),
        _ => text.chars().count() == 3 && !text.contains('\n'),
    }
}
