//! The schema of scenarios.

use super::parts::{document, list, moment, string, table, values};
use serde_json::{Value, json};

pub(super) fn schema() -> Value {
    let expectation = table(
        "A question, and what must come out",
        &["id", "subject", "action", "resource", "decision"],
        json!({
            "id": string("The row that it proves"),
            "subject": string("Who asks"),
            "action": string("For what"),
            "resource": string("On what: a path, such as project:p1/sign:42"),
            "decision": { "description": "What must come out", "enum": ["allow", "deny", "approval"] },
            "stage": {
                "description": "What must have decided",
                "enum": ["status", "forbid", "override", "role", "permit", "default", "approval"],
            },
            "title": string("What the role that decided must be called there"),
            "context": values("What is supplied with the question"),
            "attributes": values("What is supplied of the resource"),
            "subject_attributes": values("What is supplied of the subject"),
            "action_attributes": values("What is supplied of the action"),
            "now": moment("A moment of its own"),
        }),
    );
    document(
        "scenario",
        "What must come out, given a model and a tenant",
        &["model", "tenant"],
        json!({
            "model": string("The model file, relative to this one"),
            "tenant": string("The tenant file, relative to this one"),
            "now": moment("When all is asked"),
            "expect": list("The questions", expectation),
        }),
    )
}
