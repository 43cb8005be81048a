//! Approving and rejecting.

use super::open;
use super::{ADMINISTRATORS, LONGEST_TEXT, closed, hours, people, question, read, stale, unknown, views};
use crate::authority::Rights;
use crate::draft::Draft;
use crate::selves;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid};
use countersign_wire::stored::{Request, RequestStatus, Said};

/// Approves a request; the last approval that is needed makes it good for one use.
pub(crate) fn approve<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let mut request = decided_by(draft, rights, id)?;
    let by = || request.approvals.iter().map(|said| said.by.as_str());
    let again = by().any(|by| by == draft.actor);
    if again || (selves::is_service(&draft.actor) && people::has_said(draft, by(), &draft.actor)?) {
        return Err(conflict("approved_by_you", "You have approved this request already. Others must, too."));
    }
    if !question::still_needs(draft, &request)? {
        return Err(stale());
    }
    let before = views::noted(&request);
    request.approvals.push(Said { by: draft.actor.clone(), at: draft.now, reason: None });
    // Whoever approved and may not any more counts no longer.
    if !people::still_stands(draft, &request)? {
        draft.note(format!("request:{id}"), before, views::noted(&request));
        return open::put(draft, id, &request);
    }
    let expires = draft.now.saturating_add(hours(draft)?);
    open::forget_due(draft, id, &request);
    let request = Request { status: RequestStatus::Approved, expires, ..request };
    let form = question::form(draft, id, &request)?.ok_or_else(stale)?;
    let mut record = draft.member(&request.requester)?;
    record.approved.retain(|known| known.id != form.id);
    record.approved.push(form);
    draft.put_member(&request.requester, &record)?;
    draft.note(format!("request:{id}"), before, views::noted(&request));
    let data = views::told(id, &request);
    draft.tell("request.approved", vec![request.requester.clone()], data.clone(), None);
    draft.tell("request.completed", vec![ADMINISTRATORS.to_owned()], data, None);
    open::put(draft, id, &request)
}

/// Rejects a request; the requester reads why.
pub(crate) fn reject<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str, reason: &str) -> Result<(), Stop> {
    let mut request = decided_by(draft, rights, id)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > LONGEST_TEXT {
        let detail = format!("Say why, in at most {LONGEST_TEXT} bytes: the requester reads it.");
        return Err(invalid("reason_needed", detail));
    }
    request.rejection = Some(Said { by: draft.actor.clone(), at: draft.now, reason: Some(reason.to_owned()) });
    open::close(draft, id, request, RequestStatus::Rejected)
}

/// A pending request that the actor decides on.
fn decided_by<S: State>(draft: &Draft<'_, S>, rights: &Rights, id: &str) -> Result<Request, Stop> {
    let request = read(draft, id)?.ok_or_else(|| unknown(id))?;
    if request.requester == draft.actor {
        return Err(forbidden_own());
    }
    if !people::may_approve(draft, &draft.policy, &request, &draft.actor, draft.now)? {
        if views::may_see(draft, &draft.policy, rights, &request, &draft.actor, draft.now)? {
            let approvers = people::named(&request).join(", ");
            return Err(forbidden(format!("You may not decide on this request. Those who may: {approvers}.")));
        }
        return Err(unknown(id));
    }
    if request.status != RequestStatus::Pending {
        return Err(closed(&request));
    }
    if draft.now >= request.expires {
        return Err(conflict("expired", "This request has expired. It must be asked again."));
    }
    Ok(request)
}

fn forbidden_own() -> Stop {
    crate::stop::refuse(403, "own_request", "Nobody decides on a request of their own. Another approver must.")
}
