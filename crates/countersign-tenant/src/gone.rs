//! Ids that were used once: they are never used again.

use crate::doc;
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, invalid};

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

fn place(what: &str) -> String {
    format!("{}{what}", doc::TOMBSTONE)
}
