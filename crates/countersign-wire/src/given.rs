//! What a caller supplies with a question: attributes and context, typed by what the model declares.

mod moment;
pub mod supplied;
#[cfg(test)]
mod tests;
mod typed;

pub use typed::{Plain as PlainValue, Raw};

use crate::api::Values;
use crate::diagnostic::{Diagnostic, Source};
use crate::document::{self, Node, Value as Plain};
use countersign_core::condition::{Decimal, Value};
use countersign_core::{AttributeSpec, Attributes, Owner, Path, Policy};
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

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

    /// What the model declares to come from callers, and nothing else: two that are the same here ask the same.
    #[must_use]
    pub fn declared(&self, policy: &Policy, path: &str) -> Self {
        let keep = |owner: Option<Owner>, bag: &Bag| -> Bag {
            let read = |name: &str| {
                let spec = owner.and_then(|owner| policy.attribute(policy.slot(owner, name)?));
                spec.is_some_and(|spec| spec.from_request || !spec.owner.is_stored())
            };
            bag.iter().filter(|(name, _)| read(name)).cloned().collect()
        };
        let on = Path::parse(path).and_then(|path| policy.locate(&path)).ok();
        Self {
            subject: keep(Some(Owner::Subject), &self.subject),
            action: keep(Some(Owner::Action), &self.action),
            resource: keep(on.map(Owner::Type), &self.resource),
            context: keep(Some(Owner::Context), &self.context),
        }
    }

    /// The values by slot, for a question about `path`.
    ///
    /// Names that the model does not declare are left out, and so is what the tenant stores: a caller cannot override it.
    /// A value that is not of the declared kind is an error value, as a missing one is.
    #[must_use]
    pub fn attributes(&self, policy: &Policy, path: &str) -> Attributes {
        let mut all = Attributes::default();
        // Mostly nothing is said of the resource; then its path is read once, by the engine.
        let on = || Path::parse(path).and_then(|path| policy.locate(&path)).ok();
        let on = if self.resource.is_empty() { None } else { on() };
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

/// The values as JSON for a call to the tenant's object, which reads the same of them: a number that JSON's readers would
/// round goes as a string, which a decimal takes and nothing else.
#[must_use]
pub fn values(bag: &Bag) -> Values {
    bag.iter().map(|(name, value)| (name.clone(), json(value))).collect()
}

/// The values that [`values`] wrote.
///
/// # Errors
/// The sentence that says what is wrong with them.
pub fn bag(values: &Values) -> Result<Bag, String> {
    let text = serde_json::Value::Object(values.clone()).to_string();
    serde_json::from_str::<Supplied>(&text).map(|bag| bag.0).map_err(|error| error.to_string())
}

fn json(value: &Plain) -> serde_json::Value {
    match value {
        Plain::Null => serde_json::Value::Null,
        Plain::Bool(value) => (*value).into(),
        Plain::Number(text) => number(text),
        Plain::String(text) => text.as_str().into(),
        Plain::Time(moment) => crate::time::format(*moment).into(),
        Plain::Array(items) => items.iter().map(|item| json(&item.value)).collect::<Vec<_>>().into(),
        Plain::Table(entries) => {
            let fields = entries.iter().map(|(key, node)| (key.text.clone(), json(&node.value)));
            serde_json::Value::Object(fields.collect())
        }
    }
}

/// A number that comes back as it was written; else its text.
fn number(text: &str) -> serde_json::Value {
    let number: Option<serde_json::Number> = serde_json::from_str(text).ok();
    let same = |number: &serde_json::Number| Decimal::parse(&number.to_string()) == Decimal::parse(text);
    match number.filter(same) {
        Some(number) => number.into(),
        None => text.into(),
    }
}

/// A bag read from JSON, its numbers as they were written; a repeated key is an error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supplied(pub Bag);

impl<'de> Deserialize<'de> for Supplied {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // Through a float, -1e-400 would become zero and 50.000000000000001 fifty.
        let raw = Box::<RawValue>::deserialize(from)?;
        if raw.get() == "null" {
            return Ok(Self::default());
        }
        let problem = |problems: Vec<Diagnostic>| problems.first().map_or(String::new(), |first| first.message.clone());
        match document::json(&Source { name: "", text: raw.get() }) {
            Ok(Node { value: Plain::Table(entries), .. }) => {
                Ok(Self(entries.into_iter().map(|(key, node)| (key.text, node.value)).collect()))
            }
            Ok(node) => Err(D::Error::custom(format_args!("expected an object, found {}", node.value.kind()))),
            Err(problems) => Err(D::Error::custom(problem(problems))),
        }
    }
}
