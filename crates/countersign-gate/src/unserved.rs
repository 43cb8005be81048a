//! The answer to a request on which there came no verdict.

use crate::answer::Answer;
use crate::canonical;
use crate::evaluate::{self, Place};
use crate::gate::identified;
use crate::notes::Notes;
use crate::request::Request;

/// Nothing was decided, so nothing is forwarded: the answer has the form and the id that any other refusal of this request
/// would have, and why is in the log alone.
#[must_use]
pub fn unserved(request: &Request, notes: &Notes) -> Answer {
    let segments = canonical::decoded(&request.path).unwrap_or_default();
    let segments: Vec<&str> = segments.iter().map(|segment| &**segment).collect();
    let refusal = Answer::problem(503, "unserved");
    let mut answer = match Place::of(&segments) {
        Some(place) => evaluate::refused(request, &place, refusal),
        None => refusal,
    };
    identified(&mut answer.headers, notes);
    answer
}
