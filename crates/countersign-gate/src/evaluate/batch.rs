//! One evaluation, and many in one request.

use super::answer::{json as answered, refuse};
use super::ask::{Asker, Outcome};
use crate::answer::Answer;
use crate::ports::Platform;
use countersign_wire::api::authzen::{Body, Entities, Semantic, Sought};
use serde_json::{Value, json};

/// `POST …/access/v1/evaluation`.
pub(super) async fn single<P: Platform>(asker: &Asker<'_, P>, body: &Body) -> Result<Answer, Answer> {
    let asked = body.entities.question(Sought::Nothing).map_err(|sentence| refuse(400, "body", &sentence))?;
    let outcome = asker.decide(&asked).await?;
    let revision = outcome.revision;
    let answer = answered(&outcome.json())?;
    Ok(match revision {
        Some(revision) => answer.at_revision(revision),
        None => answer,
    })
}

/// `POST …/access/v1/evaluations`: in their order, one after the other, so that approvals are used by those alone that
/// are evaluated. Without evaluations it is a single one.
pub(super) async fn many<P: Platform>(asker: &Asker<'_, P>, body: &Body) -> Result<Answer, Answer> {
    if body.evaluations.is_empty() {
        return single(asker, body).await;
    }
    body.entities.well_formed().map_err(|sentence| refuse(400, "body", &sentence))?;
    let mut outcomes: Vec<Value> = Vec::new();
    let mut revisions = Vec::new();
    for item in &body.evaluations {
        let outcome = one(asker, body.entities.with(item)).await?;
        let decision = outcome.decision;
        revisions.extend(outcome.revision);
        outcomes.push(outcome.json());
        match (body.semantic, decision) {
            (Semantic::DenyOnFirstDeny, false) | (Semantic::PermitOnFirstPermit, true) => break,
            _ => {}
        }
    }
    let answer = answered(&json!({ "evaluations": outcomes }))?;
    // Views of several subjects may be of several revisions: each is at least the first.
    Ok(match revisions.into_iter().min() {
        Some(revision) => answer.at_revision(revision),
        None => answer,
    })
}

/// An evaluation among many: one that is wrong by itself is denied by itself.
async fn one<P: Platform>(asker: &Asker<'_, P>, entities: Result<Entities, String>) -> Result<Outcome, Answer> {
    let asked = entities.and_then(|entities| entities.question(Sought::Nothing));
    let asked = match asked {
        Ok(asked) => asked,
        Err(sentence) => return Ok(Outcome::failed(400, &sentence)),
    };
    match asker.decide(&asked).await {
        Err(refusal) if refusal.status == 403 => Ok(Outcome::failed(403, "You may not ask about this subject.")),
        outcome => outcome,
    }
}
