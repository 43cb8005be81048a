//! The management API: from requests to commands. Who may give which command is decided by the tenant.

use crate::answer::Answer;
use crate::fresh::Freshness;
use crate::gate::{Call, Gate, body};
use crate::ports::{Authority, Body, Clock, Store};
use countersign_core::Question;
use countersign_wire::api::{Assign, Command, CommandAnswer, CommandCall, Import};
use countersign_wire::record::StatusForm;
use serde_json::json;

/// Bytes of a command's body.
const COMMAND: usize = 64 * 1024;
/// Bytes of a whole tenant.
const IMPORT: usize = 16 * 1024 * 1024;

pub(crate) async fn handle<S: Store, A: Authority, C: Clock, B: Body>(
    gate: &Gate,
    call: &Call<'_, S, A, C, B>,
    tenant: &str,
) -> Result<Answer, Answer> {
    let method = call.request.method.as_str();
    let rest = call.segments.get(3..).unwrap_or_default();
    let command = match (method, rest) {
        // Sixteen megabytes are read for those alone who may send them; the tenant decides once more.
        ("PUT", []) if !call.identity.operator => {
            let detail = "Only the platform's operators set tenants up. Contact them.".to_owned();
            return Err(Answer::explained(403, "forbidden", Some(detail)));
        }
        ("PUT", []) => Command::Import(body::<_, _, _, _, Import>(call, IMPORT).await?),
        ("POST", ["assignments"]) => Command::Assign(body::<_, _, _, _, Assign>(call, COMMAND).await?),
        ("DELETE", ["assignments", id]) => Command::Unassign { id: (*id).to_owned() },
        ("POST", ["members", subject, verb]) => {
            let status = status(verb).ok_or_else(|| Answer::problem(404, "no_route"))?;
            Command::SetStatus { subject: (*subject).to_owned(), status }
        }
        ("GET", ["audit"]) => return audit(gate, call, tenant).await,
        (_, [] | ["assignments" | "audit"] | ["assignments", _] | ["members", _, _]) => {
            return Err(Answer::problem(405, "method"));
        }
        _ => return Err(Answer::problem(404, "no_route")),
    };
    let made = matches!(command, Command::Assign(_));
    let actor = call.identity.subject.clone();
    let given = CommandCall { actor, operator: call.identity.operator, command };
    match call.ports.authority.command(tenant, &given).await? {
        CommandAnswer::Refused(refusal) => Err(refusal.into()),
        CommandAnswer::Done { revision, id, created } => {
            let mut answer = json!({ "revision": revision });
            if let (Some(id), Some(fields)) = (id, answer.as_object_mut()) {
                fields.insert("id".to_owned(), id.into());
            }
            let status = if created || made { 201 } else { 200 };
            Ok(Answer::json(status, answer.to_string().into_bytes()).at_revision(revision))
        }
    }
}

fn status(verb: &str) -> Option<StatusForm> {
    match verb {
        "activate" | "unlock" => Some(StatusForm::Active),
        "deactivate" => Some(StatusForm::Deactivated),
        "lock" => Some(StatusForm::Locked),
        _ => None,
    }
}

/// `after=N`: behind which entry a page begins; anything else is refused.
fn after(query: Option<&str>) -> Result<u64, Answer> {
    match query {
        None | Some("") => Ok(0),
        Some(query) => query.strip_prefix("after=").and_then(|number| number.parse().ok()).ok_or_else(|| {
            Answer::explained(400, "query", Some("Page on with `after=N`, N being the last entry's `seq`.".to_owned()))
        }),
    }
}

/// A page of the audit log, for those to whom the engine allows `audit:view`.
async fn audit<S: Store, A: Authority, C: Clock, B>(
    gate: &Gate,
    call: &Call<'_, S, A, C, B>,
    tenant: &str,
) -> Result<Answer, Answer> {
    let view = gate.view(call, tenant, &call.identity.subject, Some(Freshness::Strict)).await?;
    let now = call.now();
    let decision = view.ask(|policy, subject| policy.check(subject, &Question::new("view", "audit:log", now)));
    if !decision.is_allow() {
        let detail = "You may not read the audit log. Ask an administrator of this account.".to_owned();
        return Err(Answer::explained(403, "denied", Some(detail)));
    }
    let after = after(call.request.query.as_deref())?;
    let page = call.ports.authority.audit(tenant, after).await?;
    let body = serde_json::to_vec(&page).map_err(|_| Answer::problem(503, "corrupt"))?;
    Ok(Answer::json(200, body).at_revision(view.revision))
}
