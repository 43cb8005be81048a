//! Groups, and who is in them.

use super::members::{may_see_group, view as member};
use super::{Shower, page, refused_if_blind, value};
use crate::groups::Named;
use crate::query::{Asker, Shown};
use crate::state::State;
use crate::stop::Stop;
use crate::{doc, held, target};
use countersign_wire::api::Page;
use countersign_wire::api::view::GroupView;

/// The groups that the asker may see.
pub(crate) fn all<S: State>(asker: &Asker<'_, S>, which: &Page) -> Result<Shown, Stop> {
    let shower = Shower::new(asker)?;
    let read = |after: &str, limit: usize| Ok(doc::list::<Named>(asker.state, doc::GROUP, after, limit)?);
    let list = page(which, read, |id, named| {
        if !asker.rights.may("view", "/", &format!("group:{id}")) {
            return Ok(None);
        }
        value(&view(&shower, id, named)?).map(Some)
    })?;
    Ok((refused_if_blind(asker, list, "group", "groups")?, None))
}

/// One group.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, id: &str) -> Result<Shown, Stop> {
    may_see_group(asker, id)?;
    let named: Named = doc::read(asker.state, &format!("{}{id}", doc::GROUP))?.unwrap_or_default();
    let view = view(&Shower::new(asker)?, id, &named)?;
    Ok((value(&view)?, target::changed(asker.state, &target::group(id))?))
}

/// Who is in a group, as far as the asker may see them.
pub(crate) fn members<S: State>(asker: &Asker<'_, S>, id: &str, which: &Page) -> Result<Shown, Stop> {
    may_see_group(asker, id)?;
    let shower = Shower::new(asker)?;
    let prefix = format!("{}{id}/", doc::IN_GROUP);
    let read = |after: &str, limit: usize| Ok(doc::list::<()>(asker.state, &prefix, after, limit)?);
    let list = page(which, read, |subject, ()| {
        if !asker.rights.may("view", "/", &format!("member:{subject}")) {
            return Ok(None);
        }
        let person = asker.state.person(subject)?.map(|(_, person)| person).unwrap_or_default();
        member(&shower, subject, &person)?.as_ref().map(value).transpose()
    })?;
    Ok((list, None))
}

fn view<S: State>(shower: &Shower<'_, S>, id: &str, named: &Named) -> Result<GroupView, Stop> {
    let record = held::group(shower.asker.state, id)?.unwrap_or_default();
    let assignments = shower.assignments(&format!("group:{id}"), &record.assignments, None)?;
    Ok(GroupView { id: id.to_owned(), name: named.name.clone(), assignments })
}
