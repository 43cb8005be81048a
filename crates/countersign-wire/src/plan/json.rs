//! A plan as JSON.
//!
//! `{"kind":"always"}`, `{"kind":"never"}`, or `{"kind":"when","scopes":[…],"filter":…}`, where `scopes` stands only if
//! the filter is a union of scopes. A filter is one of `{"under":scope}`, `{"is":path}`, `{"not":…}`, `{"and":[…]}`,
//! `{"or":[…]}`, `{"holds":expression}` and `{"mayHold":expression}`; an expression is
//! - what is known: `{"value":true}`, `{"value":"text"}`, `{"int":"5"}`, `{"decimal":"2.5"}`, `{"timestamp":"ms"}`,
//!   `{"duration":"ms"}`, `{"ip":"0a010203"}`, `{"range":["0a000000","8"]}`, `{"list":[…]}`, `{"error":true}`;
//! - what is not: `{"attribute":"sign.cost"}`, `{"has":"sign.cost"}`, `{"item":"0"}` (of the outermost loop);
//! - an operator with its operands: `{"<=":[…,…]}`, `{"&&":[…,…]}`, `{"?:":[…,…,…]}`, `{"exists":[list,body]}`; or
//! - `{"opaque":["sign.name"]}`: only running it tells, and it reads these.

use countersign_core::condition::{Condition, Decimal, Fold, Ip, Op, Value};
use countersign_core::{Filter, Node, Plan, Policy, Residual};

/// The plan as JSON; every part stands where it is needed, so that the text can be longer than the plan.
///
/// A plan that does not belong to the policy is one that never admits anything.
#[must_use]
pub fn to_json(plan: &Plan, policy: &Policy) -> String {
    let never = || r#"{"kind":"never"}"#.to_owned();
    match plan {
        Plan::Always => r#"{"kind":"always"}"#.to_owned(),
        Plan::Never => never(),
        Plan::When(filter) => when(filter, policy).unwrap_or_else(never),
    }
}

fn when(filter: &Filter, policy: &Policy) -> Option<String> {
    let mut texts: Vec<String> = Vec::new();
    for node in &filter.nodes {
        let get = |at: &u32| texts.get(*at as usize).map(String::as_str);
        let list = |all: &[u32]| all.iter().map(get).collect::<Option<Vec<_>>>().map(|all| array(&all));
        let residual = |at: &u32| Some(expression(filter.residuals.get(*at as usize)?, policy));
        texts.push(match node {
            Node::Under(scope) => object("under", &string(scope)),
            Node::Is(path) => object("is", &string(path)),
            Node::Not(inner) => object("not", get(inner)?),
            Node::And(all) => object("and", &list(all)?),
            Node::Or(any) => object("or", &list(any)?),
            Node::Holds(at) => object("holds", &residual(at)?),
            Node::MayHold(at) => object("mayHold", &residual(at)?),
        });
    }
    let scopes = match scopes(filter) {
        None => String::new(),
        Some(scopes) => {
            let scopes: Vec<String> = scopes.into_iter().map(string).collect();
            [r#""scopes":"#, &array(&scopes), ","].concat()
        }
    };
    Some([r#"{"kind":"when","#, &scopes, r#""filter":"#, texts.last()?, "}"].concat())
}

/// The scopes that the filter is the union of.
#[must_use]
pub fn scopes(filter: &Filter) -> Option<Vec<&str>> {
    let under = |node: &'_ u32| match filter.nodes.get(*node as usize) {
        Some(Node::Under(scope)) => Some(&**scope),
        _ => None,
    };
    match filter.nodes.last()? {
        Node::Under(scope) => Some(vec![&**scope]),
        Node::Or(any) => any.iter().map(under).collect(),
        _ => None,
    }
}

fn expression(residual: &Residual, policy: &Policy) -> String {
    let Residual { condition, heavy } = residual;
    let tree = if *heavy { None } else { tree(condition, policy) };
    tree.unwrap_or_else(|| {
        let reads: Vec<String> =
            condition.references.iter().map(|reference| string(&policy.spelling(reference))).collect();
        object("opaque", &array(&reads))
    })
}

/// The expression's tree; nothing for what has no form here.
fn tree(condition: &Condition, policy: &Policy) -> Option<String> {
    let mut stack: Vec<String> = Vec::new();
    let mut loops: Vec<(Fold, String)> = Vec::new();
    for op in &condition.code {
        let text = match op {
            Op::Constant(at) => value(condition.constants.get(usize::from(*at))?),
            Op::Load(at) => object("attribute", &string(&policy.spelling(condition.references.get(usize::from(*at))?))),
            Op::Has(at) => object("has", &string(&policy.spelling(condition.references.get(usize::from(*at))?))),
            Op::Item(level) => object("item", &number(i64::from(*level))),
            Op::AndSkip(_) | Op::OrSkip(_) | Op::Branch(_) | Op::Jump(_) => continue,
            Op::Each(fold, _) => {
                loops.push((*fold, stack.pop()?));
                continue;
            }
            Op::Next => {
                let (fold, list) = loops.pop()?;
                let word = match fold {
                    Fold::Exists => "exists",
                    Fold::All => "all",
                    Fold::ExistsOne => "exists_one",
                    Fold::Filter => "filter",
                    Fold::Map => "map",
                };
                object(word, &array(&[list, stack.pop()?]))
            }
            Op::List(count) => {
                let first = stack.len().checked_sub(usize::from(*count))?;
                object("list", &array(&stack.split_off(first)))
            }
            op => {
                let (word, operands) = operator(*op)?;
                let first = stack.len().checked_sub(operands)?;
                object(word, &array(&stack.split_off(first)))
            }
        };
        stack.push(text);
    }
    let whole = stack.pop()?;
    (stack.is_empty() && loops.is_empty()).then_some(whole)
}

/// The word of an operator, and how many operands it has. A pattern's text is no more, nor has a part of a moment a word.
fn operator(op: Op) -> Option<(&'static str, usize)> {
    Some(match op {
        Op::Not => ("!", 1),
        Op::Negate => ("-", 1),
        Op::ToDecimal => ("toDecimal", 1),
        Op::Size => ("size", 1),
        Op::Select => ("?:", 3),
        Op::Add => ("+", 2),
        Op::Subtract => ("-", 2),
        Op::Multiply => ("*", 2),
        Op::Divide => ("/", 2),
        Op::Remainder => ("%", 2),
        Op::Equal => ("==", 2),
        Op::Unequal => ("!=", 2),
        Op::Less => ("<", 2),
        Op::LessOrEqual => ("<=", 2),
        Op::Greater => (">", 2),
        Op::GreaterOrEqual => (">=", 2),
        Op::In => ("in", 2),
        Op::InRange => ("containsIP", 2),
        Op::StartsWith => ("startsWith", 2),
        Op::EndsWith => ("endsWith", 2),
        Op::Contains => ("contains", 2),
        Op::And => ("&&", 2),
        Op::Or => ("||", 2),
        _ => return None,
    })
}

fn value(value: &Value<'_>) -> String {
    match value {
        Value::List(items) => object("list", &array(&items.all().iter().map(one).collect::<Vec<_>>())),
        value => one(value),
    }
}

/// A value that is no list.
fn one(value: &Value<'_>) -> String {
    match value {
        Value::Error | Value::List(_) => object("error", "true"),
        Value::Bool(value) => object("value", if *value { "true" } else { "false" }),
        Value::String(text) => object("value", &string(text)),
        Value::Int(value) => object("int", &number(*value)),
        Value::Timestamp(value) => object("timestamp", &number(*value)),
        Value::Duration(value) => object("duration", &number(*value)),
        Value::Decimal(value) => object("decimal", &string(&value.to_text())),
        Value::Ip(value) => object("ip", &string(&hex(*value))),
        Value::Range(value) => {
            object("range", &array(&[string(&hex(value.first())), number(i64::from(value.prefix()))]))
        }
    }
}

/// The digits of an address: 8 of version 4, 32 of version 6.
fn hex(ip: Ip) -> String {
    let places: u32 = if ip.is_v6() { 32 } else { 8 };
    let digit = |place: u32| char::from_digit(((ip.bits() >> (4 * place)) & 15) as u32, 16);
    (0..places).rev().filter_map(digit).collect()
}

/// An integer as a string: JavaScript's numbers have 53 bits. A decimal's text needs no formatting machinery.
fn number(value: i64) -> String {
    string(&Decimal::from(value).to_text())
}

fn object(key: &str, value: &str) -> String {
    ["{\"", key, "\":", value, "}"].concat()
}

fn array<T: AsRef<str>>(items: &[T]) -> String {
    let mut text = String::from("[");
    for (at, item) in items.iter().enumerate() {
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(item.as_ref());
    }
    text.push(']');
    text
}

/// A string in JSON's quotes.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\0'..='\x1f' => {
                quoted.push_str("\\u00");
                quoted.extend(
                    [char as u32 >> 4, char as u32 & 15].iter().filter_map(|digit| char::from_digit(*digit, 16)),
                );
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
