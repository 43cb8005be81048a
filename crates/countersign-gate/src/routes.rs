//! The route table: a reviewed file that says, for every request there is, what would be asked.
//!
//! ```toml
//! [[routes]]
//! method = "GET"
//! path = "/api/{tenant}/projects/{project}"
//! action = "view"
//! resource = "project:{project}"
//! denied = 404
//! ```
//! A path's segment is a literal, or `{name}` for exactly one segment; a last segment `*` stands for any rest, and is
//! for public routes alone. The first route that fits is taken; a request that fits none is refused.

use crate::canonical::CanonicalPath;
use crate::fresh::Freshness;
use countersign_core::Millis;
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::document::Value;
use countersign_wire::reader::{self, Placed, Problems, Table};

/// The route table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes(Vec<Route>);

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Method and path as the table writes them, for the log
    name: String,
    method: String,
    pattern: Vec<Piece>,
    /// What is asked
    pub target: Target,
}

/// What a route asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing: everybody may
    Public,
    /// A question about a resource
    Guarded(Guarded),
}

/// The question of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The action
    pub action: String,
    resource: Vec<Piece>,
    /// How fresh the answer must be; what fits the method if left out
    pub freshness: Option<Freshness>,
    /// How a denial looks
    pub denied: Denied,
}

/// How a denial looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// 403
    Forbidden,
    /// 404: the resource cannot be told from one that does not exist
    NotFound,
    /// 403 for those who may do this other action on it, 404 for all others
    UnlessMay(String),
}

/// A literal or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Parameter(String),
    Rest,
}

/// A request that fitted a route, with the values of its parameters.
#[derive(Clone, Debug)]
pub struct Matched<'a> {
    /// The route: method and path, as the table writes them
    pub name: &'a str,
    /// What is asked
    pub target: &'a Target,
    parameters: Vec<(&'a str, &'a str)>,
}

impl Routes {
    /// Reads a route table.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(source: Source<'_>) -> Result<Self, Diagnostics> {
        reader::read(source, |root, problems| {
            let mut routes = Vec::new();
            for mut table in root.tables("routes", problems) {
                routes.push(route(&mut table, problems));
                table.finish(problems);
            }
            Self(routes)
        })
    }

    /// The first route that fits. `HEAD` is asked as `GET` is.
    #[must_use]
    pub fn find<'a>(&'a self, method: &str, path: &'a CanonicalPath) -> Option<Matched<'a>> {
        let method = if method == "HEAD" { "GET" } else { method };
        self.0.iter().filter(|route| route.method == method).find_map(|route| {
            let parameters = fit(&route.pattern, path.segments())?;
            Some(Matched { name: &route.name, target: &route.target, parameters })
        })
    }
}

impl<'a> Matched<'a> {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| *value)
    }

    /// The resource that the request is for. A parameter fills exactly one id: what would make more segments of it is
    /// refused by the path's own form.
    #[must_use]
    pub fn resource(&self, guarded: &Guarded) -> Option<String> {
        let mut path = String::new();
        for piece in &guarded.resource {
            match piece {
                Piece::Literal(text) => path.push_str(text),
                Piece::Parameter(name) => path.push_str(self.parameter(name).filter(|value| !value.contains('/'))?),
                Piece::Rest => return None,
            }
        }
        Some(path)
    }
}

/// The parameters of `segments` under `pattern`, if they fit.
fn fit<'a>(pattern: &'a [Piece], segments: &'a [String]) -> Option<Vec<(&'a str, &'a str)>> {
    let open = matches!(pattern.last(), Some(Piece::Rest));
    let fixed = pattern.len() - usize::from(open);
    if segments.len() < fixed || (!open && segments.len() > fixed) {
        return None;
    }
    let mut parameters = Vec::new();
    for (piece, segment) in pattern.iter().zip(segments) {
        match piece {
            Piece::Literal(text) if text == segment => {}
            Piece::Literal(_) => return None,
            Piece::Parameter(name) => parameters.push((name.as_str(), segment.as_str())),
            Piece::Rest => break,
        }
    }
    Some(parameters)
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn route(table: &mut Table, problems: &mut Problems<'_>) -> Route {
    let method = table.required("method", problems);
    if !METHODS.contains(&method.value.as_str()) {
        problems.add(&method.at, format!("a route's method is one of {}; HEAD follows GET", METHODS.join(", ")));
    }
    let path = table.required("path", problems);
    let pattern = pattern(&path, problems);
    let public = table.take("public").is_some_and(|public| match public.value {
        Value::Bool(public) => public,
        other => {
            problems.add(&public.at, format!("expected true or false, found {}", other.kind()));
            false
        }
    });
    let target = if public { Target::Public } else { Target::Guarded(guarded(table, &pattern, problems)) };
    if !public && pattern.contains(&Piece::Rest) {
        problems.add(&path.at, "`*` is for public routes: what it stands for is not checked");
    }
    Route { name: format!("{} {}", method.value, path.value), method: method.value, pattern, target }
}

fn pattern(path: &Placed<String>, problems: &mut Problems<'_>) -> Vec<Piece> {
    let Some(rest) = path.value.strip_prefix('/') else {
        problems.add(&path.at, "a route's path begins with `/`");
        return Vec::new();
    };
    let segments: Vec<_> = if rest.is_empty() { Vec::new() } else { rest.split('/').collect() };
    let last = segments.len();
    let mut pattern: Vec<Piece> = Vec::new();
    for (number, segment) in segments.into_iter().enumerate() {
        let piece = match segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
            Some(name) => Piece::Parameter(name.to_owned()),
            None if segment == "*" && number + 1 == last => Piece::Rest,
            None => Piece::Literal(segment.to_owned()),
        };
        let sound = match &piece {
            Piece::Parameter(name) => !name.is_empty() && !pattern.contains(&piece),
            Piece::Literal(text) => {
                CanonicalPath::parse(&format!("/{text}")).is_some() && !text.contains(['{', '}', '*', '%'])
            }
            Piece::Rest => true,
        };
        if !sound {
            problems.add(&path.at, format!("`{segment}` is neither a literal segment nor a parameter of its own"));
        }
        pattern.push(piece);
    }
    pattern
}

fn guarded(table: &mut Table, pattern: &[Piece], problems: &mut Problems<'_>) -> Guarded {
    let action = table.required("action", problems).value;
    let resource = table.required("resource", problems);
    let pieces = template(&resource.value);
    for piece in &pieces {
        if matches!(piece, Piece::Parameter(_)) && !pattern.contains(piece) {
            problems.add(&resource.at, "the resource names a parameter that the path does not have");
        }
    }
    if !pattern.contains(&Piece::Parameter("tenant".to_owned())) {
        problems.add(&table.at, "the path has no `{tenant}`, so the route cannot say whose resource it is");
    }
    let freshness = table.take("freshness").and_then(|placed| freshness(&placed, problems));
    let visible_by = table.string("visible_by", problems);
    let denied = match (table.take("denied"), visible_by) {
        (None, Some(action)) => Denied::UnlessMay(action.value),
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
    };
    Guarded { action, resource: pieces, freshness, denied }
}

fn template(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((literal, tail)) = rest.split_once('{') {
        pieces.push(Piece::Literal(literal.to_owned()));
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        pieces.push(Piece::Parameter(name.to_owned()));
        rest = tail;
    }
    pieces.push(Piece::Literal(rest.to_owned()));
    pieces
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
