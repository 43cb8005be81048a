//! The trace checker: it sees a trace and nothing else, and says what the decision must be.
//!
//! It shares no code with the engine. It scores every step and lets the best score win, where the engine walks stages.

use countersign_core::condition::Truth;
use countersign_core::{Effect, Lost, Stage, Step, Trace};

/// The effect and the stage that a trace leads to.
pub(crate) fn recompute(trace: &Trace) -> (Effect, Stage) {
    if trace.status.is_some() {
        return (Effect::Deny, Stage::Status);
    }
    let grants = trace.steps.iter().filter(|step| step.stage != Stage::Approval);
    let strongest = grants.filter(|step| acts(step)).max_by_key(|step| strength(step));
    let Some(strongest) = strongest else { return (Effect::Deny, Stage::Default) };
    if denies(strongest) {
        return (Effect::Deny, strongest.stage);
    }
    let asks = trace.steps.iter().any(|step| step.stage == Stage::Approval && step.truth != Truth::False);
    if asks && !trace.approved { (Effect::Approval, Stage::Approval) } else { (Effect::Allow, strongest.stage) }
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
