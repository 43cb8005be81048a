//! The evaluation: one walk from the root to the resource, then the stages in their order.

use crate::attribute::{AttributeSpec, Attributes, Owner, Slot};
use crate::condition::{Condition, Reference, Truth};
use crate::decision::{Cause, Decision, Effect, Stage, Status};
use crate::gather::{Gathered, Term, Witness};
use crate::path::Shape;
use crate::policy::ConditionId;
use crate::scene::Scene;
use crate::{Action, Held, Millis, Path, PathError, Policy, Question, Role, RoleId, Subject, TypeId};
use alloc::boxed::Box;

/// The answer for all actions of one resource at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The resource's type
    pub on: TypeId,
    /// The actions that are allowed whatever the caller supplies, by bit
    pub allow: u64,
    /// The actions whose answer depends on what the caller supplies or on the moment: each question is one of its own
    pub dynamic: u64,
    /// The first moment at which the answer may change by itself
    pub valid_until: Millis,
    /// Whether the answer is the same for every well-formed id in the place of the path's last one; a walk to one of these
    /// resources then serves all of them
    pub uniform: bool,
}

/// What is known of a resource before it is asked about: the walk, done once for many questions.
#[derive(Clone, Debug)]
pub struct Prepared {
    path: Box<str>,
    /// Invariant (shape): that of `path`.
    shape: Shape,
    on: TypeId,
    gathered: Gathered,
}

impl Prepared {
    /// The first moment at which this is no longer what stands at the resource.
    #[must_use]
    pub fn valid_until(&self) -> Millis {
        self.gathered.valid_until
    }

    /// The resource's type.
    #[must_use]
    pub fn on(&self) -> TypeId {
        self.on
    }
}

impl Policy {
    /// Answers for all actions of the resource at `path`.
    ///
    /// # Errors
    /// When the path is malformed or not one of this policy: nothing is allowed there.
    pub fn answer(&self, subject: &Subject<'_>, path: &str, now: Millis) -> Result<Answer, PathError> {
        let path = Path::parse(path)?;
        let on = self.locate(&path)?;
        if subject.status != Some(Status::Active) {
            return Ok(Answer { on, allow: 0, dynamic: 0, valid_until: Millis::MAX, uniform: true });
        }
        let nothing = Attributes::default();
        let scene = Scene::new(self, subject, &path, on, "", &nothing, now);
        let gathered = self.gather(subject, &path, on, 0, now);
        let (allow, dynamic) = self.all_actions(&scene, &gathered);
        let family = path.family();
        let bare = subject.own.bare_below(family) && subject.groups.iter().all(|group| group.bare_below(family));
        // A request is approved for one path.
        let approved = !subject.approved.is_empty();
        let uniform = bare && !approved && !self.reads_leaf(&scene, &gathered);
        Ok(Answer { on, allow, dynamic, valid_until: gathered.valid_until, uniform })
    }

    /// The walk to a resource, for any number of questions about it until [`Prepared::valid_until`].
    ///
    /// # Errors
    /// When the path is malformed or not one of this policy: nothing is allowed there.
    pub fn prepare(&self, subject: &Subject<'_>, path: &str, now: Millis) -> Result<Prepared, PathError> {
        let parsed = Path::parse(path)?;
        let on = self.locate(&parsed)?;
        let gathered = self.gather(subject, &parsed, on, 0, now);
        Ok(Prepared { path: Box::from(path), shape: parsed.shape(), on, gathered })
    }

    /// Decides a question about a prepared resource as [`Policy::check`] does, but for the reason's details; where the
    /// answer is [uniform](Answer::uniform), about any other of the family as well.
    pub fn resolve(
        &self,
        subject: &Subject<'_>,
        at: &Prepared,
        action: Action,
        supplied: &Attributes,
        now: Millis,
    ) -> Decision {
        if subject.status != Some(Status::Active) {
            return Decision::deny(Stage::Status, Cause::of_status(subject.status));
        }
        let path = Path::again(&at.path, at.shape);
        let name = self.resource_type(at.on).and_then(|kind| kind.actions().get(action.index()));
        let Some(name) = name else { return Decision::deny(Stage::Default, Cause::UnknownAction) };
        let scene = Scene::new(self, subject, &path, at.on, name, supplied, now);
        self.decide(&scene, &at.gathered, action)
    }

    /// Decides one question and says why.
    ///
    /// An unknown action, an unknown type and a malformed path are denials with that reason.
    pub fn check(&self, subject: &Subject<'_>, question: &Question<'_>) -> Decision {
        if subject.status != Some(Status::Active) {
            return Decision::deny(Stage::Status, Cause::of_status(subject.status));
        }
        let parsed = Path::parse(question.path).and_then(|path| Ok((path, self.locate(&path)?)));
        let (path, on) = match parsed {
            Ok(located) => located,
            Err(error) => return Decision::deny(Stage::Default, Cause::Path(error)),
        };
        let Some(action) = self.resource_type(on).and_then(|kind| kind.action(question.action)) else {
            return Decision::deny(Stage::Default, Cause::UnknownAction);
        };
        let Question { action: name, supplied, now, .. } = *question;
        let scene = Scene::new(self, subject, &path, on, name, supplied, now);
        let gathered = self.gather(subject, &path, on, action.mask(), now);
        self.decide(&scene, &gathered, action)
    }

    /// Whether what stands in `held` lets its holder give `role` for a resource: the role assigns it, and all conditions
    /// hold there and now, without anything being supplied.
    #[must_use]
    pub fn gives(&self, subject: &Subject<'_>, held: &Held<'_>, role: RoleId, path: &str, now: Millis) -> bool {
        let assigns = self.role(held.role).is_some_and(|giving| giving.spec().assigns.contains(&role));
        assigns && self.acts(subject, held, path, now)
    }

    /// Whether what stands in `held` acts for a resource whatever is supplied, and for as long as its window says: all of
    /// its conditions, the role's own included, hold there and now without anything being supplied, and none reads the
    /// clock.
    #[must_use]
    pub fn acts(&self, subject: &Subject<'_>, held: &Held<'_>, path: &str, now: Millis) -> bool {
        let Some(spec) = self.role(held.role).map(Role::spec) else { return false };
        let located = Path::parse(path).and_then(|path| Ok((path, self.locate(&path)?)));
        let Ok((path, on)) = located else { return false };
        let scene = Scene::new(self, subject, &path, on, "", Attributes::NONE, now);
        // What was given would outlast a right that ends with the clock.
        let ends = |condition: &Condition| condition.reads_clock();
        let own = spec.when.and_then(|when| self.condition(when));
        if own.is_some_and(ends) || held.when.is_some_and(ends) {
            return false;
        }
        self.holds(&scene, spec.when) == Truth::True && held.when.is_none_or(|when| when.holds(&scene) == Truth::True)
    }

    /// The name that people read of a role given at `scope`: the first title whose condition holds there. Nothing where
    /// the role has none.
    #[must_use]
    pub fn title(&self, subject: &Subject<'_>, role: RoleId, scope: &str, now: Millis) -> Option<&str> {
        let located = Path::parse(scope).and_then(|path| Ok((path, self.locate(&path)?))).ok();
        let holds = |when: ConditionId| {
            let Some((path, on)) = &located else { return false };
            let scene = Scene::new(self, subject, path, *on, "", Attributes::NONE, now);
            self.holds(&scene, Some(when)) == Truth::True
        };
        let mut titles = self.role(role)?.spec().titles.iter();
        titles.find(|title| title.when.is_none_or(holds)).map(|title| &*title.text)
    }

    /// The stages behind status, in the order that the crate's documentation gives.
    pub(crate) fn decide(&self, scene: &Scene<'_>, gathered: &Gathered, action: Action) -> Decision {
        let bit = action.mask();
        let decision = |effect, stage, cause| Decision {
            effect,
            stage,
            cause,
            valid_until: gathered.valid_until.min(scene.holds_until()),
        };
        if let Some(cause) = self.rule(scene, bit, false) {
            return decision(Effect::Deny, Stage::Forbid, cause);
        }
        let (allows, stage, cause) = self.granted(scene, gathered, bit);
        if !allows {
            return decision(Effect::Deny, stage, cause);
        }
        match self.approval(scene, action) {
            None => decision(Effect::Allow, stage, cause),
            Some((approved, met)) => {
                // An approved request begins and ends.
                let ends = scene.approved_until(action);
                let decided = if approved {
                    decision(Effect::Allow, stage, cause)
                } else {
                    decision(Effect::Approval, Stage::Approval, met)
                };
                Decision { valid_until: decided.valid_until.min(ends), ..decided }
            }
        }
    }

    /// The stages override, role, permit and default.
    fn granted(&self, scene: &Scene<'_>, gathered: &Gathered, bit: u64) -> (bool, Stage, Cause) {
        if (gathered.override_allow | gathered.override_deny) & bit != 0 {
            let cause = Cause::Override { depth: gathered.override_depth };
            return (gathered.override_allow & bit != 0, Stage::Override, cause);
        }
        let mut allowing = gathered.allowing.filter(|_| gathered.role_allow & bit != 0);
        let mut denying = gathered.denying.filter(|_| gathered.role_deny & bit != 0);
        let mut errored = None;
        for term in gathered.terms.iter().filter(|term| (term.allow | term.deny) & bit != 0) {
            let truth = self.term_holds(scene, term);
            if truth != Truth::False && term.deny & bit != 0 {
                denying = Some(term.witness.or_nearer(denying));
            }
            if truth == Truth::True && term.allow & bit != 0 {
                allowing = Some(term.witness.or_nearer(allowing));
            }
            if truth == Truth::Error {
                errored = Some(term.witness.or_nearer(errored));
            }
        }
        let role = |witness: Witness| {
            let Witness { depth, role, through_group } = witness;
            Cause::Role { role, depth, through_group }
        };
        // The witnesses of a walk for all actions speak of no single one; the masks do.
        if gathered.role_deny & bit != 0 || denying.is_some() {
            return (false, Stage::Role, denying.map_or(Cause::NoGrant, role));
        }
        if gathered.role_allow & bit != 0 || allowing.is_some() {
            return (true, Stage::Role, allowing.map_or(Cause::NoGrant, role));
        }
        if let Some(cause) = self.rule(scene, bit, true) {
            return (true, Stage::Permit, cause);
        }
        let cause = errored.map_or(Cause::NoGrant, |Witness { depth, role, .. }| Cause::Unclear { role, depth });
        (false, Stage::Default, cause)
    }

    /// The first rule that targets the action and holds; a forbid that errors holds, a permit that errors does not.
    fn rule(&self, scene: &Scene<'_>, bit: u64, permit: bool) -> Option<Cause> {
        let of_effect = self.rules().iter().zip(0..).filter(|(rule, _)| rule.permit == permit);
        for (rule, index) in of_effect.filter(|(rule, _)| targets(&rule.targets, scene.on) & bit != 0) {
            match self.holds(scene, rule.when) {
                Truth::True => return Some(Cause::Rule { rule: index, errored: false }),
                Truth::Error if !permit => return Some(Cause::Rule { rule: index, errored: true }),
                _ => {}
            }
        }
        None
    }

    /// The first approval policy that an allow meets, and whether an approved request covers it; a policy that errors is
    /// met.
    fn approval(&self, scene: &Scene<'_>, action: Action) -> Option<(bool, Cause)> {
        let met = self.approvals().iter().zip(0..).find(|(policy, _)| {
            targets(&policy.targets, scene.on) & action.mask() != 0 && self.holds(scene, policy.when) != Truth::False
        });
        let (policy, index) = met?;
        let errored = self.holds(scene, policy.when) == Truth::Error;
        Some((scene.is_approved(action), Cause::Approval { policy: index, errored }))
    }

    /// All actions at once: those that are allowed, and those that must be asked about one by one.
    fn all_actions(&self, scene: &Scene<'_>, gathered: &Gathered) -> (u64, u64) {
        let on = scene.on;
        let (mut allow, mut deny) = (gathered.role_allow, gathered.role_deny);
        // What varies by what the caller supplies: on the way to a grant, and after one.
        let (mut before, mut after) = (0, 0);
        for term in &gathered.terms {
            if self.term_is_volatile(scene, term) {
                before |= term.allow | term.deny;
                continue;
            }
            let truth = self.term_holds(scene, term);
            deny |= if truth == Truth::False { 0 } else { term.deny };
            allow |= if truth == Truth::True { term.allow } else { 0 };
        }
        let (mut forbid, mut permit, mut approve) = (0, 0, 0);
        for rule in self.rules() {
            let mask = targets(&rule.targets, on);
            if mask == 0 {
                continue;
            }
            if self.is_volatile(rule.when) {
                *(if rule.permit { &mut before } else { &mut after }) |= mask;
                continue;
            }
            match (self.holds(scene, rule.when), rule.permit) {
                (Truth::True, true) => permit |= mask,
                (Truth::True | Truth::Error, false) => forbid |= mask,
                _ => {}
            }
        }
        for policy in self.approvals() {
            let mask = targets(&policy.targets, on);
            if mask == 0 {
                continue;
            }
            if self.is_volatile(policy.when) || !scene.subject.approved.is_empty() {
                after |= mask;
            } else if self.holds(scene, policy.when) != Truth::False {
                approve |= mask;
            }
        }
        let by_override = gathered.override_allow | gathered.override_deny;
        let granted = gathered.override_allow | ((allow | permit) & !deny & !by_override);
        let open = before & !by_override & !deny;
        let dynamic = (open | (granted & after)) & !forbid;
        (granted & !forbid & !approve & !dynamic, dynamic)
    }

    pub(crate) fn term_holds(&self, scene: &Scene<'_>, term: &Term) -> Truth {
        let own = scene.grants(term.holder).and_then(|grants| grants.condition(term.when));
        let given = match own {
            Some(condition) => condition.holds(scene),
            None if term.when == 0 => Truth::True,
            None => Truth::Error,
        };
        self.part(term).iter().fold(given, |truth, when| {
            if truth == Truth::False { truth } else { truth.and(self.holds(scene, Some(*when))) }
        })
    }

    fn term_is_volatile(&self, scene: &Scene<'_>, term: &Term) -> bool {
        let own = scene.grants(term.holder).and_then(|grants| grants.condition(term.when));
        own.is_some_and(|condition| self.varies(condition))
            || self.part(term).iter().any(|when| self.is_volatile(Some(*when)))
    }

    /// The conditions of the role's part that the term stands for.
    pub(crate) fn part(&self, term: &Term) -> &[ConditionId] {
        let parts = self.role(term.witness.role).map(|role| role.spec().parts.as_slice()).unwrap_or_default();
        let part = usize::from(term.part).checked_sub(1).and_then(|index| parts.get(index));
        part.map(|part| part.when.as_slice()).unwrap_or_default()
    }

    pub(crate) fn holds(&self, scene: &Scene<'_>, when: Option<ConditionId>) -> Truth {
        match when {
            None => Truth::True,
            Some(when) => self.condition(when).map_or(Truth::Error, |condition| condition.holds(scene)),
        }
    }

    fn is_volatile(&self, when: Option<ConditionId>) -> bool {
        when.is_some_and(|when| self.condition(when).is_none_or(|condition| self.varies(condition)))
    }

    /// Whether what decides here reads anything of the resource itself but what the caller says of it.
    fn reads_leaf(&self, scene: &Scene<'_>, gathered: &Gathered) -> bool {
        let stored = |slot: &Slot| {
            let of_leaf = |spec: &AttributeSpec| spec.owner == Owner::Type(scene.on) && !spec.from_request;
            self.attribute(*slot).is_none_or(of_leaf)
        };
        self.any_condition(scene, gathered, u64::MAX, &|condition| {
            condition.references.iter().any(|reference| match reference {
                Reference::Slot(slot) => stored(slot),
                Reference::Resource(slots) => slots.iter().any(stored),
                Reference::SegmentId(on) => *on == scene.on,
                Reference::ResourceId => true,
                _ => false,
            })
        })
    }

    /// Whether this is so of any condition that may decide these actions here.
    pub(crate) fn any_condition(
        &self,
        scene: &Scene<'_>,
        gathered: &Gathered,
        bits: u64,
        is_so: &dyn Fn(&Condition) -> bool,
    ) -> bool {
        let rules = self.rules().iter().map(|rule| (&rule.targets, rule.when));
        let policies = self.approvals().iter().map(|policy| (&policy.targets, policy.when));
        let targeted = rules.chain(policies).filter(|(on, _)| targets(on, scene.on) & bits != 0);
        let any = |when: Option<ConditionId>| when.and_then(|when| self.condition(when)).is_some_and(is_so);
        let mut terms = gathered.terms.iter().filter(|term| (term.allow | term.deny) & bits != 0);
        terms.any(|term| {
            let own = scene.grants(term.holder).and_then(|grants| grants.condition(term.when));
            own.is_some_and(is_so) || self.part(term).iter().any(|when| any(Some(*when)))
        }) || targeted.map(|(_, when)| when).any(any)
    }
}

/// The actions of a type that a rule or an approval policy targets.
pub(crate) fn targets(targets: &[(TypeId, u64)], on: TypeId) -> u64 {
    targets.iter().filter(|(of, _)| *of == on).fold(0, |mask, (_, more)| mask | more)
}
