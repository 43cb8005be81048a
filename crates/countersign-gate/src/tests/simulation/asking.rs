//! How a request asks: a member whose name is known, and a service by its token; each from memory first, as the worker does.

use super::super::world::KEY;
use super::edge::Line;
use super::object::{SUBJECTS, TENANTS, secret};
use crate::answer::Answer;
use crate::fresh::{Freshness, Need, View, view};
use crate::gate::Call;
use crate::ports::Fault;
use crate::request::Request;
use countersign_core::{Millis, Question};
use futures_util::FutureExt as _;
use std::rc::Rc;

const GRACE: Millis = 30_000;

/// What a request comes to.
pub(super) enum Said {
    /// What decides for a member
    View(View),
    /// What decides for the service that the token stands for, and the revision that vouches for the token
    Service(View, u64),
    /// The token stands for nobody
    Nobody,
}

impl Said {
    pub(super) fn allows(view: &View) -> bool {
        view.ask(|policy, subject| policy.check(subject, &Question::new("view", "doc:1", 0))).is_allow()
    }
}

pub(super) async fn by_name(
    line: Rc<Line>,
    tenant: usize,
    who: usize,
    freshness: Freshness,
    at_least: u64,
) -> Result<Said, Fault> {
    let (tenant, subject) = (TENANTS[tenant], SUBJECTS[who]);
    let need = Need { tenant, subject, freshness, at_least, grace: GRACE, mac_key: KEY };
    // What is given up on the first way must leave nothing behind.
    let at_once = view(&line.isolate.gate.cache, Line::still(&line.isolate).ports(), need).now_or_never();
    match at_once {
        Some(outcome) => outcome,
        None => view(&line.isolate.gate.cache, line.ports(), need).await,
    }
    .map(Said::View)
}

pub(super) async fn by_token(
    line: Rc<Line>,
    tenant: usize,
    form: u8,
    freshness: Freshness,
    at_least: u64,
) -> Result<Said, Fault> {
    let mut headers = vec![("authorization".to_owned(), format!("Bearer {}", secret(form)))];
    if at_least > 0 {
        headers.push(("countersign-min-revision".to_owned(), at_least.to_string()));
    }
    // Neither path nor host is looked at any more.
    let request = Request { headers, ..Request::default() };
    let still = Line::still(&line.isolate);
    let at_once = asked(&still, &request, TENANTS[tenant], freshness).now_or_never();
    let outcome = match at_once {
        Some(outcome) => outcome,
        None => asked(&line, &request, TENANTS[tenant], freshness).await,
    };
    match outcome {
        Err(answer) if answer.status == 401 => Ok(Said::Nobody),
        Err(answer) if answer.status == 412 => Err(Fault::Ahead),
        outcome => outcome.map_err(|_| Fault::Unavailable),
    }
}

async fn asked(line: &Line, request: &Request, tenant: &str, freshness: Freshness) -> Result<Said, Answer> {
    let (gate, ports) = (&line.isolate.gate, line.ports());
    let identity = gate.identity(request, Some(tenant), freshness, ports).await?;
    let vouched = identity.looked_up.as_ref().expect("a token is looked up").head.1;
    let call = Call { request, segments: Vec::new(), identity, ports };
    let view = gate.view(&call, tenant, &call.identity.subject, Some(freshness)).await?;
    Ok(Said::Service(view, vouched))
}
