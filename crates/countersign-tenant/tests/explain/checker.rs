//! The trace checker: it sees a trace and nothing else, and says what the decision must be.
//!
//! It shares no code with the engine. It scores every step and lets the best score win, where the engine walks stages.

use countersign_core::condition::Truth;
use countersign_core::{Effect, Lost, Stage, Step, Trace};

/// A mistake that the checker can make on purpose, to show that it would be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// Status decides nothing
    StatusForgotten,
    /// The farthest override decides
    FarthestScope,
    /// Of two at one scope, or of two roles, an allowance decides
    AllowWins,
    /// A later stage decides
    LaterStage,
    /// What is not live acts all the same
    WindowForgotten,
    /// What errs acts all the same
    ErrorActs,
    /// What errs does not act, denials neither
    ErrorIsSilent,
    /// An approval policy that errs is not met
    ApprovalErrorWaved,
    /// An approved request is not looked at
    ApprovedForgotten,
}

impl Slip {
    pub(crate) const ALL: [Self; 9] = [
        Self::StatusForgotten,
        Self::FarthestScope,
        Self::AllowWins,
        Self::LaterStage,
        Self::WindowForgotten,
        Self::ErrorActs,
        Self::ErrorIsSilent,
        Self::ApprovalErrorWaved,
        Self::ApprovedForgotten,
    ];
}

/// The effect and the stage that a trace leads to.
pub(crate) fn recompute(trace: &Trace) -> (Effect, Stage) {
    recompute_with(trace, None)
}

/// The same, with a mistake.
pub(crate) fn recompute_with(trace: &Trace, slip: Option<Slip>) -> (Effect, Stage) {
    let has = |mistake| slip == Some(mistake);
    if trace.status.is_some() && !has(Slip::StatusForgotten) {
        return (Effect::Deny, Stage::Status);
    }
    let acts = |step: &Step| match step.truth {
        Truth::Error => (step.denies || has(Slip::ErrorActs)) && !has(Slip::ErrorIsSilent),
        truth => truth == Truth::True,
    };
    let acts = |step: &&Step| (step.live || has(Slip::WindowForgotten)) && acts(step);
    let strength = |step: &&Step| {
        let (stage, scope, denies) = strength(step);
        let (stage, scope) = (if has(Slip::LaterStage) { -stage } else { stage }, i16::from(scope));
        (stage, if has(Slip::FarthestScope) { -scope } else { scope }, denies != has(Slip::AllowWins))
    };
    let grants = trace.steps.iter().filter(|step| step.stage != Stage::Approval);
    let strongest = grants.filter(acts).max_by_key(strength);
    let Some(strongest) = strongest else { return (Effect::Deny, Stage::Default) };
    if denies(strongest) {
        return (Effect::Deny, strongest.stage);
    }
    let met = |truth: Truth| truth == Truth::True || truth == Truth::Error && !has(Slip::ApprovalErrorWaved);
    let asks = trace.steps.iter().any(|step| step.stage == Stage::Approval && met(step.truth));
    if asks && (!trace.approved || has(Slip::ApprovedForgotten)) {
        (Effect::Approval, Stage::Approval)
    } else {
        (Effect::Allow, strongest.stage)
    }
}

/// How much a step counts: the stage, then for overrides the scope, then a denial.
fn strength(step: &Step) -> (i32, u8, bool) {
    let stage = match step.stage {
        Stage::Forbid => 4,
        Stage::Override => 3,
        Stage::Role => 2,
        Stage::Permit => 1,
        _ => 0,
    };
    let scope = if step.stage == Stage::Override { step.depth } else { 0 };
    (stage, scope, denies(step))
}

/// Whether a step counts at all.
fn acts(step: &Step) -> bool {
    step.live && (step.truth == Truth::True || (step.truth == Truth::Error && step.denies))
}

fn denies(step: &Step) -> bool {
    step.denies
}

/// What is wrong with the reasons for which steps are said to have lost; nothing if they are right.
pub(crate) fn wrong_loser(trace: &Trace) -> Option<String> {
    let (effect, stage) = recompute(trace);
    let found = |step: &Step, what: &str| Some(format!("{what}: {step:?} under {effect:?} by {stage:?}"));
    for step in &trace.steps {
        let sound = match step.lost {
            None => !acts(step) || step.says() == effect || step.stage == Stage::Approval,
            Some(Lost::NotLive) => !step.live,
            Some(Lost::DoesNotHold) => step.live && step.truth == Truth::False,
            Some(Lost::CannotBeTold) => step.live && step.truth == Truth::Error && !step.denies,
            Some(Lost::NearerScope) => acts(step) && step.stage == Stage::Override,
            Some(Lost::DenyWins) => acts(step) && step.says() == Effect::Allow,
            Some(Lost::EarlierStage) => acts(step),
            Some(Lost::NeedsApproval) => acts(step) && step.says() == Effect::Allow && effect == Effect::Approval,
            Some(Lost::Approved) => trace.approved && step.stage == Stage::Approval && effect == Effect::Allow,
        };
        if !sound {
            return found(step, "not the reason");
        }
    }
    // Without those that lost the decision is the same; what needs an approval is still what was allowed.
    let mut rest = trace.clone();
    rest.steps.retain(|step| matches!(step.lost, None | Some(Lost::NeedsApproval | Lost::Approved)));
    if recompute(&rest) != (effect, stage) {
        return Some(format!("the losers decide: {trace:?}"));
    }
    // Each loser that acts is weaker: next to the winners alone it changes nothing.
    for step in trace.steps.iter().filter(|step| step.lost.is_some()) {
        let mut with = rest.clone();
        with.steps.push(*step);
        if recompute(&with) != (effect, stage) {
            return found(step, "no loser");
        }
    }
    None
}
