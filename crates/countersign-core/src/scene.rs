//! One question with everything that a condition may read.

use crate::attribute::{AttributeSpec, Attributes, Owner, Slot};
use crate::condition::{Facts, Reference, Value};
use crate::{Action, Grants, Millis, Path, Permission, Policy, Subject, TypeId, gather};
use alloc::borrow::Cow;
use core::cell::Cell;

/// A question in its surroundings.
pub(crate) struct Scene<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) path: &'a Path<'a>,
    pub(crate) on: TypeId,
    pub(crate) action: &'a str,
    pub(crate) supplied: &'a Attributes,
    pub(crate) now: Millis,
    /// Whether a condition has read `now`
    clock: Cell<bool>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        policy: &'a Policy,
        subject: &'a Subject<'a>,
        path: &'a Path<'a>,
        on: TypeId,
        action: &'a str,
        supplied: &'a Attributes,
        now: Millis,
    ) -> Self {
        Self { policy, subject, path, on, action, supplied, now, clock: Cell::new(false) }
    }

    /// Until when what was found so far holds by itself: what has read the clock may be otherwise a moment later.
    pub(crate) fn holds_until(&self) -> Millis {
        if self.clock.get() { self.now.saturating_add(1) } else { Millis::MAX }
    }

    pub(crate) fn grants(&self, holder: u32) -> Option<&'a Grants> {
        gather::holder(self.subject, holder)
    }

    /// Whether an approved request of the subject covers this: action, resource, context, and still good.
    pub(crate) fn is_approved(&self, action: Action) -> bool {
        let asked = Permission { on: self.on, action };
        self.subject.approved.iter().any(|approved| {
            approved.permission == asked
                && *approved.path == *self.path.as_str()
                && approved.window.is_live(self.now)
                && self.same_context(&approved.context)
        })
    }

    /// The first moment at which an approved request for this begins or ends, or [`Millis::MAX`] for never.
    pub(crate) fn approved_until(&self, action: Action) -> Millis {
        let asked = Permission { on: self.on, action };
        let alike = self.subject.approved.iter().filter(|approved| {
            approved.permission == asked
                && *approved.path == *self.path.as_str()
                && self.same_context(&approved.context)
        });
        alike.map(|approved| approved.window.next_change(self.now)).min().unwrap_or(Millis::MAX)
    }

    /// Every attribute that callers supply has the value it had, or had none and has none.
    pub(crate) fn same_context(&self, then: &Attributes) -> bool {
        let supplied = |spec: &AttributeSpec| spec.from_request || !spec.owner.is_stored();
        let declared = self.policy.attributes().iter().zip(0..).filter(|(spec, _)| supplied(spec));
        declared.map(|(_, slot)| Slot(slot)).all(|slot| match (then.get(slot), self.supplied.get(slot)) {
            (None, None) => true,
            (Some(then), Some(now)) => *then != Value::Error && then == now,
            _ => false,
        })
    }

    /// The value of a declared attribute: from the caller if it is declared so, else from the tenant.
    fn attribute(&self, slot: Slot) -> Option<&'a Value<'static>> {
        let spec = self.policy.attribute(slot)?;
        match spec.owner {
            Owner::Subject if !spec.from_request => self.subject.attributes.get(slot),
            Owner::Subject | Owner::Action | Owner::Context => self.supplied.get(slot),
            Owner::Type(of) => {
                let depth = self.nearest(of)?;
                if !spec.from_request {
                    self.subject.resources.value(self.path.ancestor(depth), slot)
                } else if depth == self.path.depth() {
                    // What a caller supplies speaks of the resource asked about, not of those above it.
                    self.supplied.get(slot)
                } else {
                    None
                }
            }
        }
    }

    /// How many segments the nearest resource of this type has.
    fn nearest(&self, of: TypeId) -> Option<usize> {
        if of == self.on {
            return Some(self.path.depth());
        }
        let name = self.policy.resource_type(of)?.name();
        let segments = self.path.segments().zip(1..).filter(|((kind, _), _)| *kind == name);
        segments.last().map(|(_, depth)| depth)
    }

    fn find(&self, reference: &Reference) -> Option<Value<'a>> {
        let text = |text: &'a str| Value::String(Cow::Borrowed(text));
        match reference {
            Reference::Slot(slot) => self.attribute(*slot).map(Value::borrowed),
            Reference::Resource(slots) => {
                let own =
                    |slot: &&Slot| self.policy.attribute(**slot).is_some_and(|spec| spec.owner == Owner::Type(self.on));
                self.attribute(*slots.iter().find(own)?).map(Value::borrowed)
            }
            Reference::Now => {
                self.clock.set(true);
                Some(Value::Timestamp(self.now))
            }
            Reference::SubjectId => Some(text(self.subject.id)),
            Reference::ActionName => Some(text(self.action)),
            Reference::ResourceType => self.policy.resource_type(self.on).map(|kind| text(kind.name())),
            Reference::ResourceId => self.path.segments().last().map(|(_, id)| text(id)),
            Reference::SegmentId(of) => {
                let depth = self.nearest(*of)?;
                self.path.segments().nth(depth.checked_sub(1)?).map(|(_, id)| text(id))
            }
        }
    }
}

impl Facts for Scene<'_> {
    fn value(&self, reference: &Reference) -> Value<'_> {
        self.find(reference).unwrap_or(Value::Error)
    }

    fn has(&self, reference: &Reference) -> bool {
        self.find(reference).is_some()
    }
}
