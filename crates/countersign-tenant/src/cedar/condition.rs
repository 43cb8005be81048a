//! Conditions as two Cedar expressions that never fail: one is true where the condition holds, the other where it does not.
//!
//! An error of ours is neither. That is what a policy in Cedar, which is skipped where it fails, cannot say by itself.

use super::{Reason, quoted};
use countersign_core::condition::{Condition, Kind, Op, Reference, Value};
use countersign_core::{Owner, Policy, Slot, TypeId};

/// A condition in Cedar.
#[derive(Clone, Debug)]
pub(super) struct Sides {
    /// True where the condition holds
    pub(super) holds: String,
    /// True where it does not
    pub(super) fails: String,
}

impl Sides {
    /// All of the conditions; nothing for no condition at all.
    pub(super) fn all(conditions: Vec<Self>) -> Option<Self> {
        conditions.into_iter().reduce(|one, other| one.and(other))
    }

    /// True where the condition holds or cannot be told.
    pub(super) fn may_hold(&self) -> String {
        format!("!({})", self.fails)
    }

    fn and(self, other: Self) -> Self {
        Self { holds: both(&self.holds, &other.holds), fails: either(&self.fails, &other.fails) }
    }
}

/// What stands on the stack.
enum Item {
    Truth(Sides),
    /// An expression that has a value while the guard is true
    Value {
        guard: String,
        text: String,
        kind: Kind,
    },
    /// A list that is written out
    Written(Vec<String>, Kind),
}

/// The condition for resources of one type.
pub(super) fn translate(policy: &Policy, condition: &Condition, on: TypeId) -> Result<Sides, Reason> {
    let mut stack: Vec<Item> = Vec::new();
    for op in &condition.code {
        let item = match op {
            Op::Constant(index) => constant(condition.constants.get(usize::from(*index)).ok_or(Reason::Operation)?)?,
            Op::Load(index) => load(policy, read(condition, *index)?, on)?,
            Op::Has(index) => {
                let Item::Value { guard, .. } = load(policy, read(condition, *index)?, on)? else {
                    return Err(Reason::Operation);
                };
                Item::Truth(Sides { fails: format!("!({guard})"), holds: guard })
            }
            Op::List(count) => {
                let first = stack.len().checked_sub((*count).into()).ok_or(Reason::Operation)?;
                list(stack.split_off(first))?
            }
            Op::Not => {
                let Sides { holds, fails } = truth(stack.pop())?;
                Item::Truth(Sides { holds: fails, fails: holds })
            }
            // Hints for running: without them, the code is the expression.
            Op::AndSkip(_) | Op::OrSkip(_) => continue,
            Op::And | Op::Or => {
                let (right, left) = (truth(stack.pop())?, truth(stack.pop())?);
                Item::Truth(if *op == Op::And {
                    left.and(right)
                } else {
                    Sides { holds: either(&left.holds, &right.holds), fails: both(&left.fails, &right.fails) }
                })
            }
            Op::Equal => compare(&mut stack, "==")?,
            Op::Unequal => compare(&mut stack, "!=")?,
            Op::Less => compare(&mut stack, "<")?,
            Op::LessOrEqual => compare(&mut stack, "<=")?,
            Op::Greater => compare(&mut stack, ">")?,
            Op::GreaterOrEqual => compare(&mut stack, ">=")?,
            Op::In => contains(&mut stack)?,
            _ => return Err(Reason::Operation),
        };
        stack.push(item);
    }
    let result = truth(stack.pop())?;
    if stack.is_empty() { Ok(result) } else { Err(Reason::Operation) }
}

fn both(one: &str, other: &str) -> String {
    format!("({one} && {other})")
}

fn either(one: &str, other: &str) -> String {
    format!("({one} || {other})")
}

fn read(condition: &Condition, index: u16) -> Result<&Reference, Reason> {
    condition.references.get(usize::from(index)).ok_or(Reason::Operation)
}

fn truth(item: Option<Item>) -> Result<Sides, Reason> {
    match item {
        Some(Item::Truth(sides)) => Ok(sides),
        Some(Item::Value { guard, text, kind: Kind::Bool }) => {
            Ok(Sides { holds: both(&guard, &text), fails: both(&guard, &format!("!{text}")) })
        }
        _ => Err(Reason::Operation),
    }
}

fn compare(stack: &mut Vec<Item>, sign: &str) -> Result<Item, Reason> {
    let (right, left) = (stack.pop(), stack.pop());
    let (Some(Item::Value { guard, text, kind }), Some(Item::Value { guard: also, text: other, kind: same })) =
        (left, right)
    else {
        return Err(Reason::Operation);
    };
    let ordered = matches!(kind, Kind::Int | Kind::Timestamp);
    if kind != same || kind.item().is_some() || !(ordered || matches!(sign, "==" | "!=")) {
        return Err(Reason::Operation);
    }
    Ok(test(&both(&guard, &also), &format!("({text} {sign} {other})")))
}

fn contains(stack: &mut Vec<Item>) -> Result<Item, Reason> {
    let (list, element) = (stack.pop(), stack.pop());
    let Some(Item::Value { guard, text, kind }) = element else { return Err(Reason::Operation) };
    match list {
        Some(Item::Written(items, of)) if of == kind => {
            let found =
                if items.is_empty() { "false".to_owned() } else { format!("[{}].contains({text})", items.join(", ")) };
            Ok(test(&guard, &found))
        }
        Some(Item::Value { guard: also, text: list, kind: of }) if of.item() == Some(kind) => {
            Ok(test(&both(&guard, &also), &format!("{list}.contains({text})")))
        }
        _ => Err(Reason::Operation),
    }
}

/// What is true or false while the guard is true, and an error otherwise.
fn test(guard: &str, text: &str) -> Item {
    Item::Truth(Sides { holds: both(guard, text), fails: both(guard, &format!("!{text}")) })
}

fn list(items: Vec<Item>) -> Result<Item, Reason> {
    let mut written = Vec::new();
    let mut kinds = Vec::new();
    for item in items {
        match item {
            Item::Value { guard, text, kind } if guard == "true" => {
                written.push(text);
                kinds.push(kind);
            }
            _ => return Err(Reason::Operation),
        }
    }
    let kind = *kinds.first().ok_or(Reason::Operation)?;
    if kinds.iter().all(|other| *other == kind) { Ok(Item::Written(written, kind)) } else { Err(Reason::Operation) }
}

fn constant(value: &Value<'_>) -> Result<Item, Reason> {
    if let Value::List(items) = value {
        let items = items.all().iter().map(constant).collect::<Result<Vec<_>, _>>()?;
        return list(items);
    }
    let (text, kind) = match value {
        Value::Bool(value) => (value.to_string(), Kind::Bool),
        Value::Int(value) => (format!("({value})"), Kind::Int),
        Value::Timestamp(value) => (format!("({value})"), Kind::Timestamp),
        Value::String(text) => (quoted(text), Kind::String),
        _ => return Err(Reason::Kind),
    };
    Ok(Item::Value { guard: "true".to_owned(), text, kind })
}

fn load(policy: &Policy, reference: &Reference, on: TypeId) -> Result<Item, Reason> {
    let missing = |kind: Kind| Item::Value { guard: "false".to_owned(), text: "true".to_owned(), kind };
    let plain = |text: String, kind: Kind| Item::Value { guard: "true".to_owned(), text, kind };
    match reference {
        Reference::Now => Ok(plain("context[\"now\"]".to_owned(), Kind::Timestamp)),
        Reference::SubjectId => Ok(attribute("principal", "id", Kind::String)),
        Reference::ResourceId => Ok(attribute("resource", "id", Kind::String)),
        Reference::SegmentId(of) if *of == on => Ok(attribute("resource", "id", Kind::String)),
        Reference::SegmentId(_) => Err(Reason::Ancestor),
        Reference::ActionName => Err(Reason::ActionName),
        Reference::ResourceType => {
            Ok(plain(quoted(policy.resource_type(on).map_or("", |kind| kind.name())), Kind::String))
        }
        Reference::Slot(slot) => self::slot(policy, *slot, on),
        Reference::Resource(slots) => {
            let own =
                slots.iter().find(|slot| policy.attribute(**slot).map(|spec| spec.owner) == Some(Owner::Type(on)));
            let kind = slots.first().and_then(|slot| policy.attribute(*slot)).map_or(Kind::Bool, |spec| spec.kind);
            own.map_or_else(|| Ok(missing(kind)), |slot| self::slot(policy, *slot, on))
        }
    }
}

fn slot(policy: &Policy, slot: Slot, on: TypeId) -> Result<Item, Reason> {
    let spec = policy.attribute(slot).ok_or(Reason::Operation)?;
    if super::schema::kind(spec.kind).is_none() {
        return Err(Reason::Kind);
    }
    let supplied = |owner: &str| attribute("context", &format!("{owner}.{}", spec.name), spec.kind);
    match spec.owner {
        Owner::Subject if !spec.from_request => Ok(attribute("principal", &spec.name, spec.kind)),
        Owner::Subject => Ok(supplied("subject")),
        Owner::Action => Ok(supplied("action")),
        Owner::Context => Ok(supplied("context")),
        Owner::Type(of) if of != on => Err(Reason::Ancestor),
        Owner::Type(_) if spec.from_request => Ok(supplied("resource")),
        Owner::Type(_) => Ok(attribute("resource", &spec.name, spec.kind)),
    }
}

fn attribute(of: &str, name: &str, kind: Kind) -> Item {
    let name = quoted(name);
    Item::Value { guard: format!("({of} has {name})"), text: format!("{of}[{name}]"), kind }
}
