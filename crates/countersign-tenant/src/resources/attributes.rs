//! The stored attributes of resources: one published record for all of them.

use crate::draft::Draft;
use crate::held;
use crate::state::State;
use crate::stop::{Stop, conflict, diagnosed, invalid};
use countersign_compile::piece;
use countersign_core::{Owner, TypeId};
use countersign_wire::api::Values;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::{ResourcesRecord, ValueForm};
use countersign_wire::seal::RESOURCES;
use serde_json::json;

/// How many resources may have stored attributes: every edge reads them all at once.
const MOST: usize = 50_000;
/// Bytes of one resource's attributes, as JSON.
const LARGEST: usize = 64 * 1_024;

/// Writes a resource's attributes in the place of those it had.
pub(super) fn put<S: State>(draft: &mut Draft<'_, S>, path: &str, on: TypeId, attributes: &Values) -> Result<(), Stop> {
    let text = json!({ "attributes": attributes }).to_string();
    if text.len() > LARGEST {
        return Err(invalid("too_large", format!("The attributes of a resource have at most {LARGEST} bytes.")));
    }
    let forms = piece::stored(&draft.policy, Owner::Type(on), Source { name: "resource", text: &text })
        .map_err(|problems| diagnosed("invalid_attributes", &problems))?;
    let mut record = held::resources(draft)?;
    set(&mut record, path, forms);
    if record.resources.len() > MOST {
        let detail = format!("At most {MOST} resources have stored attributes. Supply them with each request instead.");
        return Err(conflict("too_many_resources", detail));
    }
    write(draft, &record)
}

/// Writes the record, or removes it where there is nothing in it.
pub(super) fn write<S: State>(draft: &mut Draft<'_, S>, record: &ResourcesRecord) -> Result<(), Stop> {
    if record.resources.is_empty() {
        draft.remove_record(RESOURCES.to_owned());
        return Ok(());
    }
    draft.put_record(RESOURCES.to_owned(), record)
}

fn set(record: &mut ResourcesRecord, path: &str, forms: Vec<(String, ValueForm)>) {
    match record.resources.binary_search_by(|(known, _)| known.as_str().cmp(path)) {
        Ok(at) if forms.is_empty() => drop(record.resources.remove(at)),
        Ok(at) => {
            if let Some((_, known)) = record.resources.get_mut(at) {
                *known = forms;
            }
        }
        Err(_) if forms.is_empty() => {}
        Err(at) => record.resources.insert(at, (path.to_owned(), forms)),
    }
}
