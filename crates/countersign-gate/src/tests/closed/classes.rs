//! Every class of route, and every kind of caller.

use super::stage::{Stage, Who};
use crate::identity::tests::{ISSUER, NOW, TEAM, signed};
use crate::request::Request;
use serde_json::json;

/// What must have been known for an allow to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: nobody is asked who he is
    Nothing,
    /// Who is calling
    Identity,
    /// The head, asked within the bound
    Bounded,
    /// The head, asked during this request
    Strict,
    /// That, and that the object has noted an approval as used
    Approval,
    /// The object's answer to a query
    Query,
    /// The object's answer to a command
    Command,
}

/// A class of route: a name, method and target, more headers, the body, and what an allow of it needs.
///
/// `KIND`, `ID` and `APPROVAL` stand for the caller's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    pub(super) name: &'static str,
    line: &'static str,
    headers: &'static [(&'static str, &'static str)],
    pub(super) body: &'static str,
    pub(super) needs: Needs,
}

const fn class(name: &'static str, line: &'static str, needs: Needs) -> Class {
    Class { name, line, headers: &[], body: "", needs }
}

impl Class {
    const fn headers(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    const fn body(self, body: &'static str) -> Self {
        Self { body, ..self }
    }
}

pub(super) const ROUTES: &str = "[[routes]]\nmethod = 'GET'\npath = '/open/*'\npublic = true\n\
    [[routes]]\nmethod = 'GET'\npath = '/{tenant}/docs/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\ndenied = 404\n\
    [[routes]]\nmethod = 'PUT'\npath = '/{tenant}/docs/{doc}'\naction = 'edit'\nresource = 'doc:{doc}'\nvisible_by = 'view'\n\
    [[routes]]\nmethod = 'GET'\npath = '/{tenant}/strict/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\nfreshness = 'strict'\n\
    [[routes]]\nmethod = 'PUT'\npath = '/{tenant}/loose/{doc}'\naction = 'edit'\nresource = 'doc:{doc}'\nfreshness = 'bounded(5)'\n\
    [[routes]]\nmethod = 'GET'\nhost = '{tenant}.shop.example'\npath = '/p/{doc}'\naction = 'view'\nresource = 'doc:{doc}'\n\
    [[routes]]\nmethod = 'GET'\npath = '/mine/{doc}'\ntenant = { claim = 'org' }\naction = 'view'\nresource = 'doc:{doc}'\n\
    [[routes]]\nmethod = 'GET'\npath = '/only/{doc}'\ntenant = 'acme'\naction = 'view'\nresource = 'doc:{doc}'\n\
    [[routes]]\nmethod = 'POST'\npath = '/{tenant}/orders/{order}'\naction = 'place'\nresource = 'order:{order}'\n\
    context.cost = { query = 'cost' }\n\
    [[routes]]\nmethod = 'POST'\npath = '/{tenant}/parcels/{order}'\naction = 'place'\nresource = 'order:{order}'\n\
    context.cost = { header = 'Cost' }\n\
    [[routes]]\nmethod = 'POST'\npath = '/{tenant}/baskets/{order}'\naction = 'place'\nresource = 'order:{order}'\n\
    context.cost = { body = '/cost' }\n\
    [[routes]]\nmethod = 'PATCH'\npath = '/{tenant}/baskets/{order}'\naction = 'place'\nresource = 'order:{order}'\n\
    context.cost = { body = '/cost' }\nfreshness = 'bounded(5)'\n\
    [[routes]]\nmethod = 'POST'\npath = '/{tenant}/chosen'\naction = 'draw'\nresource = 'doc:{doc}'\n\
    parameters.doc = { body = '/doc' }\nattributes.pages = { body = '/pages' }\n\
    [[routes]]\nmethod = 'PUT'\npath = '/{tenant}/signed/{doc}'\naction = 'sign'\nresource = 'doc:{doc}'\n";

const SOCKET: &[(&str, &str)] = &[("upgrade", "websocket"), ("sec-websocket-protocol", "countersign.v1")];
const COST: &str = r#"{"cost": 5}"#;
const EVALUATION: &str =
    r#"{"subject":{"type":"KIND","id":"ID"},"action":{"name":"edit"},"resource":{"type":"doc","id":"a"}}"#;
const APPROVED: &str = r#"{"subject":{"type":"KIND","id":"ID"},"action":{"name":"sign"},"resource":{"type":"doc","id":"a"},
    "context":{"approval":{"id":"APPROVAL"}}}"#;
const ALL: &str = r#"{"subject":{"type":"KIND","id":"ID"},"action":{"name":"edit"},"evaluations":[
    {"resource":{"type":"doc","id":"a"}},{"resource":{"type":"nothing","id":"b"}},{"resource":{"type":"doc","id":"c"}}]}"#;
const UNTIL_DENY: &str = r#"{"subject":{"type":"KIND","id":"ID"},"action":{"name":"edit"},
    "options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[
    {"resource":{"type":"doc","id":"a"}},{"resource":{"type":"nothing","id":"b"}},{"resource":{"type":"doc","id":"c"}}]}"#;
const UNTIL_PERMIT: &str = r#"{"subject":{"type":"KIND","id":"ID"},"action":{"name":"edit"},
    "options":{"evaluations_semantic":"permit_on_first_permit"},"evaluations":[
    {"resource":{"type":"nothing","id":"b"}},{"resource":{"type":"doc","id":"a"}},{"resource":{"type":"doc","id":"c"}}]}"#;
const SUBJECTS: &str = r#"{"subject":{"type":"user"},"action":{"name":"edit"},"resource":{"type":"doc","id":"a"}}"#;
const RESOURCES: &str = r#"{"subject":{"type":"KIND","id":"ID"},"action":{"name":"edit"},"resource":{"type":"doc"}}"#;
const ACTIONS: &str = r#"{"subject":{"type":"KIND","id":"ID"},"resource":{"type":"doc","id":"a"}}"#;
const ASSIGNMENT: &str = r#"{"to":"user:ann","role":"reader","scope":"/"}"#;

pub(super) const CLASSES: [Class; 36] = [
    class("public", "GET /open/page", Needs::Nothing),
    class("read", "GET /acme/docs/a", Needs::Bounded),
    class("read of headers", "HEAD /acme/docs/a", Needs::Bounded),
    class("write", "PUT /acme/docs/a", Needs::Strict),
    class("strict read", "GET /acme/strict/a", Needs::Strict),
    class("bounded write", "PUT /acme/loose/a", Needs::Bounded),
    class("tenant by host", "GET //acme.shop.example/p/a", Needs::Bounded),
    class("tenant by claim", "GET /mine/a", Needs::Bounded),
    class("tenant by the table", "GET /only/a", Needs::Bounded),
    class("from the query", "POST /acme/orders/1?cost=5", Needs::Strict),
    class("from a header", "POST /acme/parcels/1", Needs::Strict).headers(&[("cost", "5")]),
    class("from the body", "POST /acme/baskets/1", Needs::Strict).body(COST),
    class("from the body, bounded", "PATCH /acme/baskets/1", Needs::Bounded).body(COST),
    class("resource in the body", "POST /acme/chosen", Needs::Strict).body(r#"{"doc": "a", "pages": 3}"#),
    class("needs an approval", "PUT /acme/signed/a", Needs::Command),
    class("has an approval", "PUT /acme/signed/a", Needs::Approval).headers(&[("countersign-approval", "APPROVAL")]),
    class("evaluation", "POST /t/acme/access/v1/evaluation", Needs::Strict).body(EVALUATION),
    class("evaluation by host", "POST //acme.example.com/access/v1/evaluation", Needs::Strict).body(EVALUATION),
    class("approved evaluation", "POST /t/acme/access/v1/evaluation", Needs::Approval).body(APPROVED),
    class("evaluations", "POST /t/acme/access/v1/evaluations", Needs::Strict).body(ALL),
    class("evaluations until a denial", "POST /t/acme/access/v1/evaluations", Needs::Strict).body(UNTIL_DENY),
    class("evaluations until a permit", "POST /t/acme/access/v1/evaluations", Needs::Strict).body(UNTIL_PERMIT),
    class("search for subjects", "POST /t/acme/access/v1/search/subject", Needs::Query).body(SUBJECTS),
    class("search for resources", "POST /t/acme/access/v1/search/resource", Needs::Query).body(RESOURCES),
    class("search for actions", "POST /t/acme/access/v1/search/action", Needs::Strict).body(ACTIONS),
    class("request for an approval", "GET /t/acme/access/v1/requests/APPROVAL", Needs::Query),
    class("audit log", "GET /v1/tenants/acme/audit", Needs::Query),
    class("members", "GET /v1/tenants/acme/members", Needs::Query),
    class("command", "POST /v1/tenants/acme/members/user:ann/lock", Needs::Command),
    class("command with a body", "POST /v1/tenants/acme/assignments", Needs::Command).body(ASSIGNMENT),
    class("dry run", "POST /v1/tenants/acme/members/user:ann/lock?dry_run=true", Needs::Command),
    class("snapshot", "GET /v1/tenants/acme/me/snapshot", Needs::Strict),
    class("watch", "GET /v1/tenants/acme/me/watch", Needs::Strict).headers(SOCKET),
    class("session", "GET /v1/session", Needs::Identity),
    class("sign-in", "POST /v1/session", Needs::Identity),
    class("description", "GET /v1/openapi.json", Needs::Nothing),
];

/// By what a caller says who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Caller {
    Development,
    Bearer,
    Access,
    Session,
    Token,
}
pub(super) const CALLERS: [Caller; 5] =
    [Caller::Development, Caller::Bearer, Caller::Access, Caller::Session, Caller::Token];

/// A token of this issuer's for the address `who`.
fn token(issuer: &str, audience: &str, who: &str) -> String {
    let claims = json!({
        "iss": issuer, "aud": audience, "sub": who, "email": who, "org": "acme", "iat": NOW, "exp": NOW + 100_000,
    });
    signed("rsa", "RS256", r#"{"alg":"RS256","kid":"rsa"}"#, &claims.to_string())
}

/// The token of the issuer's by which `who` begins a session.
fn bearer(who: Who) -> String {
    format!("Bearer {}", token(ISSUER, "countersign", who.address()))
}

/// A request of this class, and its body.
pub(super) fn request(stage: &Stage, class: &Class, caller: Caller, who: Who) -> (Request, String) {
    let subject = who.subject(caller);
    let (kind, id) = subject.split_once(':').expect("a subject has a kind");
    let filled =
        |text: &str| text.replace("KIND", kind).replace("ID", id).replace("APPROVAL", stage.approval(&subject));
    let (method, target) = class.line.split_once(' ').expect("a method and a target");
    let home = if caller == Caller::Development { "localhost:8787" } else { "gate.example" };
    let (host, target) = match target.strip_prefix("//").and_then(|rest| rest.split_once('/')) {
        Some((host, path)) => (host, format!("/{path}")),
        None => (home, target.to_owned()),
    };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target.as_str(), None),
    };
    let mut headers: Vec<(String, String)> =
        class.headers.iter().map(|(name, value)| ((*name).to_owned(), filled(value))).collect();
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    add("content-type", "application/json".to_owned());
    add("origin", format!("https://{host}"));
    let body = filled(class.body);
    if !body.is_empty() {
        add("content-length", body.len().to_string());
    }
    match caller {
        Caller::Development => add("authorization", format!("Dev {subject}")),
        Caller::Bearer => add("authorization", bearer(who)),
        Caller::Access => {
            add("cf-access-jwt-assertion", token(TEAM, "0123abcd", who.address()));
        }
        Caller::Session => add("cookie", stage.cookie(who).to_owned()),
        Caller::Token => add("authorization", format!("Bearer {}", stage.token(who))),
    }
    let request = Request { method: method.to_owned(), path: filled(path), query, host: host.to_owned(), headers };
    (request, body)
}
