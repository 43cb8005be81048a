//! What is to be done when its moment has come: invitations and requests that expire, answers that are forgotten,
//! deliveries that are tried again.

use crate::command::internal;
use crate::doc;
use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::state::{Fault, State};
use crate::stop::Stop;
use countersign_core::Millis;

/// How much is done at a time.
const AT_ONCE: usize = 200;

/// Does what is due. Nothing if nothing is.
///
/// # Errors
/// When the state cannot be read.
pub fn tick(state: &impl State, now: Millis, entropy: Entropy) -> Result<Option<Commit>, Fault> {
    let due = state.docs(doc::DUE, "", AT_ONCE)?;
    let due: Vec<String> =
        due.into_iter().map(|(key, _)| key).filter(|key| at(key).is_some_and(|at| at <= now)).collect();
    if due.is_empty() {
        return Ok(None);
    }
    let Some(mut draft) = internal(state, now, entropy)? else { return Ok(None) };
    for key in due {
        let what = key.strip_prefix(doc::DUE).and_then(doc::due_parts).map(|(_, what)| what.to_owned());
        draft.remove_doc(key);
        match happen(&mut draft, &what.unwrap_or_default()) {
            Ok(()) | Err(Stop::Refused(_)) => {}
            Err(Stop::Fault(fault)) => return Err(fault),
        }
    }
    match crate::notify::work_in(&mut draft) {
        Ok(()) | Err(Stop::Refused(_)) => {}
        Err(Stop::Fault(fault)) => return Err(fault),
    }
    draft.commit().map(Some)
}

/// When the next thing is due, to be done or to be sent; nothing if nothing is.
///
/// # Errors
/// When the state cannot be read.
pub fn next_due(state: &impl State) -> Result<Option<Millis>, Fault> {
    let mut next: Option<Millis> = None;
    for prefix in doc::TIMED {
        let first = state.docs(prefix, "", 1)?;
        let first = first.first().and_then(|(key, _)| key.strip_prefix(prefix).and_then(doc::due_parts));
        next = [next, first.map(|(at, _)| at)].into_iter().flatten().min();
    }
    Ok(next)
}

fn at(key: &str) -> Option<Millis> {
    key.strip_prefix(doc::DUE).and_then(doc::due_parts).map(|(at, _)| at)
}

fn happen<S: State>(draft: &mut Draft<'_, S>, what: &str) -> Result<(), Stop> {
    match what.split_once('/') {
        Some(("forget", key)) => draft.remove_doc(key.to_owned()),
        Some(("support", assignment)) => crate::support::expire(draft, assignment)?,
        Some(("invitation", id)) => crate::invitations::expire(draft, id)?,
        Some(("request", id)) => crate::requests::expire(draft, id)?,
        Some(("look_again", after)) => crate::requests::look_again(draft, after)?,
        _ => {}
    }
    Ok(())
}
