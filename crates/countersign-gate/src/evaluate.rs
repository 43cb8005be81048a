//! The decision API: OpenID AuthZEN Authorization API 1.0.
//!
//! Everybody may ask about himself, operators about everybody, and members about those to whom the engine allows
//! `access:evaluate`. What is answered is what the engine says now, strictly; a decision of `true` for what needs an
//! approval is given with that approval alone, and uses it up.

mod answer;
mod ask;
mod batch;
mod metadata;
mod needed;
mod requests;
mod search;
#[cfg(test)]
mod tests;
mod token;

use crate::answer::Answer;
use crate::fresh::Freshness;
use crate::gate::{Call, Gate};
use crate::ports::{Body as _, Fault, Platform, Ports};
use crate::request::Request;
use answer::refuse;
use ask::Asker;
use countersign_wire::api::authzen::{Body, Sought};
use countersign_wire::api::call::is_tenant;

/// Bytes of a request.
const REQUEST: usize = 256 * 1024;

/// What of the decision API is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The tenant's name in the path; the host's tenant if there is none
    tenant: Option<String>,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Metadata,
    Evaluation,
    Evaluations,
    Search(Sought),
    Requests,
    Request(String),
    Nothing,
}

impl Place {
    /// What a path asks of the decision API; nothing for a path that is none of its own.
    pub(crate) fn of(segments: &[&str]) -> Option<Self> {
        let (tenant, what) = match segments {
            [".well-known", "authzen-configuration"] => (None, What::Metadata),
            [".well-known", "authzen-configuration", "t", tenant] => (Some(*tenant), What::Metadata),
            ["access", rest @ ..] => (None, what(rest)),
            ["t", tenant, "access", rest @ ..] => (Some(*tenant), what(rest)),
            _ => return None,
        };
        Some(Self { tenant: tenant.map(str::to_owned), what })
    }

    /// Whether its errors are problems: those of the access request profile are, by its own rules.
    fn has_problems(&self) -> bool {
        matches!(self.what, What::Requests | What::Request(_))
    }
}

fn what(rest: &[&str]) -> What {
    match rest {
        ["v1", "evaluation"] => What::Evaluation,
        ["v1", "evaluations"] => What::Evaluations,
        ["v1", "search", "subject"] => What::Search(Sought::Subject),
        ["v1", "search", "resource"] => What::Search(Sought::Resource),
        ["v1", "search", "action"] => What::Search(Sought::Action),
        ["v1", "requests"] => What::Requests,
        ["v1", "requests", id] => What::Request((*id).to_owned()),
        _ => What::Nothing,
    }
}

/// Answers a request to the decision API. Errors are sentences, as that specification has them.
pub(crate) async fn handle<P: Platform>(gate: &Gate, request: &Request, place: Place, ports: Ports<'_, P>) -> Answer {
    let problems = place.has_problems();
    let answered = dispatch(gate, request, place, ports).await.unwrap_or_else(|refusal| refusal);
    answer::finished(answered, request, problems)
}

/// A refusal that was not made here, in the form that refusals have here.
pub(crate) fn refused(request: &Request, place: &Place, refusal: Answer) -> Answer {
    answer::finished(refusal, request, place.has_problems())
}

async fn dispatch<P: Platform>(
    gate: &Gate,
    request: &Request,
    place: Place,
    ports: Ports<'_, P>,
) -> Result<Answer, Answer> {
    let by_host = place.tenant.is_none();
    let named = place.tenant.or_else(|| gate.config.tenant_of(&request.host));
    let tenant = named.filter(|name| is_tenant(name)).ok_or_else(|| Answer::problem(404, "no_tenant"))?;
    let base = metadata::base(request, (!by_host).then_some(&*tenant));
    let method = match place.what {
        What::Metadata | What::Request(_) => "GET",
        What::Nothing => return Err(Answer::problem(404, "no_route")),
        _ => "POST",
    };
    let is_read = method == "GET" && request.method == "HEAD";
    if request.method != method && !is_read {
        let allowed = if method == "GET" { "GET, HEAD" } else { "POST" };
        return Err(Answer::problem(405, "method").with("allow", allowed.to_owned()));
    }
    if place.what == What::Metadata {
        return Ok(metadata::answer(&base));
    }
    let identity = gate.identity(request, Some(&tenant), Freshness::Strict, ports).await?;
    let call = Call { request, segments: Vec::new(), identity, ports };
    call.no_parameters()?;
    let asker = Asker::new(gate, &call, &tenant, &base)?;
    match place.what {
        What::Request(id) => requests::one(&asker, &id).await,
        What::Requests => requests::ask(&asker, &body(&call).await?).await,
        What::Evaluation => batch::single(&asker, &body(&call).await?).await,
        What::Evaluations => batch::many(&asker, &body(&call).await?).await,
        What::Search(sought) => search::answer(&asker, &body(&call).await?, sought).await,
        What::Metadata | What::Nothing => Err(Answer::problem(404, "no_route")),
    }
}

/// The body, which is one JSON object.
async fn body<P: Platform>(call: &Call<'_, P>) -> Result<Body, Answer> {
    let kind = call.request.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(refuse(400, "content_type", "Send the body as `Content-Type: application/json`."));
    }
    let bytes = call.ports.body.read(REQUEST).await.map_err(|fault| match fault {
        Fault::TooLarge => refuse(413, "body_too_large", "The body is too large: at most 256 KiB are read."),
        other => other.into(),
    })?;
    if bytes.is_empty() {
        return Err(refuse(400, "body", "The body is empty."));
    }
    Body::read(&bytes).map_err(|sentence| refuse(400, "body", &sentence))
}
