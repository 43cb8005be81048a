//! Values and declarations of attributes, as records hold them.

use countersign_core::condition::{Decimal, Ip, IpRange, Items, Kind, Value};
use countersign_core::{AttributeSpec, Attributes, Owner, Policy, TypeId};
use serde::{Deserialize, Serialize};

/// A declared attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeForm {
    /// Whose it is
    pub owner: OwnerForm,
    /// Its name
    pub name: String,
    /// What its values are
    pub kind: KindForm,
    /// The only values that a string may have
    pub one_of: Vec<String>,
    /// Whether the caller supplies it
    pub from_request: bool,
}

/// Whose attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwnerForm {
    /// The subject's
    Subject,
    /// The action's
    Action,
    /// The context's
    Context,
    /// A type's, by index
    Type(u16),
}

/// What an attribute is; the order belongs to the format and only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words are the core's kinds")]
pub enum KindForm {
    Bool,
    Int,
    Decimal,
    String,
    Timestamp,
    Duration,
    Ip,
    Range,
    Bools,
    Ints,
    Decimals,
    Strings,
    Timestamps,
    Ips,
}

/// A value. Lists hold no lists, so that reading one needs no recursion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueForm {
    /// One value
    One(ItemForm),
    /// A list
    Many(Vec<ItemForm>),
}

/// A value that is no list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemForm {
    /// One that is missing or ill-typed
    Error,
    /// A truth value
    Bool(bool),
    /// An integer
    Int(i64),
    /// An exact decimal: units, scale
    Decimal(i128, u8),
    /// A string
    String(String),
    /// A moment in milliseconds
    Timestamp(i64),
    /// A span of time in milliseconds
    Duration(i64),
    /// An IP address: whether it is of version 6, its bits
    Ip(bool, u128),
    /// A range of addresses: the first, and the bits that are fixed
    Range(bool, u128, u8),
}

/// The values of an owner's attributes by slot; what the policy does not declare so is left out, and so missing.
#[must_use]
pub fn attributes(policy: &Policy, owner: Owner, values: &[(String, ValueForm)]) -> Attributes {
    let mut attributes = Attributes::default();
    for (name, form) in values {
        let slot = policy.slot(owner, name);
        if let Some((slot, spec)) = slot.and_then(|slot| Some((slot, policy.attribute(slot)?))) {
            let value = Value::from(form);
            attributes.set(slot, if spec.admits(&value) { value } else { Value::Error });
        }
    }
    attributes
}

/// The values of attributes by name.
#[must_use]
pub fn named(policy: &Policy, attributes: &Attributes) -> Vec<(String, ValueForm)> {
    let named = attributes
        .all()
        .filter_map(|(slot, value)| Some((policy.attribute(slot)?.name.to_string(), ValueForm::from(value))));
    named.collect()
}

impl From<&Value<'_>> for ValueForm {
    fn from(value: &Value<'_>) -> Self {
        match value {
            Value::List(items) => Self::Many(items.all().iter().map(item).collect()),
            other => Self::One(item(other)),
        }
    }
}

impl From<&ValueForm> for Value<'static> {
    fn from(form: &ValueForm) -> Self {
        match form {
            ValueForm::One(form) => value(form),
            ValueForm::Many(items) => Self::List(Items::Owned(items.iter().map(value).collect())),
        }
    }
}

fn item(value: &Value<'_>) -> ItemForm {
    match value {
        Value::Error | Value::List(_) => ItemForm::Error,
        Value::Bool(value) => ItemForm::Bool(*value),
        Value::Int(value) => ItemForm::Int(*value),
        Value::Decimal(value) => ItemForm::Decimal(value.units(), value.scale()),
        Value::String(value) => ItemForm::String(value.to_string()),
        Value::Timestamp(value) => ItemForm::Timestamp(*value),
        Value::Duration(value) => ItemForm::Duration(*value),
        Value::Ip(value) => ItemForm::Ip(value.is_v6(), value.bits()),
        Value::Range(value) => ItemForm::Range(value.first().is_v6(), value.first().bits(), value.prefix()),
    }
}

fn value(form: &ItemForm) -> Value<'static> {
    match form {
        ItemForm::Error => Value::Error,
        ItemForm::Bool(value) => Value::Bool(*value),
        ItemForm::Int(value) => Value::Int(*value),
        ItemForm::Decimal(units, scale) => Decimal::new(*units, *scale).map_or(Value::Error, Value::Decimal),
        ItemForm::String(value) => Value::text(value),
        ItemForm::Timestamp(value) => Value::Timestamp(*value),
        ItemForm::Duration(value) => Value::Duration(*value),
        ItemForm::Ip(v6, bits) => Ip::new(*v6, *bits).map_or(Value::Error, Value::Ip),
        ItemForm::Range(v6, bits, prefix) => {
            let range = Ip::new(*v6, *bits).and_then(|first| IpRange::new(first, *prefix));
            range.map_or(Value::Error, Value::Range)
        }
    }
}

impl From<&AttributeSpec> for AttributeForm {
    fn from(spec: &AttributeSpec) -> Self {
        Self {
            owner: match spec.owner {
                Owner::Subject => OwnerForm::Subject,
                Owner::Action => OwnerForm::Action,
                Owner::Context => OwnerForm::Context,
                Owner::Type(on) => OwnerForm::Type(on.0),
            },
            name: spec.name.to_string(),
            kind: spec.kind.into(),
            one_of: spec.one_of.iter().map(ToString::to_string).collect(),
            from_request: spec.from_request,
        }
    }
}

impl From<AttributeForm> for AttributeSpec {
    fn from(form: AttributeForm) -> Self {
        Self {
            owner: match form.owner {
                OwnerForm::Subject => Owner::Subject,
                OwnerForm::Action => Owner::Action,
                OwnerForm::Context => Owner::Context,
                OwnerForm::Type(on) => Owner::Type(TypeId(on)),
            },
            name: form.name.into(),
            kind: form.kind.into(),
            one_of: form.one_of.into_iter().map(Into::into).collect(),
            from_request: form.from_request,
        }
    }
}

macro_rules! kinds {
    ($($kind:ident)*) => {
        impl From<Kind> for KindForm {
            fn from(kind: Kind) -> Self {
                match kind { $(Kind::$kind => Self::$kind,)* }
            }
        }

        impl From<KindForm> for Kind {
            fn from(form: KindForm) -> Self {
                match form { $(KindForm::$kind => Self::$kind,)* }
            }
        }
    };
}

kinds! { Bool Int Decimal String Timestamp Duration Ip Range Bools Ints Decimals Strings Timestamps Ips }
