//! Requests as people and programs read them.

use super::{gates, moment, people, read};
use crate::authority::Rights;
use crate::query::{Asker, Shown, scanned};
use crate::state::{Fault, State};
use crate::stop::{Stop, invalid, not_found};
use crate::{doc, target};
use countersign_core::Policy;
use countersign_wire::api::{Page, view};
use countersign_wire::stored::{Request, RequestStatus, Said};
use serde_json::{Value, json};

/// Requests that the asker may see, by id.
pub(crate) fn page<S: State>(asker: &Asker<'_, S>, status: Option<&str>, page: &Page) -> Result<Shown, Stop> {
    const ALL: [RequestStatus; 7] = [
        RequestStatus::Pending,
        RequestStatus::Approved,
        RequestStatus::Rejected,
        RequestStatus::Withdrawn,
        RequestStatus::Expired,
        RequestStatus::Stale,
        RequestStatus::Used,
    ];
    let wanted = status.map(|word| ALL.into_iter().find(|status| status.as_str() == word));
    if wanted == Some(None) {
        let words = ALL.map(RequestStatus::as_str).join("`, `");
        return Err(invalid("unknown_status", format!("A request's status is one of `{words}`.")));
    }
    let body = scanned(asker.state, doc::REQUEST, page, |id, request: Request| {
        let of_status = wanted.flatten().is_none_or(|status| status_at(&request, asker.now) == status);
        let policy = asker.rights.policy();
        if of_status && may_see(asker.state, policy, &asker.rights, &request, asker.subject, asker.now)? {
            shown(asker, id, &request).map(Some)
        } else {
            Ok(None)
        }
    });
    Ok((body?, None))
}

/// One request.
pub(crate) fn one<S: State>(asker: &Asker<'_, S>, id: &str) -> Result<Shown, Stop> {
    let hidden = || not_found("unknown_request", format!("There is no request `{id}` that you may see."));
    let request = read(asker.state, id)?.ok_or_else(hidden)?;
    // Whoever gates for the requester asks what became of a request; lists are for people.
    let may = gates(asker.subject, &asker.rights)
        || may_see(asker.state, asker.rights.policy(), &asker.rights, &request, asker.subject, asker.now)?;
    if !may {
        return Err(hidden());
    }
    let changed = target::changed(asker.state, &target::document(doc::REQUEST, id))?;
    Ok((shown(asker, id, &request)?, changed))
}

/// Whether somebody may know of a request: its requester, those who may approve it, and those who may read the policy
/// that asks for it.
pub(super) fn may_see(
    state: &impl State,
    policy: &Policy,
    rights: &Rights,
    request: &Request,
    subject: &str,
    now: i64,
) -> Result<bool, Fault> {
    Ok(request.requester == subject
        || rights.may("view", "/", &format!("approval_policy:{}", request.policy))
        || people::may_approve(state, policy, request, subject, now)?)
}

/// What has become of a request, even if nobody has written it down yet.
fn status_at(request: &Request, now: i64) -> RequestStatus {
    if request.status.is_open() && request.expires <= now { RequestStatus::Expired } else { request.status }
}

fn shown<S: State>(asker: &Asker<'_, S>, id: &str, request: &Request) -> Result<Value, Stop> {
    let status = status_at(request, asker.now);
    let approved = request.approvals.iter().any(|said| said.by == asker.subject);
    let may_approve = status == RequestStatus::Pending
        && !approved
        && people::may_approve(asker.state, asker.rights.policy(), request, asker.subject, asker.now)?;
    let vote = |said: &Said| view::Vote { by: said.by.clone(), at: moment(said.at), reason: said.reason.clone() };
    let request = request.clone();
    let shown = view::RequestView {
        id: id.to_owned(),
        requester: request.requester,
        action: request.action,
        resource: request.resource,
        attributes: request.attributes,
        subject_attributes: request.subject_attributes,
        action_attributes: request.action_attributes,
        context: request.context,
        note: request.note,
        policy: request.policy,
        status: status.as_str().to_owned(),
        approvers: request.approvers,
        quorum: request.quorum,
        approvals: request.approvals.iter().map(vote).collect(),
        rejection: request.rejection.as_ref().map(vote),
        may_approve,
        created_at: moment(request.created_at),
        expires: moment(request.expires),
        used_at: request.used_at.map(moment),
        again: request.again,
    };
    serde_json::to_value(shown).map_err(|error| Fault(error.to_string()).into())
}

/// A request as the log shows it.
pub(super) fn noted(request: &Request) -> Value {
    json!({
        "requester": request.requester,
        "action": request.action,
        "resource": request.resource,
        "attributes": request.attributes,
        "context": request.context,
        "policy": request.policy,
        "status": request.status.as_str(),
        "approved_by": request.approvals.iter().map(|said| said.by.clone()).collect::<Vec<_>>(),
        "rejected": request.rejection.as_ref().map(|said| json!({ "by": said.by, "reason": said.reason })),
    })
}

/// A request as those who are told of it read it.
pub(super) fn told(id: &str, request: &Request) -> Value {
    json!({
        "request": id,
        "requester": request.requester,
        "action": request.action,
        "resource": request.resource,
        "status": request.status.as_str(),
        "reason": request.rejection.as_ref().and_then(|said| said.reason.clone()),
    })
}
