//! The access request endpoint of AuthZEN's Access Request and Approval profile, draft 1, over the tenant's requests.

use super::answer::{json as answered, refuse};
use super::ask::{Asker, path};
use super::needed;
use crate::answer::Answer;
use crate::approval::{Wanted, ask as ask_for};
use crate::canonical::encode;
use crate::manage::text_header;
use crate::ports::{Authority as _, Clock as _, Platform};
use countersign_wire::api::authzen::{Body, Sought, text};
use countersign_wire::api::{Problem, Query, QueryAnswer, QueryCall};
use countersign_wire::form::from_bytes;
use serde_json::{Value, json};

/// `POST …/access/v1/requests`: asks for the approval that a denial was told to need.
pub(super) async fn ask<P: Platform>(asker: &Asker<'_, P>, body: &Body) -> Result<Answer, Answer> {
    let malformed = |sentence: String| refuse(400, "body", &sentence);
    let asked = body.entities.question(Sought::Nothing).map_err(malformed)?;
    let key = text_header(asker.call, "idempotency-key", 255)?;
    let unbound = || {
        let sentence = "`denial.binding_token` is that of a denial of exactly this question. Evaluate it again.";
        problem(400, "invalid_denial_binding", sentence)
    };
    let denial = body.object("denial").map_err(malformed)?.ok_or_else(unbound)?;
    let binding = text(denial, "denial", "binding_token").map_err(|_| unbound())?;
    let subject = asker.subject(&asked.subject);
    asker.authorise(&subject).await?;
    let view = asker.view(&subject).await?;
    let (path, given) = (path(&asked.resource), asked.given());
    let wanted = Wanted { subject: &subject, action: &asked.action, path: &path, given: &given };
    let good_until = needed::good_until(asker, &view, &wanted, &binding).ok_or_else(unbound)?;
    if good_until <= asker.call.ports.clock.now() {
        return Err(problem(410, "expired_denial", "The denial is too long ago. Evaluate the question again."));
    }
    let done = match ask_for(asker.call, asker.tenant, &wanted, &view.policy, key).await? {
        Ok(done) => done,
        Err(refusal) => {
            return Err(match refusal.code.as_str() {
                "denied" | "allowed_already" | "invalid_attribute" => problem(400, "not_requestable", &refusal.detail),
                "idempotency_key_reused" => problem(409, "duplicate_request", &refusal.detail),
                _ => refusal.into(),
            });
        }
    };
    let id = done.id.ok_or_else(|| Answer::problem(503, "corrupt"))?;
    let task = one(asker, &id).await?;
    Ok(Answer { status: 201, ..task }.with("location", endpoint(asker, &id)))
}

/// `GET …/access/v1/requests/{id}`: how far a request is.
pub(super) async fn one<P: Platform>(asker: &Asker<'_, P>, id: &str) -> Result<Answer, Answer> {
    let identity = &asker.call.identity;
    let query = Query::Request { id: id.to_owned() };
    let call = QueryCall { actor: identity.subject.clone(), operator: identity.operator, query };
    let request = match asker.call.ports.authority.query(asker.tenant, &call).await? {
        QueryAnswer::Found { body, .. } => body,
        QueryAnswer::Refused(refusal) if refusal.status == 404 => {
            return Err(problem(404, "unknown_task", "There is no such request that you may know of."));
        }
        QueryAnswer::Refused(refusal) => return Err(refusal.into()),
    };
    let field = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let status = match field("status") {
        "pending" => "pending",
        "approved" => "approved",
        "rejected" => "denied",
        "withdrawn" | "stale" => "cancelled",
        // What was approved was good once.
        _ => "expired",
    };
    let mut task = json!({ "id": id, "status": status, "status_endpoint": endpoint(asker, id) });
    if let (Some(fields), "pending") = (task.as_object_mut(), status) {
        fields.insert("expires_at".to_owned(), field("expires").into());
    }
    let mut body = json!({ "task": task });
    if let (Some(fields), "approved") = (body.as_object_mut(), status) {
        let approval = json!({ "id": id, "approved_until": field("expires") });
        fields.insert("result".to_owned(), json!({ "mode": "reevaluate", "approval": approval }));
    }
    answered(&body)
}

fn endpoint<P: Platform>(asker: &Asker<'_, P>, id: &str) -> String {
    format!("{}/access/v1/requests/{}", asker.base, encode(id))
}

/// A problem of that profile's own types.
fn problem(status: u16, kind: &str, sentence: &str) -> Answer {
    let refused = refuse(status, kind, sentence);
    let read: Option<Value> = from_bytes(&refused.body).ok();
    let title = read.as_ref().and_then(|problem| problem.get("title")).and_then(Value::as_str);
    let problem = Problem {
        kind: format!("urn:openid:authzen:access-request:error:{kind}"),
        title: title.unwrap_or_default().to_owned(),
        status,
        detail: Some(sentence.to_owned()),
        code: None,
    };
    Answer { body: serde_json::to_vec(&problem).unwrap_or_default(), ..refused }
}
