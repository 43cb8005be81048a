//! What a tenant's object is asked for: its head, a record, a command, the audit log.

use countersign_tenant::{Actor, Memory, Meta, Outcome, State, audit, execute, head};
use countersign_wire::api::{AuditPage, Command, CommandAnswer, CommandCall, HeadAsk};
use countersign_wire::seal::{Header, seal};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::schema::migrate;
use crate::sql::Database;
use crate::state::{SCHEMA, SqlState, apply, write_audit};
use crate::transaction::{Undone, transact};

/// The answer to an operation, and whether something is to be published.
pub(crate) struct Operated {
    pub(crate) body: Vec<u8>,
    pub(crate) committed: bool,
}

/// Carries out an operation of the tenant `name`.
pub(crate) fn operate(
    database: &Database,
    mac_key: &[u8],
    name: &str,
    operation: &str,
    body: &[u8],
) -> Result<Operated, Fault> {
    let state = SqlState(database);
    let exists = state.exists()?;
    let answer = match operation {
        "head" if exists => write(&head(&state, &read::<HeadAsk>(body)?).map_err(unreadable)?),
        "head" => write(&head(&Memory::new(), &read::<HeadAsk>(body)?).map_err(unreadable)?),
        "record" => sealed(&state, exists, mac_key, name, &read::<String>(body)?),
        "audit" => write(&AuditPage { entries: if exists { state.audit()? } else { Vec::new() } }),
        "command" => return command(database, exists, name, &read::<CommandCall>(body)?),
        other => Err(Fault::failed(Port::Object, format!("no such operation: {other}"))),
    };
    Ok(Operated { body: answer?, committed: false })
}

/// A record as it is published and as it is served where KV is behind.
pub(crate) fn sealed(
    state: &SqlState<'_>,
    exists: bool,
    mac_key: &[u8],
    name: &str,
    key: &str,
) -> Result<Vec<u8>, Fault> {
    let (meta, record, revision) = if exists {
        let read = || Ok((state.meta()?, state.record(key)?, state.revision_of(key)?));
        read().map_err(unreadable)?
    } else {
        (Meta::default(), None, None)
    };
    let header = Header {
        tenant: name.to_owned(),
        key: key.to_owned(),
        epoch: meta.epoch,
        revision: revision.unwrap_or(meta.revision),
        exists: record.is_some(),
    };
    seal(mac_key, &header, &record.unwrap_or_default())
        .map_err(|error| Fault::failed(Port::Object, format!("seal: {error}")))
}

/// One transaction: authorise, apply, audit, queue for publishing. Only then is it acknowledged.
fn command(database: &Database, exists: bool, name: &str, call: &CommandCall) -> Result<Operated, Fault> {
    let actor = Actor { subject: call.actor.clone(), operator: call.operator };
    if !exists {
        // Nobody but an operator makes a tenant exist, and nobody leaves a trace by trying.
        match execute(&Memory::new(), &actor, &call.command, now_ms()).map_err(unreadable)? {
            Outcome::Refused { refusal, .. } => return answered(&CommandAnswer::Refused(refusal), false),
            Outcome::Done(_) => migrate(database, SCHEMA)?,
        }
    }
    let now = now_ms();
    let done = transact(database, |writes| -> Result<(CommandAnswer, bool), Fault> {
        let state = SqlState(writes.database());
        let meta = state.meta().map_err(unreadable)?;
        let outcome = execute(&state, &actor, &call.command, now).map_err(unreadable)?;
        let (answer, revision, word) = match outcome {
            Outcome::Done(commit) => {
                apply(writes, name, &commit)?;
                let (revision, id, created) = (commit.revision, commit.id, commit.created);
                (CommandAnswer::Done { revision, id, created }, revision, "done".to_owned())
            }
            Outcome::Refused { refusal, audited: false } => return Ok((CommandAnswer::Refused(refusal), false)),
            Outcome::Refused { refusal, audited: true } => {
                let code = refusal.code.clone();
                (CommandAnswer::Refused(refusal), meta.revision, code)
            }
        };
        let command: &Command = &call.command;
        let fact = audit::Fact { at: now, actor: &actor.subject, command, outcome: &word, revision };
        write_audit(writes, &audit::entry(&meta, &fact))?;
        Ok((answer, revision > meta.revision))
    });
    let (answer, committed) = done.map_err(|undone| match undone {
        Undone::Refused(fault) | Undone::Fault(fault) => fault,
        Undone::Panicked(detail) => Fault::failed(Port::Object, detail),
    })?;
    answered(&answer, committed)
}

fn answered(answer: &CommandAnswer, committed: bool) -> Result<Operated, Fault> {
    Ok(Operated { body: write(answer)?, committed })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::failed(Port::Object, format!("body: {error}")))
}

fn write<T: Serialize>(answer: &T) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(answer).map_err(|error| Fault::failed(Port::Object, format!("answer: {error}")))
}

fn unreadable(fault: countersign_tenant::Fault) -> Fault {
    Fault::failed(Port::Storage, fault.to_string())
}
