//! Ids that were used once: they are never used again.

use crate::doc;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, invalid};

/// How many ids a refusal names.
const NAMED: usize = 10;

/// Notes that something is no more: `role:night`, `user:ann`.
pub(crate) fn bury<S: State>(draft: &mut Draft<'_, S>, what: &str) -> Result<(), Stop> {
    draft.put_doc(place(what), &())
}

/// Refuses to make anew what is no more.
pub(crate) fn refuse<S: State>(draft: &Draft<'_, S>, what: &str) -> Result<(), Stop> {
    if draft.doc(&place(what))?.is_some() {
        let detail = format!("`{what}` was deleted, and ids are never used again. Take another one.");
        return Err(invalid("id_was_used", detail));
    }
    Ok(())
}

/// Refuses to bring back any of these, and says which.
pub(crate) fn refuse_all<'a, S: State>(draft: &Draft<'_, S>, all: impl Iterator<Item = &'a str>) -> Result<(), Stop> {
    let mut gone = Vec::new();
    for what in all {
        if gone.len() < NAMED && draft.doc(&place(what))?.is_some() {
            gone.push(format!("`{what}`"));
        }
    }
    if gone.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "What was deleted stays deleted, and ids are never used again: {}. Leave it out, or give it another id.",
        gone.join(", ")
    );
    Err(invalid("id_was_used", detail))
}

fn place(what: &str) -> String {
    format!("{}{what}", doc::TOMBSTONE)
}
