//! The attributes of a policy, and the references that conditions make to them.

use super::{Policy, halves, index};
use crate::TypeId;
use crate::attribute::{AttributeSpec, Attributes, Owner, Slot};
use crate::condition::{Condition, Kind, Reference, Value};
use alloc::boxed::Box;
use alloc::string::String;

impl Policy {
    /// All declared attributes, in slot order.
    #[must_use]
    pub fn attributes(&self) -> &[AttributeSpec] {
        &self.attributes
    }

    /// The attribute at `slot`.
    #[must_use]
    pub fn attribute(&self, slot: Slot) -> Option<&AttributeSpec> {
        self.attributes.get(usize::from(slot.0))
    }

    /// The slot of an owner's attribute.
    #[must_use]
    pub fn slot(&self, owner: Owner, name: &str) -> Option<Slot> {
        let named = |spec: &AttributeSpec| spec.owner == owner && *spec.name == *name;
        self.attributes.iter().position(named).and_then(index).map(Slot)
    }

    /// Sets the value at `slot`, as [`Value::Error`] where it is none that the attribute may have.
    pub fn set(&self, all: &mut Attributes, slot: Slot, value: Value<'static>) {
        if let Some(spec) = self.attribute(slot) {
            all.set(slot, if spec.admits(&value) { value } else { Value::Error });
        }
    }

    /// The reference written so in a condition: `now`, `subject.licensed`, `resource.id`, `project.kind`.
    #[must_use]
    pub fn reference(&self, text: &str) -> Option<Reference> {
        if text == "now" {
            return Some(Reference::Now);
        }
        let (owner, name) = halves(text, b'.')?;
        match (owner, name) {
            ("subject", "id") => Some(Reference::SubjectId),
            ("action", "name") => Some(Reference::ActionName),
            ("resource", "type") => Some(Reference::ResourceType),
            ("resource", "id") => Some(Reference::ResourceId),
            ("subject", _) => self.slot(Owner::Subject, name).map(Reference::Slot),
            ("action", _) => self.slot(Owner::Action, name).map(Reference::Slot),
            ("context", _) => self.slot(Owner::Context, name).map(Reference::Slot),
            ("resource", _) => {
                let named = |spec: &AttributeSpec| matches!(spec.owner, Owner::Type(_)) && *spec.name == *name;
                let slots = self.attributes.iter().enumerate().filter(|(_, spec)| named(spec));
                let slots: Box<[Slot]> = slots.filter_map(|(at, _)| index(at)).map(Slot).collect();
                (!slots.is_empty()).then_some(Reference::Resource(slots))
            }
            (_, "id") => self.type_named(owner).map(Reference::SegmentId),
            _ => self.slot(Owner::Type(self.type_named(owner)?), name).map(Reference::Slot),
        }
    }

    /// Whether tenants store attributes of resources, so that a check may read them.
    #[must_use]
    pub fn stores_resources(&self) -> bool {
        self.attributes.iter().any(|spec| matches!(spec.owner, Owner::Type(_)) && !spec.from_request)
    }

    /// How conditions write a reference: what [`Policy::reference`] reads.
    #[must_use]
    pub fn spelling(&self, reference: &Reference) -> String {
        let type_name = |on: TypeId| self.resource_type(on).map_or("", |kind| kind.name());
        let (owner, name) = match reference {
            Reference::Now => return String::from("now"),
            Reference::SubjectId => ("subject", "id"),
            Reference::ActionName => ("action", "name"),
            Reference::ResourceType => ("resource", "type"),
            Reference::ResourceId => ("resource", "id"),
            Reference::SegmentId(on) => (type_name(*on), "id"),
            Reference::Resource(slots) => {
                let first = slots.first().and_then(|slot| self.attribute(*slot));
                ("resource", first.map_or("", |spec| &*spec.name))
            }
            Reference::Slot(slot) => match self.attribute(*slot) {
                None => ("", ""),
                Some(spec) => {
                    let owner = match spec.owner {
                        Owner::Subject => "subject",
                        Owner::Action => "action",
                        Owner::Context => "context",
                        Owner::Type(on) => type_name(on),
                    };
                    (owner, &*spec.name)
                }
            },
        };
        [owner, name].join(".")
    }

    /// Whether a condition may come to something else without a change of the tenant: it reads what callers supply, the
    /// action's name or the clock.
    #[must_use]
    pub fn varies(&self, condition: &Condition) -> bool {
        let from_request =
            |slot: &Slot| self.attribute(*slot).is_none_or(|spec| spec.from_request || !spec.owner.is_stored());
        condition.references.iter().any(|reference| match reference {
            Reference::Slot(slot) => from_request(slot),
            Reference::Resource(slots) => slots.iter().any(from_request),
            Reference::Now | Reference::ActionName => true,
            _ => false,
        })
    }

    /// The kind of a reference's values; nothing where the types that share a name do not share the kind.
    #[must_use]
    pub fn kind(&self, reference: &Reference) -> Option<Kind> {
        match reference {
            Reference::Slot(slot) => self.attribute(*slot).map(|spec| spec.kind),
            Reference::Resource(slots) => {
                let mut kinds = slots.iter().filter_map(|slot| self.attribute(*slot)).map(|spec| spec.kind);
                let first = kinds.next()?;
                kinds.all(|kind| kind == first).then_some(first)
            }
            Reference::Now => Some(Kind::Timestamp),
            Reference::SubjectId
            | Reference::ActionName
            | Reference::ResourceType
            | Reference::ResourceId
            | Reference::SegmentId(_) => Some(Kind::String),
        }
    }
}
