//! What is certain of the questions about a place: about itself, or about what is below it and not registered.

use super::possible::Certain;
use crate::TypeId;
use crate::attribute::{Owner, Slot};
use crate::condition::{Facts, Reference, Value};
use crate::scene::Scene;
use alloc::borrow::Cow;

/// A place and the type of the resource that is asked about.
pub(super) struct Place<'a> {
    /// A question about the place itself, without what is supplied; below the root, about a path that nothing is at
    pub(super) scene: Scene<'a>,
    /// The types that may stand below it
    pub(super) below: &'a [TypeId],
    /// The type that is asked about
    pub(super) of: TypeId,
    /// Whether it is the place itself that is asked about
    pub(super) own: bool,
}

impl Place<'_> {
    /// Where the nearest resource of a type is.
    fn nearest(&self, of: TypeId) -> Nearest {
        let name = self.scene.policy.resource_type(of).map(|kind| kind.name());
        let on_path = self.scene.path.segments().any(|(kind, _)| Some(kind) == name);
        match (self.own, on_path) {
            (true, _) => Nearest::OnPath,
            (false, _) if of == self.of => Nearest::Below,
            (false, true) if self.below.contains(&of) => Nearest::Anywhere,
            (false, true) => Nearest::OnPath,
            (false, false) => Nearest::Below,
        }
    }

    fn slot(&self, slot: Slot, reference: &Reference) -> Option<Value<'_>> {
        let Some(spec) = self.scene.policy.attribute(slot) else { return Some(Value::Error) };
        match (spec.owner, spec.from_request) {
            (Owner::Action | Owner::Context, _) | (Owner::Subject, true) => None,
            (Owner::Subject, false) => Some(self.scene.value(reference)),
            // What a caller supplies speaks of the resource asked about only.
            (Owner::Type(of), true) => (of != self.of).then_some(Value::Error),
            (Owner::Type(of), false) => match self.nearest(of) {
                Nearest::OnPath => Some(self.scene.value(reference)),
                // Of what is not registered, nothing is stored.
                Nearest::Below => Some(Value::Error),
                Nearest::Anywhere => None,
            },
        }
    }

    /// The slot of `resource.x` for the type that is asked about.
    fn of_type(&self, slots: &[Slot]) -> Option<Slot> {
        let owner = |slot: &&Slot| self.scene.policy.attribute(**slot).map(|spec| spec.owner);
        slots.iter().find(|slot| owner(slot) == Some(Owner::Type(self.of))).copied()
    }
}

/// Where the nearest resource of a type is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nearest {
    /// The place or one above it, or none
    OnPath,
    /// Not registered, or none
    Below,
    /// The one or the other
    Anywhere,
}

impl Certain for Place<'_> {
    fn certain(&self, reference: &Reference) -> Option<Value<'_>> {
        match reference {
            Reference::Slot(slot) => self.slot(*slot, reference),
            Reference::Resource(slots) => match self.of_type(slots) {
                None => Some(Value::Error),
                Some(slot) => self.slot(slot, reference),
            },
            Reference::SubjectId => Some(self.scene.value(reference)),
            Reference::ResourceId if self.own => Some(self.scene.value(reference)),
            Reference::ResourceType => {
                let kind = self.scene.policy.resource_type(self.of);
                Some(kind.map_or(Value::Error, |kind| Value::String(Cow::Borrowed(kind.name()))))
            }
            Reference::SegmentId(of) if self.nearest(*of) == Nearest::OnPath => Some(self.scene.value(reference)),
            Reference::Now | Reference::ActionName | Reference::ResourceId | Reference::SegmentId(_) => None,
        }
    }

    fn certainly_has(&self, reference: &Reference) -> Option<bool> {
        let slot = match reference {
            Reference::Slot(slot) => Some(*slot),
            Reference::Resource(slots) => self.of_type(slots),
            Reference::SegmentId(of) if self.nearest(*of) == Nearest::OnPath => return Some(self.scene.has(reference)),
            Reference::SegmentId(_) => return None,
            _ => return Some(true),
        };
        let Some(spec) = slot.and_then(|slot| self.scene.policy.attribute(slot)) else { return Some(false) };
        match (spec.owner, spec.from_request) {
            (Owner::Action | Owner::Context, _) | (Owner::Subject, true) => None,
            (Owner::Subject, false) => Some(self.scene.has(reference)),
            (Owner::Type(of), true) => (of != self.of).then_some(false),
            (Owner::Type(of), false) => match self.nearest(of) {
                // What is there may be hidden.
                Nearest::OnPath => (!self.scene.has(reference)).then_some(false),
                Nearest::Below => Some(false),
                Nearest::Anywhere => None,
            },
        }
    }
}
