//! What the caller's own browser needs: the projection of the caller, and of nobody else, once and as it changes.

use crate::answer::Answer;
use crate::fresh::Freshness;
use crate::gate::{Call, Gate, refuse_body_of_a_read};
use crate::manage::{DIGITS, Parts, decoded};
use crate::ports::{Clock as _, Platform};
use crate::request::Request;
use crate::watch::PROTOCOL;
use countersign_wire::api::Watch;
use countersign_wire::projection::{self, Stamp};
use serde_json::Value;

/// Whose snapshot the client holds, if it says so: the tag is the revision alone.
const HELD_SUBJECT: &str = "countersign-snapshot-subject";

/// `GET /v1/tenants/{tenant}/me/snapshot`, with the revision as its entity tag.
///
/// A client that holds a snapshot past half of its time asks without the tag: the tag says that nothing changed, not that
/// what it holds is still good.
pub(crate) async fn snapshot<P: Platform>(gate: &Gate, call: &Call<'_, P>, tenant: &str) -> Result<Answer, Answer> {
    if call.request.method != "GET" {
        return Err(Answer::problem(405, "method").with("allow", "GET".to_owned()));
    }
    refuse_body_of_a_read(call.request)?;
    call.no_parameters()?;
    let subject = &call.identity.subject;
    let view = gate.view(call, tenant, subject, Some(Freshness::Strict)).await?;
    // The same answer where the caller is no member and where there is no such tenant: a model's words, too, are for members.
    if !view.is_member() {
        return Err(Answer::problem(404, "no_member"));
    }
    let now = call.now();
    let expires = now.saturating_add(gate.config.snapshot_ttl);
    let stamp = Stamp { tenant: tenant.to_owned(), subject: subject.clone(), revision: view.revision, expires };
    let tag = format!("\"{}\"", view.revision);
    // Whoever now asks as somebody else must not be told that nothing has changed.
    let whose = call.request.header(HELD_SUBJECT).is_none_or(|held| held == subject);
    if whose && call.request.header("if-none-match") == Some(tag.as_str()) {
        return Ok(tagged(Answer::unchanged(), tag).at_revision(view.revision));
    }
    let bytes = view.ask(|policy, subject| projection::encode(policy, subject, &stamp, now));
    let bytes = bytes.map_err(|_| Answer::problem(503, "corrupt"))?;
    Ok(tagged(Answer::bytes(bytes), tag).at_revision(view.revision))
}

fn tagged(mut answer: Answer, tag: String) -> Answer {
    answer.headers.push(("etag", tag));
    answer.headers.push(("vary", "authorization, cookie".to_owned()));
    answer
}

/// A page's WebSocket, to be opened by the tenant's object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The tenant
    pub tenant: String,
    /// What its object is told of the page
    pub watch: Watch,
}

/// The subprotocol by which a page says who is signed in, where no cookie does: its `WebSocket` has no other header.
const CREDENTIAL: &str = "countersign.authorization.";

/// `GET /v1/tenants/{tenant}/me/watch`: a WebSocket on which the page is told when the caller's projection has changed.
///
/// `revision` and `subject` in the query say which snapshot the page holds. Whoever is signed in by a cookie must come from
/// a page of this host, as for whatever changes something.
pub(crate) async fn watch<P: Platform>(gate: &Gate, call: &Call<'_, P>, tenant: &str) -> Result<Watched, Answer> {
    let request = call.request;
    if request.method != "GET" {
        return Err(Answer::problem(405, "method").with("allow", "GET".to_owned()));
    }
    refuse_body_of_a_read(request)?;
    if !request.header("upgrade").is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket")) {
        return Err(Answer::problem(426, "no_upgrade").with("upgrade", "websocket".to_owned()));
    }
    if !protocols(request).any(|protocol| protocol == PROTOCOL) {
        return Err(Answer::explained(400, "protocol", Some(format!("Offer the subprotocol {PROTOCOL}."))));
    }
    let mut parts = Parts::new(Vec::new(), request.query.as_deref(), Value::Null)?;
    let (revision, whose) = (parts.take("revision"), parts.take("subject"));
    parts.finish()?;
    let number = |text: String| {
        let number = text.parse::<u64>().ok().filter(|_| text.len() <= DIGITS);
        number.ok_or_else(|| Answer::explained(400, "query", Some("`revision` is a whole number.".to_owned())))
    };
    let revision = revision.map(number).transpose()?;
    let subject = &call.identity.subject;
    let view = gate.view(call, tenant, subject, Some(Freshness::Strict)).await?;
    if !view.is_member() {
        return Err(Answer::problem(404, "no_member"));
    }
    // What somebody else may do says nothing of this one.
    let held = revision.filter(|_| whose.as_ref() == Some(subject));
    let until = call.ports.clock.now().saturating_add(gate.config.snapshot_ttl);
    let until = call.identity.expires.map_or(until, |expires| expires.min(until));
    Ok(Watched { tenant: tenant.to_owned(), watch: Watch { subject: subject.clone(), held, until } })
}

/// The request with the credential that its subprotocols carry, where it has no other.
pub(crate) fn with_credential(request: &Request) -> Request {
    let mut carried = protocols(request).filter_map(|protocol| protocol.strip_prefix(CREDENTIAL));
    let credential = match (carried.next(), carried.next()) {
        // What is no credential must not let another one count.
        (Some(text), None) => Some(decoded(text).unwrap_or_default()),
        (Some(_), Some(_)) => Some(String::new()),
        (None, _) => None,
    };
    let mut request = request.clone();
    if let Some(credential) = credential.filter(|_| !request.names("authorization")) {
        request.headers.push(("authorization".to_owned(), credential));
    }
    request
}

fn protocols(request: &Request) -> impl Iterator<Item = &str> {
    let offered = request.header("sec-websocket-protocol").unwrap_or_default();
    offered.split(',').map(str::trim)
}
