//! Registered resources as people and programs read them.

use super::{Place, key, unknown};
use crate::query::{Asker, Shown, scanned};
use crate::state::{Fault, State};
use crate::stop::Stop;
use crate::{doc, target};
use countersign_wire::api::{Page, Values, view::ResourceView};
use serde_json::Value;

/// Registered resources, all or those below a path, by path: those that the asker may see.
pub(crate) fn page<S: State>(asker: &Asker<'_, S>, below: Option<&str>, page: &Page) -> Result<Shown, Stop> {
    if !asker.rights.is_operator() {
        crate::inbox::refuse_inactive(asker.state, asker.subject)?;
    }
    let base = below.filter(|below| *below != "/").map(|below| format!("{below}/")).unwrap_or_default();
    let prefix = format!("{}{base}", doc::RESOURCE);
    let body = scanned(asker.state, &prefix, page, |rest, attributes: Values| {
        let path = format!("{base}{rest}");
        if may_see(asker, &path) { shown(path, attributes).map(Some) } else { Ok(None) }
    });
    Ok((body?, None))
}

/// One registered resource.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, path: &str) -> Result<Shown, Stop> {
    let attributes: Option<Values> = doc::read(asker.state, &key(path))?;
    let attributes = attributes.filter(|_| may_see(asker, path)).ok_or_else(|| unknown(path))?;
    let changed = target::changed(asker.state, &target::document(doc::RESOURCE, path))?;
    Ok((shown(path.to_owned(), attributes)?, changed))
}

/// Whoever may view resources where it stands sees it, and whoever may view the resource itself.
fn may_see<S: State>(asker: &Asker<'_, S>, path: &str) -> bool {
    let Some(place) = Place::of(asker.rights.policy(), path) else { return asker.rights.is_operator() };
    asker.rights.may("view", place.parent, "resource:any") || asker.rights.sees("view", path)
}

fn shown(path: String, attributes: Values) -> Result<Value, Stop> {
    serde_json::to_value(ResourceView { path, attributes }).map_err(|error| Fault(error.to_string()).into())
}
