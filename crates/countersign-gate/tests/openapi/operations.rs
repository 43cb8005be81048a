//! One endpoint as an operation: what it takes, and every answer that can come.

use crate::forms::Forms;
use crate::{names, parameters};
use countersign_gate::manage::{Endpoint, LINES};
use serde_json::{Map, Value, json};

/// An endpoint of the management API.
pub(crate) fn operation(endpoint: &Endpoint, forms: &mut Forms) -> Value {
    let mut operation = json!({
        "operationId": names::operation_id(endpoint),
        "summary": endpoint.summary,
        "tags": [names::tag(endpoint)],
        "parameters": parameters::of(endpoint),
        "responses": responses(endpoint, forms),
    });
    if let Some(body) = endpoint.body {
        let mut schema = forms.sent(body);
        if body == "RoleBody" && endpoint.method == "POST" {
            schema = json!({ "allOf": [schema, { "type": "object", "required": ["id"] }] });
        }
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    operation
}

fn responses(endpoint: &Endpoint, forms: &mut Forms) -> Map<String, Value> {
    let mut all = Map::new();
    let mut answer = |status: &str, description: &str, schema: Value, headers: &[&str]| {
        let headers: Map<String, Value> = headers.iter().map(|name| ((*name).to_owned(), header(name))).collect();
        let content = json!({ "application/json": { "schema": schema } });
        all.insert(status.to_owned(), json!({ "description": description, "headers": headers, "content": content }));
    };
    if endpoint.is_command() {
        let done = forms.answered(endpoint.answer);
        let both = json!({ "anyOf": [done, forms.answered("Impact")] });
        let whether = "It was done; or, with `dry_run=true`, what it would do";
        answer("200", whether, both, &["Countersign-Revision"]);
        if endpoint.creates {
            let headers = ["Countersign-Revision", "Location"];
            let count = if endpoint.has_items() { 2 } else { 1 };
            answer("201", "It was made", done, headers.get(..count).unwrap_or_default());
        }
    } else {
        let headers = ["Countersign-Revision", "ETag"];
        let count = if parameters::has_tag(endpoint) { 2 } else { 1 };
        if endpoint.answer == LINES {
            let content = json!({ "application/x-ndjson": { "schema": { "type": "string" } } });
            let headers = json!({ "Countersign-Revision": header("Countersign-Revision"), "Link": header("Link") });
            let lines = json!({ "description": "One entry a line", "headers": headers, "content": content });
            all.insert("200".to_owned(), lines);
        } else {
            let shown = forms.answered(endpoint.answer);
            answer("200", "What was asked for", shown, headers.get(..count).unwrap_or_default());
        }
    }
    if parameters::has_tag(endpoint) {
        all.insert("304".to_owned(), reference("responses", "NotModified"));
    }
    for status in problems(endpoint) {
        all.insert(status.to_string(), reference("responses", problem_name(status)));
    }
    all
}

/// The statuses of the problems that can come.
fn problems(endpoint: &Endpoint) -> Vec<u16> {
    let mut all = vec![400, 401, 403, 404, 503];
    if endpoint.is_command() {
        all.extend([409, 422]);
    }
    if parameters::takes_if_match(endpoint) {
        all.push(412);
    }
    if endpoint.body.is_some() {
        all.extend([413, 415]);
    }
    if ["/export", "/audit/checkpoint"].contains(&endpoint.path) {
        all.push(409);
    }
    if endpoint.query.iter().any(|name| matches!(*name, "status" | "scope" | "since")) {
        all.push(422);
    }
    all
}

/// The problems, with what each of them means.
pub(crate) const PROBLEMS: [(u16, &str, &str); 13] = [
    (400, "BadRequest", "The request is not of the form that is described here; `detail` says where"),
    (401, "Unauthorized", "Nobody is signed in: there is no credential, or none that is good"),
    (403, "Forbidden", "You may not do this; `detail` says whom to ask"),
    (404, "NotFound", "There is no such thing, or you may not know of it"),
    (409, "Conflict", "It makes sense, but not as things are; `detail` says what to do first"),
    (
        412,
        "PreconditionFailed",
        "It has changed since the state that `If-Match` names, or has not come to what `Countersign-Min-Revision` names",
    ),
    (413, "ContentTooLarge", "The body is too large"),
    (415, "UnsupportedMediaType", "The body is not announced as `application/json`"),
    (422, "UnprocessableContent", "The form is right and the content makes no sense here; `detail` says why"),
    (426, "UpgradeRequired", "This is a WebSocket: ask with `Upgrade: websocket`"),
    (429, "TooManyRequests", "There is no room for one more"),
    (500, "InternalServerError", ""),
    (503, "ServiceUnavailable", "It could not be decided now: nothing was done, or it cannot be told. Try again"),
];

/// The name of the answer with this status.
pub(crate) fn problem_name(status: u16) -> &'static str {
    PROBLEMS.iter().find(|(known, ..)| *known == status).map_or("", |(_, name, _)| name)
}

/// The answers that many operations have.
pub(crate) fn common_responses(forms: &mut Forms) -> Map<String, Value> {
    let problem = forms.answered("Problem");
    let one = |(status, name, description): &(u16, &str, &str)| {
        let mut response = json!({
            "description": description,
            "content": { "application/problem+json": { "schema": problem } },
        });
        if *status == 401 {
            response["headers"] = json!({ "WWW-Authenticate": header("WWW-Authenticate") });
        }
        ((*name).to_owned(), response)
    };
    let mut all: Map<String, Value> = PROBLEMS.iter().filter(|(status, ..)| *status != 500).map(one).collect();
    let headers = json!({ "Countersign-Revision": header("Countersign-Revision"), "ETag": header("ETag") });
    let unchanged = json!({ "description": "It is still what `If-None-Match` names", "headers": headers });
    all.insert("NotModified".to_owned(), unchanged);
    all
}

/// The headers of answers.
pub(crate) fn common_headers() -> Map<String, Value> {
    let one = |name: &str, required: bool, description: &str, schema: Value| {
        (name.to_owned(), json!({ "description": description, "required": required, "schema": schema }))
    };
    Map::from_iter([
        one(
            "Countersign-Revision",
            true,
            "The tenant's revision: send it as `Countersign-Min-Revision`, and nothing older decides",
            json!({ "type": "integer", "minimum": 0 }),
        ),
        one("ETag", false, "The revision at which this last changed, for `If-Match` and `If-None-Match`", tag()),
        one("Location", true, "The address of what was made", json!({ "type": "string", "format": "uri-reference" })),
        one("Link", false, "Where more of it is, RFC 8288: `<…>; rel=\"next\"`", json!({ "type": "string" })),
        one("Set-Cookie", true, "The session's cookie, or its end", json!({ "type": "string" })),
        one("WWW-Authenticate", true, "How to sign in", json!({ "type": "string" })),
    ])
}

fn tag() -> Value {
    json!({ "type": "string", "pattern": "^\"[0-9]+\"$" })
}

/// A reference to a header of answers.
pub(crate) fn header(name: &str) -> Value {
    reference("headers", name)
}

/// A reference to something that many operations have.
pub(crate) fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}
