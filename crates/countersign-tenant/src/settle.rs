//! A command from its call to everything that is to be written, as one piece.

use crate::actor::Actor;
use crate::audit::{Fact, entry};
use crate::command::{Outcome, execute};
use crate::event::Commit;
use crate::state::{Fault, State};
use countersign_core::Millis;
use countersign_wire::api::{AuditEntry, CommandAnswer, CommandCall};

/// What is to be written in one transaction, and then answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The answer, once everything is written
    pub answer: CommandAnswer,
    /// What changes; nothing for a refusal
    pub commit: Option<Commit>,
    /// The log's entry; nothing for a stranger's refusal
    pub entry: Option<AuditEntry>,
}

impl Settled {
    /// Whether there is something to publish.
    #[must_use]
    pub fn publishes(&self) -> bool {
        self.commit.as_ref().is_some_and(|commit| !commit.events.is_empty())
    }
}

/// Settles a command; writes nothing.
///
/// # Errors
/// When the state cannot be read.
pub fn settle(state: &impl State, call: &CommandCall, now: Millis) -> Result<Settled, Fault> {
    let meta = state.meta()?;
    let actor = Actor { subject: call.actor.clone(), operator: call.operator };
    let logged = |outcome: &str, revision: u64| {
        let fact = Fact { at: now, actor: &call.actor, command: &call.command, outcome, revision };
        entry(&meta, &fact)
    };
    Ok(match execute(state, &actor, &call.command, now)? {
        Outcome::Done(commit) => {
            let entry = Some(logged("done", commit.revision));
            let answer =
                CommandAnswer::Done { revision: commit.revision, id: commit.id.clone(), created: commit.created };
            Settled { answer, commit: Some(commit), entry }
        }
        Outcome::Refused { refusal, audited } => {
            let entry = audited.then(|| logged(&refusal.code, meta.revision));
            Settled { answer: CommandAnswer::Refused(refusal), commit: None, entry }
        }
    })
}
