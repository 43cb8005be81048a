//! Conditions that are settled at a scope: they come to the same there and everywhere below, for whatever action, with
//! whatever is supplied.

use countersign_core::condition::{Condition, Reference};
use countersign_core::{Owner, Path, Policy, TypeId};

/// Whether a condition comes to the same at `scope` and everywhere below, as long as nothing of the tenant changes.
pub(crate) fn is_settled(policy: &Policy, condition: &Condition, scope: &str) -> bool {
    let slot_is = |slot| {
        policy.attribute(slot).is_some_and(|spec| match spec.owner {
            _ if spec.from_request => false,
            Owner::Subject => true,
            Owner::Type(on) => is_fixed(policy, on, scope),
            Owner::Action | Owner::Context => false,
        })
    };
    condition.references.iter().all(|reference| match reference {
        Reference::SubjectId => true,
        Reference::Slot(slot) => slot_is(*slot),
        Reference::SegmentId(on) => is_fixed(policy, *on, scope),
        Reference::Now
        | Reference::ActionName
        | Reference::Resource(_)
        | Reference::ResourceType
        | Reference::ResourceId => false,
    })
}

/// Whether the nearest segment of this type is the same everywhere at and below `scope`: it is in the scope, and none can
/// stand below it.
fn is_fixed(policy: &Policy, on: TypeId, scope: &str) -> bool {
    let Some(name) = policy.resource_type(on).map(|kind| kind.name()) else { return false };
    let Ok(path) = Path::parse(scope) else { return false };
    let Ok(leaf) = policy.locate(&path) else { return false };
    path.segments().any(|(kind, _)| kind == name) && !types_below(policy, leaf).contains(&on)
}

/// The types that can stand somewhere below a resource of this type; the type itself only if it can stand below itself.
pub(crate) fn types_below(policy: &Policy, on: TypeId) -> Vec<TypeId> {
    let all: Vec<(TypeId, _)> = (0..).map(TypeId).zip(policy.types()).collect();
    let (mut below, mut open) = (Vec::new(), vec![on]);
    while let Some(parent) = open.pop() {
        for (id, kind) in &all {
            // Built-in types stand below anything.
            if (kind.is_builtin() || kind.spec().parents.contains(&parent)) && !below.contains(id) {
                below.push(*id);
                open.push(*id);
            }
        }
    }
    below
}
