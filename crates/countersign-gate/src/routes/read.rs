//! The route file read into routes, and what can be told of it without a model.

use super::guarded::{self, Found, Names};
use super::pattern::{self, Piece};
use super::{Origin, Route, Target, Tenant};
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

/// A route as it was read, and where.
pub(super) struct Read {
    pub(super) route: Route,
    pub(super) at: At,
    /// Whether it is known which requests it is for
    pub(super) clear: bool,
}

/// Reads the whole table.
pub(super) fn routes(source: Source<'_>, root: &mut Table, problems: &mut Problems<'_>) -> (Vec<Read>, Origin) {
    let host = root.string("host", problems).map(|text| pattern::host(&text, problems));
    let tenant = tenant(root, problems);
    let origin = origin(root, problems);
    let mut routes: Vec<Read> = Vec::new();
    for mut table in root.tables("routes", problems) {
        if routes.len() == ROUTES {
            problems.add(&table.at, format!("a route table has at most {ROUTES} routes"));
            break;
        }
        let before = source.text.get(..table.at.span.start).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        routes.push(route(&mut table, line, host.as_deref(), tenant.as_ref(), problems));
    }
    (routes, origin)
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
pub(super) fn tenant(table: &mut Table, problems: &mut Problems<'_>) -> Option<Placed<Tenant>> {
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
) -> Read {
    let methods = methods(table, problems);
    let path = table.required("path", problems);
    let pattern = if problems.is_doubtful(&path.at.path) { Vec::new() } else { pattern::path(&path, problems) };
    let own_host = table.string("host", problems);
    let host = own_host.as_ref().map(|text| pattern::host(text, problems)).or_else(|| host.map(<[Piece]>::to_vec));
    let mut clear =
        !["path", "host"].iter().any(|key| problems.stand(&table.place(key).path)) && !problems.stand("host");
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
        table.finish(problems);
        Target::Public
    } else {
        let asked = guarded::read(table, problems);
        table.finish(problems);
        let names = Names::of(&pattern, host.as_deref(), clear);
        let found = Found { methods: &methods, path: &path, host: own_host.as_ref(), names: &names, tenant };
        Target::Guarded(Box::new(guarded::check(asked, &found, table, problems)))
    };
    clear &= !problems.is_doubtful(&table.place("host").path);
    let methods = methods.into_iter().map(|method| method.value).collect();
    Read { route: Route { line, methods, path: path.value, target, pattern, host }, at: table.at.clone(), clear }
}

fn methods(table: &mut Table, problems: &mut Problems<'_>) -> Vec<Placed<String>> {
    let Some(placed) = table.take("method") else {
        table.need("method", problems);
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
            problems.add_with_help(&at, format!("the method {value} is named twice"), "take one of them out");
        }
        methods.push(Placed { value, at });
    }
    methods
}
