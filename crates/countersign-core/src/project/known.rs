//! Which resources' stored attributes a subject's projection may show: those on which it might be allowed something.

use super::Read;
use crate::attribute::{Attributes, Owner};
use crate::condition::{Condition, Facts, Op, Reference, Truth, Value};
use crate::policy::ConditionId;
use crate::scene::Scene;
use crate::{Grants, Millis, Path, Policy, Registry, Subject, TypeId};
use alloc::vec::Vec;

/// The attributes of resources that are kept: of what the grants name, and of what the subject might be allowed to see
/// the effect of. A resource on which every way to be allowed is closed by what is stored is not shown to exist.
pub(super) fn resources(policy: &Policy, subject: &Subject<'_>, grants: &Grants, read: &Read, now: Millis) -> Registry {
    let mut scopes: Vec<&str> = grants.assignments().map(|held| held.scope).collect();
    scopes.extend(grants.overrides().filter(|(_, allow, ..)| *allow != 0).map(|(_, _, _, scope, _)| scope));
    let below =
        |path: &str, scope: &str| scope.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let mut kept = Vec::new();
    for (path, attributes) in subject.resources.all() {
        let Ok(parsed) = Path::parse(path) else { continue };
        let Ok(on) = policy.locate(&parsed) else { continue };
        let named = scopes.contains(&path);
        let above = scopes.iter().any(|scope| below(path, scope));
        if !named && !above && !may_allow(policy, subject, &parsed, on, now) {
            continue;
        }
        let mut shown = Attributes::default();
        for (slot, value) in attributes.all() {
            let listed = policy.attribute(slot).is_some_and(|spec| !spec.one_of.is_empty());
            if read.has(slot) || (named && listed) {
                shown.set(slot, value.clone());
            }
        }
        if !shown.is_empty() {
            kept.push((path.into(), shown));
        }
    }
    Registry::new(kept)
}

/// Whether something might be allowed at this resource or below it, whatever is supplied, at `now` or later.
fn may_allow(policy: &Policy, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, now: Millis) -> bool {
    let nothing = Attributes::default();
    policy.types().iter().zip(0..).map(|(_, index)| TypeId(index)).any(|of| {
        let scene = Scene { policy, subject, path, on, action: "", supplied: &nothing, now };
        let facts = Possible { scene: &scene, own: of == on };
        let holds = |when: &Condition| possible(when, &facts);
        let id_holds = |when: ConditionId| policy.condition(when).is_none_or(holds);
        let permitted = policy.rules().iter().any(|rule| {
            rule.permit && rule.targets.iter().any(|(target, _)| *target == of) && rule.when.is_none_or(id_holds)
        });
        permitted
            || core::iter::once(&subject.own).chain(subject.groups).any(|grants| {
                let mut found = false;
                grants.walk(path, |here| {
                    found |= here.overrides(of).any(|(allow, _, window)| allow != 0 && now < window.until);
                    for given in here.roles().filter(|given| now < given.window.until) {
                        let given_holds = grants.condition(given.when).is_none_or(holds);
                        found |= given_holds && policy.masks(given.role, of).allow != 0;
                        let parts = policy.role(given.role).map(|role| role.spec().parts.as_slice());
                        found |= given_holds
                            && parts.unwrap_or_default().iter().any(|part| {
                                part.masks.iter().any(|(target, allow, _)| *target == of && *allow != 0)
                                    && part.when.iter().all(|when| id_holds(*when))
                            });
                    }
                });
                found
            })
    })
}

/// Whether a condition may hold. `has` has two values only, so what asks it is taken to be possible.
fn possible(condition: &Condition, facts: &Possible<'_>) -> bool {
    condition.code.iter().any(|op| matches!(op, Op::Has(_))) || condition.holds(facts) != Truth::False
}

/// What is certain of everything at or below a resource: what is not is an error, which no `false` comes from.
struct Possible<'a> {
    scene: &'a Scene<'a>,
    /// Whether the resource itself is asked about, and not what is below it
    own: bool,
}

impl Facts for Possible<'_> {
    fn value(&self, reference: &Reference) -> Value<'_> {
        let policy = self.scene.policy;
        let certain = match reference {
            Reference::Slot(slot) => policy.attribute(*slot).is_some_and(|spec| {
                let settled = match spec.owner {
                    Owner::Subject => true,
                    // Something of this type may stand below, and be nearer.
                    Owner::Type(of) => of == self.scene.on && self.own || self.is_above(of),
                    Owner::Action | Owner::Context => false,
                };
                settled && !spec.from_request
            }),
            Reference::Resource(slots) => {
                self.own && slots.iter().all(|slot| policy.attribute(*slot).is_some_and(|spec| !spec.from_request))
            }
            Reference::SubjectId => true,
            Reference::ResourceId | Reference::ResourceType => self.own,
            Reference::SegmentId(of) => self.own || self.is_above(*of),
            Reference::Now | Reference::ActionName => false,
        };
        if certain { self.scene.value(reference) } else { Value::Error }
    }

    fn has(&self, reference: &Reference) -> bool {
        self.scene.has(reference)
    }
}

impl Possible<'_> {
    /// Whether the type stands on the path and nowhere below it, so that the nearest one is certain.
    fn is_above(&self, of: TypeId) -> bool {
        let policy = self.scene.policy;
        let name = policy.resource_type(of).map(|kind| kind.name());
        let on_path = self.scene.path.segments().any(|(kind, _)| Some(kind) == name);
        // A type that may stand below another of its own kind may come again.
        on_path && !policy.types().iter().any(|kind| kind.name() == name.unwrap_or_default() && recurs(policy, of))
    }
}

/// Whether a type can stand below itself, directly or by way of others.
fn recurs(policy: &Policy, of: TypeId) -> bool {
    let mut above: Vec<TypeId> = Vec::new();
    let mut next: Vec<TypeId> = policy.resource_type(of).map(|kind| kind.spec().parents.clone()).unwrap_or_default();
    while let Some(parent) = next.pop() {
        if parent == of {
            return true;
        }
        if !above.contains(&parent) {
            above.push(parent);
            next.extend(policy.resource_type(parent).iter().flat_map(|kind| kind.spec().parents.iter().copied()));
        }
    }
    false
}
