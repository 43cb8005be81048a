//! What is to be done when its moment has come: invitations and requests that expire, answers that are forgotten,
//! deliveries that are tried again.

use crate::command::internal;
use crate::doc;
use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::state::{Fault, State};
use crate::stop::Stop;
use countersign_core::Millis;
use countersign_core::sorted::Set;

/// How much is done at a time.
const AT_ONCE: usize = 200;
/// How much later what could not be done is tried again: an hour.
const PUT_OFF: Millis = 60 * 60 * 1_000;

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
    let mut failing = Set::new();
    loop {
        let Some(mut draft) = internal(state, now, entropy)? else { return Ok(None) };
        match all(&mut draft, &due, &failing) {
            Ok(()) => return draft.commit().map(Some),
            // One that cannot be done must not keep the others from being done, nor come back at once.
            Err((key, fault)) => {
                if !failing.insert(key) {
                    return Err(fault);
                }
            }
        }
    }
}

/// Does all that is due but what fails, which is put off; the key of one more that fails.
fn all<S: State>(draft: &mut Draft<'_, S>, due: &[String], failing: &Set<String>) -> Result<(), (String, Fault)> {
    let done = |key: &str, outcome: Result<(), Stop>| match outcome {
        Ok(()) | Err(Stop::Refused(_)) => Ok(()),
        Err(Stop::Fault(fault)) => Err((key.to_owned(), fault)),
    };
    for key in due {
        let parts = key.strip_prefix(doc::DUE).and_then(doc::due_parts);
        let what = parts.map(|(_, what)| what.to_owned()).unwrap_or_default();
        draft.remove_doc(key.clone());
        if failing.contains(key) {
            let later = doc::due_key(draft.now.saturating_add(PUT_OFF), &what);
            done(key, draft.put_doc(later, &()))?;
        } else {
            done(key, happen(draft, &what))?;
        }
    }
    done("", crate::notify::work_in(draft))
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
        Some(("give_up", webhook)) => crate::delivery::give_up_all(draft, webhook, "the webhook was switched off")?,
        Some(("support", assignment)) => crate::support::expire(draft, assignment)?,
        Some(("invitation", id)) => crate::invitations::expire(draft, id)?,
        Some(("request", id)) => crate::requests::expire(draft, id)?,
        Some(("look_again", after)) => crate::requests::look_again(draft, after)?,
        _ => {}
    }
    Ok(())
}
