//! `Idempotency-Key`: a command that is sent again is applied once and answered as the first time.

use crate::doc;
use crate::event::{Commit, Event};
use crate::secret::digest;
use crate::state::{Fault, State};
use countersign_core::Millis;
use countersign_wire::api::{CommandAnswer, CommandCall, Done, Refusal};
use countersign_wire::stored::{Remembered, as_json};
use serde_json::Value;

/// For how long a key is remembered: a day.
const REMEMBERED: Millis = 24 * 60 * 60 * 1_000;
/// Bytes of the longest key.
const LONGEST_KEY: usize = 255;

/// The answer that was given before, if the command was.
///
/// # Errors
/// When the state cannot be read. The refusal of a key that was used for another command is no error.
pub(crate) fn before(state: &impl State, call: &CommandCall) -> Result<Option<Result<CommandAnswer, Refusal>>, Fault> {
    let Some(key) = &call.idempotency_key else { return Ok(None) };
    let refuse = |status, code: &str, detail: &str| {
        Ok(Some(Err(Refusal { status, code: code.to_owned(), detail: detail.to_owned() })))
    };
    if key.is_empty() || key.len() > LONGEST_KEY {
        return refuse(400, "idempotency_key", "An Idempotency-Key has between 1 and 255 characters.");
    }
    match doc::read::<Remembered>(state, &place(call, key))? {
        None => Ok(None),
        Some(known) if known.asked == asked(call)? => Ok(Some(Ok(CommandAnswer::Done(known.done)))),
        Some(_) => refuse(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was sent with another command before. Make a new key for each command.",
        ),
    }
}

/// Remembers a command that was done, together with what it changes.
pub(crate) fn after(commit: &mut Commit, call: &CommandCall, done: &Done, now: Millis) -> Result<(), Fault> {
    let Some(key) = &call.idempotency_key else { return Ok(()) };
    let place = place(call, key);
    let mut done = done.clone();
    if let Some(Value::Object(shown)) = &mut done.shown {
        shown.remove("secret");
    }
    let bytes = doc::write(&place, &Remembered { asked: asked(call)?, done })?;
    let due = doc::due_key(now.saturating_add(REMEMBERED), &format!("forget/{place}"));
    let forget = doc::write(&due, &())?;
    commit.events.push(Event::Doc { key: place, bytes: Some(bytes) });
    commit.events.push(Event::Doc { key: due, bytes: Some(forget) });
    Ok(())
}

fn place(call: &CommandCall, key: &str) -> String {
    format!("{}{}/{}", doc::IDEMPOTENT, call.actor, digest(key.as_bytes()))
}

fn asked(call: &CommandCall) -> Result<String, Fault> {
    let parts = as_json(&(&call.command, call.if_match, call.dry_run));
    parts.map(|bytes| digest(&bytes)).map_err(Fault)
}
