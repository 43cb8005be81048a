//! The explanation: what decided, what it beat, when it changes by itself, and what would flip it.

mod clock;
mod flip;
mod trace;

pub use flip::Change;
pub use trace::{Lost, Step, Trace, Verdict, What};

use crate::check::targets;
use crate::condition::{Condition, Truth};
use crate::gather::{Term, Witness};
use crate::grants::Given;
use crate::policy::Masks;
use crate::scene::Scene;
use crate::{Action, Cause, Decision, Effect, Millis, Path, Policy, Question, Stage, Status, Subject, TypeId, Window};
use alloc::vec::Vec;
use core::cell::Cell;

/// Moments that are looked at for when a decision changes by itself.
const MOMENTS: usize = 256;

/// A decision with everything that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What [`Policy::check`] says
    pub decision: Decision,
    /// Everything that speaks of the question, decisive or not
    pub trace: Trace,
    /// When the effect changes by itself
    pub until: Until,
    /// The smallest changes that flip the effect, in the order in which they are made; nothing where no change of
    /// grants does: the path or the action is none of the policy's, or an approval could not match an ill-typed context
    pub flip: Option<Vec<Change>>,
}

/// When an effect changes by itself, while nothing but the clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Never
    Never,
    /// At this moment, and to what
    At(Millis, Effect),
    /// It depends on the clock in a way that is not worked out: at any moment
    Unknown,
}

impl Explanation {
    /// The explanation of what is too old to say anything.
    #[must_use]
    pub fn expired() -> Self {
        let decision = Decision::deny(Stage::Status, Cause::Expired);
        let trace = Trace { status: Some(Cause::Expired), ..Trace::default() };
        Self { decision, trace, until: Until::Never, flip: None }
    }
}

impl Policy {
    /// Decides one question as [`Policy::check`] does, and explains it.
    #[must_use]
    pub fn explain(&self, subject: &Subject<'_>, question: &Question<'_>) -> Explanation {
        let decision = self.check(subject, question);
        let status = (subject.status != Some(Status::Active)).then(|| Cause::of_status(subject.status));
        let mut trace = Trace { status, ..Trace::default() };
        let mut until = Until::Never;
        match self.place(question) {
            Err(cause) => trace.place = Some(cause),
            Ok((path, on, action)) => {
                let Question { action: name, supplied, now, .. } = *question;
                let scene = Scene::new(self, subject, &path, on, name, supplied, now);
                self.trace(&scene, action, &mut trace);
                if status.is_none() {
                    until = self.until(&scene, action, decision.effect);
                }
            }
        }
        let flip = trace.flip();
        trace.mark();
        Explanation { decision, trace, until, flip }
    }

    /// Where the question stands in this policy.
    fn place<'a>(&self, question: &Question<'a>) -> Result<(Path<'a>, TypeId, Action), Cause> {
        let path = Path::parse(question.path).map_err(Cause::Path)?;
        let on = self.locate(&path).map_err(Cause::Path)?;
        let action = self.resource_type(on).and_then(|kind| kind.action(question.action));
        Ok((path, on, action.ok_or(Cause::UnknownAction)?))
    }

    /// Takes in everything that speaks of the action.
    fn trace(&self, scene: &Scene<'_>, action: Action, trace: &mut Trace) {
        let bit = action.mask();
        trace.depth = u8::try_from(scene.path.depth()).unwrap_or(u8::MAX);
        trace.approvable = scene.same_context(scene.supplied);
        trace.approved = scene.is_approved(action);
        let says = |stage, what, truth, allows| Step {
            stage,
            what,
            depth: 0,
            window: Window::ALWAYS,
            live: true,
            truth,
            allows,
            denies: !allows,
            lost: None,
        };
        for (rule, index) in
            self.rules().iter().zip(0..).filter(|(rule, _)| targets(&rule.targets, scene.on) & bit != 0)
        {
            let stage = if rule.permit { Stage::Permit } else { Stage::Forbid };
            trace.steps.push(says(stage, What::Rule(index), self.holds(scene, rule.when), rule.permit));
        }
        for (policy, index) in self.approvals().iter().zip(0..) {
            if targets(&policy.targets, scene.on) & bit != 0 {
                let truth = self.holds(scene, policy.when);
                trace.steps.push(says(Stage::Approval, What::Approval(index), truth, false));
            }
        }
        let now = scene.now;
        for (grants, holder) in core::iter::once(&scene.subject.own).chain(scene.subject.groups).zip(0..) {
            for (scope, here) in grants.each_row() {
                let depth = here.depth;
                if scene.path.ancestor(depth.into()) != scope {
                    continue;
                }
                for (allow, deny, window) in here.overrides(scene.on) {
                    // A group's overrides do not count.
                    if holder == 0 && (allow | deny) & bit != 0 {
                        let step = says(Stage::Override, What::Override, Truth::True, allow & bit != 0);
                        trace.steps.push(Step { denies: deny & bit != 0, ..step.within(depth, window, now) });
                    }
                }
                for Given { role, window, when } in here.roles() {
                    let witness = Witness { depth, role, through_group: holder != 0 };
                    let mut speaks = |part, Masks { allow, deny }| {
                        if (allow | deny) & bit != 0 {
                            let term = Term { allow, deny, witness, holder, when, part };
                            let what = What::Assignment { role, part, holder };
                            let step = says(Stage::Role, what, self.term_holds(scene, &term), allow & bit != 0);
                            trace.steps.push(Step { denies: deny & bit != 0, ..step.within(depth, window, now) });
                        }
                    };
                    speaks(0, self.masks(role, scene.on));
                    self.parts(role, scene.on).for_each(|(part, masks)| speaks(part, masks));
                }
            }
        }
    }

    /// When the effect changes, found by deciding again at each moment at which it might.
    fn until(&self, scene: &Scene<'_>, action: Action, effect: Effect) -> Until {
        let mut now = scene.now;
        for _ in 0..MOMENTS {
            let Scene { policy, subject, path, on, action: name, supplied, .. } = *scene;
            let scene = Scene::new(policy, subject, path, on, name, supplied, now);
            let gathered = self.gather(scene.subject, scene.path, scene.on, action.mask(), now);
            let then = self.decide(&scene, &gathered, action).effect;
            if then != effect {
                return Until::At(now, then);
            }
            let next = Cell::new(gathered.valid_until);
            for approved in scene.subject.approved {
                next.set(next.get().min(approved.window.next_change(now)));
            }
            let is_unknown = |condition: &Condition| match clock::next(condition, &scene) {
                Some(moment) => {
                    next.set(next.get().min(moment));
                    false
                }
                None => true,
            };
            if self.any_condition(&scene, &gathered, action.mask(), &is_unknown) {
                return Until::Unknown;
            }
            now = next.get();
            if now == Millis::MAX {
                return Until::Never;
            }
        }
        Until::Unknown
    }
}
