//! From a request to what is asked: its canonical form, its route, its tenant, resource and values.
//!
//! All of it is pure: the worker, the command's `routes explain` and middleware ask the same functions. Whatever origins
//! might read differently than it was read here is refused; a value that is missing, or none of the declared kind, is an
//! error value, by which nothing is ever allowed.

mod body;
mod explain;

pub use explain::{Outcome, Told, explain};

use crate::canonical::query::{Ambiguous, Query, overrides_method};
use crate::canonical::{CanonicalPath, NotCanonical, host};
use crate::request::Request;
use crate::routes::{For, From, Guarded, Matched, Miss, Routes, Tenant, owner};
use body::{exact, member};
use countersign_core::condition::Kind;
use countersign_core::{Attributes, Path, Policy};
use countersign_wire::api::call::is_tenant;
use countersign_wire::document::Value;
use countersign_wire::given::Given;

/// Bytes of a body from which a question takes something.
pub const BODY: usize = 256 * 1024;

/// Why nothing can be asked: the request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status
    pub status: u16,
    /// Why, for the log
    pub code: &'static str,
    /// What is wrong, for whoever sent the request
    pub detail: Option<String>,
}

impl Refused {
    fn because(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: Some(detail.into()) }
    }

    fn silent(status: u16, code: &'static str) -> Self {
        Self { status, code, detail: None }
    }
}

impl core::convert::From<Ambiguous> for Refused {
    fn from(ambiguous: Ambiguous) -> Self {
        Self::because(400, "query_not_canonical", ambiguous.sentence())
    }
}

/// What is asked for a request, besides who asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The tenant
    pub tenant: String,
    /// The resource
    pub resource: String,
    /// What is supplied with the question
    pub values: Vec<Taken>,
}

/// A value that was taken from the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// What it is for
    pub of: For,
    /// The attribute's name
    pub name: String,
    /// What was found; nothing if there was nothing
    pub found: Option<Found>,
}

/// What was found in a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A text, which may stand for any kind: in a path, a query or a header there is nothing else
    Text(String),
    /// A value with a kind of its own
    Value(Value),
}

/// The canonical path of a request that goes on to the origin.
///
/// # Errors
/// When path, host or headers are not in the one form that every origin reads in the same way.
pub fn canonical(request: &Request) -> Result<CanonicalPath<'_>, Refused> {
    let path = CanonicalPath::parse(&request.path);
    forwardable(request, path.as_ref())?;
    path.map_err(|refused| not_canonical(&refused))
}

/// The same, where the path was read before.
pub(crate) fn forwardable<T>(request: &Request, path: Result<T, &NotCanonical>) -> Result<T, Refused> {
    let path = path.map_err(not_canonical)?;
    if !request.connection_is_sound() {
        let detail = "`Connection` names a header that is not about the connection.";
        return Err(Refused::because(400, "connection", detail));
    }
    if request.query.as_deref().is_some_and(overrides_method) {
        let detail = "The method is the request's own: a parameter of the query cannot name another.";
        return Err(Refused::because(400, "method_override", detail));
    }
    Ok(path)
}

fn not_canonical(refused: &NotCanonical) -> Refused {
    Refused::because(400, "path_not_canonical", refused.to_string())
}

/// The route of a request with this canonical path.
///
/// # Errors
/// When there is none.
pub fn route<'a>(
    routes: &'a Routes,
    request: &'a Request,
    path: &'a CanonicalPath<'_>,
) -> Result<Matched<'a>, Refused> {
    let not_canonical = || Refused::because(400, "host_not_canonical", "The host is not in its canonical form.");
    let host = host::name(&request.host).ok_or_else(not_canonical)?;
    routes.find(&request.method, host, path).map_err(|miss| match miss {
        Miss::NoRoute => Refused::silent(404, "no_route"),
        Miss::Case => Refused::because(
            400,
            "path_not_canonical",
            "A path has small letters of ASCII only: the origin ignores case.",
        ),
        Miss::Suffix => {
            let detail = "The last segment has no `.`: the origin would read what follows it as a form.";
            Refused::because(400, "path_not_canonical", detail)
        }
    })
}

/// What the route asks for this request. `claim` is a claim of the caller's token; `body` is what was read of the body,
/// where [`Guarded::reads_body`] says that it must be.
///
/// # Errors
/// When the request does not say it in a way that every origin reads alike, or names no tenant or resource that can be.
pub fn ask(
    matched: &Matched<'_>,
    guarded: &Guarded,
    request: &Request,
    claim: impl Fn(&str) -> Option<String>,
    body: &[u8],
) -> Result<Asked, Refused> {
    let query =
        if guarded.reads_query() { Query::parse(request.query.as_deref().unwrap_or(""))? } else { Query::default() };
    let body = if guarded.reads_body() { body::read(request, body)? } else { None };
    let found = |from: &From| -> Result<Option<Found>, Refused> {
        Ok(match from {
            From::Path(name) => matched.parameter(name).map(|text| Found::Text(text.to_owned())),
            From::Query(name) => query.value(name)?.map(|text| Found::Text(text.to_owned())),
            From::Header(name) => header(request, name)?.map(Found::Text),
            From::Body(keys) => member(body.as_ref(), keys)?.map(|value| Found::Value(value.clone())),
            From::Value(value) => Some(Found::Value(value.clone())),
        })
    };
    let tenant = match &guarded.tenant {
        Tenant::Parameter => matched.parameter("tenant").map(str::to_owned),
        Tenant::Claim(name) => claim(name),
        Tenant::Fixed(name) => Some(name.clone()),
    };
    // What none can have is not asked about.
    let tenant = tenant.filter(|name| is_tenant(name)).ok_or_else(|| Refused::silent(404, "no_tenant"))?;
    let mut parameters = Vec::new();
    for (name, from) in guarded.parameters() {
        parameters.push((name, found(from)?.and_then(Found::id)));
    }
    let value = |name: &str| match matched.parameter(name) {
        Some(text) => Some(text.to_owned()),
        None => parameters.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.clone()),
    };
    let resource = guarded.resource(value).ok_or_else(|| Refused::silent(404, "no_resource"))?;
    let mut values = Vec::with_capacity(guarded.takes.len());
    for take in &guarded.takes {
        values.push(Taken { of: take.of, name: take.name.value.clone(), found: found(&take.from.value)? });
    }
    Ok(Asked { tenant, resource, values })
}

impl Asked {
    /// What is supplied with the question, typed by what the policy declares.
    #[must_use]
    pub fn supplied(&self, policy: &Policy) -> Attributes {
        if self.values.is_empty() {
            Attributes::default()
        } else {
            self.given(policy).attributes(policy, &self.resource)
        }
    }

    /// The same by name, each of the kind that the policy declares; what it does not is left out.
    #[must_use]
    pub fn given(&self, policy: &Policy) -> Given {
        let mut given = Given::default();
        let Some(on) = Path::parse(&self.resource).and_then(|path| policy.locate(&path)).ok() else {
            return given;
        };
        for Taken { of, name, found } in &self.values {
            let spec = policy.slot(owner(*of, on), name).and_then(|slot| policy.attribute(slot));
            let (Some(spec), Some(found)) = (spec, found) else { continue };
            let value = match found {
                Found::Text(text) => typed_text(spec.kind, text),
                Found::Value(value) => exact(spec.kind, value),
            };
            let bag = match of {
                For::Resource => &mut given.resource,
                For::Action => &mut given.action,
                For::Context => &mut given.context,
            };
            bag.push((name.clone(), value));
        }
        given
    }
}

impl Found {
    /// The id that it is. A number is one where it is written as a whole number of at most 15 digits: others are not the
    /// same text to everybody.
    fn id(self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Value(Value::String(text)) => Some(text),
            Self::Value(Value::Number(text)) => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 15;
                (digits && (text == "0" || !text.starts_with('0'))).then_some(text)
            }
            Self::Value(_) => None,
        }
    }
}

/// The value that a text is by the declared kind.
fn typed_text(kind: Kind, text: &str) -> Value {
    match (kind, text) {
        (Kind::Bool, "true") => Value::Bool(true),
        (Kind::Bool, "false") => Value::Bool(false),
        (Kind::Int | Kind::Decimal, number) => exact(kind, &Value::Number(number.to_owned())),
        (_, text) => Value::String(text.to_owned()),
    }
}

/// The value of a header that the question takes.
///
/// The platform joins a header that was sent twice with a comma, so one with a comma is none that can be believed. It leaves
/// the blanks behind a value where they are, which servers do not count as part of it (RFC 9110, section 5.5).
fn header(request: &Request, name: &str) -> Result<Option<String>, Refused> {
    if !request.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name)) {
        return Ok(None);
    }
    let sound = |value: &&str| {
        !value.contains(',') && value.trim() == *value && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    };
    match request.header(name).filter(sound) {
        Some(value) => Ok(Some(value.to_owned())),
        None => {
            let detail =
                format!("Send the header {name} once, in ASCII, without a comma and without a blank at either end.");
            Err(Refused::because(400, "header", detail))
        }
    }
}
