//! Which stored attributes of resources a subject's projection shows: those that decide about something which the subject
//! might be allowed.
//!
//! A resource on which everything is closed by what is stored is not shown to exist. That needs an argument, because what
//! is hidden is missing in the projection, and reads as an error there: an error takes from a grant what it allows and
//! leaves what it denies, and forbids; so nothing that is closed opens when values become errors. Only `has` is different,
//! which comes to false: what reads it is taken to come out either way, and where that might open something, the
//! attributes are shown.

mod facts;
mod possible;

use crate::attribute::{Attributes, Owner, Slot};
use crate::condition::{Condition, Reference};
use crate::limits::PATH_DEPTH;
use crate::policy::{ConditionId, Masks};
use crate::scene::Scene;
use crate::sorted::{Map, Set};
use crate::{Grants, Held, Millis, Path, Policy, Registry, Subject, TypeId};
use alloc::boxed::Box;
use alloc::vec::Vec;
use facts::Place;
use possible::{Outcomes, outcomes};

/// What a projection may say of the tenant.
#[derive(Default)]
pub(super) struct Known {
    /// The attributes that are shown
    pub(super) resources: Registry,
    /// By type, the actions that the subject might be allowed somewhere
    pub(super) reach: Vec<(TypeId, u64)>,
}

/// A path that no grant and no resource stands at or above: what is asked below the root and nowhere else.
const NOWHERE: &str = "?:?";

/// Looks at the root, at every registered resource and at every scope of the subject's grants: at itself, and at what
/// is below it without being registered.
pub(super) fn known(policy: &Policy, subject: &Subject<'_>, held: &[Held<'_>], now: Millis) -> Known {
    let scopes: Set<&str> =
        held.iter().map(|held| held.scope).chain(subject.own.overrides().map(|(_, _, _, scope, _)| scope)).collect();
    let places: Set<&str> = subject.resources.all().map(|(path, _)| path).chain(scopes.iter().copied()).collect();
    let mut all = View { policy, subject, now, reads: reads(policy, held), below: Map::new() };
    let titles = titles(policy, held);
    let mut reach: Map<TypeId, u64> = Map::new();
    let mut shown: Map<&str, Set<Slot>> = Map::new();
    for text in core::iter::once(NOWHERE).chain(places) {
        let Ok(path) = Path::parse(text) else { continue };
        let on = if text == NOWHERE { None } else { policy.locate(&path).ok() };
        if on.is_none() && text != NOWHERE {
            continue;
        }
        let named = scopes.contains(text);
        let mut slots: Set<Slot> = Set::new();
        let mut open = false;
        for (of, own) in all.asked(on, path.depth()) {
            let reads = all.reads.get(&of);
            if reads.is_none() && !named {
                continue;
            }
            let below = all.below.get(&on).map(Vec::as_slice).unwrap_or_default();
            // The root's type is none that a policy can have.
            let on = on.unwrap_or(TypeId(u16::MAX));
            let scene = Scene::new(policy, subject, &path, on, "", Attributes::NONE, now);
            let place = Place { scene, below, of, own };
            let bits = all.open(&place);
            open |= bits != 0;
            *reach.or_default(of) |= bits;
            // All of them, for the reasons of what is not allowed beside it.
            let (always, triggers) = reads.map(|reads| (&reads.always, &reads.triggers)).unzip();
            slots.extend(always.into_iter().filter(|_| bits != 0).flatten());
            let met = triggers.into_iter().flatten().filter(|(mask, _)| mask & bits != 0);
            slots.extend(met.flat_map(|(_, slots)| slots.iter().copied()));
        }
        if named && open {
            slots.extend(&titles);
            // What people are shown of the places where they have something.
            let listed = policy.attributes().iter().zip(0..).filter(|(spec, _)| !spec.one_of.is_empty());
            shown.or_default(text).extend(listed.map(|(_, slot)| Slot(slot)));
        }
        for depth in (1..=path.depth()).filter(|_| !slots.is_empty()) {
            shown.or_default(path.ancestor(depth)).extend(&slots);
        }
    }
    let mut resources: Vec<(Box<str>, Attributes)> = Vec::new();
    for (path, attributes) in subject.resources.all() {
        let Some(slots) = shown.get(path) else { continue };
        let mut kept = Attributes::default();
        for (slot, value) in attributes.all().filter(|(slot, _)| slots.contains(slot)) {
            kept.set(slot, value.clone());
        }
        if !kept.is_empty() {
            resources.push((path.into(), kept));
        }
    }
    Known { resources: Registry::new(resources), reach: reach.into_iter().filter(|(_, bits)| *bits != 0).collect() }
}

/// By type, what conditions that decide about it read of stored attributes of resources. A type that an approval policy
/// targets is in it in any case.
type Reads = Map<TypeId, ReadOfType>;

#[derive(Default)]
struct ReadOfType {
    /// By rules and by what the subject holds
    always: Set<Slot>,
    /// By approval policies, and for which actions: those on what is never allowed are nobody's business
    triggers: Vec<(u64, Vec<Slot>)>,
}

fn reads(policy: &Policy, held: &[Held<'_>]) -> Reads {
    let mut all = Reads::new();
    let of_id = |when: &ConditionId| policy.condition(*when).map(|when| stored(policy, when)).unwrap_or_default();
    for rule in policy.rules() {
        let slots: Vec<Slot> = rule.when.iter().flat_map(of_id).collect();
        for (on, _) in rule.targets.iter().filter(|_| !slots.is_empty()) {
            all.or_default(*on).always.extend(&slots);
        }
    }
    for approval in policy.approvals() {
        let slots: Vec<Slot> = approval.when.iter().flat_map(of_id).collect();
        for (on, mask) in &approval.targets {
            all.or_default(*on).triggers.push((*mask, slots.clone()));
        }
    }
    for held in held {
        let Some(role) = policy.role(held.role) else { continue };
        let own: Vec<Slot> = held.when.map(|when| stored(policy, when)).unwrap_or_default();
        let rows = role.spec().masks.iter().map(|(on, ..)| (*on, own.clone()));
        let parts = role.spec().parts.iter().flat_map(|part| {
            let slots: Vec<Slot> = own.iter().copied().chain(part.when.iter().flat_map(of_id)).collect();
            part.masks.iter().map(move |(on, ..)| (*on, slots.clone()))
        });
        for (on, slots) in rows.chain(parts).filter(|(_, slots)| !slots.is_empty()) {
            all.or_default(on).always.extend(slots);
        }
    }
    all
}

/// What the titles of held roles read.
fn titles(policy: &Policy, held: &[Held<'_>]) -> Set<Slot> {
    let roles = held.iter().filter_map(|held| policy.role(held.role));
    let whens = roles.flat_map(|role| role.spec().titles.iter().filter_map(|title| title.when));
    whens.filter_map(|when| policy.condition(when)).flat_map(|when| stored(policy, when)).collect()
}

/// The stored attributes of resources that a condition reads.
fn stored(policy: &Policy, condition: &Condition) -> Vec<Slot> {
    let slots = condition.references.iter().flat_map(|reference| match reference {
        Reference::Slot(slot) => core::slice::from_ref(slot),
        Reference::Resource(slots) => slots,
        _ => &[],
    });
    let is_stored = |slot: &&Slot| {
        policy.attribute(**slot).is_some_and(|spec| matches!(spec.owner, Owner::Type(_)) && !spec.from_request)
    };
    slots.filter(is_stored).copied().collect()
}

struct View<'a> {
    policy: &'a Policy,
    subject: &'a Subject<'a>,
    now: Millis,
    reads: Reads,
    /// The types that may stand below a type or the root, at any distance
    below: Map<Option<TypeId>, Vec<TypeId>>,
}

impl View<'_> {
    /// The types that can be asked about at a place, and whether it is the place itself that is asked about.
    fn asked(&mut self, on: Option<TypeId>, depth: usize) -> Vec<(TypeId, bool)> {
        let policy = self.policy;
        let below = self.below.or_insert_with(on, || descendants(policy, on));
        let below = below.iter().filter(|_| on.is_none() || depth < PATH_DEPTH);
        on.into_iter().map(|on| (on, true)).chain(below.map(|of| (*of, false))).collect()
    }

    /// The actions that might be allowed there, whatever is supplied, at `now` or later.
    fn open(&self, place: &Place<'_>) -> u64 {
        let mut moments = Set::from([self.now]);
        for grants in self.holders() {
            grants.walk(place.scene.path, |here| {
                let windows = here.roles().map(|given| given.window);
                let windows = windows.chain(here.overrides(place.of).map(|(.., window)| window));
                moments.extend(windows.flat_map(|window| [window.from, window.until]));
            });
        }
        let later = moments.iter().filter(|at| (self.now..Millis::MAX).contains(*at));
        later.fold(0, |open, now| open | self.open_at(place, *now))
    }

    /// The subject's own grants and its groups'.
    fn holders(&self) -> impl Iterator<Item = &Grants> {
        core::iter::once(self.subject.own).chain(self.subject.groups.iter().copied())
    }

    /// The actions that might be allowed there at this moment.
    fn open_at(&self, place: &Place<'_>, now: Millis) -> u64 {
        let (policy, of) = (self.policy, place.of);
        let of_id = |when: ConditionId| policy.condition(when).map_or(Outcomes::ERROR, |when| outcomes(when, place));
        let all_of = |whens: &[ConditionId]| whens.iter().fold(Outcomes::TRUE, |all, when| all.and(of_id(*when)));
        let (mut allow, mut deny, mut forbid) = (0, 0, 0);
        for rule in policy.rules() {
            let mask = crate::check::targets(&rule.targets, of);
            let outcomes = if mask == 0 { Outcomes::FALSE } else { rule.when.map_or(Outcomes::TRUE, of_id) };
            allow |= if rule.permit && outcomes.may_hold() { mask } else { 0 };
            forbid |= if rule.permit || outcomes.may_fail() { 0 } else { mask };
        }
        for grants in self.holders() {
            let of_grant = |when: u16| match when {
                0 => Outcomes::TRUE,
                when => grants.condition(when).map_or(Outcomes::ERROR, |when| outcomes(when, place)),
            };
            grants.walk(place.scene.path, |here| {
                for given in here.roles().filter(|given| given.window.is_live(now)) {
                    let own = of_grant(given.when);
                    let parts = policy.role(given.role).map(|role| role.spec().parts.as_slice()).unwrap_or_default();
                    let whens = |part: u16| usize::from(part).checked_sub(1).and_then(|index| parts.get(index));
                    let whole = core::iter::once((0, policy.masks(given.role, of)));
                    for (part, masks) in whole.chain(policy.parts(given.role, of)) {
                        if masks == Masks::default() {
                            continue;
                        }
                        let outcomes = own.and(whens(part).map_or(Outcomes::TRUE, |part| all_of(&part.when)));
                        allow |= if outcomes.may_hold() { masks.allow } else { 0 };
                        deny |= if outcomes.may_fail() { 0 } else { masks.deny };
                    }
                }
            });
        }
        let (mut allowed, mut denied) = (0, 0);
        self.subject.own.walk(place.scene.path, |here| {
            let live = here.overrides(of).filter(|(.., window)| window.is_live(now));
            let (allow, deny) = live.fold((0, 0), |(allow, deny), (allows, denies, _)| (allow | allows, deny | denies));
            allowed = (allowed | allow) & !deny;
            denied = (denied & !allow) | deny;
        });
        let all = policy.resource_type(of).map_or(0, crate::ResourceType::all);
        (allowed | (allow & !deny & !denied)) & !forbid & all
    }
}

/// The types that may stand below a type or the root, at any distance.
fn descendants(policy: &Policy, on: Option<TypeId>) -> Vec<TypeId> {
    let types = || policy.types().iter().zip(0..).map(|(kind, index)| (kind, TypeId(index)));
    let mut all: Set<TypeId> = types().filter(|(kind, _)| kind.is_builtin()).map(|(_, id)| id).collect();
    let Some(on) = on else { return types().map(|(_, id)| id).collect() };
    let mut next = Vec::from([on]);
    while let Some(parent) = next.pop() {
        for (kind, id) in types().filter(|(kind, _)| kind.spec().parents.contains(&parent)) {
            if !kind.is_builtin() && all.insert(id) {
                next.push(id);
            }
        }
    }
    all.into_iter().collect()
}
