//! The tenant's policy, made anew: its model with its own roles and approval policies.

use crate::doc;
use crate::draft::Draft;
use crate::state::{Fault, State};
use crate::stop::{Stop, invalid};
use countersign_compile::{Model, piece};
use countersign_core::Policy;
use countersign_core::limits::{APPROVAL_POLICIES, ROLES};
use countersign_wire::diagnostic::{Diagnostics, Source};
use serde_json::{Value, json};

/// The policy of what the draft holds now. What is wrong with it is told under `code`.
pub(crate) fn policy<S: State>(draft: &Draft<'_, S>, code: &str) -> Result<Policy, Stop> {
    let text = draft.model()?.ok_or_else(|| Fault("the tenant has a policy and no model".to_owned()))?;
    let model = Model::parse(Source { name: "model", text: &text }).map_err(|error| Fault(error.to_string()))?;
    let all = |prefix: &str, most: usize| -> Result<Vec<Value>, Fault> {
        let all: Vec<(String, Value)> = doc::list(draft, prefix, "", most + 1)?;
        Ok(all.into_iter().map(|(_, body)| body).collect())
    };
    let roles = all(doc::ROLE, ROLES)?;
    let policies = all(doc::APPROVAL_POLICY, APPROVAL_POLICIES)?;
    let own = json!({ "roles": roles, "approval_policies": policies }).to_string();
    piece::policy(&model, Source { name: "", text: &own }).map_err(|problems| invalid(code, sentences(&problems)))
}

/// The problems without their places: the text that they stand in is nobody's.
fn sentences(problems: &Diagnostics) -> String {
    let one = |message: &str, help: Option<&String>| match help {
        Some(help) => format!("{message} ({help})."),
        None => format!("{message}."),
    };
    let all: Vec<_> = problems.all().iter().map(|problem| one(&problem.message, problem.help.as_ref())).collect();
    all.join(" ")
}
