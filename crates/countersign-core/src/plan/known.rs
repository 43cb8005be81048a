//! What is known before the resource is: which references have a value already, and which scopes can matter.

use crate::TypeId;
use crate::attribute::Owner;
use crate::condition::{Facts, Reference, Value};
use crate::scene::Scene;
use alloc::vec::Vec;

pub(super) struct Known<'a> {
    /// The question without its path: nothing that reads the path is asked of it
    pub(super) scene: &'a Scene<'a>,
    /// By type, whether resources of it may stand above one of the type asked about, or are of it
    above: Vec<bool>,
}

/// What a reference comes to.
pub(super) enum Found {
    /// The resource's to say; so it is written
    Unknown(Reference),
    /// Certainly without a value
    Missing,
    /// This value
    Value(Value<'static>),
}

impl<'a> Known<'a> {
    pub(super) fn new(scene: &'a Scene<'a>) -> Self {
        let kind = |on: TypeId| scene.policy.resource_type(on);
        // What is built in may stand below everything.
        let anywhere = kind(scene.on).is_some_and(crate::ResourceType::is_builtin);
        let mut above = alloc::vec![anywhere; scene.policy.types().len()];
        let mut open = alloc::vec![scene.on];
        while let Some(on) = open.pop() {
            let Some(slot) = above.get_mut(usize::from(on.0)) else { continue };
            if !core::mem::replace(slot, true) {
                open.extend(kind(on).iter().flat_map(|kind| &kind.spec().parents));
            }
        }
        Self { scene, above }
    }

    fn is_above(&self, of: TypeId) -> bool {
        self.above.get(usize::from(of.0)).copied().unwrap_or_default()
    }

    /// Whether a resource of the type asked about may be at the scope or below it.
    pub(super) fn may_stand(&self, scope: &str) -> bool {
        let (_, last) = scope.rsplit_once('/').unwrap_or(("", scope));
        let on = last.split_once(':').and_then(|(name, _)| self.scene.policy.type_named(name));
        scope == "/" || on.is_some_and(|on| self.is_above(on))
    }

    pub(super) fn find(&self, reference: &Reference) -> Found {
        let Scene { policy, on, .. } = *self.scene;
        match reference {
            Reference::Slot(slot) => {
                let Some(spec) = policy.attribute(*slot) else { return Found::Missing };
                match spec.owner {
                    Owner::Type(of) if of == on => return Found::Unknown(Reference::Slot(*slot)),
                    // What callers supply speaks of the resource, not of those above it.
                    Owner::Type(of) if spec.from_request || !self.is_above(of) => return Found::Missing,
                    Owner::Type(_) => return Found::Unknown(Reference::Slot(*slot)),
                    Owner::Subject | Owner::Action | Owner::Context => {}
                }
            }
            Reference::Resource(slots) => {
                let own = |slot: &&crate::Slot| policy.attribute(**slot).is_some_and(|s| s.owner == Owner::Type(on));
                let own = slots.iter().find(own);
                return own.map_or(Found::Missing, |slot| Found::Unknown(Reference::Slot(*slot)));
            }
            Reference::ResourceId => return Found::Unknown(Reference::ResourceId),
            Reference::SegmentId(of) if *of == on => return Found::Unknown(Reference::ResourceId),
            Reference::SegmentId(of) if self.is_above(*of) => return Found::Unknown(reference.clone()),
            Reference::SegmentId(_) => return Found::Missing,
            Reference::Now | Reference::SubjectId | Reference::ActionName | Reference::ResourceType => {}
        }
        if self.scene.has(reference) {
            Found::Value(super::fold::owned(self.scene.value(reference)))
        } else {
            Found::Missing
        }
    }
}
