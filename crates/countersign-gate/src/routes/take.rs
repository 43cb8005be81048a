//! What a question takes from a request besides its path: where from, and as what.

use super::pattern;
use countersign_wire::document::{Node, Value};
use countersign_wire::reader::{Placed, Problems, Table};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum From {
    /// A parameter of the path or the host
    Path(String),
    /// A parameter of the query
    Query(String),
    /// A header, its name in small letters
    Header(String),
    /// A member of the JSON body: the keys that lead to it
    Body(Vec<String>),
    /// The route itself says it
    Value(Value),
}

/// What a value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// An attribute of the resource
    Resource,
    /// An attribute of the action
    Action,
    /// The context
    Context,
}

impl For {
    /// The key of the route file.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Resource => "attributes",
            Self::Action => "action_attributes",
            Self::Context => "context",
        }
    }
}

/// All there are.
pub(super) const FORS: [For; 3] = [For::Resource, For::Action, For::Context];

/// A value that a question takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// What for
    pub of: For,
    /// The attribute's name
    pub name: Placed<String>,
    /// Where from
    pub from: Placed<From>,
}

/// Reads `attributes`, `action_attributes` and `context`.
pub(super) fn all(table: &mut Table, problems: &mut Problems<'_>) -> Vec<Take> {
    let mut takes = Vec::new();
    for of in FORS {
        for (name, node) in table.named(of.key(), problems) {
            let from = from(&name, node, true, problems);
            takes.push(Take { of, name, from });
        }
    }
    takes
}

/// Reads `parameters`: values that the resource's ids are filled with.
pub(super) fn parameters(table: &mut Table, problems: &mut Problems<'_>) -> Vec<(Placed<String>, Placed<From>)> {
    let mut all = Vec::new();
    for (name, node) in table.named("parameters", problems) {
        if !pattern::is_name(&name.value) || name.value.starts_with('_') {
            let help = "use letters, digits and `_`, beginning with a letter";
            problems.add_with_help(&name.at, format!("`{}` cannot be a parameter", name.value), help);
        }
        let from = from(&name, node, false, problems);
        all.push((name, from));
    }
    all
}

/// `{ body = "/cost" }`: one key that says where from. Where that is not understood, a body without keys stands for it.
fn from(name: &Placed<String>, node: Node, any: bool, problems: &mut Problems<'_>) -> Placed<From> {
    let mut table = Table::new(node, name.at.path.clone(), problems);
    let at = table.at.clone();
    let (mut found, mut said): (Vec<Placed<From>>, bool) = (Vec::new(), false);
    for key in ["path", "query", "header", "body"] {
        if !any && key == "path" {
            continue;
        }
        said |= table.has(key);
        let Some(text) = table.string(key, problems) else { continue };
        let from = match key {
            "path" => Some(From::Path(text.value.clone())),
            "query" => query(&text, problems),
            "header" => header(&text, problems),
            _ => pointer(&text, problems).map(From::Body),
        };
        found.extend(from.map(|from| text.with(from)));
    }
    if any && let Some(value) = table.take("value") {
        found.push(Placed { value: From::Value(value.value), at: value.at });
    }
    table.finish(problems);
    let mut found = found.into_iter();
    let from = found.next();
    if let Some(other) = found.next() {
        let message = format!("`{}` can come from one place only", name.value);
        problems.add_with_help(&other.at, message, "take all but one out");
    } else if from.is_none() && !said && !problems.stand(&at.path) {
        let keys = if any { "`path`, `query`, `header`, `body` or `value`" } else { "`query`, `header` or `body`" };
        problems.add_with_help(
            &at,
            format!("nothing says where `{}` comes from", name.value),
            format!("give one of {keys}, as in {{ body = \"/{}\" }}", name.value),
        );
    }
    from.unwrap_or(Placed { value: From::Body(Vec::new()), at })
}

fn query(text: &Placed<String>, problems: &mut Problems<'_>) -> Option<From> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~$".contains(&byte);
    if text.value.is_empty() || !text.value.bytes().all(sound) {
        problems.add(&text.at, format!("`{}` cannot be the name of a query's parameter", text.value));
        return None;
    }
    Some(From::Query(text.value.clone()))
}

fn header(text: &Placed<String>, problems: &mut Problems<'_>) -> Option<From> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if text.value.is_empty() || !text.value.bytes().all(sound) {
        let help = "use letters, digits and `-`: other headers never reach the origin";
        problems.add_with_help(&text.at, format!("`{}` cannot be the name of a header", text.value), help);
        return None;
    }
    let name = text.value.to_ascii_lowercase();
    if !crate::request::reaches_origin(&name) {
        let help = "what a client says there is never believed; take another header";
        problems.add_with_help(&text.at, format!("the header `{}` does not reach the origin", text.value), help);
        return None;
    }
    if CHANGED.contains(&name.as_str()) {
        let help = "take another header, or a part of the path, the query or the body";
        problems.add_with_help(&text.at, format!("the origin may get another `{}` than the gate", text.value), help);
        return None;
    }
    Some(From::Header(name))
}

/// Headers that the platform or the gate writes anew for the origin: what was decided on one is not what arrives.
const CHANGED: [&str; 7] = ["accept-encoding", "cdn-loop", "content-length", "cookie", "expect", "host", "via"];

/// A JSON pointer (RFC 6901) through objects alone.
fn pointer(text: &Placed<String>, problems: &mut Problems<'_>) -> Option<Vec<String>> {
    let Some(rest) = text.value.strip_prefix('/').filter(|rest| !rest.is_empty()) else {
        let help = format!("write `/{}`", text.value.replace('.', "/"));
        problems.add_with_help(&text.at, "a place in the body is a JSON pointer (RFC 6901)", help);
        return None;
    };
    let key = |key: &str| key.replace("~1", "/").replace("~0", "~");
    Some(rest.split('/').map(key).collect())
}
