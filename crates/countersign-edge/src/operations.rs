//! What a tenant's object is asked for: its head with records, a command, a query; and what it does by itself.

use countersign_tenant::{Received, Settled, Signing, State, head, next_due, receive, settle, settle_query, tick};
use countersign_wire::api::{CommandCall, Head, HeadAsk, Message, QueryAnswer, QueryCall};
use countersign_wire::form::from_bytes;
use countersign_wire::seal::{Header, seal};
use countersign_wire::stored::{as_json, from_json};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::chance::entropy;
use crate::clock::now_ms;
use crate::commit::{apply, write_audit};
use crate::fault::{Fault, Port};
use crate::schema::migrate;
use crate::sql::Database;
use crate::state::SqlState;
use crate::transaction::transact;

/// The secrets that an object uses.
pub(crate) struct Keys {
    /// Seals records.
    pub(crate) mac: Vec<u8>,
    /// Signs checkpoints of the log; empty where none are signed.
    pub(crate) checkpoint: Vec<u8>,
}

/// The answer to an operation, and whether something is to be published.
pub(crate) struct Operated {
    pub(crate) body: Vec<u8>,
    pub(crate) committed: bool,
}

/// Carries out an operation of the tenant `name`.
pub(crate) fn operate(
    database: &Database,
    keys: &Keys,
    name: &str,
    operation: &str,
    body: &[u8],
) -> Result<Operated, Fault> {
    let state = SqlState::open(database)?;
    let answer = match operation {
        // Asked before every strict decision: straight from bytes and to them.
        "head" => {
            let ask = from_bytes(body).map_err(|error| unsound("body", &error.to_string()))?;
            let head = headed(&state, &keys.mac, name, &ask)?;
            serde_json::to_vec(&head).map_err(|error| unsound("answer", &error.to_string()))
        }
        "query" => write(&queried(database, &state, keys, name, &read::<QueryCall>(body)?)?),
        "message" => return received(database, &state, name, &read::<Message>(body)?),
        "command" => return command(database, &state, name, &read::<CommandCall>(body)?),
        other => Err(Fault::failed(Port::Object, format!("no such operation: {other}"))),
    };
    Ok(Operated { body: answer?, committed: false })
}

/// What is current, with the records that are wanted. Nothing is awaited in between, so all of it is of one moment.
fn headed(state: &SqlState<'_>, mac_key: &[u8], name: &str, ask: &HeadAsk) -> Result<Head, Fault> {
    let current = head(state, ask).map_err(unreadable)?;
    let records = ask.records.iter().map(|key| sealed(state, mac_key, name, key));
    Ok(Head { records: records.collect::<Result<_, _>>()?, ..current })
}

/// What a query comes to, once it is written down where it must be.
fn queried(
    database: &Database,
    state: &SqlState<'_>,
    keys: &Keys,
    tenant: &str,
    call: &QueryCall,
) -> Result<QueryAnswer, Fault> {
    let signing = Signing { tenant, key: &keys.checkpoint };
    let (answer, entry) = settle_query(state, call, now_ms(), signing).map_err(unreadable)?;
    if let Some(entry) = entry.as_ref().filter(|_| state.exists()) {
        transact(database, |writes| write_audit(writes, entry))?;
    }
    Ok(answer)
}

/// Takes in a message of another tenant's object.
fn received(database: &Database, state: &SqlState<'_>, name: &str, message: &Message) -> Result<Operated, Fault> {
    if !state.exists() {
        return Ok(Operated { body: write(&false)?, committed: false });
    }
    let (now, chance) = (now_ms(), entropy()?);
    let taken = transact(database, |writes| -> Result<bool, Fault> {
        match receive(&SqlState::of(writes.database()), message, now, chance).map_err(unreadable)? {
            Received::Nowhere => Ok(false),
            Received::Taken(None) => Ok(true),
            Received::Taken(Some(taken)) => {
                let (commit, entry) = *taken;
                apply(writes, name, &commit)?;
                write_audit(writes, &entry)?;
                Ok(true)
            }
        }
    })?;
    Ok(Operated { body: write(&taken)?, committed: taken })
}

/// Does what is due by itself; says when the next thing is.
pub(crate) fn tick_all(database: &Database, name: &str) -> Result<Option<i64>, Fault> {
    loop {
        let chance = entropy()?;
        let ticked = transact(database, |writes| -> Result<bool, Fault> {
            let commit = tick(&SqlState::of(writes.database()), now_ms(), chance).map_err(unreadable)?;
            match &commit {
                Some(commit) => apply(writes, name, commit).map(|()| true),
                None => Ok(false),
            }
        })?;
        if !ticked {
            return next_due(&SqlState::of(database)).map_err(unreadable);
        }
    }
}

/// Whether something is due at some moment.
pub(crate) fn has_due(database: &Database) -> Result<bool, Fault> {
    Ok(next_due(&SqlState::of(database)).map_err(unreadable)?.is_some())
}

/// A record as it is published and as it is served where KV is behind.
pub(crate) fn sealed(state: &SqlState<'_>, mac_key: &[u8], name: &str, key: &str) -> Result<Vec<u8>, Fault> {
    let read = || Ok((state.meta()?, state.record(key)?, state.revision_of(key)?));
    let (meta, record, revision) = read().map_err(unreadable)?;
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
fn command(database: &Database, state: &SqlState<'_>, name: &str, call: &CommandCall) -> Result<Operated, Fault> {
    if !state.exists() {
        // What a tenant that was never set up refuses leaves no trace.
        let settled = settle(state, call, now_ms(), entropy()?).map_err(unreadable)?;
        if settled.commit.is_none() {
            return answered(&settled);
        }
    }
    let (now, chance) = (now_ms(), entropy()?);
    let settled = transact(database, |writes| -> Result<Settled, Fault> {
        if !state.exists() {
            migrate(writes)?;
        }
        let settled = settle(&SqlState::for_command(writes), call, now, chance).map_err(unreadable)?;
        if let Some(commit) = &settled.commit {
            apply(writes, name, commit)?;
        }
        if let Some(entry) = &settled.entry {
            write_audit(writes, entry)?;
        }
        Ok(settled)
    })?;
    answered(&settled)
}

fn answered(settled: &Settled) -> Result<Operated, Fault> {
    Ok(Operated { body: write(&settled.answer)?, committed: settled.publishes() || settled.schedules() })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    from_json(body).map_err(|error| unsound("body", &error))
}

fn write<T: Serialize>(answer: &T) -> Result<Vec<u8>, Fault> {
    as_json(answer).map_err(|error| unsound("answer", &error))
}

fn unsound(what: &str, error: &str) -> Fault {
    Fault::failed(Port::Object, format!("{what}: {error}"))
}

pub(crate) fn unreadable(fault: countersign_tenant::Fault) -> Fault {
    Fault::failed(Port::Storage, fault.to_string())
}
