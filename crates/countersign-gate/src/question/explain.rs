//! What would be asked for a request, told to people: `countersign routes explain`.

use super::{Asked, Found, Refused, Taken, ask, canonical, route};
use crate::fresh::Freshness;
use crate::request::Request;
use crate::routes::{Denied, For, From, Guarded, Route, Routes, Take, Target, Tenant};
use countersign_core::{Owner, Path, Policy, condition};
use countersign_wire::document::Value;

/// What becomes of a request before anybody is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is refused
    Refused(Refused),
    /// Everybody may
    Public,
    /// A question is asked
    Asked(Asked),
}

/// A request, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<'a> {
    /// The route that it fits
    pub route: Option<&'a Route>,
    /// What becomes of it
    pub outcome: Outcome,
    /// The rest in words: a heading and a line
    pub lines: Vec<(&'static str, String)>,
}

/// Says what would be asked for a request. `claim` is a claim of the caller's token.
#[must_use]
pub fn explain<'a>(
    routes: &'a Routes,
    policy: &Policy,
    request: &Request,
    claim: impl Fn(&str) -> Option<String>,
    body: &[u8],
) -> Told<'a> {
    let refused = |refused: Refused, route: Option<&'a Route>, mut lines: Vec<(&'static str, String)>| {
        let why = refused.detail.clone().unwrap_or_else(|| match refused.code {
            "no_route" => "no route fits".to_owned(),
            "no_tenant" => "the request names no tenant that there can be".to_owned(),
            _ => "the request names no resource that there can be".to_owned(),
        });
        lines.insert(0, ("refused", format!("{} {}: {why}", refused.status, refused.code)));
        Told { route, outcome: Outcome::Refused(refused), lines }
    };
    let path = match canonical(request) {
        Ok(path) => path,
        Err(other) => return refused(other, None, Vec::new()),
    };
    let matched = match route(routes, request, &path) {
        Ok(matched) => matched,
        Err(other) => {
            let near = (other.code == "no_route").then(|| nearest(routes, request)).flatten();
            let lines = near.map(|near| ("nearest", near)).into_iter().collect();
            return refused(other, None, lines);
        }
    };
    let found = routes.all().iter().find(|route| route.line == matched.route.line);
    let mut lines = Vec::new();
    let Target::Guarded(guarded) = &matched.route.target else {
        lines.push(("public", "everybody may: nothing is asked".to_owned()));
        return Told { route: found, outcome: Outcome::Public, lines };
    };
    let asked = match ask(&matched, guarded, request, claim, body) {
        Ok(asked) => asked,
        Err(other) => return refused(other, found, lines),
    };
    lines.push(("tenant", format!("{}{}", asked.tenant, whence(&guarded.tenant))));
    lines.push(("action", guarded.action.value.clone()));
    lines.push(("resource", asked.resource.clone()));
    for (take, taken) in guarded.takes.iter().zip(&asked.values) {
        lines.push((take.of.key(), value(take, taken, &asked, policy)));
    }
    lines.push(("freshness", freshness(guarded, &request.method)));
    lines.push(("denied", denied(&guarded.denied)));
    Told { route: found, outcome: Outcome::Asked(asked), lines }
}

fn whence(tenant: &Tenant) -> String {
    match tenant {
        Tenant::Parameter => String::new(),
        Tenant::Claim(name) => format!(", by the claim `{name}` of the token"),
        Tenant::Fixed(_) => ", as the file says".to_owned(),
    }
}

/// `cost = 12.50, a decimal, from the body at /cost`.
fn value(take: &Take, taken: &Taken, asked: &Asked, policy: &Policy) -> String {
    let from = match &take.from.value {
        From::Path(name) => format!("from the path's {{{name}}}"),
        From::Query(name) => format!("from the query's {name}"),
        From::Header(name) => format!("from the header {name}"),
        From::Body(keys) => format!("from the body at /{}", keys.join("/")),
        From::Value(_) => "as the file says".to_owned(),
    };
    let name = &take.name.value;
    let sent = match &taken.found {
        None => return format!("{name} is missing {from}: an error value, by which nothing is allowed"),
        Some(Found::Text(text)) => text.clone(),
        Some(Found::Value(value)) => shown(value),
    };
    let on = Path::parse(&asked.resource).and_then(|path| policy.locate(&path)).ok();
    let owner = match (take.of, on) {
        (For::Context, _) => Owner::Context,
        (For::Action, _) => Owner::Action,
        (For::Resource, Some(on)) => Owner::Type(on),
        (For::Resource, None) => return format!("{name} = {sent}, {from}"),
    };
    let slot = policy.slot(owner, name);
    let supplied = asked.given(policy).attributes(policy, &asked.resource);
    match slot.and_then(|slot| supplied.get(slot)) {
        Some(condition::Value::Error) | None => {
            format!(
                "{name} = {sent}, {from}, is none of its declared kind: an error value, by which nothing is allowed"
            )
        }
        Some(_) => format!("{name} = {sent}, {from}"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => text.clone(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.kind().to_owned(),
    }
}

fn freshness(guarded: &Guarded, method: &str) -> String {
    match guarded.freshness {
        Some(Freshness::Bounded(bound)) => format!("bounded({})", bound / 1_000),
        Some(_) => "strict".to_owned(),
        None if matches!(method, "GET" | "HEAD") => "bounded, as the worker is configured: the method reads".to_owned(),
        None => "strict: the method may change something".to_owned(),
    }
}

fn denied(denied: &Denied) -> String {
    match denied {
        Denied::Forbidden => "403".to_owned(),
        Denied::NotFound => "404".to_owned(),
        Denied::UnlessMay(action) => format!("403 for whoever may `{}` it, 404 for all others", action.value),
    }
}

/// The route that needs the fewest changes to fit, and the first thing that keeps it from it.
fn nearest(routes: &Routes, request: &Request) -> Option<String> {
    let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
    let sent: Vec<&str> = request.path.split('/').collect();
    let distance = |route: &Route| {
        let pattern: Vec<&str> = route.path.split('/').collect();
        let differ =
            pattern.iter().zip(&sent).filter(|(one, other)| !one.starts_with(['{', '*']) && one != other).count();
        let open = matches!(pattern.last(), Some(&"*" | &"{_*}"));
        let length =
            if open { pattern.len().saturating_sub(1 + sent.len()) } else { pattern.len().abs_diff(sent.len()) };
        let other_method = usize::from(!route.methods.iter().any(|known| known == method));
        (differ + length * 2, other_method)
    };
    let route = routes.all().iter().min_by_key(|route| distance(route))?;
    let (path, other_method) = distance(route);
    let why = match (path, other_method) {
        (0, 0) => "is for another host",
        (0, _) => "is for another method",
        _ => "has another path",
    };
    Some(format!("line {}: {} {}, which {why}", route.line, route.methods.join(" "), route.path))
}
