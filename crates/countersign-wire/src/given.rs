//! What a caller supplies with a question: attributes and context, typed by what the model declares.

mod moment;
pub mod supplied;
#[cfg(test)]
mod tests;
mod typed;

pub use typed::{Plain as PlainValue, Raw};

use crate::document::Value as Plain;
use core::fmt;
use countersign_core::condition::Value;
use countersign_core::{AttributeSpec, Attributes, Owner, Path, Policy};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Values by name, as a caller writes them.
pub type Bag = Vec<(String, Plain)>;

/// What a caller says of subject, action, resource and context.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// Of the subject
    pub subject: Bag,
    /// Of the action
    pub action: Bag,
    /// Of the resource that is asked about
    pub resource: Bag,
    /// The context
    pub context: Bag,
}

impl Given {
    /// Nothing at all.
    pub const NOTHING: &'static Self =
        &Self { subject: Vec::new(), action: Vec::new(), resource: Vec::new(), context: Vec::new() };

    /// The values by slot, for a question about `path`.
    ///
    /// Names that the model does not declare are left out, and so is what the tenant stores: a caller cannot override it.
    /// A value that is not of the declared kind is an error value, as a missing one is.
    #[must_use]
    pub fn attributes(&self, policy: &Policy, path: &str) -> Attributes {
        let mut all = Attributes::default();
        let on = Path::parse(path).and_then(|path| policy.locate(&path)).ok();
        let resource = on.map(|on| (Owner::Type(on), &self.resource));
        let others = [(Owner::Subject, &self.subject), (Owner::Action, &self.action), (Owner::Context, &self.context)];
        for (owner, bag) in resource.into_iter().chain(others) {
            for (name, value) in bag {
                let slot = policy.slot(owner, name);
                let Some((slot, spec)) = slot.and_then(|slot| Some((slot, policy.attribute(slot)?))) else { continue };
                if spec.from_request || !owner.is_stored() {
                    all.set(slot, typed(spec, value));
                }
            }
        }
        all
    }
}

/// The value as the declared kind reads it; [`Value::Error`] where it is none of it.
#[must_use]
pub fn typed(spec: &AttributeSpec, value: &Plain) -> Value<'static> {
    let value = match value {
        Plain::Array(items) => Raw::Many(items.iter().map(|item| plain(&item.value)).collect()),
        other => Raw::One(plain(other)),
    };
    typed::typed(spec, &value)
}

fn plain(value: &Plain) -> typed::Plain<'_> {
    match value {
        Plain::Bool(value) => typed::Plain::Bool(*value),
        Plain::Number(text) => typed::Plain::Number(text),
        Plain::String(text) => typed::Plain::Text(text),
        Plain::Time(moment) => typed::Plain::Time(*moment),
        Plain::Null | Plain::Array(_) | Plain::Table(_) => typed::Plain::Other,
    }
}

/// A bag read from JSON or another self-describing format; a repeated key is an error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supplied(pub Bag);

impl<'de> Deserialize<'de> for Supplied {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Anything::deserialize(from)?.0 {
            Plain::Table(entries) => Ok(Self(entries.into_iter().map(|(key, node)| (key.text, node.value)).collect())),
            Plain::Null => Ok(Self::default()),
            other => Err(D::Error::custom(format_args!("expected an object, found {}", other.kind()))),
        }
    }
}

/// Any value.
struct Anything(Plain);

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reading).map(Self)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Plain;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("plain data")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Plain, E> {
        Ok(Plain::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain::Number(value.to_string()))
    }

    /// A JSON number is taken by its shortest decimal form.
    fn visit_f64<E>(self, value: f64) -> Result<Plain, E> {
        Ok(Plain::Number(format!("{value:?}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Plain, E> {
        Ok(Plain::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Plain, A::Error> {
        let mut all = Vec::new();
        while let Some(Anything(value)) = items.next_element()? {
            all.push(crate::document::Node { span: 0..0, value });
        }
        Ok(Plain::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Plain, A::Error> {
        let mut all: Vec<(crate::document::Key, crate::document::Node)> = Vec::new();
        while let Some((text, Anything(value))) = entries.next_entry::<String, Anything>()? {
            if all.iter().any(|(known, _)| known.text == text) {
                return Err(A::Error::custom(format_args!("the key `{text}` stands twice")));
            }
            all.push((crate::document::Key { span: 0..0, text }, crate::document::Node { span: 0..0, value }));
        }
        Ok(Plain::Table(all))
    }
}
