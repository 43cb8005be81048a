//! The question of a route, as the route file says it.

use super::pattern::Piece;
use super::read::tenant;
use super::take::{self, From, Take};
use super::template::{self, Template};
use super::{Denied, Guarded, Tenant};
use crate::fresh::Freshness;
use countersign_core::Millis;
use countersign_core::sorted::Set;
use countersign_wire::diagnostic::{nearest, suggest};
use countersign_wire::document::Value;
use countersign_wire::reader::{At, Placed, Problems, Table};

/// The keys of a question, before it is known what the route's other keys are.
pub(super) struct Asked {
    action: Placed<String>,
    resource: Template,
    tenant: Option<Placed<Tenant>>,
    parameters: Vec<(Placed<String>, Placed<From>)>,
    takes: Vec<Take>,
    freshness: Option<Freshness>,
    denied: Denied,
}

/// Takes the keys of a question.
pub(super) fn read(table: &mut Table, problems: &mut Problems<'_>) -> Asked {
    let action = text(table, "action", problems);
    Asked {
        resource: template::read(text(table, "resource", problems), problems),
        tenant: tenant(table, problems),
        parameters: take::parameters(table, problems),
        takes: take::all(table, problems),
        freshness: table.take("freshness").and_then(|placed| freshness(&placed, problems)),
        denied: denied(table, &action, problems),
        action,
    }
}

fn text(table: &mut Table, key: &'static str, problems: &mut Problems<'_>) -> Placed<String> {
    let nothing = Placed { value: String::new(), at: table.place(key) };
    table.string(key, problems).unwrap_or(nothing)
}

/// What was read of a route besides its question.
pub(super) struct Found<'a> {
    pub(super) methods: &'a [Placed<String>],
    pub(super) path: &'a Placed<String>,
    pub(super) host: Option<&'a Placed<String>>,
    pub(super) names: &'a Names,
    /// Of all routes that say nothing else
    pub(super) tenant: Option<&'a Placed<Tenant>>,
}

/// The parameters of path and host.
pub(super) struct Names {
    all: Set<String>,
    /// Whether they are all known
    clear: bool,
}

impl Names {
    pub(super) fn of(path: &[Piece], host: Option<&[Piece]>, clear: bool) -> Self {
        let pieces = path.iter().chain(host.unwrap_or_default());
        Self { all: pieces.filter_map(Piece::parameter).map(str::to_owned).collect(), clear }
    }

    fn has(&self, name: &str) -> bool {
        self.all.contains(name)
    }

    fn known(&self) -> impl Iterator<Item = &str> + Clone {
        self.all.iter().map(String::as_str)
    }
}

/// The question, checked for what can be told without a model.
pub(super) fn check(asked: Asked, found: &Found<'_>, table: &Table, problems: &mut Problems<'_>) -> Guarded {
    let Asked { action, resource, tenant, parameters, takes, freshness, denied } = asked;
    let public = problems.is_doubtful(&table.place("public").path);
    for needed in [&action, &resource.text] {
        let missing = needed.value.is_empty() && needed.at.span == table.at.span;
        if missing && !public && !problems.is_doubtful(&needed.at.path) {
            let key = needed.at.path.rsplit('.').next().unwrap_or_default();
            let help = "say what is asked, or `public = true` if nothing is";
            problems.add_with_help(&needed.at, format!("`{key}` is missing"), help);
        }
    }
    if found.path.value.ends_with("/*") && !public {
        let help = "write `{_*}` to ask the same question for all of it, or make the route public";
        let message = "`*` is for public routes: what it stands for is not part of the question";
        problems.add_with_help(&found.path.at, message, help);
    }
    let unused = unused(&resource, &parameters, &takes, found.names, table, problems);
    let tenant = whose(tenant, &unused, public, found, table, problems);
    for name in unused.iter().filter(|name| **name != "tenant") {
        let braced = format!("{{{name}}}");
        let text = found.host.filter(|host| host.value.contains(&braced)).unwrap_or(found.path);
        let start = text.value.find(&braced).unwrap_or(0);
        let part = start..start + if text.value.contains(&braced) { braced.len() } else { text.value.len() };
        let help =
            format!("put it into `resource`, or write `{{_{name}}}` if the question is the same for all of them");
        problems.add_within(text, part, format!("nothing uses the parameter `{name}`"), Some(help));
    }

    let from_body = takes.iter().map(|take| &take.from).chain(parameters.iter().map(|(_, from)| from));
    let mut from_body = from_body.filter(|from| matches!(&from.value, From::Body(keys) if !keys.is_empty()));
    if let (Some(from), Some(method)) = (from_body.next(), found.methods.iter().find(|method| method.value == "GET")) {
        let help = "take it from the path, the query or a header";
        problems.add_with_help(&from.at, format!("a {} request has no body", method.value), help);
    }
    Guarded { action, tenant, takes, freshness, denied, resource, parameters }
}

/// Checks that what the question names is there, and gives the parameters of path and host that it does not use.
fn unused<'a>(
    resource: &'a Template,
    parameters: &'a [(Placed<String>, Placed<From>)],
    takes: &'a [Take],
    names: &'a Names,
    table: &Table,
    problems: &mut Problems<'_>,
) -> Vec<&'a str> {
    let known: Vec<&str> = names.known().collect();
    let all: Vec<&str> = known.iter().copied().chain(parameters.iter().map(|(name, _)| name.value.as_str())).collect();
    // What is not understood may use any of them.
    let mut open = problems.stand(&table.place("resource").path);
    let takes_any = takes.iter().any(|take| matches!(&take.from.value, From::Body(keys) if keys.is_empty()));
    let mut used: Vec<&str> = Vec::new();
    let mut uses = |name: &'a str, at: &At, known: &[&'a str], more: &str, problems: &mut Problems<'_>| {
        used.push(name);
        if !known.contains(&name) {
            if names.clear {
                let message = format!("neither the path nor the host has a parameter `{name}`{more}");
                problems.add_with_help(at, message, suggest(name, known.iter().copied()));
            }
            match nearest(name, known.iter().copied()) {
                Some(near) => used.push(near),
                None => open = true,
            }
        }
    };
    for name in resource.parameters() {
        let more = ", and `parameters` does not say where it comes from";
        uses(name, &resource.text.at, &all, more, problems);
    }
    for take in takes {
        if let From::Path(name) = &take.from.value {
            uses(name, &take.from.at, &known, "", problems);
        }
    }
    for (name, _) in parameters {
        if names.has(&name.value) {
            let help = "take one of the two out, or give one another name";
            let message = format!("the path or the host has a parameter `{}` already", name.value);
            problems.add_with_help(&name.at, message, help);
        } else if !open && !used.contains(&name.value.as_str()) {
            let help = "put it into `resource`, or take it out";
            problems.add_with_help(&name.at, format!("nothing uses the parameter `{}`", name.value), help);
        }
    }
    known.into_iter().filter(|name| !open && !takes_any && !used.contains(name)).collect()
}

/// Whose resource it is.
fn whose(
    own: Option<Placed<Tenant>>,
    unused: &[&str],
    public: bool,
    found: &Found<'_>,
    table: &Table,
    problems: &mut Problems<'_>,
) -> Tenant {
    let place = table.place("tenant");
    if let Some(own) = own {
        if unused.contains(&"tenant") {
            let message = "both `tenant` and a parameter `{tenant}` say whose resource it is";
            problems.add_with_help(&own.at, message, "take one of them out");
        }
        return own.value;
    }
    match found.tenant {
        _ if found.names.has("tenant") => Tenant::Parameter,
        Some(default) => default.value.clone(),
        None => {
            let known = found.names.clear && !public && !problems.stand(&place.path) && !problems.stand("tenant");
            if known {
                let help =
                    "put `{tenant}` into the path or the host, or say `tenant = \"…\"` or `tenant = { claim = \"…\" }`";
                problems.add_with_help(&place, "nothing says whose resource it is", help);
            }
            Tenant::Parameter
        }
    }
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
            problems.add_with_help(&placed.at, "`denied` and `visible_by` exclude each other", "take one of them out");
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
