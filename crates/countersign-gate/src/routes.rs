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
//! A path's segment is a literal, or `{name}` for exactly one segment; a last segment `*` stands for any rest. The first
//! route that fits is taken; a request that fits none is refused. `docs/routes.md` is the reference.
//!
//! What can be told without a model is checked whenever the file is read, by [`Routes::parse`]; [`Routes::checked`]
//! checks it against a model too, because the worker, which serves many tenants, has no model of its own.

mod guarded;
mod model;
mod pattern;
mod read;
mod shadow;
mod take;
mod template;
mod tree;

pub(crate) use model::owner;
pub use read::{GUARDED, METHODS};
pub use take::{For, From, Take};

use crate::canonical::{CanonicalPath, host};
use crate::fresh::Freshness;
use crate::request::Request;
use countersign_core::Policy;
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::reader::{self, Placed, Problems};
use pattern::Piece;
use template::Template;
use tree::Tree;

/// The route table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    all: Vec<Route>,
    tree: Tree,
    origin: Origin,
}

/// What the origin does not tell apart, and the gate therefore refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Origin {
    /// Capitals from small letters
    ignores_case: bool,
    /// `/doc.json` from `/doc` in another form
    reads_suffixes: bool,
}

/// One route.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The line of the file on which it begins
    pub line: usize,
    /// Its methods
    pub methods: Vec<String>,
    /// The pattern of its path, as it is written
    pub path: String,
    /// What is asked
    pub target: Target,
    pattern: Vec<Piece>,
    host: Option<Vec<Piece>>,
}

// Values of TOML hold no floats: a number is kept as it was written.
impl Eq for Route {}

/// What a route asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Nothing: everybody may
    Public,
    /// A question about a resource
    Guarded(Box<Guarded>),
}

/// The question of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarded {
    /// The action
    pub action: Placed<String>,
    /// Whose resource it is
    pub tenant: Tenant,
    /// What the question takes from the request, besides parameters of the path
    pub takes: Vec<Take>,
    /// How fresh the answer must be; what fits the method if left out
    pub freshness: Option<Freshness>,
    /// How a denial looks
    pub denied: Denied,
    resource: Template,
    /// What ids are filled with that are not in the path
    parameters: Vec<(Placed<String>, Placed<From>)>,
}

/// Where the tenant's name comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tenant {
    /// The parameter `{tenant}` of the path or the host
    Parameter,
    /// A claim of the caller's token
    Claim(String),
    /// It is always the same
    Fixed(String),
}

/// How a denial looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// 403
    Forbidden,
    /// 404: the resource cannot be told from one that does not exist
    NotFound,
    /// 403 for those who may do this other action on it, 404 for all others
    UnlessMay(Placed<String>),
}

/// A request that fitted a route, with the values of its parameters.
#[derive(Clone, Debug)]
pub struct Matched<'a> {
    /// The route
    pub route: &'a Route,
    parameters: Vec<(&'a str, &'a str)>,
}

/// Why a request fits no route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// There is none for it
    NoRoute,
    /// The origin ignores case, and the path has a capital, or a letter whose case only some know
    Case,
    /// The origin reads suffixes, and what a parameter stands for at the end of the path has one
    Suffix,
}

impl Routes {
    /// Reads a route table.
    ///
    /// # Errors
    /// Everything that is wrong with it and can be told without a model.
    pub fn parse(source: Source<'_>) -> Result<Self, Diagnostics> {
        Self::read(source, |_, _| {})
    }

    /// Reads a route table and checks it against a model.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn checked(source: Source<'_>, policy: &Policy) -> Result<Self, Diagnostics> {
        Self::read(source, |route, problems| model::check(route, policy, problems))
    }

    fn read(source: Source<'_>, check: impl Fn(&Route, &mut Problems<'_>)) -> Result<Self, Diagnostics> {
        let ((routes, origin), mut problems) =
            reader::gather(source, &[], |root, problems| read::routes(source, root, problems))?;
        shadow::check(&routes, &mut problems);
        let all: Vec<Route> = routes.into_iter().map(|read| read.route).collect();
        all.iter().for_each(|route| check(route, &mut problems));
        let tree = all.iter().map(|route| route.pattern.as_slice()).collect();
        problems.finish(Self { all, tree, origin })
    }

    /// The routes, in their order.
    #[must_use]
    pub fn all(&self) -> &[Route] {
        &self.all
    }

    /// The first route that fits. `HEAD` is asked as `GET` is; `host` is a [name](crate::canonical::host::name).
    ///
    /// # Errors
    /// When there is none.
    pub fn find<'a>(&'a self, method: &str, host: &'a str, path: &'a CanonicalPath<'_>) -> Result<Matched<'a>, Miss> {
        let method = if method == "HEAD" { "GET" } else { method };
        if self.origin.ignores_case
            && path
                .segments()
                .iter()
                .any(|text| !text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()))
        {
            return Err(Miss::Case);
        }
        let takes = |route: usize| self.all.get(route).is_some_and(|route| route.takes(method, host));
        let found = self.tree.find(path.segments(), &takes).and_then(|route| self.all.get(route));
        let route = found.ok_or(Miss::NoRoute)?;
        let is_open = !matches!(route.pattern.last(), None | Some(Piece::Literal(_)));
        if self.origin.reads_suffixes && is_open && path.segments().last().is_some_and(|text| text.contains('.')) {
            return Err(Miss::Suffix);
        }
        let mut parameters: Vec<_> = pattern::parameters(&route.pattern, pattern::texts(path.segments())).collect();
        if let Some(pattern) = &route.host {
            parameters.extend(pattern::parameters(pattern, pattern::labels(host)));
        }
        Ok(Matched { route, parameters })
    }

    /// Whether whoever ignores case could read a request's path as that of another route than was found for it.
    #[must_use]
    pub fn are_ambiguous(&self, request: &Request, path: &CanonicalPath<'_>) -> bool {
        let Some(host) = host::name(&request.host) else { return true };
        let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
        // The one that was found fits in its own case.
        let mut others = self.all.iter().filter(|route| route.takes(method, host));
        others.any(|route| pattern::fits_but_for_case(&route.pattern, path.segments()))
    }
}

impl Route {
    /// The method and the pattern of its path, as the table writes it, for the log: nothing of the request but its method.
    pub(crate) fn name(&self, method: &str) -> String {
        [method, " ", &self.path].concat()
    }

    fn takes(&self, method: &str, host: &str) -> bool {
        let host_fits = self.host.as_ref().is_none_or(|pattern| pattern::host_fits(pattern, host));
        host_fits && self.methods.iter().any(|known| known == method)
    }
}

impl Guarded {
    /// Whether the question takes something from the body, which then has to be read.
    #[must_use]
    pub fn reads_body(&self) -> bool {
        self.froms().any(|from| matches!(from, From::Body(_)))
    }

    /// Whether the question takes something from the query, which must then be canonical.
    #[must_use]
    pub fn reads_query(&self) -> bool {
        self.froms().any(|from| matches!(from, From::Query(_)))
    }

    fn froms(&self) -> impl Iterator<Item = &From> {
        let parameters = self.parameters.iter().map(|(_, from)| &from.value);
        self.takes.iter().map(|take| &take.from.value).chain(parameters)
    }

    /// What the ids of the resource are filled with, besides parameters of path and host.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &From)> {
        self.parameters.iter().map(|(name, from)| (name.value.as_str(), &from.value))
    }

    /// The resource; nothing if a parameter has no value, or one that cannot be an id.
    #[must_use]
    pub fn resource(&self, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        self.resource.fill(value)
    }
}

impl Tenant {
    /// The tenant, as far as it is known before the caller is.
    pub(crate) fn before_sign_in<'a>(&'a self, matched: &Matched<'a>) -> Option<&'a str> {
        match self {
            Self::Parameter => matched.parameter("tenant"),
            Self::Fixed(name) => Some(name),
            Self::Claim(_) => None,
        }
    }
}

impl<'a> Matched<'a> {
    /// The value of a parameter of the path or the host.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| *value)
    }
}
