//! What JavaScript supplies, as the tenant is asked: by name.

use countersign_core::{Owner, Policy, Slot};
use countersign_wire::document::{Node, Value};
use countersign_wire::given::{Bag, Given, PlainValue, Raw, supplied};

/// What JavaScript supplied, by owner and name.
pub(super) fn given(policy: &Policy, values: &[u8]) -> Given {
    let mut given = Given::default();
    for (slot, value) in supplied::each(values) {
        let Some(spec) = policy.attribute(Slot(slot)) else { continue };
        let bag: &mut Bag = match spec.owner {
            Owner::Subject => &mut given.subject,
            Owner::Action => &mut given.action,
            Owner::Context => &mut given.context,
            Owner::Type(_) => &mut given.resource,
        };
        bag.push((spec.name.to_string(), document(value)));
    }
    given
}

/// The values that a resource shall have, by name; the name is empty, and so nobody's, where none is declared.
pub(super) fn wanted(policy: &Policy, values: &[u8]) -> Bag {
    let name = |slot| policy.attribute(Slot(slot)).map_or_else(String::new, |spec| spec.name.to_string());
    supplied::each(values).map(|(slot, value)| (name(slot), document(value))).collect()
}

fn document(value: Raw<'_>) -> Value {
    match value {
        Raw::One(value) => plain(value),
        Raw::Many(items) => {
            Value::Array(items.into_iter().map(|item| Node { span: 0..0, value: plain(item) }).collect())
        }
    }
}

fn plain(value: PlainValue<'_>) -> Value {
    match value {
        PlainValue::Other => Value::Null,
        PlainValue::Bool(value) => Value::Bool(value),
        PlainValue::Number(text) => Value::Number(text.to_owned()),
        PlainValue::Exact(number) => Value::Number(number.to_text()),
        PlainValue::Text(text) => Value::String(text.to_owned()),
        PlainValue::Time(moment) => Value::Time(moment),
    }
}
