//! What comes out for all resources of a type at and below a scope, or that it depends on which.
//!
//! One resource that nobody names is asked about on each way down. Where something could make another resource differ
//! (a grant further down, or a condition that reads more than what is stored of the member), the answer is that it
//! depends. That errs towards *depends*, never towards an allow.

use super::is_same_everywhere;
use crate::authority::reaches;
use crate::held::Held;
use crate::impact::Outcome;
use countersign_core::condition::Condition;
use countersign_core::{
    ConditionId, Effect, Grants, Held as Given, Millis, Policy, Question, RoleSpec, Stage, Status, TypeId,
};

/// The resources that are asked about.
pub(super) struct Place<'a> {
    pub(super) policy: &'a Policy,
    pub(super) on: TypeId,
    pub(super) scope: &'a str,
    /// One resource for each way down
    pub(super) ways: &'a [String],
    pub(super) now: Millis,
}

/// What speaks of a permission.
#[derive(Default)]
struct Voices {
    /// An override at the scope or above
    set: bool,
    /// A role that allows or denies everywhere there
    allows: bool,
    denies: bool,
    /// An override further down
    sets_allow: bool,
    sets_deny: bool,
    /// What speaks on some resources and not on others
    may_allow: bool,
    may_deny: bool,
    may_forbid: bool,
    may_need_approval: bool,
}

impl Place<'_> {
    pub(super) fn outcome(&self, held: &Held, action: &str, bit: u64) -> Outcome {
        if held.status != Some(Status::Active) {
            return Outcome::Deny;
        }
        let mut all = self.ways.iter().map(|way| self.at(held, way, action, bit));
        let first = all.next().unwrap_or(Outcome::Deny);
        if all.all(|other| other == first) { first } else { Outcome::Depends }
    }

    fn at(&self, held: &Held, way: &str, action: &str, bit: u64) -> Outcome {
        let decision = held.ask(|subject| self.policy.check(subject, &Question::new(action, way, self.now)));
        let voices = self.voices(held, way, bit);
        let differs = match (decision.effect, decision.stage) {
            // A forbid that holds here and not there may hide what is allowed besides.
            (Effect::Deny, Stage::Forbid) => voices.may_forbid,
            (Effect::Deny, _) => voices.sets_allow || (!voices.set && !voices.denies && voices.may_allow),
            _ => {
                let against = voices.sets_deny || voices.may_forbid || voices.may_need_approval;
                let unsure = voices.may_deny || (voices.may_allow && !voices.allows);
                against || (!voices.set && unsure)
            }
        };
        if differs { Outcome::Depends } else { decision.effect.into() }
    }

    fn voices(&self, held: &Held, way: &str, bit: u64) -> Voices {
        let mut voices = Voices::default();
        let hits = |of: TypeId, mask: u64| of == self.on && mask & bit != 0;
        for (of, allow, deny, at, _) in held.own.overrides().filter(|(.., window)| window.is_live(self.now)) {
            if reaches(at, self.scope) {
                voices.set |= hits(of, allow | deny);
            } else if reaches(self.scope, at) {
                voices.sets_allow |= hits(of, allow);
                voices.sets_deny |= hits(of, deny);
            }
        }
        for given in std::iter::once(&held.own).chain(&held.groups).flat_map(Grants::assignments) {
            let near = reaches(given.scope, self.scope) || reaches(self.scope, given.scope);
            if let Some(role) = self.policy.role(given.role).filter(|_| near && given.window.is_live(self.now)) {
                let acts = || held.ask(|subject| self.policy.acts(subject, &given, way, self.now));
                self.of_role(&given, role.spec(), bit, acts, &mut voices);
            }
        }
        let targeted = |targets: &[(TypeId, u64)]| targets.iter().any(|(of, mask)| hits(*of, *mask));
        let differs = |when: &Option<ConditionId>| when.as_ref().is_some_and(|id| !self.is_fixed(id));
        for rule in self.policy.rules().iter().filter(|rule| targeted(&rule.targets) && differs(&rule.when)) {
            voices.may_allow |= rule.permit;
            voices.may_forbid |= !rule.permit;
        }
        let approvals = self.policy.approvals().iter();
        voices.may_need_approval =
            approvals.filter(|policy| targeted(&policy.targets)).any(|policy| differs(&policy.when));
        voices
    }

    fn of_role(&self, given: &Given<'_>, spec: &RoleSpec, bit: u64, acts: impl Fn() -> bool, voices: &mut Voices) {
        let here = reaches(given.scope, self.scope);
        let same = |when: &Condition| is_same_everywhere(self.policy, when);
        let plain = std::iter::once((&[][..], &spec.masks));
        let guarded = spec.parts.iter().map(|part| (&*part.when, &part.masks));
        for (whens, masks) in plain.chain(guarded) {
            let allow = masks.iter().any(|(of, allow, _)| *of == self.on && allow & bit != 0);
            let deny = masks.iter().any(|(of, _, deny)| *of == self.on && deny & bit != 0);
            let fixed = here && whens.iter().all(|id| self.is_fixed(id)) && given.when.is_none_or(same);
            if !fixed {
                voices.may_allow |= allow;
                voices.may_deny |= deny;
                continue;
            }
            voices.denies |= deny && whens.is_empty() && given.when.is_none();
            let own = whens.iter().all(|id| Some(*id) == spec.when);
            voices.allows |= allow && own && acts();
        }
    }

    fn is_fixed(&self, id: &ConditionId) -> bool {
        self.policy.condition(*id).is_some_and(|when| is_same_everywhere(self.policy, when))
    }
}
