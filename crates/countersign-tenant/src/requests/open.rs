//! Requests that something can still come of: where they are found, and how they end.

use super::{ADMINISTRATORS, question, read, views};
use crate::authority::reaches;
use crate::draft::Draft;
use crate::state::{Fault, State};
use crate::stop::Stop;
use crate::{doc, held};
use countersign_wire::stored::{Request, RequestStatus};

/// How many open requests are looked at in one command; what is left is looked at right behind it.
const AT_ONCE: usize = 200;
/// How many open requests are looked through for those about a resource.
const LOOKED_THROUGH: usize = 5_000;

/// Writes an open request, with where it is found and when it ends.
pub(super) fn put<S: State>(draft: &mut Draft<'_, S>, id: &str, request: &Request) -> Result<(), Stop> {
    draft.put_doc(format!("{}{id}", doc::REQUEST), request)?;
    draft.put_doc(place(&request.requester, id), &request.resource)?;
    draft.put_doc(due(id, request), &())
}

/// A member's open requests.
pub(super) fn of(state: &impl State, requester: &str, limit: usize) -> Result<Vec<(String, Request)>, Fault> {
    let prefix = format!("{}{requester}/", doc::OPEN_REQUEST);
    let ids: Vec<(String, String)> = doc::list(state, &prefix, "", limit)?;
    let mut open = Vec::new();
    for (id, _) in ids {
        open.extend(read(state, &id)?.map(|request| (id, request)));
    }
    Ok(open)
}

/// Ends an open request: it is found no more, and good for nothing.
pub(super) fn close<S: State>(
    draft: &mut Draft<'_, S>,
    id: &str,
    request: Request,
    status: RequestStatus,
) -> Result<(), Stop> {
    let before = views::noted(&read(draft, id)?.unwrap_or_else(|| request.clone()));
    forget_due(draft, id, &request);
    draft.remove_doc(place(&request.requester, id));
    if let Some(mut record) = held::subject(draft, &request.requester)?
        && record.approved.iter().any(|form| form.id == id)
    {
        record.approved.retain(|form| form.id != id);
        draft.put_record(countersign_wire::seal::subject_key(&request.requester), &record)?;
    }
    let request = Request { status, ..request };
    draft.put_doc(format!("{}{id}", doc::REQUEST), &request)?;
    draft.note(format!("request:{id}"), before, views::noted(&request));
    let data = views::told(id, &request);
    let requester = || vec![request.requester.clone()];
    let administrators = || vec![ADMINISTRATORS.to_owned()];
    match status {
        RequestStatus::Rejected => {
            draft.tell("request.rejected", requester(), data.clone(), None);
            draft.tell("request.completed", administrators(), data, None);
        }
        RequestStatus::Expired => draft.tell("request.expired", requester(), data, None),
        RequestStatus::Stale => draft.tell("request.stale", requester(), data, None),
        RequestStatus::Used => draft.tell("request.used", Vec::new(), data, None),
        RequestStatus::Withdrawn => draft.tell("request.withdrawn", Vec::new(), data, None),
        RequestStatus::Pending | RequestStatus::Approved => {}
    }
    Ok(())
}

/// What happens to a request whose time has come, if nothing came of it.
pub(crate) fn expire<S: State>(draft: &mut Draft<'_, S>, id: &str) -> Result<(), Stop> {
    match read(draft, id)? {
        Some(request) if request.status.is_open() && request.expires <= draft.now => {
            close(draft, id, request, RequestStatus::Expired)
        }
        _ => Ok(()),
    }
}

/// Looks at open requests behind `after` again because the policy has changed: those that it does not ask for any more,
/// or otherwise, must be asked again.
///
/// As many as fit into one command are looked at in it, and the rest right behind it; none is approved or used in the
/// meantime, for both look again themselves.
pub(crate) fn look_again<S: State>(draft: &mut Draft<'_, S>, after: &str) -> Result<(), Stop> {
    let open: Vec<(String, String)> = doc::list(draft, doc::OPEN_REQUEST, after, AT_ONCE)?;
    for (place, _) in &open {
        let Some((_, id)) = place.split_once('/') else { continue };
        let Some(request) = read(draft, id)? else { continue };
        if !question::still_needs(draft, &request)? {
            close(draft, id, request, RequestStatus::Stale)?;
        }
    }
    match open.last() {
        Some((last, _)) if open.len() == AT_ONCE => {
            draft.put_doc(doc::due_key(draft.now, &format!("look_again/{last}")), &())
        }
        _ => Ok(()),
    }
}

/// Open requests about a resource and what is below it; nothing if there are too many open ones to look through.
pub(crate) fn below(state: &impl State, path: &str) -> Result<Option<Vec<String>>, Fault> {
    let open: Vec<(String, String)> = doc::list(state, doc::OPEN_REQUEST, "", LOOKED_THROUGH + 1)?;
    if open.len() > LOOKED_THROUGH {
        return Ok(None);
    }
    let about = open.into_iter().filter(|(_, resource)| reaches(path, resource));
    Ok(Some(about.filter_map(|(place, _)| Some(place.split_once('/')?.1.to_owned())).collect()))
}

/// Ends requests about what is no more, or stands elsewhere.
pub(crate) fn make_stale<S: State>(draft: &mut Draft<'_, S>, ids: &[String]) -> Result<(), Stop> {
    for id in ids {
        if let Some(request) = read(draft, id)? {
            close(draft, id, request, RequestStatus::Stale)?;
        }
    }
    Ok(())
}

/// Takes back that a request ends at its moment.
pub(super) fn forget_due<S: State>(draft: &mut Draft<'_, S>, id: &str, request: &Request) {
    draft.remove_doc(due(id, request));
}

fn due(id: &str, request: &Request) -> String {
    doc::due_key(request.expires, &format!("request/{id}"))
}

fn place(requester: &str, id: &str) -> String {
    format!("{}{requester}/{id}", doc::OPEN_REQUEST)
}
