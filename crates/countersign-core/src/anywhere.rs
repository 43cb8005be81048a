//! Whether an action is allowed on at least one resource of a type: on one that is known, or on one that might be.

use crate::attribute::{Attributes, Owner, Slot};
use crate::condition::{Facts, Reference, Value};
use crate::limits::PATH_DEPTH;
use crate::scene::Scene;
use crate::{Millis, Path, Plan, Policy, ResourceType, Subject, TypeId};
use alloc::string::String;
use alloc::vec::Vec;

/// The most ways from a scope down to a resource of the type that are looked at, the shortest first.
const WAYS: usize = 256;

impl Policy {
    /// Whether the subject may do `action` on at least one resource of the type `on`, with the attributes in `wanted`.
    ///
    /// There has to be a candidate for which [`Policy::check`] says *allow*. Candidates are
    /// - every path of the type that is the scope of one of the subject's grants, live or not, or whose attributes are
    ///   stored (`subject.resources`), if exactly the wanted values are stored for it; and
    /// - below the root, below each of those and below the scope of every grant: a resource that nothing names (its id is `?`, or
    ///   as many of them as it takes), reached
    ///   over the declared parents by every way that meets no type twice, the shortest 256 of them. It has the
    ///   wanted values, and no other ones; nor have those between it and the scope any.
    ///
    /// `supplied` is what is known of context, action and subject; values that it has for resources are not looked at.
    /// An unknown action or type is allowed nowhere.
    #[must_use]
    pub fn anywhere(
        &self,
        subject: &Subject<'_>,
        action: &str,
        on: &str,
        wanted: &[(Slot, Value<'static>)],
        supplied: &Attributes,
        now: Millis,
    ) -> bool {
        let Some(of) = self.type_named(on) else { return false };
        let plan = self.plan(subject, action, on, supplied, now);
        let owned = |(slot, value): &(Slot, Value<'_>)| {
            self.attribute(*slot).is_some_and(|spec| spec.owner == Owner::Type(of)) && *value != Value::Error
        };
        if plan == Plan::Never || !wanted.iter().all(owned) {
            return false;
        }
        let search = Search { policy: self, subject, on: of, action, wanted, now, plan: &plan };
        search.known() || search.fresh()
    }
}

struct Search<'a> {
    policy: &'a Policy,
    subject: &'a Subject<'a>,
    on: TypeId,
    action: &'a str,
    wanted: &'a [(Slot, Value<'static>)],
    now: Millis,
    plan: &'a Plan,
}

impl<'a> Search<'a> {
    /// The scopes of all grants.
    fn scopes(&self) -> impl Iterator<Item = &'a str> {
        let subject = self.subject;
        core::iter::once(&subject.own).chain(subject.groups).flat_map(|grants| {
            let set = grants.overrides().map(|(_, _, _, scope, _)| scope);
            grants.assignments().map(|held| held.scope).chain(set)
        })
    }

    fn stored(&self) -> impl Iterator<Item = &'a str> {
        self.subject.resources.all().map(|(path, _)| path)
    }

    /// Whether one of the resources that have a name will do.
    fn known(&self) -> bool {
        let has = |path: &str, (slot, value): &(Slot, Value<'static>)| {
            let stored = self.policy.attribute(*slot).is_some_and(|spec| !spec.from_request);
            stored && self.subject.resources.value(path, *slot) == Some(value)
        };
        self.scopes()
            .chain(self.stored())
            .any(|path| self.wanted.iter().all(|wanted| has(path, wanted)) && self.admits(path, None))
    }

    /// Whether one that nothing names will do.
    fn fresh(&self) -> bool {
        let id = self.fresh_id();
        let ways = self.ways();
        let of_type = self.stored().filter(|path| self.type_of(path) == Some(self.on));
        let mut bases: Vec<&str> = core::iter::once("/").chain(self.scopes()).chain(of_type).collect();
        bases.sort_unstable();
        bases.dedup();
        bases.into_iter().any(|base| {
            let above = self.type_of(base);
            ways.iter().filter(|way| way.first().is_some_and(|top| self.may_stand(*top, above))).any(|way| {
                let mut path = String::from(if base == "/" { "" } else { base });
                for on in way {
                    let name = self.policy.resource_type(*on).map_or("", ResourceType::name);
                    let slash = if path.is_empty() { "" } else { "/" };
                    path.extend([slash, name, ":", &id]);
                }
                self.admits(&path, Some(self.wanted))
            })
        })
    }

    /// Whether the plan admits the resource at `path`, if that is one of the type; with these attributes of its own, or
    /// with the stored ones.
    fn admits(&self, path: &str, own: Option<&[(Slot, Value<'static>)]>) -> bool {
        let Ok(parsed) = Path::parse(path) else { return false };
        let Search { policy, subject, on, action, now, .. } = *self;
        if policy.locate(&parsed) != Ok(on) {
            return false;
        }
        let scene = Scene::new(policy, subject, &parsed, on, action, Attributes::NONE, now);
        self.plan.admits(path, &View { scene, own })
    }

    /// The type of what stands at a scope; nothing for the root.
    fn type_of(&self, scope: &str) -> Option<TypeId> {
        let (_, last) = scope.rsplit_once('/').unwrap_or(("", scope));
        self.policy.type_named(last.split_once(':')?.0)
    }

    fn may_stand(&self, on: TypeId, above: Option<TypeId>) -> bool {
        self.policy.resource_type(on).is_some_and(|kind| kind.may_stand_below(above))
    }

    /// The types on the ways down to one of the type, outermost first, the type itself included; no type twice.
    fn ways(&self) -> Vec<Vec<TypeId>> {
        let mut ways: Vec<Vec<TypeId>> = alloc::vec![alloc::vec![self.on]];
        let mut at = 0;
        while let Some(way) = ways.get(at).cloned() {
            at += 1;
            let top = way.first().copied().unwrap_or(self.on);
            let declared = self.policy.types().iter().zip(0..).filter(|(kind, _)| !kind.is_builtin());
            for above in declared.map(|(_, index)| TypeId(index)) {
                let fits = way.len() < PATH_DEPTH && ways.len() < WAYS && !way.contains(&above);
                if fits && self.may_stand(top, Some(above)) {
                    ways.push(core::iter::once(above).chain(way.iter().copied()).collect());
                }
            }
        }
        ways
    }

    /// An id that no path has which the subject's grants or stored resources name.
    fn fresh_id(&self) -> String {
        let mut id = String::from("?");
        while self.scopes().chain(self.stored()).any(|path| path.contains(&*id)) {
            id.push('?');
        }
        id
    }
}

/// A resource as its scene shows it, or with attributes of its own instead.
struct View<'a> {
    scene: Scene<'a>,
    own: Option<&'a [(Slot, Value<'static>)]>,
}

impl View<'_> {
    fn own(&self, reference: &Reference) -> Option<Option<&Value<'static>>> {
        let (own, Reference::Slot(slot)) = (self.own?, reference) else { return None };
        let is_own = self.scene.policy.attribute(*slot)?.owner == Owner::Type(self.scene.on);
        is_own.then(|| own.iter().find(|(known, _)| known == slot).map(|(_, value)| value))
    }
}

impl Facts for View<'_> {
    fn value(&self, reference: &Reference) -> Value<'_> {
        match self.own(reference) {
            None => self.scene.value(reference),
            Some(value) => value.map_or(Value::Error, Value::borrowed),
        }
    }

    fn has(&self, reference: &Reference) -> bool {
        self.own(reference).map_or_else(|| self.scene.has(reference), |value| value.is_some())
    }
}
