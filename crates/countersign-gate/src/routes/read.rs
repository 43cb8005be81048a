//! The route file read into routes, and what can be told of it without a model.

use super::pattern::{self, Piece};
use super::template;
use super::{Denied, Guarded, Origin, Route, Routes, Target, Tenant, shadow, take};
use crate::fresh::Freshness;
use countersign_core::Millis;
use countersign_core::sorted::Map;
use countersign_wire::api::call::is_tenant;
use countersign_wire::diagnostic::{Source, suggest};
use countersign_wire::document::{Node, Value};
use countersign_wire::reader::{At, Placed, Problems, Table};

/// Routes that a table may have.
const ROUTES: usize = 2_000;
/// The methods that a route can have.
pub const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/// The keys that only a route has that asks.
pub const GUARDED: [&str; 10] = [
    "action",
    "resource",
    "tenant",
    "parameters",
    "attributes",
    "action_attributes",
    "context",
    "freshness",
    "denied",
    "visible_by",
];

/// Reads the whole table.
pub(super) fn routes(source: Source<'_>, root: &mut Table, problems: &mut Problems<'_>) -> Routes {
    let host = root.string("host", problems).map(|text| pattern::host(&text, problems));
    let tenant = tenant(root, problems);
    let origin = origin(root, problems);
    let mut routes: Vec<(Route, At)> = Vec::new();
    for mut table in root.tables("routes", problems) {
        if routes.len() == ROUTES {
            problems.add(&table.at, format!("a route table has at most {ROUTES} routes"));
            break;
        }
        let before = source.text.get(..table.at.span.start).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let at = table.at.clone();
        let route = route(&mut table, line, host.as_deref(), tenant.as_ref(), problems);
        table.finish(problems);
        routes.push((route, at));
    }
    shadow::check(&routes, problems);
    let all: Vec<Route> = routes.into_iter().map(|(route, _)| route).collect();
    let tree = all.iter().map(|route| route.pattern.as_slice()).collect();
    Routes { all, tree, origin }
}

fn origin(root: &mut Table, problems: &mut Problems<'_>) -> Origin {
    let Some(placed) = root.take("origin") else { return Origin::default() };
    let mut table = Table::new(Node { span: placed.at.span, value: placed.value }, placed.at.path, problems);
    let origin = Origin {
        ignores_case: flag(&mut table, "ignores_case", problems),
        reads_suffixes: flag(&mut table, "reads_suffixes", problems),
    };
    table.finish(problems);
    origin
}

fn flag(table: &mut Table, key: &'static str, problems: &mut Problems<'_>) -> bool {
    match table.take(key).map(|placed| (placed.value, placed.at)) {
        None => false,
        Some((Value::Bool(flag), _)) => flag,
        Some((other, at)) => {
            problems.add(&at, format!("expected true or false, found {}", other.kind()));
            false
        }
    }
}

/// `tenant = "acme"`, or `tenant = { claim = "org" }`.
fn tenant(table: &mut Table, problems: &mut Problems<'_>) -> Option<Placed<Tenant>> {
    let placed = table.take("tenant")?;
    let tenant = match placed.value {
        Value::String(ref name) if is_tenant(name) => Tenant::Fixed(name.clone()),
        Value::String(ref name) => {
            let help = "1 to 63 small letters, digits and `-`, or { claim = \"org\" } for a claim of the token";
            problems.add_with_help(&placed.at, format!("`{name}` cannot be a tenant"), help);
            return None;
        }
        value => {
            let node = Node { span: placed.at.span.clone(), value };
            let mut inner = Table::new(node, placed.at.path.clone(), problems);
            let claim = inner.required("claim", problems);
            inner.finish(problems);
            Tenant::Claim(claim.value)
        }
    };
    Some(Placed { value: tenant, at: placed.at })
}

fn route(
    table: &mut Table,
    line: usize,
    host: Option<&[Piece]>,
    tenant: Option<&Placed<Tenant>>,
    problems: &mut Problems<'_>,
) -> Route {
    let methods = methods(table, problems);
    let path = table.required("path", problems);
    let missing = path.value.is_empty() && path.at == table.at;
    let pattern = if missing { Vec::new() } else { pattern::path(&path, problems) };
    let own_host = table.string("host", problems);
    let host = own_host.as_ref().map(|text| pattern::host(text, problems)).or_else(|| host.map(<[Piece]>::to_vec));
    let target = if flag(table, "public", problems) {
        for key in GUARDED {
            if let Some(placed) = table.take(key) {
                problems.add_with_help(
                    &placed.at,
                    format!("a public route asks nothing, so `{key}` has no meaning"),
                    format!("take `{key}` out, or `public`"),
                );
            }
        }
        Target::Public
    } else {
        let names = Names::of(&pattern, host.as_deref());
        let open = path.value.ends_with("/*");
        if open {
            let help = "write `{_*}` to ask the same question for all of it, or make the route public";
            problems.add_with_help(
                &path.at,
                "`*` is for public routes: what it stands for is not part of the question",
                help,
            );
        }
        Target::Guarded(Box::new(guarded(table, &methods, &path, own_host.as_ref(), &names, tenant, problems)))
    };
    let methods = methods.into_iter().map(|method| method.value).collect();
    Route { line, methods, path: path.value, target, pattern, host }
}

fn methods(table: &mut Table, problems: &mut Problems<'_>) -> Vec<Placed<String>> {
    let Some(placed) = table.take("method") else {
        problems.add(&table.at, "`method` is missing");
        return Vec::new();
    };
    let items = match placed.value {
        Value::Array(items) => {
            items.into_iter().map(|item| (item.value, At { span: item.span, path: placed.at.path.clone() })).collect()
        }
        value => vec![(value, placed.at)],
    };
    let mut methods: Vec<Placed<String>> = Vec::new();
    for (value, at) in items {
        let Value::String(value) = value else {
            problems.add(&at, format!("expected a string, found {}", value.kind()));
            continue;
        };
        if !METHODS.contains(&value.as_str()) {
            let message = format!("a route's method is one of {}; HEAD follows GET", METHODS.join(", "));
            problems.add_with_help(&at, message, suggest(&value.to_ascii_uppercase(), METHODS));
        }
        if methods.iter().any(|known| known.value == value) {
            problems.add(&at, format!("the method {value} is named twice"));
        }
        methods.push(Placed { value, at });
    }
    methods
}

/// The parameters of path and host, and whether anything uses them.
struct Names(Map<String, bool>);

impl Names {
    fn of(path: &[Piece], host: Option<&[Piece]>) -> Self {
        let pieces = path.iter().chain(host.unwrap_or_default());
        Self(pieces.filter_map(Piece::parameter).map(|name| (name.to_owned(), false)).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn known(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.keys().map(String::as_str)
    }
}

fn guarded(
    table: &mut Table,
    methods: &[Placed<String>],
    path: &Placed<String>,
    host: Option<&Placed<String>>,
    names: &Names,
    default_tenant: Option<&Placed<Tenant>>,
    problems: &mut Problems<'_>,
) -> Guarded {
    let action = table.required("action", problems);
    let resource = template::read(table.required("resource", problems), problems);
    let own_tenant = tenant(table, problems);
    let parameters = take::parameters(table, problems);
    let takes = take::all(table, problems);
    let mut used: Vec<&str> = resource.parameters().collect();
    used.extend(takes.iter().filter_map(|take| match &take.from.value {
        take::From::Path(name) => Some(name.as_str()),
        _ => None,
    }));

    for name in resource.parameters() {
        if !names.has(name) && !parameters.iter().any(|(known, _)| known.value == name) {
            let known: Vec<&str> =
                names.known().chain(parameters.iter().map(|(name, _)| name.value.as_str())).collect();
            let message = format!(
                "neither the path nor the host has a parameter `{name}`, and `parameters` does not say where it comes from"
            );
            problems.add_with_help(&resource.text.at, message, suggest(name, known));
        }
    }
    for take in &takes {
        if let take::From::Path(name) = &take.from.value
            && !names.has(name)
        {
            let message = format!("neither the path nor the host has a parameter `{name}`");
            problems.add_with_help(&take.from.at, message, suggest(name, names.known()));
        }
    }
    for (name, _) in &parameters {
        if names.has(&name.value) {
            problems.add(&name.at, format!("the path or the host has a parameter `{}` already", name.value));
        } else if !used.contains(&name.value.as_str()) {
            problems.add_with_help(
                &name.at,
                format!("nothing uses the parameter `{}`", name.value),
                "put it into `resource`, or take it out",
            );
        }
    }

    let says_tenant = own_tenant.is_some();
    let tenant = match (own_tenant, names.has("tenant"), default_tenant) {
        (Some(own), true, _) if !used.contains(&"tenant") => {
            problems.add_with_help(
                &own.at,
                "both `tenant` and a parameter `{tenant}` say whose resource it is",
                "take one of them out",
            );
            own.value
        }
        (Some(own), ..) => own.value,
        (None, true, _) => Tenant::Parameter,
        (None, false, Some(default)) => default.value.clone(),
        (None, false, None) => {
            let help =
                "put `{tenant}` into the path or the host, or say `tenant = \"…\"` or `tenant = { claim = \"…\" }`";
            problems.add_with_help(&table.at, "nothing says whose resource it is", help);
            Tenant::Parameter
        }
    };
    for name in names.known() {
        let is_tenant = name == "tenant" && (tenant == Tenant::Parameter || says_tenant);
        if !is_tenant && !used.contains(&name) {
            let braced = format!("{{{name}}}");
            let text = host.filter(|host| host.value.contains(&braced)).unwrap_or(path);
            let start = text.value.find(&braced).unwrap_or(0);
            let part = start..start + if text.value.contains(&braced) { braced.len() } else { text.value.len() };
            let help =
                format!("put it into `resource`, or write `{{_{name}}}` if the question is the same for all of them");
            problems.add_within(text, part, format!("nothing uses the parameter `{name}`"), Some(help));
        }
    }

    let from_body = takes.iter().map(|take| &take.from).chain(parameters.iter().map(|(_, from)| from));
    let from_body: Vec<_> = from_body.filter(|from| matches!(from.value, take::From::Body(_))).collect();
    if let (Some(from), Some(method)) = (from_body.first(), methods.iter().find(|method| method.value == "GET")) {
        problems.add(&from.at, format!("a {} request has no body", method.value));
    }
    let freshness = table.take("freshness").and_then(|placed| freshness(&placed, problems));
    let denied = denied(table, &action, problems);
    Guarded { action, tenant, takes, freshness, denied, resource, parameters }
}

fn denied(table: &mut Table, action: &Placed<String>, problems: &mut Problems<'_>) -> Denied {
    let visible_by = table.string("visible_by", problems);
    match (table.take("denied"), visible_by) {
        (None, Some(other)) => {
            if other.value == action.value {
                let help = "name the action by which one knows that the resource exists, or say `denied = 404`";
                problems.add_with_help(
                    &other.at,
                    format!("who is denied `{}` cannot be shown the resource by it", other.value),
                    help,
                );
            }
            Denied::UnlessMay(other)
        }
        (None, None) => Denied::Forbidden,
        (Some(placed), None) => match &placed.value {
            Value::Number(status) if status == "403" => Denied::Forbidden,
            Value::Number(status) if status == "404" => Denied::NotFound,
            _ => {
                problems.add(&placed.at, "a denial is 403 or 404");
                Denied::NotFound
            }
        },
        (Some(placed), Some(_)) => {
            problems.add(&placed.at, "`denied` and `visible_by` exclude each other");
            Denied::NotFound
        }
    }
}

fn freshness(placed: &Placed<Value>, problems: &mut Problems<'_>) -> Option<Freshness> {
    let seconds = |text: &str| text.strip_prefix("bounded(")?.strip_suffix(')')?.parse::<u16>().ok();
    let found = match &placed.value {
        Value::String(text) if text == "strict" => Some(Freshness::Strict),
        Value::String(text) => seconds(text).map(|seconds| Freshness::Bounded(Millis::from(seconds) * 1_000)),
        _ => None,
    };
    if found.is_none() {
        problems.add(&placed.at, "freshness is `strict`, or `bounded(N)` with N in seconds");
    }
    found
}
