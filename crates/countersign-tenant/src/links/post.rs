//! Messages to other tenants: written down with what they tell of, and sent until they are acknowledged.
//!
//! This is the pure half: whoever can send asks [`messages_due`], calls the other tenant, and says with [`posted`] what
//! came of it. Nothing here waits: a tenant that cannot be reached holds up nobody.

use super::receive;
use crate::command::by_itself;
use crate::delivery::jitter;
use crate::doc;
use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::state::{Fault, State};
use crate::stop::Stop;
use countersign_core::Millis;
use countersign_wire::api::{Kind, Message};
use countersign_wire::stored::Outgoing;

/// How soon a message is tried again: this long after the first failure, twice as long after each further one.
const FIRST: Millis = 5_000;
/// At the latest after an hour.
const LATEST: Millis = 60 * 60 * 1_000;

/// What came of sending a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The other tenant has written it down, or knew it already
    Acknowledged,
    /// There is no such tenant
    Nowhere,
    /// It could not be reached, or its answer was lost
    Failed,
}

/// The messages of `tenant` that are due, at most `limit` of them, each with what [`posted`] is told about.
///
/// # Errors
/// When the state cannot be read.
pub fn messages_due(
    state: &impl State,
    tenant: &str,
    now: Millis,
    limit: usize,
) -> Result<Vec<(String, Message)>, Fault> {
    let mut due = Vec::new();
    for (key, _) in state.docs(doc::POST, "", limit)? {
        let Some((at, place)) = key.strip_prefix(doc::POST).and_then(doc::due_parts) else { continue };
        if at > now {
            break;
        }
        if let Some(out) = doc::read::<Outgoing>(state, &format!("{}{place}", doc::OUTGOING))? {
            let message = Message { from: tenant.to_owned(), to: out.to, id: out.id, kind: out.kind };
            due.push((place.to_owned(), message));
        }
    }
    Ok(due)
}

/// Notes what came of sending a message. Nothing where it was acknowledged before.
///
/// # Errors
/// When the state cannot be read.
pub fn posted(
    state: &impl State,
    place: &str,
    posted: Posted,
    now: Millis,
    entropy: Entropy,
) -> Result<Option<Commit>, Fault> {
    let Some(out) = doc::read::<Outgoing>(state, &format!("{}{place}", doc::OUTGOING))? else { return Ok(None) };
    by_itself(state, now, entropy, |draft| note(draft, place, out, posted))
}

fn note<S: State>(draft: &mut Draft<'_, S>, place: &str, out: Outgoing, posted: Posted) -> Result<(), Stop> {
    let key = format!("{}{place}", doc::OUTGOING);
    draft.remove_doc(doc::send_key(doc::POST, out.due, place));
    match posted {
        Posted::Acknowledged => draft.remove_doc(key),
        Posted::Nowhere => {
            draft.remove_doc(key);
            if let Kind::Link { key, .. } = &out.kind {
                // The same words as for an account that allows no links: which accounts exist is not told.
                receive::was_refused(draft, &out.to, key, receive::CLOSED.0, receive::CLOSED.1)?;
            }
        }
        Posted::Failed => {
            let wait = FIRST.saturating_mul(1_i64.checked_shl(out.attempts.min(20)).unwrap_or(1)).min(LATEST);
            let due = draft.now.saturating_add(wait + jitter(draft, wait));
            draft.put_doc(doc::send_key(doc::POST, due, place), &())?;
            draft.put_doc(key, &Outgoing { attempts: out.attempts.saturating_add(1), due, ..out })?;
        }
    }
    Ok(())
}

/// Writes a message down, due at once.
pub(super) fn add<S: State>(draft: &mut Draft<'_, S>, to: &str, kind: Kind) -> Result<(), Stop> {
    let number: u64 = draft.new_id("").parse().unwrap_or_default();
    let place = format!("{number:020}");
    let id = draft.secret(&format!("message/{place}")).chars().take(32).collect();
    let out = Outgoing { to: to.to_owned(), id, kind, attempts: 0, due: draft.now };
    draft.put_doc(doc::send_key(doc::POST, out.due, &place), &())?;
    draft.put_doc(format!("{}{place}", doc::OUTGOING), &out)
}
