//! The plan: on which resources of a type an action is allowed, as a filter over paths and over what is not known yet.
//!
//! Everything that is known (the subject, the context, the moment) is folded in; what is left speaks of the resource and
//! of those above it. The stages are those of [`Policy::check`], read for all resources at once.

mod arena;
mod filter;
mod fold;
mod known;

pub use filter::{Filter, Node, Plan, Residual};

use crate::attribute::{AttributeSpec, Attributes, Owner};
use crate::check::targets;
use crate::condition::Condition;
use crate::policy::ConditionId;
use crate::scene::Scene;
use crate::{Action, Held, Millis, Path, Permission, Policy, Role, Status, Subject, TypeId};
use alloc::vec::Vec;
use arena::{ALWAYS, Arena, Id, NEVER, reaches};
use known::Known;

/// Where something is said, and while what holds.
type Term<'a> = (&'a str, Id);

impl Policy {
    /// On which resources of the type `on` the subject may do `action`: exactly those for which [`Policy::check`] says
    /// *allow* (what needs an approval is not allowed) with the same `supplied` and `now`.
    ///
    /// `supplied` is what is known of context, action and subject; values that it has for resources are not looked at,
    /// because they would differ from one resource to the next.
    /// An unknown action or type is allowed nowhere.
    #[must_use]
    pub fn plan(&self, subject: &Subject<'_>, action: &str, on: &str, supplied: &Attributes, now: Millis) -> Plan {
        let asked = self.type_named(on).and_then(|on| Some((on, self.resource_type(on)?.action(action)?)));
        // No condition that is folded looks at the path; it only has to be there.
        let (Some((on, bit)), Ok(path)) = (asked, Path::parse("-:-")) else { return Plan::Never };
        if subject.status != Some(Status::Active) {
            return Plan::Never;
        }
        let scene = Scene::new(self, subject, &path, on, action, supplied, now);
        let mut planner = Planner { known: Known::new(&scene), arena: Arena::default(), folded: Vec::new(), on };
        let root = planner.all(bit);
        planner.arena.finish(root)
    }
}

struct Planner<'a> {
    known: Known<'a>,
    arena: Arena,
    /// What conditions came to, so that each is looked at once
    folded: Vec<(&'a Condition, (Id, Id))>,
    on: TypeId,
}

impl<'a> Planner<'a> {
    fn all(&mut self, action: Action) -> Id {
        let forbid = self.rules(action, false);
        if forbid == ALWAYS {
            return NEVER;
        }
        let granted = self.granted(action);
        let approval = if granted == NEVER { NEVER } else { self.approval(action) };
        let (forbid, approval) = (self.arena.not(forbid), self.arena.not(approval));
        self.arena.join(true, &[granted, forbid, approval])
    }

    /// When a forbid holds or errs, or a permit holds.
    fn rules(&mut self, action: Action, permit: bool) -> Id {
        let policy = self.known.scene.policy;
        let mut met = Vec::new();
        for rule in policy.rules().iter().filter(|rule| rule.permit == permit) {
            if targets(&rule.targets, self.on) & action.mask() != 0 {
                let (holds, may) = self.named(rule.when);
                met.push(if permit { holds } else { may });
            }
        }
        self.arena.join(false, &met)
    }

    /// When an approval policy is met without an approved request. Requests count only for types of which callers supply
    /// nothing: a request pins what was supplied of its resource, and a plan does not know what that will be.
    fn approval(&mut self, action: Action) -> Id {
        let Scene { policy, subject, action: name, supplied, now, .. } = *self.known.scene;
        let mut met = Vec::new();
        for approval in policy.approvals() {
            if targets(&approval.targets, self.on) & action.mask() != 0 {
                met.push(self.named(approval.when).1);
            }
        }
        let mut met = alloc::vec![self.arena.join(false, &met)];
        let asked = Permission { on: self.on, action };
        let of_resource = |spec: &AttributeSpec| spec.owner == Owner::Type(self.on) && spec.from_request;
        if policy.attributes().iter().any(of_resource) {
            return self.arena.join(true, &met);
        }
        for approved in subject.approved.iter().filter(|approved| approved.permission == asked) {
            let Ok(path) = Path::parse(&approved.path) else { continue };
            let scene = Scene::new(policy, subject, &path, self.on, name, supplied, now);
            if scene.is_approved(action) {
                let is = self.arena.intern(Node::Is(approved.path.clone()));
                met.push(self.arena.not(is));
            }
        }
        self.arena.join(true, &met)
    }

    /// The stages override, role and permit.
    fn granted(&mut self, action: Action) -> Id {
        let overrides = self.overrides(action);
        let (mut allows, mut denies) = self.roles(action);
        let permit = self.rules(action, true);
        if permit != NEVER {
            allows.push(("/", permit));
        }
        // Where an override stands, roles say nothing; where a role denies in any case, none allows.
        let overridden = |term: &Term<'_>| overrides.iter().any(|(scope, _)| reaches(scope, term.0));
        denies.retain(|term| !overridden(term));
        let closed: Vec<&str> = denies.iter().filter(|(_, when)| *when == ALWAYS).map(|(scope, _)| *scope).collect();
        allows.retain(|term| !overridden(term) && !closed.iter().any(|scope| reaches(scope, term.0)));
        let related = |scope: &str| allows.iter().any(|(other, _)| reaches(scope, other) || reaches(other, scope));
        denies.retain(|term| related(term.0));
        let over: Vec<Term<'_>> =
            overrides.iter().map(|(scope, _)| (*scope, ALWAYS)).filter(|(scope, _)| related(scope)).collect();

        let mut ways = Vec::new();
        for (at, (scope, _)) in overrides.iter().enumerate().filter(|(_, (_, allow))| *allow) {
            // Nested overrides of the same effect were dropped, so the ones inside that matter are denials; of those,
            // only what stands right below this one: an allow inside a denial is a way of its own.
            let inside = overrides.iter().skip(at + 1).take_while(|(inner, _)| reaches(scope, inner));
            let inside: Vec<Term<'_>> =
                inside.filter(|(_, allow)| !*allow).map(|(inner, _)| (*inner, ALWAYS)).collect();
            let (here, inside) = (self.any(&[(scope, ALWAYS)]), self.any(&inside));
            let outside = self.arena.not(inside);
            ways.push(self.arena.join(true, &[here, outside]));
        }
        let (allow, deny, over) = (self.any(&allows), self.any(&denies), self.any(&over));
        let (deny, over) = (self.arena.not(deny), self.arena.not(over));
        ways.push(self.arena.join(true, &[allow, deny, over]));
        self.arena.join(false, &ways)
    }

    /// The live overrides of the action in tree order; at one scope deny beats allow, and one that stands right below
    /// another of the same effect is left out.
    fn overrides(&self, action: Action) -> Vec<(&'a str, bool)> {
        let Scene { subject, now, .. } = *self.known.scene;
        let mut all: Vec<(&str, bool)> = Vec::new();
        for (on, allow, deny, scope, window) in subject.own.overrides() {
            let of_action = on == self.on && (allow | deny) & action.mask() != 0;
            if !of_action || !window.is_live(now) || !self.known.may_stand(scope) {
                continue;
            }
            let allows = deny & action.mask() == 0;
            match all.last_mut() {
                Some((last, effect)) if *last == scope => *effect &= allows,
                _ => all.push((scope, allows)),
            }
        }
        let mut kept: Vec<(&str, bool)> = Vec::new();
        for (scope, allows) in all {
            let around = kept.iter().rev().find(|(outer, _)| reaches(outer, scope));
            if around.is_none_or(|(_, effect)| *effect != allows) {
                kept.push((scope, allows));
            }
        }
        kept
    }

    /// What live roles allow and deny, and where.
    fn roles(&mut self, action: Action) -> (Vec<Term<'a>>, Vec<Term<'a>>) {
        let Scene { policy, subject, now, .. } = *self.known.scene;
        let (mut allows, mut denies) = (Vec::new(), Vec::new());
        for grants in core::iter::once(&subject.own).chain(subject.groups) {
            for Held { role, scope, window, when } in grants.assignments() {
                if !window.is_live(now) || !self.known.may_stand(scope) {
                    continue;
                }
                let whole = (0, policy.masks(role, self.on));
                for (part, masks) in core::iter::once(whole).chain(policy.parts(role, self.on)) {
                    if (masks.allow | masks.deny) & action.mask() == 0 {
                        continue;
                    }
                    let parts = policy.role(role).map(|role: &Role| role.spec().parts.as_slice()).unwrap_or_default();
                    let part = usize::from(part).checked_sub(1).and_then(|index| parts.get(index));
                    let (mut holds, mut may) = (Vec::new(), Vec::new());
                    let mut both = |truths: (Id, Id)| {
                        holds.push(truths.0);
                        may.push(truths.1);
                    };
                    both(when.map_or((ALWAYS, ALWAYS), |when| self.fold(when)));
                    for when in part.iter().flat_map(|part| &part.when) {
                        both(self.named(Some(*when)));
                    }
                    if masks.allow & action.mask() != 0 {
                        allows.push((scope, self.arena.join(true, &holds)));
                    }
                    if masks.deny & action.mask() != 0 {
                        denies.push((scope, self.arena.join(true, &may)));
                    }
                }
            }
        }
        (allows, denies)
    }

    /// Where any of the terms is met: the scopes of one condition stand together.
    fn any(&mut self, terms: &[Term<'_>]) -> Id {
        let free: Vec<&str> = terms.iter().filter(|(_, when)| *when == ALWAYS).map(|(scope, _)| *scope).collect();
        let mut done: Vec<Id> = alloc::vec![NEVER];
        let mut ways = Vec::new();
        for (_, when) in terms {
            if done.contains(when) {
                continue;
            }
            done.push(*when);
            let mut scopes = Vec::new();
            for (scope, _) in terms.iter().filter(|(_, other)| other == when) {
                if *when == ALWAYS || !free.iter().any(|free| reaches(free, scope)) {
                    scopes.push(self.arena.under(scope));
                }
            }
            let scopes = self.arena.join(false, &scopes);
            ways.push(self.arena.join(true, &[scopes, *when]));
        }
        self.arena.join(false, &ways)
    }

    /// When a condition of the policy holds, and when it may hold.
    fn named(&mut self, when: Option<ConditionId>) -> (Id, Id) {
        match when.map(|when| self.known.scene.policy.condition(when)) {
            None => (ALWAYS, ALWAYS),
            Some(Some(when)) => self.fold(when),
            Some(None) => (NEVER, ALWAYS),
        }
    }

    fn fold(&mut self, when: &'a Condition) -> (Id, Id) {
        if let Some((_, truths)) = self.folded.iter().find(|(known, _)| core::ptr::eq(*known, when)) {
            return *truths;
        }
        let truths = fold::fold(&mut self.arena, &self.known, when);
        self.folded.push((when, truths));
        truths
    }
}
