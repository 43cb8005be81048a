//! The decision API: OpenID AuthZEN Authorization API 1.0, access evaluation.

use crate::answer::Answer;
use crate::fresh::Freshness;
use crate::gate::{Call, Gate, body};
use crate::ports::{Clock as _, Platform};
use countersign_core::{Effect, Question};
use countersign_wire::api::{Evaluation, EvaluationAnswer, Explanation};
use countersign_wire::given::Given;
use countersign_wire::reason;

/// Bytes of a request.
const REQUEST: usize = 256 * 1024;

/// `POST /t/{tenant}/access/v1/evaluation`.
///
/// Everybody may ask about himself, operators about everybody, and members about others to whom the engine allows
/// `access:evaluate`. With the header `Countersign-Explain: true` the answer says why.
pub(crate) async fn one<P: Platform>(gate: &Gate, call: &Call<'_, P>, tenant: &str) -> Result<Answer, Answer> {
    if call.request.method != "POST" {
        return Err(Answer::problem(405, "method").with("allow", "POST".to_owned()));
    }
    call.no_parameters()?;
    let explain = explain(call)?;
    let asked: Evaluation = body(call, REQUEST).await?;
    let subject = format!("{}:{}", asked.subject.kind, asked.subject.id);
    authorise(gate, call, tenant, &subject).await?;
    let view = gate.view(call, tenant, &subject, Some(Freshness::Strict)).await?;
    let now = call.now();
    let resource = resource(&asked);
    let given = given(asked.clone());
    let (decision, reason) = view.ask(|policy, subject| {
        let supplied = given.attributes(policy, &resource);
        let question = Question { action: &asked.action.name, path: &resource, supplied: &supplied, now };
        let decision = policy.check(subject, &question);
        (decision, explain.then(|| reason::words(policy, subject, decision, &question)))
    });
    // A tenant's revisions are for its members, and for those who may ask about them.
    let tells_revision = view.is_member() || call.identity.operator || call.identity.subject != subject;
    let revision = if tells_revision { view.revision } else { 0 };
    let decided = decision.effect.as_str().to_owned();
    let context = reason.map(|reason| Explanation { decision: decided, reason, revision });
    let answer = EvaluationAnswer { decision: decision.effect == Effect::Allow, context };
    let body = serde_json::to_vec(&answer).map_err(|_| Answer::problem(503, "corrupt"))?;
    let answer = Answer::json(200, body);
    Ok(if tells_revision { answer.at_revision(revision) } else { answer })
}

/// Whether the caller wants to know why. What is neither yes nor no is refused, not ignored.
fn explain<P: Platform>(call: &Call<'_, P>) -> Result<bool, Answer> {
    let there = call.request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("countersign-explain"));
    match call.request.header("countersign-explain") {
        None if !there => Ok(false),
        Some("false") => Ok(false),
        Some("true") => Ok(true),
        _ => Err(Answer::explained(400, "header", Some("`Countersign-Explain` is true or false.".to_owned()))),
    }
}

/// Whether the caller may ask about `subject`.
async fn authorise<P: Platform>(gate: &Gate, call: &Call<'_, P>, tenant: &str, subject: &str) -> Result<(), Answer> {
    if call.identity.operator || call.identity.subject == subject {
        return Ok(());
    }
    let view = gate.view(call, tenant, &call.identity.subject, Some(Freshness::Strict)).await?;
    // The clock that a development sign-in sets is for the question, not for the right to ask it.
    let now = call.ports.clock.now();
    let decision =
        view.ask(|policy, caller| policy.check(caller, &Question::new("evaluate", &format!("access:{subject}"), now)));
    if decision.is_allow() {
        return Ok(());
    }
    let detail = "You may ask about yourself only. Ask an administrator of this account for `access:evaluate`.";
    Err(Answer::explained(403, "denied", Some(detail.to_owned())))
}

/// What the caller says of subject, action, resource and context.
fn given(asked: Evaluation) -> Given {
    Given {
        subject: asked.subject.properties.0,
        action: asked.action.properties.0,
        resource: asked.resource.properties.0,
        context: asked.context.0,
    }
}

/// The path of the resource: its id if that is a path that ends in the type, else `type:id`.
///
/// An id that is neither would make another type of the resource than the caller named; it is no path at all, and denied.
fn resource(asked: &Evaluation) -> String {
    let (kind, id) = (&asked.resource.kind, &asked.resource.id);
    let last = id.rsplit('/').next().unwrap_or(id);
    let ends_in_type = last.strip_prefix(kind.as_str()).is_some_and(|rest| rest.starts_with(':'));
    if ends_in_type {
        id.clone()
    } else if id.contains('/') {
        format!("{kind}:")
    } else {
        format!("{kind}:{id}")
    }
}
