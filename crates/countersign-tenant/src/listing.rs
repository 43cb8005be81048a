//! Pages of documents: a list shows only what the asker may see, and is as full as it can be.

use crate::doc;
use crate::query::{Shown, paged, size};
use crate::state::State;
use crate::stop::Stop;
use countersign_wire::api::Page;
use countersign_wire::stored::Stored;
use serde_json::Value;

/// How many documents are read at a time.
const AT_ONCE: usize = 200;
/// How many documents a page reads at most; beyond them it ends early, and its cursor goes on.
const MOST_READ: usize = 10_000;

/// A page of the documents under `prefix`: `show` says what is shown of each, if anything.
pub(crate) fn page<S: State, T: Stored>(
    state: &S,
    prefix: &str,
    page: &Page,
    mut show: impl FnMut(&str, T) -> Result<Option<Value>, Stop>,
) -> Result<Shown, Stop> {
    let mut items = Vec::new();
    let mut after = page.cursor.clone().unwrap_or_default();
    let mut read = 0;
    loop {
        let documents: Vec<(String, T)> = doc::list(state, prefix, &after, AT_ONCE)?;
        let all = documents.len() < AT_ONCE;
        read += documents.len();
        for (id, document) in documents {
            after.clone_from(&id);
            if let Some(item) = show(&id, document)? {
                items.push((id, item));
                if items.len() > size(page) {
                    return Ok((paged(items, page), None));
                }
            }
        }
        if all {
            return Ok((paged(items, page), None));
        }
        if read >= MOST_READ {
            let mut list = paged(items, page);
            if let Some(fields) = list.as_object_mut() {
                fields.insert("next".to_owned(), after.into());
            }
            return Ok((list, None));
        }
    }
}

/// A view as JSON.
pub(crate) fn view<T: Stored>(view: &T) -> Result<Value, Stop> {
    serde_json::to_value(view).map_err(|error| crate::state::Fault(error.to_string()).into())
}
