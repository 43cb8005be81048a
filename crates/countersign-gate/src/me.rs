//! What the caller's own browser needs: the projection of the caller, and of nobody else.

use crate::answer::Answer;
use crate::fresh::Freshness;
use crate::gate::{Call, Gate, refuse_body_of_a_read};
use crate::ports::Platform;
use countersign_wire::projection::{self, Stamp};

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
