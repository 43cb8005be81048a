//! The whole document.

use crate::forms::Forms;
use crate::operations::{common_headers, common_responses, header, operation, problem_name, reference};
use crate::{names, parameters};
use countersign_gate::manage::ENDPOINTS;
use serde_json::{Map, Value, json};

const ABOUT: &str = "Countersign answers whether a subject may do an action on a resource, and manages who may: members, \
roles, assignments, approvals, tokens and the audit log of each tenant. This is the managing; decisions are asked for by the \
OpenID AuthZEN Authorization API 1.0, whose addresses stand at `/.well-known/authzen-configuration/t/{tenant}`.\n\n\
Bodies are JSON. Keys and parameters that are not described here are refused, so that a misspelt one is never ignored. \
Whole numbers are written without a point, and none is beyond a double's range. \
Errors are problem details (RFC 9457): `detail` says what was wrong and what to do, and `code`, where there is one, is \
for programs. Whoever is no member of a tenant cannot tell it from one that does not exist: both are 404.\n\n\
Lists come in pages: as long as there is `next`, send it as `cursor`. A page may be short, or empty, and yet have a next \
one.\n\n\
Every command can be sent with an `Idempotency-Key`, which applies it once however often it arrives, and with \
`dry_run=true`, which answers with who would gain or lose what and changes nothing. A path that has what is asked for \
under another method answers 405 and lists the methods in `Allow`.";

/// The OpenAPI document.
pub(crate) fn document() -> Value {
    let mut forms = Forms::new();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ENDPOINTS {
        let path = format!("/v1/tenants/{{tenant}}{}", endpoint.path.trim_end_matches('/'));
        let item = paths.entry(path.clone()).or_insert_with(|| json!({ "parameters": parameters::of_path(&path) }));
        item[endpoint.method.to_ascii_lowercase()] = operation(endpoint, &mut forms);
    }
    paths.insert("/v1/tenants/{tenant}/me/snapshot".to_owned(), snapshot());
    paths.insert("/v1/session".to_owned(), session(&mut forms));
    paths.insert("/v1/tenants/{tenant}/me/watch".to_owned(), watch());
    paths.insert(
        "/v1/openapi.json".to_owned(),
        file("getOpenApi", "This description, for programs", "application/json"),
    );
    paths.insert("/v1/docs".to_owned(), file("getDocs", "This description, for people", "text/html"));

    let responses = common_responses(&mut forms);
    let mut schemas = forms.all();
    // Parameters use forms that no body may have.
    for (name, form) in parameters_only() {
        schemas.entry(name).or_insert(form);
    }
    let tags: Vec<Value> =
        names::TAGS.iter().map(|(name, about)| json!({ "name": name, "description": about })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Who may do what, decided and managed",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The worker that serves this document" }],
        "security": [{ "bearer": [] }, { "session": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A JWT of the sign-in that is configured, or an API token of a service",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-countersign-session",
                    "description": "A session, as `POST /v1/session` begins it. With it, whatever is no GET or HEAD needs an \
                        `Origin` of this host and `content-type: application/json`, and is nobody's (401) without",
                },
            },
            "parameters": parameters::common(),
            "headers": common_headers(),
            "responses": responses,
            "schemas": schemas,
        },
    })
}

fn parameters_only() -> Map<String, Value> {
    let status = json!({
        "description": "How far a request is",
        "type": "string",
        "enum": ["pending", "approved", "rejected", "withdrawn", "expired", "stale", "used"],
    });
    Map::from_iter([("RequestStatus".to_owned(), status)])
}

/// `GET /v1/tenants/{tenant}/me/snapshot`.
fn snapshot() -> Value {
    let whose = json!({
        "name": "Countersign-Snapshot-Subject", "in": "header",
        "description": "Whose snapshot you have: somebody else's is not answered with 304",
        "schema": { "type": "string" },
    });
    let mut responses = problems(&[400, 401, 404, 412, 503]);
    let headers = json!({ "Countersign-Revision": header("Countersign-Revision"), "ETag": header("ETag") });
    responses.insert(
        "200".to_owned(),
        json!({
            "description": "The snapshot, for `Checker.load` of the npm package",
            "headers": headers,
            "content": { "application/octet-stream": {} },
        }),
    );
    responses.insert("304".to_owned(), reference("responses", "NotModified"));
    json!({
        "parameters": [reference("parameters", "Tenant")],
        "get": {
            "operationId": "getMySnapshot",
            "summary": "What you may do, for the checker in a page",
            "description": "A projection of the tenant on whoever asks. It says nothing of anybody else.",
            "tags": ["Your own"],
            "parameters": [whose, reference("parameters", "MinRevision"), reference("parameters", "IfNoneMatch")],
            "responses": responses,
        },
    })
}

/// `/v1/session`.
fn session(forms: &mut Forms) -> Value {
    let mut operation = |id: &str, summary: &str, about: &str, statuses: &[u16], begins: bool| {
        let mut responses = problems(statuses);
        let headers = if begins { json!({ "Set-Cookie": header("Set-Cookie") }) } else { json!({}) };
        let shown = json!({
            "description": "Who is signed in",
            "headers": headers,
            "content": { "application/json": { "schema": forms.answered("SessionView") } },
        });
        responses.insert("200".to_owned(), shown);
        json!({
            "operationId": id, "summary": summary, "description": about, "tags": ["Signing in"], "responses": responses,
        })
    };
    let about = "Whatever the credential is. An API token is known in its tenant alone, and not here.";
    let get = operation("getSession", "Who is signed in?", about, &[400, 401, 503], false);
    let about = "For as long as the token in `Authorization` is good, and no longer than eight hours. The cookie is for \
        pages of this host; scripts cannot read it.";
    let post = operation("beginSession", "Begins a session", about, &[400, 401, 404, 422, 503], true);
    let mut delete =
        operation("endSession", "Ends the session", "The browser forgets the cookie.", &[400, 401, 503], true);
    // Also where it has ended by itself: nobody has to be signed in for that.
    delete["security"] = json!([]);
    if let Some(responses) = delete["responses"].as_object_mut() {
        responses.remove("200");
        let headers = json!({ "Set-Cookie": header("Set-Cookie") });
        responses.insert("204".to_owned(), json!({ "description": "It is ended", "headers": headers }));
    }
    json!({ "get": get, "post": post, "delete": delete })
}

/// `GET /v1/tenants/{tenant}/me/watch`.
fn watch() -> Value {
    let query = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "description": description, "schema": schema });
    let held = "The revision of the snapshot that you have, if you want to be told only whether it is still so";
    let whose = "Whose snapshot that is: if somebody else's, you are sent your own";
    let mut responses = problems(&[400, 401, 403, 404, 412, 426, 429, 503]);
    responses.insert("101".to_owned(), json!({ "description": "The WebSocket" }));
    json!({
        "parameters": [reference("parameters", "Tenant")],
        "get": {
            "operationId": "watchMySnapshot",
            "summary": "What you may do, as it changes",
            "description": "A WebSocket with the subprotocol `countersign.v1`. You are sent your snapshot (a binary \
                message), or `{\"current\":12}` where what you have is still so at revision 12; and your \
                snapshot again whenever what it says has changed, or `{\"changed\":13}` where it is too \
                large and is to be fetched. `ping` is answered with `pong`; say nothing else. Closed with \
                4403 you are not active, with 4404 no member, with 4408 you should come again. Where a \
                browser has no cookie of this host, it offers the subprotocol `countersign.authorization.` \
                with the value of `Authorization`, percent-encoded, too.",
            "tags": ["Your own"],
            "parameters": [
                query("revision", held, json!({ "type": "integer", "minimum": 0, "maximum": 999_999_999_999_999_u64 })),
                query("subject", whose, json!({ "type": "string" })),
                reference("parameters", "MinRevision"),
            ],
            "responses": responses,
        },
    })
}

/// A file that everybody may read.
fn file(id: &str, summary: &str, kind: &str) -> Value {
    json!({
        "get": {
            "operationId": id,
            "summary": summary,
            "tags": ["This document"],
            "security": [],
            "responses": {
                "200": { "description": "The file", "content": { kind: {} } },
                "503": reference("responses", problem_name(503)),
            },
        },
    })
}

fn problems(statuses: &[u16]) -> Map<String, Value> {
    statuses.iter().map(|status| (status.to_string(), reference("responses", problem_name(*status)))).collect()
}
