//! Answers as AuthZEN has them: errors are sentences, and a request's own id comes back with every one.

use crate::answer::Answer;
use crate::request::Request;
use countersign_wire::form::from_bytes;
use serde_json::Value;

/// A refusal with a sentence for people; `code` is for the log.
pub(super) fn refuse(status: u16, code: &str, sentence: &str) -> Answer {
    Answer::explained(status, code, Some(sentence.to_owned()))
}

/// JSON.
pub(super) fn json(body: &Value) -> Result<Answer, Answer> {
    let body = serde_json::to_vec(body).map_err(|_| Answer::problem(503, "corrupt"))?;
    Ok(Answer::json(200, body))
}

/// The answer as it is sent: with the request's id, and an error as a sentence unless it stays the problem that it is.
pub(super) fn finished(mut answer: Answer, request: &Request, problems: bool) -> Answer {
    if answer.status >= 400 && !problems {
        answer.body = sentence(&answer.body).into_bytes();
        let kind = answer.headers.iter_mut().find(|(name, _)| *name == "content-type");
        if let Some((_, kind)) = kind {
            "text/plain; charset=utf-8".clone_into(kind);
        }
    }
    match request.header("x-request-id") {
        Some(id) => answer.with("x-request-id", id.to_owned()),
        None => answer,
    }
}

/// What a problem says: its detail, or else its title.
fn sentence(problem: &[u8]) -> String {
    let problem: Value = from_bytes(problem).unwrap_or_default();
    let said = problem.get("detail").or_else(|| problem.get("title")).and_then(Value::as_str);
    said.unwrap_or("The request was refused.").to_owned()
}
