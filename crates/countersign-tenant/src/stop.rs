//! Why a command goes no further: a refusal that is told to the actor, or a fault.

use crate::state::Fault;
use countersign_wire::api::Refusal;
use countersign_wire::diagnostic::Diagnostics;
use countersign_wire::record::RecordError;

/// Why a command goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Refused(Refusal),
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A refusal: status, the code for programs, the sentence for people.
pub(crate) fn refuse(status: u16, code: &str, detail: impl Into<String>) -> Stop {
    Stop::Refused(Refusal { status, code: code.to_owned(), detail: detail.into() })
}

/// The actor may not do this; the sentence says whom to ask.
pub(crate) fn forbidden(detail: impl Into<String>) -> Stop {
    refuse(403, "forbidden", detail)
}

/// What was sent makes no sense here.
pub(crate) fn invalid(code: &str, detail: impl Into<String>) -> Stop {
    refuse(422, code, detail)
}

/// It makes sense, but not as things are.
pub(crate) fn conflict(code: &str, detail: impl Into<String>) -> Stop {
    refuse(409, code, detail)
}

/// There is no such thing, or the actor may not know of it.
pub(crate) fn not_found(code: &str, detail: impl Into<String>) -> Stop {
    refuse(404, code, detail)
}

/// What the compiler has to say, as one refusal.
pub(crate) fn diagnosed(code: &str, problems: &Diagnostics) -> Stop {
    invalid(code, problems.to_string())
}

pub(crate) fn too_many(error: &RecordError) -> Stop {
    invalid("too_many_grants", format!("This cannot be given in addition to what is held already: {error}."))
}

pub(crate) fn unknown_member(id: &str) -> Stop {
    not_found("unknown_member", format!("There is no member `{id}`."))
}

pub(crate) fn unknown_group(id: &str) -> Stop {
    not_found("unknown_group", format!("There is no group `{id}`."))
}
