//! What the decision API says of itself: the policy decision point's metadata.
//!
//! It is the same for every tenant that there could be, so it tells nobody which there are.

use crate::answer::Answer;
use crate::request::Request;
use serde_json::json;

/// For how long metadata may be kept, in seconds.
const KEPT: u32 = 3_600;

/// The policy decision point's identifier: the host, and the tenant's path where the host is not the tenant's own. On a
/// developer's machine it is as it was asked for, without TLS.
pub(super) fn base(request: &Request, tenant: Option<&str>) -> String {
    let scheme = if request.is_loopback() { "http" } else { "https" };
    let path = tenant.map(|tenant| format!("/t/{tenant}")).unwrap_or_default();
    format!("{scheme}://{}{path}", request.host)
}

pub(super) fn answer(base: &str) -> Answer {
    let at = |place: &str| format!("{base}/access/v1/{place}");
    let body = json!({
        "policy_decision_point": base,
        "access_evaluation_endpoint": at("evaluation"),
        "access_evaluations_endpoint": at("evaluations"),
        "search_subject_endpoint": at("search/subject"),
        "search_resource_endpoint": at("search/resource"),
        "search_action_endpoint": at("search/action"),
        "access_request_endpoint": at("requests"),
        "capabilities": ["urn:openid:authzen:capability:access-request"],
    });
    let headers =
        vec![("content-type", "application/json".to_owned()), ("cache-control", format!("public, max-age={KEPT}"))];
    Answer { status: 200, headers, body: body.to_string().into_bytes(), code: "ok".to_owned() }
}
