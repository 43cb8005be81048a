//! Random well-typed conditions over what a world declares.

use crate::expr::{Call, Each, Expr, Name, Op, PATTERNS, Part};
use crate::facts::Facts;
use crate::pools::{DECIMALS, INTS, IPS, ONE_OF, RANGES, SPANS, TEXTS, TIMES};
use crate::rng::Rng;
use crate::value::Kind;
use std::collections::BTreeSet;

const COMPARISONS: [Op; 6] = [Op::Less, Op::LessOrSame, Op::More, Op::MoreOrSame, Op::Same, Op::Other];

/// A condition of whatever guards these permissions.
pub(crate) fn condition(rng: &mut Rng, facts: &Facts, permissions: &[String]) -> Expr {
    let (types, actions) = guarded(facts, permissions);
    let mut writer = Writer { names: names(facts, &types), types, actions, vars: Vec::new(), rng };
    let depth = *writer.rng.pick(&[0, 0, 1, 1, 2, 3, 4]);
    writer.truth(depth)
}

/// The types and the actions that the permissions speak of.
fn guarded(facts: &Facts, permissions: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut types, mut actions) = (Vec::new(), Vec::new());
    for kind in &facts.types {
        let of_type = |permission: &&String| **permission == "*" || permission.split(':').next() == Some(&kind.name);
        for permission in permissions.iter().filter(of_type) {
            types.push(kind.name.clone());
            match permission.split_once(':') {
                Some((_, action)) if action != "*" => actions.push(action.to_owned()),
                _ => actions.extend_from_slice(&kind.actions),
            }
        }
    }
    (types, actions)
}

/// The types, and all that may stand above them.
fn around(facts: &Facts, types: &[String]) -> Vec<String> {
    let mut all = types.to_vec();
    let mut at = 0;
    while let Some(kind) = all.get(at).and_then(|name| facts.type_named(name)) {
        all.extend(kind.parents.iter().filter(|parent| *parent != "/").cloned());
        let mut seen = BTreeSet::new();
        all.retain(|name| seen.insert(name.clone()));
        at += 1;
    }
    all
}

/// Everything that the condition may read, with kinds; attributes more often, since they matter more.
fn names(facts: &Facts, types: &[String]) -> Vec<(Name, Kind)> {
    let mut names = vec![
        (Name::Now, Kind::Time),
        (Name::SubjectId, Kind::Text),
        (Name::Verb, Kind::Text),
        (Name::ResourceType, Kind::Text),
        (Name::ResourceId, Kind::Text),
    ];
    let mut attributes = Vec::new();
    attributes.extend(facts.subject.iter().map(|one| (Name::Subject(one.name.clone()), one.kind)));
    attributes.extend(facts.action.iter().map(|one| (Name::Action(one.name.clone()), one.kind)));
    attributes.extend(facts.context.iter().map(|one| (Name::Context(one.name.clone()), one.kind)));
    for name in around(facts, types) {
        names.push((Name::IdOf(name.clone()), Kind::Text));
        for one in facts.type_named(&name).map_or(&[][..], |kind| &kind.attributes) {
            attributes.push((Name::Of(name.clone(), one.name.clone()), one.kind));
            if types.contains(&name) {
                attributes.push((Name::Resource(one.name.clone()), one.kind));
            }
        }
    }
    [names, attributes.clone(), attributes.clone(), attributes].concat()
}

struct Writer<'a> {
    rng: &'a mut Rng,
    names: Vec<(Name, Kind)>,
    /// What `resource.type` can be
    types: Vec<String>,
    /// What `action.name` can be
    actions: Vec<String>,
    /// The variables of the macros around
    vars: Vec<(&'static str, Kind)>,
}

fn two(op: Op, left: Expr, right: Expr) -> Expr {
    Expr::Two(op, Box::new(left), Box::new(right))
}

impl Writer<'_> {
    fn truth(&mut self, depth: usize) -> Expr {
        if depth == 0 || self.rng.chance(15) {
            return self.leaf();
        }
        let depth = depth - 1;
        match self.rng.below(24) {
            0..=6 => two(Op::And, self.truth(depth), self.truth(depth)),
            7..=13 => two(Op::Or, self.truth(depth), self.truth(depth)),
            14..=16 => Expr::Not(Box::new(self.truth(depth))),
            17 => {
                let (asked, yes) = (Box::new(self.truth(depth)), Box::new(self.truth(depth)));
                Expr::If(asked, yes, Box::new(self.truth(depth)))
            }
            18 => two(Op::Same, self.truth(depth), self.truth(0)),
            _ => self.over_list(depth),
        }
    }

    /// A name or a variable, and its kind.
    fn reference(&mut self) -> (Expr, Kind) {
        if !self.vars.is_empty() && self.rng.chance(60) {
            let (name, kind) = *self.rng.pick(&self.vars);
            return (Expr::Var(name), kind);
        }
        let (name, kind) = self.rng.pick(&self.names).clone();
        (Expr::Name(name), kind)
    }

    /// One of the kind, if there is any.
    fn of_kind(&mut self, kind: Kind) -> Option<Expr> {
        let names: Vec<&Name> = self.names.iter().filter(|(_, known)| *known == kind).map(|(name, _)| name).collect();
        if names.is_empty() { None } else { Some(Expr::Name((*self.rng.pick(&names)).clone())) }
    }

    /// The only values that the name can have, where they are known: others are refused in comparisons.
    fn listed(&self, name: &Name) -> Option<Vec<String>> {
        match name {
            Name::Verb => Some(self.actions.clone()),
            Name::ResourceType => Some(self.types.clone()),
            Name::Subject(name)
            | Name::Action(name)
            | Name::Context(name)
            | Name::Resource(name)
            | Name::Of(_, name)
                if name == "kind" =>
            {
                Some(ONE_OF.iter().map(|one| (*one).to_owned()).collect())
            }
            _ => None,
        }
    }

    fn comparison(&mut self) -> Op {
        *self.rng.pick(&COMPARISONS)
    }

    /// Something about one reference.
    fn leaf(&mut self) -> Expr {
        let (it, kind) = self.reference();
        if let Expr::Name(name) = &it {
            if !is_given(name) && self.rng.chance(8) {
                return Expr::Has(name.clone());
            }
            if let Some(values) = self.listed(name) {
                return self.about_listed(it, &values);
            }
        }
        match kind {
            Kind::Bool if self.rng.chance(15) => Expr::Not(Box::new(it)),
            Kind::Bool => it,
            Kind::Int => self.about_int(it),
            Kind::Decimal => self.about_decimal(it),
            Kind::Text => self.about_text(it),
            Kind::Time => self.about_time(it),
            Kind::Ip => self.about_address(it),
            Kind::Texts | Kind::Ints => self.about_list(it, kind),
        }
    }

    fn about_listed(&mut self, it: Expr, values: &[String]) -> Expr {
        if values.is_empty() || self.rng.chance(15) {
            let call = *self.rng.pick(&[Call::StartsWith, Call::EndsWith, Call::Contains]);
            return Expr::Call(call, Box::new(it), Box::new(self.text()));
        }
        let text = |rng: &mut Rng| Expr::Text(rng.pick(values).clone());
        match self.rng.below(3) {
            0 => two(Op::In, it, Expr::List(vec![text(self.rng), text(self.rng)])),
            1 => two(Op::Other, it, text(self.rng)),
            _ => two(Op::Same, it, text(self.rng)),
        }
    }

    fn int(&mut self) -> Expr {
        Expr::Int(*self.rng.pick(&INTS))
    }

    fn about_int(&mut self, it: Expr) -> Expr {
        match self.rng.below(10) {
            0 => {
                let items = vec![self.int(), self.int(), self.int()];
                two(Op::In, it, Expr::List(items))
            }
            1 => {
                let decimal = Expr::Decimal(self.rng.text(&DECIMALS));
                two(self.comparison(), it, decimal)
            }
            2..=5 => {
                let op = *self.rng.pick(&[Op::Plus, Op::Minus, Op::Times, Op::Divided, Op::Rest, Op::Plus]);
                let divides = matches!(op, Op::Divided | Op::Rest);
                let right = match self.of_kind(Kind::Int) {
                    Some(other) if self.rng.chance(50) => other,
                    _ if divides => Expr::Int(*self.rng.pick(&[1, 2, 3, -1, 10])),
                    _ => self.int(),
                };
                let it = two(op, it, right);
                let it = if self.rng.chance(20) { two(Op::Plus, it, self.int()) } else { it };
                let other = self.int();
                two(self.comparison(), it, other)
            }
            6 => {
                let other = self.int();
                two(self.comparison(), Expr::Negative(Box::new(it)), other)
            }
            7 => {
                let (asked, other, bound) = (self.truth(0), self.int(), self.int());
                two(self.comparison(), Expr::If(Box::new(asked), Box::new(it), Box::new(other)), bound)
            }
            _ => {
                let other = self.of_kind(Kind::Int).filter(|_| self.rng.chance(25));
                let other = other.unwrap_or_else(|| self.int());
                if self.rng.chance(50) { two(self.comparison(), it, other) } else { two(self.comparison(), other, it) }
            }
        }
    }

    fn about_decimal(&mut self, it: Expr) -> Expr {
        let literal = |rng: &mut Rng| match rng.chance(30) {
            true => Expr::Int(*rng.pick(&[0, 1, 50, 10, -1])),
            false => Expr::Decimal(rng.text(&DECIMALS)),
        };
        match self.rng.below(10) {
            0 | 1 => {
                let op = *self.rng.pick(&[Op::Plus, Op::Minus, Op::Times]);
                let right = *self.rng.pick(&["0.2", "0.1", "2.0", "1.5"]);
                let it = two(op, it, Expr::Decimal(right));
                two(self.comparison(), it, literal(self.rng))
            }
            2 => two(self.comparison(), Expr::Negative(Box::new(it)), literal(self.rng)),
            3 | 4 => {
                let kind = if self.rng.chance(50) { Kind::Decimal } else { Kind::Int };
                let other = self.of_kind(kind).unwrap_or(Expr::Decimal("50.0"));
                two(self.comparison(), it, other)
            }
            5 => two(self.comparison(), literal(self.rng), it),
            _ => two(self.comparison(), it, literal(self.rng)),
        }
    }

    fn text(&mut self) -> Expr {
        Expr::Text((*self.rng.pick(&TEXTS)).to_owned())
    }

    fn about_text(&mut self, it: Expr) -> Expr {
        match self.rng.below(12) {
            0 => {
                let items = vec![self.text(), self.text()];
                two(Op::In, it, Expr::List(items))
            }
            1..=3 => {
                let call = *self.rng.pick(&[Call::StartsWith, Call::EndsWith, Call::Contains]);
                let other = self.of_kind(Kind::Text).filter(|_| self.rng.chance(25));
                let other = other.unwrap_or_else(|| self.text());
                Expr::Call(call, Box::new(it), Box::new(other))
            }
            4 | 5 => Expr::Matches(Box::new(it), self.rng.below(PATTERNS.len())),
            6 => {
                let size = Expr::Int(*self.rng.pick(&[0, 1, 2, 3, 8]));
                two(self.comparison(), Expr::Size(Box::new(it), self.rng.chance(50)), size)
            }
            7 => {
                let (added, other) = (self.text(), self.text());
                two(self.comparison(), two(Op::Plus, it, added), other)
            }
            8 => match self.of_kind(Kind::Texts) {
                Some(list) => two(Op::In, it, list),
                None => self.leaf(),
            },
            _ => {
                let other = self.of_kind(Kind::Text).filter(|_| self.rng.chance(30));
                let other = other.unwrap_or_else(|| self.text());
                let op = if self.rng.chance(50) { Op::Same } else { self.comparison() };
                two(op, it, other)
            }
        }
    }

    fn about_time(&mut self, it: Expr) -> Expr {
        let literal = Expr::Time(self.rng.text(&TIMES));
        let (text, length) = *self.rng.pick(&SPANS);
        let span = Expr::Span(text, length);
        match self.rng.below(8) {
            0 => two(self.comparison(), two(Op::Plus, it, span), Expr::Name(Name::Now)),
            1 => two(self.comparison(), two(Op::Minus, literal, it), span),
            2 => {
                let (part, bound) = *self.rng.pick(&[(Part::Hours, 12), (Part::Hours, 11), (Part::Minutes, 0)]);
                two(self.comparison(), Expr::Part(part, Box::new(it)), Expr::Int(bound))
            }
            3 => two(self.comparison(), two(Op::Minus, it, span), literal),
            4 | 5 => match self.of_kind(Kind::Time) {
                Some(other) if other != it => two(self.comparison(), it, other),
                _ => two(self.comparison(), it, literal),
            },
            _ => two(self.comparison(), it, literal),
        }
    }

    fn about_address(&mut self, it: Expr) -> Expr {
        match self.rng.below(5) {
            0 => {
                let op = if self.rng.chance(50) { Op::Same } else { Op::Other };
                two(op, it, Expr::Ip(self.rng.text(&IPS)))
            }
            _ => Expr::InRange(Box::new(it), self.rng.text(&RANGES), self.rng.chance(50)),
        }
    }

    fn item(&mut self, kind: Kind) -> Expr {
        if kind == Kind::Texts { self.text() } else { self.int() }
    }

    fn about_list(&mut self, it: Expr, kind: Kind) -> Expr {
        match self.rng.below(6) {
            0 | 1 => {
                let of = if kind == Kind::Texts { Kind::Text } else { Kind::Int };
                let item = self.of_kind(of).filter(|_| self.rng.chance(40));
                let item = item.unwrap_or_else(|| self.item(kind));
                two(Op::In, item, it)
            }
            2 => {
                let size = Expr::Int(*self.rng.pick(&[0, 1, 2, 3]));
                two(self.comparison(), Expr::Size(Box::new(it), self.rng.chance(50)), size)
            }
            3 => {
                let items = vec![self.item(kind)];
                two(if self.rng.chance(50) { Op::Same } else { Op::Other }, it, Expr::List(items))
            }
            _ => self.each(it, kind, 1),
        }
    }

    /// A macro over a list that is an attribute, or over a literal one.
    fn over_list(&mut self, depth: usize) -> Expr {
        let kind = if self.rng.chance(50) { Kind::Texts } else { Kind::Ints };
        let attribute = self.of_kind(kind).filter(|_| self.rng.chance(75));
        if let Some(list) = attribute {
            return self.each(list, kind, depth);
        }
        // Of literals alone it would be constant, which is refused.
        let of = if kind == Kind::Texts { Kind::Text } else { Kind::Int };
        let Some(item) = self.of_kind(of) else { return self.leaf() };
        let list = Expr::List(vec![self.item(kind), item]);
        self.each(list, kind, depth)
    }

    fn each(&mut self, list: Expr, kind: Kind, depth: usize) -> Expr {
        let free = ["it", "one", "x"].into_iter().find(|name| self.vars.iter().all(|(known, _)| known != name));
        let Some(name) = free else { return self.leaf() };
        self.vars.push((name, if kind == Kind::Texts { Kind::Text } else { Kind::Int }));
        let each = *self.rng.pick(&[Each::Exists, Each::Exists, Each::All, Each::All, Each::ExistsOne, Each::Filter]);
        let maps = kind == Kind::Ints && self.rng.chance(10);
        let body = match self.rng.below(3) {
            _ if maps => two(Op::Times, Expr::Var(name), self.int()),
            // What errs for one item may be decided by another.
            0 => two(Op::Or, self.truth(0), self.truth(depth)),
            1 => two(Op::And, self.truth(0), self.truth(depth)),
            _ => self.truth(depth),
        };
        self.vars.pop();
        let each = if maps { Each::Map } else { each };
        let made = Expr::Each(each, Box::new(list), name, Box::new(body));
        match each {
            Each::Filter => two(self.comparison(), Expr::Size(Box::new(made), false), Expr::Int(1)),
            Each::Map => two(Op::In, self.int(), made),
            _ => made,
        }
    }
}

/// Whether it is given by the engine, and always there.
fn is_given(name: &Name) -> bool {
    matches!(name, Name::Now | Name::SubjectId | Name::Verb | Name::ResourceType | Name::ResourceId | Name::IdOf(_))
}
