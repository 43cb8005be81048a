//! A command from its call to everything that is to be written, as one piece.

use crate::audit::{Fact, entry};
use crate::command::{Outcome, execute};
use crate::draft::Entropy;
use crate::event::{Commit, Event};
use crate::state::{Fault, State};
use crate::{Actor, doc, dry_run, once, requests, target};
use countersign_core::Millis;
use countersign_wire::api::{AuditEntry, CommandAnswer, CommandCall, Done, Refusal};

/// What is to be written in one transaction, and then answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The answer, once everything is written
    pub answer: CommandAnswer,
    /// What changes; nothing for a refusal
    pub commit: Option<Commit>,
    /// The log's entry; nothing for a stranger's refusal, and for what only looks
    pub entry: Option<AuditEntry>,
}

impl Settled {
    /// Whether there is something to publish.
    #[must_use]
    pub fn publishes(&self) -> bool {
        let record = |event: &Event| matches!(event, Event::Record { .. });
        self.commit.as_ref().is_some_and(|commit| commit.events.iter().any(record))
    }

    /// Whether something is to be done at a later moment that was not before.
    #[must_use]
    pub fn schedules(&self) -> bool {
        let timed = |key: &str| doc::TIMED.iter().any(|prefix| key.starts_with(prefix));
        let due = |event: &Event| matches!(event, Event::Doc { key, bytes: Some(_) } if timed(key));
        self.commit.as_ref().is_some_and(|commit| commit.events.iter().any(due))
    }

    fn refused(refusal: Refusal) -> Self {
        Self { answer: CommandAnswer::Refused(refusal), commit: None, entry: None }
    }
}

/// Settles a command; writes nothing.
///
/// # Errors
/// When the state cannot be read.
pub fn settle(state: &impl State, call: &CommandCall, now: Millis, entropy: Entropy) -> Result<Settled, Fault> {
    let meta = state.meta()?;
    let actor = Actor { subject: call.actor.clone(), operator: call.operator };
    if let Some(answered) = once::before(state, call)? {
        return Ok(answered.map_or_else(Settled::refused, |answer| Settled { answer, commit: None, entry: None }));
    }
    let outcome = match requests::on_behalf(state, call)? {
        Some(refusal) => Outcome::Refused { refusal, audited: false },
        None => execute(state, &actor, &call.command, now, entropy)?,
    };
    // Permission first: what has changed since is not told to those who may not change it.
    let outcome = match (outcome, target::check(state, call)?) {
        (Outcome::Done(_), Some(refusal)) => Outcome::Refused { refusal, audited: false },
        (outcome, _) => outcome,
    };
    Ok(match outcome {
        Outcome::Done(commit) if call.dry_run => {
            let impact = dry_run::impact(state, &actor, &commit, now)?;
            Settled { answer: CommandAnswer::Impact(impact), commit: None, entry: None }
        }
        Outcome::Done(mut commit) => {
            let fact = Fact { at: now, call, outcome: "done", changes: &commit.noted, revision: commit.revision };
            let entry = Some(entry(&meta, &fact));
            let done = Done {
                revision: commit.revision,
                id: commit.id.clone(),
                created: commit.created,
                shown: commit.shown.clone(),
            };
            once::after(&mut commit, call, &done, now)?;
            Settled { answer: CommandAnswer::Done(done), commit: Some(*commit), entry }
        }
        Outcome::Refused { refusal, audited } => {
            let fact = Fact { at: now, call, outcome: &refusal.code, changes: &[], revision: meta.revision };
            let entry = (audited && !call.dry_run).then(|| entry(&meta, &fact));
            Settled { entry, ..Settled::refused(refusal) }
        }
    })
}
