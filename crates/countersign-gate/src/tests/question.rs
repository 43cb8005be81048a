//! What is asked for a request: what is taken from it, and what is refused because origins read it differently.

use crate::question::{Outcome, ask, canonical, explain, route};
use crate::request::Request;
use crate::routes::{Routes, Target};
use countersign_compile::Model;
use countersign_core::{Owner, Path};
use countersign_wire::diagnostic::Source;

const MODEL: &str = r#"
name = "m"
[types.order]
actions = ["place", "view"]
attributes.draft = { type = "bool", from = "request" }
[action.attributes]
soft = { type = "bool", from = "request" }
[context]
cost = "decimal"
count = "int"
note = "string"
at = "timestamp"
tags = { type = "list" }
"#;
const ROUTES: &str = r#"
[[routes]]
method = "POST"
path = "/{tenant}/orders/{order}"
action = "place"
resource = "order:{order}"
action_attributes.soft = { value = true }
attributes.draft = { body = "/order/draft" }
context.cost = { body = "/order/cost" }
context.tags = { body = "/tags" }

[[routes]]
method = "GET"
path = "/{tenant}/orders/{order}"
action = "view"
resource = "order:{order}"
context.count = { query = "count" }
context.cost = { query = "cost" }
context.note = { header = "X-Note" }
context.at = { query = "at" }

[[routes]]
method = "PUT"
path = "/orders"
tenant = { claim = "org" }
action = "place"
resource = "order:{order}"
parameters.order = { body = "/id" }

[[routes]]
method = "GET"
host = "{tenant}.example.com"
path = "/orders/{order}"
action = "view"
resource = "order:{order}"
"#;

fn table() -> Routes {
    Routes::parse(Source { name: "routes.toml", text: ROUTES }).expect("the table is sound")
}

fn request(line: &str, headers: &[(&str, &str)]) -> Request {
    let (method, url) = line.split_once(' ').expect("a method");
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query.to_owned())));
    let (host, path) = path.split_once('/').expect("a path");
    let host = if host.is_empty() { "localhost:8787" } else { host }.to_owned();
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), path: format!("/{path}"), query, host, headers }
}

/// What is asked, in short, or why the request is refused: `order:1 cost=5`.
fn asked(request: &Request, body: &str) -> String {
    let model = Model::parse(Source { name: "model.toml", text: MODEL }).expect("the model is sound");
    let policy = model.policy();
    let routes = table();
    let run = || {
        let path = canonical(request)?;
        let matched = route(&routes, request, &path)?;
        let Target::Guarded(guarded) = &matched.route.target else { panic!("all are guarded") };
        let claim = |name: &str| (name == "org").then(|| "acme".to_owned());
        ask(&matched, guarded, request, claim, body.as_bytes())
    };
    match run() {
        Err(refused) => format!("{} {}", refused.status, refused.code),
        Ok(asked) => {
            let supplied = asked.given(policy).attributes(policy, &asked.resource);
            let on = Path::parse(&asked.resource).and_then(|path| policy.locate(&path)).expect("a resource");
            let mut text = format!("{} {}", asked.tenant, asked.resource);
            for (owner, name) in [
                (Owner::Type(on), "draft"),
                (Owner::Action, "soft"),
                (Owner::Context, "cost"),
                (Owner::Context, "count"),
                (Owner::Context, "note"),
                (Owner::Context, "at"),
                (Owner::Context, "tags"),
            ] {
                let slot = policy.slot(owner, name).expect("a slot");
                if let Some(value) = supplied.get(slot) {
                    text += &format!(" {name}={value:?}");
                }
            }
            text
        }
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[track_caller]
fn check_body(body: &str, expected: &str) {
    let said = asked(&request("POST /acme/orders/1", &[JSON]), body);
    assert!(said.contains(expected), "{body}: {said}");
}

#[test]
fn values_are_taken_from_the_body_as_they_are_declared() {
    check_body(
        r#"{"order":{"cost":12.50,"draft":false},"tags":["a"]}"#,
        "draft=Bool(false) soft=Bool(true) cost=Decimal(",
    );
    check_body(r#"{"order":{"cost":"50.00"}}"#, "cost=Decimal(");
    for missing in ["", "{}", r#"{"order":5}"#, r#"{"order":{"costs":5}}"#, "[]", "7"] {
        check_body(missing, "acme order:1 soft=Bool(true)");
        assert!(!asked(&request("POST /acme/orders/1", &[JSON]), missing).contains("cost"), "{missing}");
    }
    // What is none of its kind, or not the same number to everybody, is an error value.
    for ill in ["null", "true", "[5]", "{}", r#""x""#, "1e400", "49.99999999999999999", r#""49.99999999999999999""#] {
        check_body(&format!(r#"{{"order":{{"cost":{ill}}}}}"#), "cost=Error");
    }
    for repeated in [
        r#"{"order":{"cost":1,"cost":2}}"#,
        r#"{"order":{"cost":1},"order":{}}"#,
        r#"{"order":{"cost":1,"Cost":2}}"#,
        r#"{"Order":{"cost":1}}"#,
        r#"{"order":{"co\u017ft":1}}"#,
        r#"{"order":{"cost":1}"#,
        r#"{"order":{"cost":1,}}"#,
        r#"{"order":{"cost":01}}"#,
        "\u{feff}{}",
        "{} {}",
    ] {
        check_body(repeated, "400 body");
    }
}

#[test]
fn a_body_is_read_only_as_what_it_is_sent_as() {
    for headers in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/json, text/plain")],
        &[("content-type", "application/json; charset=utf-16")],
        &[JSON, JSON],
        &[JSON, ("content-encoding", "gzip")],
    ] {
        assert_eq!(asked(&request("POST /acme/orders/1", headers), "{}"), "415 content_type", "{headers:?}");
    }
    for kind in ["application/json; charset=UTF-8", "Application/JSON", "application/merge-patch+json"] {
        let said = asked(&request("POST /acme/orders/1", &[("content-type", kind)]), "{}");
        assert_eq!(said, "acme order:1 soft=Bool(true)", "{kind}");
    }
}

#[test]
fn values_are_taken_from_the_query_and_from_headers() {
    for (query, expected) in [
        ("", "acme order:1"),
        ("count=5", "acme order:1 count=Int(5)"),
        ("count=5&other=a+b&list[]=1&list[]=2", "acme order:1 count=Int(5)"),
        ("count=", "acme order:1 count=Error"),
        ("count", "acme order:1 count=Error"),
        ("count=05", "acme order:1 count=Error"),
        ("count=five", "acme order:1 count=Error"),
        ("count=1234567890123456", "acme order:1 count=Error"),
        ("at=2026-01-01T00%3A00%3A00Z", "acme order:1 at=Timestamp(1767225600000)"),
        ("at=2026-01-01T00:00:00Z", "acme order:1 at=Timestamp(1767225600000)"),
        ("at=2026-01-01T00:00:00%2B00:00", "400 query_not_canonical"),
        ("count=5&count=6", "400 query_not_canonical"),
        ("count=5&Count=6", "400 query_not_canonical"),
        ("count=5&count[]=6", "400 query_not_canonical"),
        ("count=5&%63ount=6", "400 query_not_canonical"),
        ("count=5&x=1%26count%3D6", "400 query_not_canonical"),
        ("count=5&x=1%2526count%253D6", "400 query_not_canonical"),
        ("count=5;count=6", "400 query_not_canonical"),
        ("count%3D6", "400 query_not_canonical"),
        ("count=%35", "400 query_not_canonical"),
        ("count=5&&", "400 query_not_canonical"),
        ("count=5&=6", "400 query_not_canonical"),
        ("count=5%00", "400 query_not_canonical"),
        ("_method=DELETE", "400 method_override"),
        ("a=1&_METHOD=DELETE", "400 method_override"),
        ("%5Fmethod=DELETE", "400 method_override"),
        ("%255Fmethod=DELETE", "400 method_override"),
        ("a=1%26_method=DELETE", "400 method_override"),
        ("X-HTTP-Method-Override=PUT", "400 method_override"),
    ] {
        assert_eq!(asked(&request(&format!("GET /acme/orders/1?{query}"), &[]), ""), expected, "{query}");
    }
    for (values, expected) in [
        (&["hello"][..], "acme order:1 note=String(\"hello\")"),
        (&["a, b"], "400 header"),
        (&["a", "b"], "400 header"),
        (&["\u{e9}"], "400 header"),
        (&["hello "], "400 header"),
        (&[" hello"], "400 header"),
        (&["hello\t"], "400 header"),
        (&["hello  you"], "acme order:1 note=String(\"hello  you\")"),
    ] {
        let headers: Vec<_> = values.iter().map(|value| ("x-note", *value)).collect();
        assert_eq!(asked(&request("GET /acme/orders/1", &headers), ""), expected, "{values:?}");
    }
    // It never reaches the origin, so nothing there could take it for the other.
    let said = asked(&request("GET /acme/orders/1", &[("x_note", "a")]), "");
    assert_eq!(said, "acme order:1");
}

#[test]
fn tenant_and_ids_come_from_where_the_route_says() {
    let put = |body: &str| asked(&request("PUT /orders", &[JSON]), body);
    assert_eq!(put(r#"{"id":"o1"}"#), "acme order:o1");
    assert_eq!(put(r#"{"id":7}"#), "acme order:7");
    for body in [
        "",
        "{}",
        r#"{"id":""}"#,
        r#"{"id":"a/order:b"}"#,
        r#"{"id":7.0}"#,
        r#"{"id":true}"#,
        r#"{"id":1234567890123456}"#,
    ] {
        assert_eq!(put(body), "404 no_resource", "{body}");
    }
    for (line, expected) in [
        ("GET globex.example.com/orders/1", "globex order:1"),
        ("GET globex.example.com:8443/orders/1", "globex order:1"),
        ("GET a.globex.example.com/orders/1", "404 no_route"),
        ("GET globex.example.com./orders/1", "400 host_not_canonical"),
        ("GET GLOBEX.example.com/orders/1", "400 host_not_canonical"),
        ("GET globex.example.com:65535/orders/1", "globex order:1"),
        ("GET globex.example.com:65536/orders/1", "400 host_not_canonical"),
        ("GET glo_bex.example.com/orders/1", "404 no_tenant"),
        ("GET /ACME/orders/1", "404 no_tenant"),
        ("GET /acme/orders/1/", "400 path_not_canonical"),
    ] {
        assert_eq!(asked(&request(line, &[]), ""), expected, "{line}");
    }
    let headers = [("connection", "keep-alive, X-Secret")];
    assert_eq!(asked(&request("GET /acme/orders/1", &headers), ""), "400 connection");
}

#[test]
fn a_request_is_explained() {
    let model = Model::parse(Source { name: "model.toml", text: MODEL }).expect("the model is sound");
    let routes = table();
    let told = |line: &str, body: &str| {
        let told = explain(&routes, model.policy(), &request(line, &[JSON]), |_| None, body.as_bytes());
        let refused = matches!(told.outcome, Outcome::Refused(_));
        let lines: Vec<String> = told.lines.iter().map(|(heading, text)| format!("{heading}: {text}")).collect();
        (told.route.map(|route| route.line), refused, lines.join("\n"))
    };
    let (line, refused, text) = told("POST /acme/orders/1", r#"{"order":{"cost":12.50,"draft":"no"}}"#);
    assert!(line == Some(2) && !refused, "{text}");
    for part in [
        "tenant: acme",
        "action: place",
        "resource: order:1",
        "context: cost = 12.50, from the body at /order/cost",
        "attributes: draft = \"no\", from the body at /order/draft, is none of its declared kind",
        "action_attributes: soft = true, as the file says",
        "context: tags is missing from the body at /tags: an error value",
        "freshness: strict",
        "denied: 403",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let (line, refused, text) = told("DELETE /acme/orders/1", "");
    assert!(line.is_none() && refused && text.contains("404 no_route"), "{text}");
    assert!(text.contains("nearest: line 2: POST /{tenant}/orders/{order}, which is for another method"), "{text}");
    let (_, _, text) = told("GET /acme/order/1", "");
    assert!(text.contains("nearest: line 12: GET /{tenant}/orders/{order}, which has another path"), "{text}");
    let (_, _, text) = told("GET /acme/orders/%2e%2e", "");
    assert!(text.contains("400 path_not_canonical: the segment `%2e%2e`"), "{text}");
}
