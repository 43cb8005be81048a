//! Requests for approval: made, decided, used once.
//!
//! A request is bound to exactly what was asked, and to what the approval policy said then. Once approved it stands in
//! its requester's record, where the engine reads it; whoever lets the request through takes it out by using it.

mod decide;
mod open;
mod people;
mod question;
mod views;

pub(crate) use decide::{approve, reject};
pub(crate) use open::{below as open_below, expire, look_again, make_stale};
pub(crate) use people::on_behalf;
pub(crate) use question::given;
pub(crate) use views::{one, page};

use crate::authority::Rights;
use crate::draft::Draft;
use crate::selves::is_service;
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden, invalid, not_found};
use crate::{doc, held, settings};
use countersign_wire::api::RequestBody;
use countersign_wire::stored::{Request, RequestStatus};
use countersign_wire::time;
use question::Need;
use serde_json::{Value, json};

/// How many requests of one member may be open at a time.
const MOST_OPEN: usize = 100;
/// Bytes of the longest note, and of the longest reason.
const LONGEST_TEXT: usize = 4_096;
/// Bytes of what is supplied with a request, as JSON.
const LARGEST: usize = 64 * 1_024;

/// Asks for an approval.
pub(crate) fn request<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &RequestBody) -> Result<(), Stop> {
    let requester = draft.actor.clone();
    if rights.is_operator() && held::subject(draft, &requester)?.is_none() {
        return Err(forbidden("Only members ask for approvals."));
    }
    let asked = asked(draft, &requester, body);
    ask(draft, asked)
}

/// Asks for an approval of what `requester` is about to do. Whoever gates for it may, and the requester itself.
pub(crate) fn request_for<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    requester: &str,
    body: &RequestBody,
) -> Result<(), Stop> {
    if requester != draft.actor && !gates(&draft.actor, rights) {
        return Err(forbidden("You may not ask for an approval in the name of somebody else."));
    }
    if held::subject(draft, requester)?.is_none() {
        return Err(forbidden("Only members ask for approvals."));
    }
    let asked = asked(draft, requester, body);
    ask(draft, asked)?;
    let id = draft.id.clone().unwrap_or_default();
    let request = read(draft, &id)?.ok_or_else(|| unknown(&id))?;
    draft.shown = Some(json!({ "status": request.status.as_str(), "expires": moment(request.expires) }));
    Ok(())
}

fn asked<S: State>(draft: &Draft<'_, S>, requester: &str, body: &RequestBody) -> Request {
    let RequestBody { action, resource, attributes, subject_attributes, action_attributes, context, note } = body;
    Request {
        requester: requester.to_owned(),
        action: action.clone(),
        resource: resource.clone(),
        attributes: attributes.clone(),
        subject_attributes: subject_attributes.clone(),
        action_attributes: action_attributes.clone(),
        context: context.clone(),
        note: note.clone(),
        policy: String::new(),
        stamp: String::new(),
        quorum: 0,
        approvers: Vec::new(),
        status: RequestStatus::Pending,
        approvals: Vec::new(),
        rejection: None,
        created_at: draft.now,
        expires: draft.now,
        used_at: None,
        again: None,
    }
}

/// Asks again what was rejected, withdrawn, expired or overtaken by a change.
pub(crate) fn resubmit<S: State>(draft: &mut Draft<'_, S>, id: &str) -> Result<(), Stop> {
    let old = own(draft, id)?;
    if old.status.is_open() || old.status == RequestStatus::Used {
        let detail = format!("This request is {}: there is nothing to ask again.", said(old.status));
        return Err(conflict("not_closed", detail));
    }
    let asked = Request {
        status: RequestStatus::Pending,
        approvals: Vec::new(),
        rejection: None,
        created_at: draft.now,
        used_at: None,
        again: Some(id.to_owned()),
        ..old
    };
    ask(draft, asked)?;
    if draft.created {
        let data = json!({ "request": draft.id, "again": id, "requester": draft.actor });
        draft.tell("request.resubmitted", vec![ADMINISTRATORS.to_owned()], data, None);
    }
    Ok(())
}

/// Takes one's own request back, approved or not.
pub(crate) fn withdraw<S: State>(draft: &mut Draft<'_, S>, id: &str) -> Result<(), Stop> {
    let request = own(draft, id)?;
    if !request.status.is_open() {
        return Err(closed(&request));
    }
    open::close(draft, id, request, RequestStatus::Withdrawn)
}

/// Uses an approved request up. Whoever gates for the requester may, and the requester itself.
pub(crate) fn use_up<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let request = read(draft, id)?.filter(|request| request.requester == draft.actor || gates(&draft.actor, rights));
    let request = request.ok_or_else(|| unknown(id))?;
    spend(draft, id, request)
}

/// Uses an approved request up for what `requester` is about to do: nothing else than what was approved.
pub(crate) fn use_for<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    id: &str,
    requester: &str,
    body: &RequestBody,
) -> Result<(), Stop> {
    let may = requester == draft.actor || gates(&draft.actor, rights);
    let request = read(draft, id)?.filter(|request| may && request.requester == requester);
    let request = request.ok_or_else(|| unknown(id))?;
    let wanted = asked(draft, requester, body);
    let (wanted, supplied) = question::reduced(draft, wanted)?;
    question::well_typed(draft, &supplied)?;
    if !question::same(draft, &request, &wanted, &supplied)? {
        let detail = "This approval is for something else. Repeat the request exactly as it was approved, or ask for \
                      an approval of this one.";
        return Err(conflict("another_request", detail));
    }
    spend(draft, id, request)
}

/// Takes an approved request out of what is good.
fn spend<S: State>(draft: &mut Draft<'_, S>, id: &str, request: Request) -> Result<(), Stop> {
    if request.status != RequestStatus::Approved {
        return Err(closed(&request));
    }
    if draft.now >= request.expires {
        return Err(conflict("expired", "The approval has expired. Ask again."));
    }
    // Everything that made the approval good is looked at once more, at the moment when it counts.
    if !question::still_needs(draft, &request)? || !people::still_stands(draft, &request)? {
        return Err(stale());
    }
    let requester = held::subject(draft, &request.requester)?;
    if !requester.is_some_and(|record| record.approved.iter().any(|form| form.id == id)) {
        return Err(stale());
    }
    let used = Request { used_at: Some(draft.now), ..request };
    open::close(draft, id, used, RequestStatus::Used)
}

/// Whether the actor stands in the way of requests and lets them through.
fn gates(actor: &str, rights: &Rights) -> bool {
    let service = is_service(actor) && rights.may("evaluate", "/", "access:requests");
    rights.is_operator() || service
}

/// Makes a request of what is asked, or names the open one that asks the same.
fn ask<S: State>(draft: &mut Draft<'_, S>, asked: Request) -> Result<(), Stop> {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let bags = [&asked.attributes, &asked.subject_attributes, &asked.action_attributes, &asked.context];
    let large: usize = bags.iter().map(|bag| Value::Object((*bag).clone()).to_string().len()).sum();
    if text(&asked.note) > LONGEST_TEXT || large > LARGEST {
        let detail = format!("A note has at most {LONGEST_TEXT} bytes, and what is supplied at most {LARGEST}.");
        return Err(invalid("too_large", detail));
    }
    let (asked, supplied) = question::reduced(draft, asked)?;
    let policy = match question::need(draft, &asked, &supplied)? {
        Need::Approval(policy) => policy,
        Need::Nothing => {
            let detail = "You may do this already. There is nothing to approve.";
            return Err(conflict("allowed_already", detail));
        }
        Need::Denied => {
            let detail =
                "You may not do this, and an approval would not change that. Ask an administrator of this account.";
            return Err(conflict("denied", detail));
        }
    };
    question::well_typed(draft, &supplied)?;
    let open = open::of(draft, &asked.requester, MOST_OPEN)?;
    for (id, other) in &open {
        let lives = other.stamp == policy.stamp && draft.now < other.expires;
        if lives && question::same(draft, other, &asked, &supplied)? {
            draft.id = Some(id.clone());
            return Ok(());
        }
    }
    if open.len() >= MOST_OPEN {
        let detail = format!("You have {MOST_OPEN} open requests. Withdraw one, or wait until they are decided.");
        return Err(conflict("too_many_requests", detail));
    }
    let id = draft.new_id("r");
    let expires = draft.now.saturating_add(hours(draft)?);
    let question::Asking { id: policy, stamp, quorum, approvers } = policy;
    let request = Request { policy, stamp, quorum, approvers, expires, ..asked };
    open::put(draft, &id, &request)?;
    draft.note(format!("request:{id}"), Value::Null, views::noted(&request));
    let data = views::told(&id, &request);
    draft.tell("request.pending", people::named(&request), data, None);
    draft.id = Some(id);
    draft.created = true;
    Ok(())
}

/// For how long a request waits, and an approved one is good.
fn hours(state: &impl State) -> Result<i64, Fault> {
    Ok(i64::from(settings::of(state)?.approval_hours) * 60 * 60 * 1_000)
}

/// Those who run the account, as recipients are named.
const ADMINISTRATORS: &str = "administrators";

fn read(state: &impl State, id: &str) -> Result<Option<Request>, Fault> {
    doc::read(state, &format!("{}{id}", doc::REQUEST))
}

/// A request that the actor made.
fn own<S: State>(draft: &Draft<'_, S>, id: &str) -> Result<Request, Stop> {
    read(draft, id)?.filter(|request| request.requester == draft.actor).ok_or_else(|| unknown(id))
}

/// The same answer for one that does not exist and one that the actor may not know of.
fn unknown(id: &str) -> Stop {
    not_found("unknown_request", format!("There is no request `{id}` that you may do this with."))
}

fn stale() -> Stop {
    let detail = "What this request was asked or approved by has changed since. It must be asked again.";
    conflict("stale", detail)
}

fn closed(request: &Request) -> Stop {
    let code = match request.status {
        RequestStatus::Pending => "not_approved",
        RequestStatus::Approved => "already_approved",
        RequestStatus::Rejected => "rejected",
        RequestStatus::Withdrawn => "withdrawn",
        RequestStatus::Expired => "expired",
        RequestStatus::Stale => "stale",
        RequestStatus::Used => "already_used",
    };
    conflict(code, format!("This request is {}.", said(request.status)))
}

fn said(status: RequestStatus) -> &'static str {
    match status {
        RequestStatus::Pending => "waiting for approval",
        RequestStatus::Approved => "approved already",
        RequestStatus::Rejected => "rejected",
        RequestStatus::Withdrawn => "withdrawn",
        RequestStatus::Expired => "expired; ask again",
        RequestStatus::Stale => "overtaken by a change of the account; ask again",
        RequestStatus::Used => "used already, and good for one use only",
    }
}

/// A moment as views have it.
fn moment(at: i64) -> String {
    time::format(at).unwrap_or_default()
}
