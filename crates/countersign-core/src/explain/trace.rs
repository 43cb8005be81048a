//! The trace: everything that speaks of a question, and the decision worked out from it alone.

use crate::condition::Truth;
use crate::{Cause, Effect, Millis, RoleId, Stage, Window};
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Everything that was looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Why the subject's status denies everything, if it does
    pub status: Option<Cause>,
    /// Why the question is none of the policy's, if it is none; then there are no steps
    pub place: Option<Cause>,
    /// What speaks of the question: rules and approval policies in their order, overrides and assignments by scope
    pub steps: Vec<Step>,
    /// Segments of the resource's path
    pub depth: u8,
    /// Whether an approved request covers the question
    pub approved: bool,
    /// Whether one could: no value of the context is ill-typed
    pub approvable: bool,
}

/// One thing that speaks of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The stage at which it counts
    pub stage: Stage,
    /// What it is
    pub what: What,
    /// Segments of its scope; 0 for the root, and for what has no scope
    pub depth: u8,
    /// When it acts
    pub window: Window,
    /// Whether that is now
    pub live: bool,
    /// What its conditions come to
    pub truth: Truth,
    /// Whether it allows
    pub allows: bool,
    /// Whether it denies, or asks for an approval; what does both denies
    pub denies: bool,
    /// Why it lost; nothing for what decided, agreed with it, or does not matter
    pub lost: Option<Lost>,
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A rule, by its place in the model
    Rule(u16),
    /// An override of the subject
    Override,
    /// An assignment
    Assignment {
        /// The role
        role: RoleId,
        /// The part of the role, by index + 1; 0 for what it says whatever its conditions
        part: u16,
        /// Whose it is: 0 the subject's own, n that of the n-th group
        holder: u32,
    },
    /// An approval policy, by its place in the policy
    Approval(u16),
}

/// Why a step did not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Its window is not open
    NotLive,
    /// Its condition is false
    DoesNotHold,
    /// Its condition cannot be told, and so it allows nothing
    CannotBeTold,
    /// An earlier stage decided
    EarlierStage,
    /// An override at a nearer scope decided
    NearerScope,
    /// Deny beats allow
    DenyWins,
    /// It allows, but what it allows needs an approval
    NeedsApproval,
    /// It asks for an approval that was given
    Approved,
}

/// A decision worked out from a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer
    pub effect: Effect,
    /// The stage that decided
    pub stage: Stage,
    /// The step that decided, by index
    pub by: Option<usize>,
    /// The stage and step that granted what needs an approval; the same as those that decided where none does
    pub granted: (Stage, Option<usize>),
}

impl Step {
    /// This step at a scope and in a window.
    pub(super) fn within(self, depth: u8, window: Window, now: Millis) -> Self {
        Self { depth, window, live: window == Window::ALWAYS || window.is_live(now), ..self }
    }

    /// What it would make the answer.
    #[must_use]
    pub fn says(&self) -> Effect {
        match self.stage {
            Stage::Approval => Effect::Approval,
            _ if self.denies => Effect::Deny,
            _ => Effect::Allow,
        }
    }

    /// Whether it denies now, or asks for an approval; conditions that cannot be told do not keep it from that.
    fn denies_now(&self) -> bool {
        self.live && self.denies && self.truth != Truth::False
    }

    fn allows_now(&self) -> bool {
        self.live && self.allows && self.truth == Truth::True
    }

    /// Which of those that act at one stage is named: the nearest, a denial first, then in role order.
    fn place(&self) -> (Reverse<u8>, bool, Option<(RoleId, bool)>) {
        let role = match self.what {
            What::Assignment { role, holder, .. } => Some((role, holder != 0)),
            _ => None,
        };
        (Reverse(self.depth), !self.denies, role)
    }
}

impl Trace {
    /// Works the decision out.
    #[must_use]
    pub fn decide(&self) -> Verdict {
        let verdict = |effect, stage, by| Verdict { effect, stage, by, granted: (stage, by) };
        if self.status.is_some() {
            return verdict(Effect::Deny, Stage::Status, None);
        }
        let order = [
            (Stage::Forbid, Effect::Deny),
            (Stage::Override, Effect::Approval),
            (Stage::Role, Effect::Deny),
            (Stage::Role, Effect::Allow),
            (Stage::Permit, Effect::Allow),
        ];
        let found = order.iter().find_map(|(stage, effect)| Some((*stage, self.first(*stage, *effect)?)));
        let Some((stage, (by, denies))) = found else { return verdict(Effect::Deny, Stage::Default, None) };
        if denies {
            return verdict(Effect::Deny, stage, Some(by));
        }
        match self.first(Stage::Approval, Effect::Deny).filter(|_| !self.approved) {
            None => verdict(Effect::Allow, stage, Some(by)),
            Some((policy, _)) => {
                Verdict { granted: (stage, Some(by)), ..verdict(Effect::Approval, Stage::Approval, Some(policy)) }
            }
        }
    }

    /// Of the steps of a stage that deny, allow, or do either, the one that is named; and whether it denies.
    fn first(&self, stage: Stage, effect: Effect) -> Option<(usize, bool)> {
        let acting = self.steps.iter().enumerate().filter(|(_, step)| {
            step.stage == stage
                && match effect {
                    Effect::Deny => step.denies_now(),
                    Effect::Allow => step.allows_now(),
                    Effect::Approval => step.live,
                }
        });
        acting.min_by_key(|(_, step)| step.place()).map(|(at, step)| (at, step.denies_now()))
    }

    /// Marks the steps that lost.
    pub(super) fn mark(&mut self) {
        let verdict = self.decide();
        let granted = verdict.granted.1.and_then(|at| self.steps.get(at)).copied();
        for (at, step) in self.steps.iter_mut().enumerate() {
            step.lost = if verdict.by == Some(at) { None } else { step.lost_to(&verdict, granted.as_ref()) };
        }
    }
}

impl Step {
    fn lost_to(&self, verdict: &Verdict, granted: Option<&Self>) -> Option<Lost> {
        let says = self.says();
        let (stage, _) = verdict.granted;
        if !self.denies_now() && !self.allows_now() {
            let why = match (self.live, self.truth) {
                (false, _) => Lost::NotLive,
                (_, Truth::False) => Lost::DoesNotHold,
                _ => Lost::CannotBeTold,
            };
            return (says != verdict.effect).then_some(why);
        }
        if self.stage == Stage::Approval {
            return (verdict.effect == Effect::Allow).then_some(Lost::Approved);
        }
        if self.stage > stage {
            return Some(Lost::EarlierStage);
        }
        if Some(says) == granted.map(Self::says) {
            return (verdict.effect == Effect::Approval).then_some(Lost::NeedsApproval);
        }
        let nearer = granted.is_some_and(|granted| granted.depth > self.depth) && stage == Stage::Override;
        Some(if nearer { Lost::NearerScope } else { Lost::DenyWins })
    }
}
