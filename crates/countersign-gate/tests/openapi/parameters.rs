//! Parameters in paths, queries and headers.

use countersign_gate::manage::Endpoint;
use serde_json::{Map, Value, json};

/// ASCII without `/` and `\`.
const SIGN: &str = "[!-.0-\\[\\]-~]";

/// The largest number that is read: fifteen digits, which JavaScript holds exactly.
const MOST: u64 = 999_999_999_999_999;

/// A parameter of the path.
fn in_path(name: &str) -> Value {
    let (schema, description, example) = match name {
        "tenant" => (json!({ "$ref": "#/components/schemas/TenantName" }), "The tenant's name", "acme"),
        "subject" => (
            json!({ "type": "string", "maxLength": 256, "pattern": format!("^(user|service|support):{SIGN}+$") }),
            "Who: `user:…`, `service:…` or `support:…`",
            "user:ann",
        ),
        "delivery" => {
            (json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 256 }), "The delivery's id", "m17")
        }
        _ => (
            json!({ "type": "string", "maxLength": 256, "pattern": format!("^[!--0-\\[\\]-~]{SIGN}*$") }),
            "Its id",
            "a17",
        ),
    };
    json!({
        "name": name, "in": "path", "required": true, "description": description, "schema": schema, "example": example,
    })
}

/// Parameters of the query.
fn in_query(endpoint: &Endpoint, name: &str) -> Value {
    let text = || json!({ "type": "string", "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$" });
    let (schema, description) = match name {
        "cursor" => return reference("Cursor"),
        "limit" if endpoint.path == "/audit" => (
            json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 200 }),
            "How many entries at most; no more than 200 are",
        ),
        "limit" => return reference("Limit"),
        "status" if endpoint.path == "/requests" => {
            (json!({ "$ref": "#/components/schemas/RequestStatus" }), "Only those that are so far")
        }
        "status" => (json!({ "$ref": "#/components/schemas/StatusForm" }), "Only members with this status"),
        "text" => (text(), "Part of the name, first or last name, user name or address"),
        "name" => (text(), "Part of the name, first or last name"),
        "user_name" => (text(), "Part of the user name"),
        "account" => (text(), "Part of the name of an account that the member works in"),
        "group" => (text(), "Only members of this group"),
        "scope" => (json!({ "$ref": "#/components/schemas/Scope" }), "Where; the root if left out"),
        "to" => (text(), "Only those of this holder: `user:…` or `group:…`"),
        "role" => (text(), "Only those that give this role"),
        "below" => (text(), "Only those below this path"),
        "path" => (json!({ "$ref": "#/components/schemas/ResourcePath" }), "The resource's path"),
        "actor" => (text(), "Only entries of this actor"),
        "command" => (text(), "Only entries of this command"),
        "outcome" => (text(), "Only entries with this outcome: `done`, or the code of a refusal"),
        "what" => (text(), "Only entries about this, as `what` of a change says: `member:user:ann`"),
        "since" => (json!({ "$ref": "#/components/schemas/Moment" }), "Only entries from this moment on"),
        "until" => (json!({ "$ref": "#/components/schemas/Moment" }), "Only entries before this moment"),
        "after" => (
            json!({ "type": "integer", "minimum": 0, "maximum": MOST, "default": 0 }),
            "Only entries behind this number",
        ),
        other => panic!("the parameter {other} has no description"),
    };
    json!({ "name": name, "in": "query", "required": name == "path", "description": description, "schema": schema })
}

/// The parameters that a whole path has.
pub(crate) fn of_path(path: &str) -> Vec<Value> {
    path.split('/')
        .filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| if name == "tenant" { reference("Tenant") } else { in_path(name) })
        .collect()
}

/// The parameters of one endpoint.
pub(crate) fn of(endpoint: &Endpoint) -> Vec<Value> {
    let mut all: Vec<Value> = endpoint.query.iter().map(|name| in_query(endpoint, name)).collect();
    if endpoint.is_command() {
        all.extend(["DryRun", "IdempotencyKey", "Reason"].map(reference));
    }
    if takes_if_match(endpoint) {
        all.push(reference("IfMatch"));
    }
    if has_tag(endpoint) {
        all.push(reference("IfNoneMatch"));
    }
    all
}

/// Whether it changes one thing that exists already, and so can be told which state of it was meant.
pub(crate) fn takes_if_match(endpoint: &Endpoint) -> bool {
    let makes = endpoint.creates && !matches!(endpoint.path, "/support" | "/requests/{id}/resubmit");
    let of_nothing = ["/invitations/accept", "/me/notifications/read", "/notifications"].contains(&endpoint.path)
        || endpoint.path.ends_with("/redeliver");
    endpoint.is_command() && !makes && !of_nothing
}

/// Whether what it shows is one thing, with the revision at which it last changed as its entity tag.
pub(crate) fn has_tag(endpoint: &Endpoint) -> bool {
    endpoint.answer.ends_with("View") && endpoint.method == "GET"
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// The parameters that many operations have.
pub(crate) fn common() -> Map<String, Value> {
    let header = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "header", "description": description, "schema": schema });
    let query = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "description": description, "schema": schema });
    let all = [
        ("Tenant", in_path("tenant")),
        (
            "Cursor",
            query(
                "cursor",
                "Where the page begins: `next` of the page before",
                json!({ "type": "string", "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$" }),
            ),
        ),
        (
            "Limit",
            query(
                "limit",
                "How many items at most",
                json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }),
            ),
        ),
        (
            "DryRun",
            query(
                "dry_run",
                "Whether only the impact is wanted, and nothing is to change",
                json!({ "type": "boolean", "default": false }),
            ),
        ),
        (
            "IdempotencyKey",
            header(
                "Idempotency-Key",
                "A key of your own for this command: sent again within a day, it is applied once and answered as the first time",
                json!({ "type": "string", "minLength": 1, "maxLength": 255 }),
            ),
        ),
        (
            "Reason",
            header(
                "Countersign-Reason",
                "Why, for the audit log",
                json!({ "type": "string", "minLength": 1, "maxLength": 500 }),
            ),
        ),
        (
            "IfMatch",
            header(
                "If-Match",
                "The `ETag` of what you read and are about to change: refused with 412 if it has changed since",
                json!({ "type": "string", "pattern": "^\"[0-9]{1,19}\"$" }),
            ),
        ),
        (
            "IfNoneMatch",
            header(
                "If-None-Match",
                "The `ETag` of what you have: answered with 304 if it is still that",
                json!({ "type": "string" }),
            ),
        ),
        (
            "MinRevision",
            header(
                "Countersign-Min-Revision",
                "The revision that you have seen: nothing older is answered with",
                json!({ "type": "integer", "minimum": 0, "maximum": MOST }),
            ),
        ),
    ];
    all.into_iter().map(|(name, parameter)| (name.to_owned(), parameter)).collect()
}
