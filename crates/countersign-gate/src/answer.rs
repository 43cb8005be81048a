//! Answers that the gate gives itself.

use crate::ports::Fault;
use countersign_wire::api::{AuditLines, Problem, Refusal};

/// An answer: status, headers, body, and a code for the log that the body does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status
    pub status: u16,
    /// The headers
    pub headers: Vec<(&'static str, String)>,
    /// The body
    pub body: Vec<u8>,
    /// Why, for the log
    pub code: String,
}

impl Answer {
    /// JSON, never cached.
    #[must_use]
    pub fn json(status: u16, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned()), no_store()];
        Self { status, headers, body, code: "ok".to_owned() }
    }

    /// JSON lines, never cached; where there are more of them.
    #[must_use]
    pub fn lines(lines: AuditLines, place: &str) -> Self {
        let headers = vec![("content-type", "application/x-ndjson".to_owned()), no_store()];
        let answer = Self { status: 200, headers, body: lines.lines.into_bytes(), code: "ok".to_owned() };
        match lines.next {
            Some(next) => answer.with("link", format!("<{place}?after={next}>; rel=\"next\"")),
            None => answer,
        }
    }

    /// Bytes, never cached by anybody else.
    #[must_use]
    pub fn bytes(body: Vec<u8>) -> Self {
        let headers = vec![("content-type", "application/octet-stream".to_owned()), no_store()];
        Self { status: 200, headers, body, code: "ok".to_owned() }
    }

    /// What the client has is still so.
    #[must_use]
    pub fn unchanged() -> Self {
        Self { status: 304, headers: vec![no_store()], body: Vec::new(), code: "ok".to_owned() }
    }

    /// A problem (RFC 9457) that says nothing beyond its status; `code` is for the log.
    #[must_use]
    pub fn problem(status: u16, code: &str) -> Self {
        Self::explained(status, code, None)
    }

    /// A problem with a sentence for people.
    #[must_use]
    pub fn explained(status: u16, code: &str, detail: Option<String>) -> Self {
        let problem =
            Problem { kind: "about:blank".to_owned(), title: title(status).to_owned(), status, detail, code: None };
        let mut headers = vec![("content-type", "application/problem+json".to_owned()), no_store()];
        if status == 401 {
            headers.push(("www-authenticate", "Bearer".to_owned()));
        }
        // A form of strings and numbers cannot fail to be written; an empty body would still be a refusal.
        Self { status, headers, body: serde_json::to_vec(&problem).unwrap_or_default(), code: code.to_owned() }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With the revision that decided.
    #[must_use]
    pub fn at_revision(mut self, revision: u64) -> Self {
        self.headers.push(("countersign-revision", revision.to_string()));
        self
    }
}

/// A refusal of the tenant is told to the caller as it is, with its code for programs.
impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, code, detail } = refusal;
        let kind = format!("urn:countersign:problem:{code}");
        let problem =
            Problem { kind, title: title(status).to_owned(), status, detail: Some(detail), code: Some(code.clone()) };
        Self { body: serde_json::to_vec(&problem).unwrap_or_default(), ..Self::problem(status, &code) }
    }
}

/// Whatever could not be known is a refusal for now.
impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        if fault == Fault::Ahead {
            let detail = "There is no such revision. Send one that you were answered with, or leave the header out.";
            return Self::explained(412, fault.code(), Some(detail.to_owned()));
        }
        Self::problem(503, fault.code())
    }
}

fn no_store() -> (&'static str, String) {
    ("cache-control", "no-store".to_owned())
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        _ => "Service Unavailable",
    }
}
