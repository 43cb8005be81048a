//! What a denial says that an approval would lift: the context of AuthZEN's Access Request and Approval profile, draft 1.

use super::ask::Asker;
use super::token;
use crate::answer::Answer;
use crate::approval::Wanted;
use crate::fresh::View;
use crate::ports::{Clock as _, Platform};
use countersign_core::Millis;
use countersign_core::condition::Value as Typed;
use countersign_wire::api::Refusal;
use countersign_wire::time;
use serde_json::{Map, Value, json};

/// For how long the denial can be answered with a request, in milliseconds.
const GOOD_FOR: Millis = 10 * 60 * 1_000;
/// Seconds until an approval that is waited for is asked about again.
const AGAIN: u32 = 10;

/// Tells of a decision that it has an approval, unused, which the same question has to name.
pub(super) fn name_it(context: &mut Map<String, Value>) {
    context.entry("reason").or_insert_with(|| "approval_required".into());
    context.insert("next_action".to_owned(), "retry".into());
    context.insert("approval".to_owned(), json!({ "single_use": true }));
}

/// Tells of a decision that it needs an approval, and why the one that was brought along did not do.
pub(super) fn tell<P: Platform>(
    asker: &Asker<'_, P>,
    view: &View,
    wanted: &Wanted<'_>,
    refused: Option<&Refusal>,
    context: &mut Map<String, Value>,
) -> Result<(), Answer> {
    let (reason, next) = match refused.map(|refusal| refusal.code.as_str()) {
        None => ("approval_required", None),
        Some("not_approved") => ("approval_pending", Some("retry")),
        Some("expired" | "already_used" | "stale" | "withdrawn" | "rejected") => ("approval_expired", Some("request")),
        Some("another_request") => ("out_of_scope", Some("request")),
        Some(_) => ("approval_unverifiable", Some("none")),
    };
    // Whoever asked for an explanation reads the reason there.
    context.entry("reason").or_insert_with(|| reason.into());
    if let Some(next) = next {
        context.insert("next_action".to_owned(), next.into());
    }
    if next == Some("retry") {
        context.insert("retry_after".to_owned(), AGAIN.into());
    }
    // What is ill typed cannot be approved: it is to be corrected, not asked for.
    let supplied = wanted.given.attributes(&view.policy, wanted.path);
    let ill_typed = supplied.all().any(|(_, value)| *value == Typed::Error);
    if ill_typed || !matches!(next, None | Some("request")) {
        return Ok(());
    }
    let now = asker.call.ports.clock.now();
    let ends = now.saturating_add(GOOD_FOR);
    let binding = bind(asker, view, wanted, ends).ok_or_else(|| Answer::problem(503, "key"))?;
    let moment = |moment| time::format(moment).unwrap_or_default();
    // Of the same evaluation it is the same, and of no other.
    let id: String = binding.chars().take(32).collect();
    context.insert("evaluation_id".to_owned(), id.into());
    context.insert("evaluated_at".to_owned(), moment(now).into());
    let endpoint = format!("{}/access/v1/requests", asker.base);
    let request = json!({ "endpoint": endpoint, "expires_at": moment(ends), "binding_token": binding });
    context.insert("access_request".to_owned(), request);
    Ok(())
}

/// What binds a request for an approval to the denial that it answers.
fn bind<P: Platform>(asker: &Asker<'_, P>, view: &View, wanted: &Wanted<'_>, ends: Millis) -> Option<String> {
    let body = question(view, wanted);
    let bound = ["denial", asker.tenant, wanted.subject, &body];
    token::write(&asker.gate.config.mac_key, &bound, &ends.to_string())
}

/// Until when a denial of what is wanted can be answered; nothing for a token that is of no such denial.
pub(super) fn good_until<P: Platform>(
    asker: &Asker<'_, P>,
    view: &View,
    wanted: &Wanted<'_>,
    binding: &str,
) -> Option<Millis> {
    let body = question(view, wanted);
    let bound = ["denial", asker.tenant, wanted.subject, &body];
    token::read(&asker.gate.config.mac_key, &bound, binding)?.parse().ok()
}

/// The question in one form whatever the order of its keys, and whatever is sent along that the model does not declare.
fn question(view: &View, wanted: &Wanted<'_>) -> String {
    let body = wanted.body(&view.policy);
    let bags = [body.attributes, body.subject_attributes, body.action_attributes, body.context];
    json!([body.action, body.resource, bags]).to_string()
}
