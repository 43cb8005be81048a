//! Requests that another site made a browser send: what signs in by itself does not count for them.
//!
//! Whatever changes something needs an `Origin` of this very host and `content-type: application/json`, with or without a
//! body: no form, image, link or script of another page can send both without asking first, and it is not answered then.
//! A WebSocket is opened by a GET that no such asking precedes, and is held to the same origin.

use crate::answer::Answer;
use crate::config::Config;
use crate::request::Request;

/// Refuses what another site may have caused.
///
/// # Errors
/// 401: signed in like this, the request is nobody's.
pub(super) fn refuse(config: &Config, request: &Request) -> Result<(), Answer> {
    let upgrades = request.names("upgrade");
    let reads = matches!(request.method.as_str(), "GET" | "HEAD");
    if (reads && !upgrades) || (is_own(config, request) && (reads || request.is_json())) {
        return Ok(());
    }
    let detail = "Whoever is signed in by the browser sends this from a page of this host, with `content-type: \
        application/json`.";
    Err(Answer::explained(401, "cross_site", Some(detail.to_owned())))
}

/// Whether the request says, exactly, that it comes from a page of its own host.
pub(super) fn is_own(config: &Config, request: &Request) -> bool {
    let from = |scheme: &str| {
        request.header("origin").and_then(|origin| origin.strip_prefix(scheme)).is_some_and(|host| host == request.host)
    };
    !request.host.is_empty() && (from("https://") || (config.is_development(request) && from("http://")))
}
