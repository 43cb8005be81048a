//! One request, from its target to its verdict.

use crate::answer::Answer;
use crate::approval::{self, Wanted};
use crate::canonical::{self, CanonicalPath};
use crate::config::Config;
use crate::docs::{self, File};
use crate::fresh::{self, Cache, Freshness, Need, Refresh, View, view};
use crate::identity::{self, Callers, Identity, Place};
use crate::manage::DIGITS;
use crate::me::Watched;
use crate::notes::{Line, Notes};
use crate::ports::{Body, Clock, Fault, Platform, Ports};
use crate::question::{self, Asked, Refused};
use crate::request::Request;
use crate::routes::{Denied, Guarded, Matched, Routes, Target};
use crate::{evaluate, manage, me};
use countersign_core::{Effect, Millis, Question, Subject};
use countersign_wire::api::call::is_tenant;
use countersign_wire::assertion::{Allowed, Claims};
use countersign_wire::diagnostic::Source;
use countersign_wire::document;
use futures_util::FutureExt as _;

/// What the origin verifies.
const ASSERTION: &str = "countersign-assertion";
/// Under which a request's id is sent on and answered.
const REQUEST_ID: &str = "x-request-id";
/// Where the time is told that the gate took; the origin's own values stay beside it.
const SERVER_TIMING: &str = "server-timing";

/// What is to be done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is answered here
    Answer(Answer),
    /// It goes on to the origin
    Forward(Forward),
    /// It is answered with a file that everybody may read
    File(File),
    /// It becomes a WebSocket of the tenant's object
    Watch(Watched),
}

/// How a request goes on to the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// The path, in the form that was checked
    pub path: String,
    /// What follows the `?`
    pub query: Option<String>,
    /// Headers that must not reach the origin
    pub remove: Vec<String>,
    /// Headers that the origin can rely on
    pub set: Vec<(&'static str, String)>,
    /// Headers of the answer to the client
    pub respond: Vec<(&'static str, String)>,
    /// The body, where it had to be read: these bytes go on. All other bodies stream.
    pub body: Option<Vec<u8>>,
}

/// The gate of one isolate: configuration, routes, and what it holds.
#[derive(Debug)]
pub struct Gate {
    pub(crate) config: Config,
    pub(crate) routes: Routes,
    pub(crate) cache: Cache,
    callers: Callers,
}

/// A request whose caller is known, on its way through the gate.
pub(crate) struct Call<'a, P: Platform> {
    pub(crate) request: &'a Request,
    pub(crate) segments: Vec<&'a str>,
    pub(crate) identity: Identity,
    pub(crate) ports: Ports<'a, P>,
}

impl<P: Platform> Call<'_, P> {
    /// The moment for which the caller's question is asked.
    pub(crate) fn now(&self) -> Millis {
        self.identity.now.unwrap_or_else(|| self.ports.clock.now())
    }

    /// Refuses parameters in the query where there are none.
    pub(crate) fn no_parameters(&self) -> Result<(), Answer> {
        match self.request.query.as_deref() {
            None | Some("") => Ok(()),
            Some(_) => Err(Answer::explained(400, "query", Some("There are no parameters here.".to_owned()))),
        }
    }
}

impl Gate {
    /// A gate that holds nothing yet.
    #[must_use]
    pub fn new(config: Config, routes: Routes) -> Self {
        Self { config, routes, cache: Cache::default(), callers: Callers::default() }
    }

    /// What is to be done with a request. It is never forwarded unless every check has said so.
    pub async fn handle<P: Platform>(&self, request: &Request, ports: Ports<'_, P>) -> Verdict {
        let begun = ports.clock.now();
        let mut verdict = self.decide(request, ports).await.unwrap_or_else(Verdict::Answer);
        let headers = match &mut verdict {
            Verdict::Answer(answer) => &mut answer.headers,
            Verdict::File(file) => &mut file.headers,
            // A socket has no headers of the answer's.
            Verdict::Watch(_) => return verdict,
            Verdict::Forward(forward) => {
                // Of refusals nothing is told: what was asked for them may tell a tenant from one that there is not.
                let kind = if ports.notes.is_warm() { "warm" } else { "cold" };
                let took = ports.clock.now().saturating_sub(begun);
                forward.respond.push((SERVER_TIMING, ["countersign;dur=", &took.to_string(), ";desc=", kind].concat()));
                &mut forward.respond
            }
        };
        identified(headers, ports.notes);
        verdict
    }

    /// The verdict on a request that needs nothing but what is held: no future is kept, and nothing is waited for. Nothing
    /// where more is needed; then nothing has happened, and [`Gate::handle`] decides.
    ///
    /// `ports` must be such that nothing is asked of the world by them: all but the clock never answer.
    pub fn at_once<P: Platform>(&self, request: &Request, ports: Ports<'_, P>) -> Option<Verdict> {
        self.handle(request, ports).now_or_never()
    }

    /// The line that is logged for a request with this verdict, `took` milliseconds after it came; nothing where it is not
    /// to be logged.
    #[must_use]
    pub fn line(&self, notes: &Notes, verdict: &Verdict, now: Millis, took: Millis) -> Option<Line> {
        notes.line(verdict, &self.config.logging, now, took)
    }

    async fn decide<P: Platform>(&self, request: &Request, ports: Ports<'_, P>) -> Result<Verdict, Answer> {
        // What is answered here needs no form that an origin would read in the same way.
        let canonical = CanonicalPath::parse(&request.path);
        let decoded;
        let named = match &canonical {
            Ok(path) => path.segments(),
            Err(_) => {
                decoded = canonical::decoded(&request.path).unwrap_or_default();
                &decoded
            }
        };
        let segments: Vec<&str> = named.iter().map(|segment| &**segment).collect();
        if let Some(file) = docs::file(&request.method, &segments)? {
            return Ok(Verdict::File(file));
        }
        if let ["v1", "session"] = segments.as_slice() {
            ports.notes.note(|noted| noted.own = true);
            return identity::session(&self.callers, &self.config, request, ports).await.map(Verdict::Answer);
        }
        if let Some(place) = evaluate::Place::of(&segments) {
            ports.notes.note(|noted| noted.own = true);
            return Ok(Verdict::Answer(evaluate::handle(self, request, place, ports).await));
        }
        if let ["v1", "tenants", tenant, "me", "watch"] = segments.as_slice() {
            ports.notes.note(|noted| noted.own = true);
            let request = &me::with_credential(request);
            let identity = self.identity(request, Some(tenant), Freshness::Strict, ports).await?;
            let call = Call { request, segments: segments.clone(), identity, ports };
            return me::watch(self, &call, known_tenant(tenant)?).await.map(Verdict::Watch);
        }
        if matches!(segments.as_slice(), ["v1", ..]) {
            ports.notes.note(|noted| noted.own = true);
            let tenant = segments.get(2).copied();
            let identity = self.identity(request, tenant, Freshness::Strict, ports).await?;
            let call = Call { request, segments, identity, ports };
            return self.own(call).await.map(Verdict::Answer);
        }
        let path = question::forwardable(request, canonical.as_ref())?;
        refuse_body_of_a_read(request)?;
        let matched = question::route(&self.routes, request, path)?;
        ports.notes.note(|noted| noted.route = Some(matched.route.name(&request.method)));
        match &matched.route.target {
            Target::Public => Ok(Verdict::Forward(self.forward(request, ports, path, None))),
            Target::Guarded(guarded) => {
                let freshness = guarded.freshness.unwrap_or(self.usual(request));
                let tenant = guarded.tenant.before_sign_in(&matched);
                let identity = self.identity(request, tenant, freshness, ports).await?;
                let call = Call { request, segments, identity, ports };
                self.guarded(call, path, &matched, guarded).await
            }
        }
    }

    /// A tenant whose head should be asked again behind the answer to whatever request was just handled, with
    /// [`Gate::refresh`]; each is handed out once, and must be given up after two seconds.
    #[must_use]
    pub fn due(&self) -> Option<Refresh> {
        self.cache.due()
    }

    /// Brings what is held of a tenant up to date.
    pub async fn refresh<P: Platform>(&self, due: &Refresh, ports: Ports<'_, P>) {
        fresh::refresh(&self.cache, ports, due, &self.config.mac_key).await;
    }

    /// Who is calling. A credential that a tenant gave out is looked up there, and good there alone.
    pub(crate) async fn identity<P: Platform>(
        &self,
        request: &Request,
        tenant: Option<&str>,
        freshness: Freshness,
        ports: Ports<'_, P>,
    ) -> Result<Identity, Answer> {
        let place = Place { tenant: tenant.filter(|name| is_tenant(name)), freshness, at_least: at_least(request)? };
        self.callers.identify((&self.config, &self.cache), request, place, ports).await
    }

    /// How fresh a view is without a wish of the route's: reading is bounded and everything else strict.
    fn usual(&self, request: &Request) -> Freshness {
        let reading = matches!(request.method.as_str(), "GET" | "HEAD");
        if reading { Freshness::Bounded(self.config.bound) } else { Freshness::Strict }
    }

    /// The worker's own API.
    async fn own<P: Platform>(&self, call: Call<'_, P>) -> Result<Answer, Answer> {
        match call.segments.as_slice() {
            ["v1", "tenants", tenant, "me", "snapshot"] => me::snapshot(self, &call, known_tenant(tenant)?).await,
            ["v1", "tenants", tenant, ..] => manage::handle(&call, known_tenant(tenant)?).await,
            _ => Err(Answer::problem(404, "no_route")),
        }
    }

    /// A question that a route asks before the origin is reached.
    async fn guarded<P: Platform>(
        &self,
        call: Call<'_, P>,
        path: &CanonicalPath<'_>,
        matched: &Matched<'_>,
        guarded: &Guarded,
    ) -> Result<Verdict, Answer> {
        let (asked, body) = asked(&call, matched, guarded).await?;
        let Asked { tenant, resource, .. } = &asked;
        let (subject, action) = (call.identity.subject.as_str(), &guarded.action.value);
        call.ports.notes.note(|noted| {
            noted.tenant = Some(tenant.clone());
            if self.config.logging.identities {
                noted.subject = Some(subject.to_owned());
                noted.action = Some(action.clone());
                noted.resource = Some(resource.clone());
            }
        });
        let view = self.view(&call, tenant, subject, guarded.freshness).await?;
        let now = call.now();
        let given = asked.given(&view.policy);
        let supplied = given.attributes(&view.policy, resource);
        let decide = |action: &str| {
            view.ask(|policy, subject| {
                // An approval is good once: it counts where it is used, and nowhere else.
                let subject = &Subject { approved: &[], ..*subject };
                policy.check(subject, &Question { action, path: resource, supplied: &supplied, now })
            })
        };
        let decision = decide(action);
        call.ports.notes.note(|noted| {
            noted.decision = Some(decision);
            noted.revision = Some(view.revision);
        });
        if decision.effect == Effect::Approval {
            let wanted = Wanted { subject, action, path: resource, given: &given };
            approval::pass(&call, tenant, &wanted, &view.policy).await?;
        }
        if decision.effect != Effect::Deny {
            let revision = view.revision;
            let allowed = Allowed { subject, tenant, revision };
            let mut forward = self.forward(call.request, call.ports, path, Some(allowed));
            forward.set.push(("countersign-subject", subject.to_owned()));
            forward.set.push(("countersign-tenant", tenant.clone()));
            forward.set.push(("countersign-revision", revision.to_string()));
            forward.respond.push(("countersign-revision", revision.to_string()));
            forward.respond.push(("cache-control", "private, no-store".to_owned()));
            forward.body = body;
            return Ok(Verdict::Forward(forward));
        }
        let visible = match &guarded.denied {
            Denied::Forbidden => true,
            Denied::NotFound => false,
            Denied::UnlessMay(action) => decide(&action.value).is_allow(),
        };
        let refusal = Answer::denied(visible);
        Err(if visible && view.is_member() { refusal.at_revision(view.revision) } else { refusal })
    }

    /// The view that decides for `subject`; without a wish of the route's, reading is bounded and everything else strict.
    pub(crate) async fn view<P: Platform>(
        &self,
        call: &Call<'_, P>,
        tenant: &str,
        subject: &str,
        freshness: Option<Freshness>,
    ) -> Result<View, Answer> {
        // Whatever named the tenant: a credential that another one gave out is nobody's here.
        if call.identity.looked_up.as_ref().is_some_and(|looked_up| looked_up.tenant != tenant) {
            return Err(Answer::problem(401, "api_token_elsewhere"));
        }
        let freshness = freshness.unwrap_or(self.usual(call.request));
        call.ports.notes.note(|noted| noted.strict = Some(freshness == Freshness::Strict));
        // What vouches for the caller's credential was asked during this request: asking once is enough.
        let known = call.identity.looked_up.as_ref().filter(|_| freshness == Freshness::Strict);
        let known = known.map(|looked_up| looked_up.head);
        let need = Need {
            tenant,
            subject,
            freshness: known.map_or(freshness, Freshness::Known),
            at_least: at_least(call.request)?,
            grace: self.config.grace,
            mac_key: &self.config.mac_key,
        };
        Ok(view(&self.cache, call.ports, need).await?)
    }

    /// How a request goes on to the origin, with the assertion that it passed here.
    fn forward<P: Platform>(
        &self,
        request: &Request,
        ports: Ports<'_, P>,
        path: &CanonicalPath<'_>,
        allowed: Option<Allowed<'_>>,
    ) -> Forward {
        // A question mark with nothing behind it is lost on the way to some origins.
        let query = request.query.as_deref().filter(|query| !query.is_empty()).map(canonical::query);
        let target = query.as_ref().map(|query| [path.as_str(), "?", query].concat());
        let claims = Claims {
            audience: &self.config.audience,
            issued: ports.clock.now().div_euclid(1_000),
            request: ports.notes.id(),
            method: &request.method,
            host: &request.host,
            target: target.as_deref().unwrap_or(path.as_str()),
            allowed,
        };
        let assertion = self.config.signer.sign(&claims);
        let mut forward = Forward {
            path: path.as_str().to_owned(),
            query,
            remove: request.untrusted().map(str::to_owned).collect(),
            set: vec![(ASSERTION, assertion), (REQUEST_ID, ports.notes.id().to_owned())],
            respond: Vec::new(),
            body: None,
        };
        if let Some(cookies) = identity::for_origin(request) {
            forward.remove.push("cookie".to_owned());
            forward.set.extend(cookies.map(|kept| ("cookie", kept)));
        }
        forward
    }
}

/// Says under which id a request was answered. The decision API has said so already: it gives back whatever it was sent.
pub(crate) fn identified(headers: &mut Vec<(&'static str, String)>, notes: &Notes) {
    if !headers.iter().any(|(name, _)| *name == REQUEST_ID) {
        headers.push((REQUEST_ID, notes.id().to_owned()));
    }
}

/// A read brings no body: what the origin would make of it was not checked.
///
/// # Errors
/// The refusal.
pub fn refuse_body_of_a_read(request: &Request) -> Result<(), Answer> {
    let reads = matches!(request.method.as_str(), "GET" | "HEAD");
    if reads && request.announces_body() { Err(Answer::problem(400, "body_of_a_read")) } else { Ok(()) }
}

/// What names another method is taken away before the worker's origin; a handler's framework in the same program would
/// still read it.
///
/// # Errors
/// The refusal.
pub fn refuse_another_method(request: &Request) -> Result<(), Answer> {
    if request.names_another_method() { Err(Answer::problem(400, "method_override")) } else { Ok(()) }
}

/// The revision that the client has seen; one that cannot be read is refused, not ignored.
fn at_least(request: &Request) -> Result<u64, Answer> {
    let named = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("countersign-min-revision"));
    let sent = request.header("countersign-min-revision");
    match sent.map(str::parse) {
        None if !named => Ok(0),
        Some(Ok(revision)) if sent.is_some_and(|text| text.len() <= DIGITS) => Ok(revision),
        _ => Err(Answer::problem(400, "min_revision")),
    }
}

/// What the route asks for this request, and the body if it had to be read for that.
async fn asked<P: Platform>(
    call: &Call<'_, P>,
    matched: &Matched<'_>,
    guarded: &Guarded,
) -> Result<(Asked, Option<Vec<u8>>), Answer> {
    let body = match guarded.reads_body() {
        true => Some(read_body(call, question::BODY).await?),
        false => None,
    };
    let claim = |name: &str| call.identity.claim(name).map(str::to_owned);
    let asked = question::ask(matched, guarded, call.request, claim, body.as_deref().unwrap_or_default())?;
    Ok((asked, body))
}

impl From<Refused> for Answer {
    fn from(Refused { status, code, detail }: Refused) -> Self {
        Self::explained(status, code, detail)
    }
}

/// A name that a tenant can have; what none can have is not asked about.
fn known_tenant(name: &str) -> Result<&str, Answer> {
    if is_tenant(name) { Ok(name) } else { Err(Answer::problem(404, "no_tenant")) }
}

/// Reads the body as a JSON object whose keys are all different.
pub(crate) async fn json_body<P: Platform>(call: &Call<'_, P>, limit: usize) -> Result<serde_json::Value, Answer> {
    let bytes = json_bytes(call, limit).await?;
    let text = str::from_utf8(&bytes)
        .map_err(|_| Answer::explained(400, "body", Some("The body is no text in UTF-8.".to_owned())))?;
    // This reader refuses what the other one takes silently: repeated keys.
    document::json(&Source { name: "body", text }).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Answer::explained(400, "body", Some(told.join("\n")))
    })?;
    serde_json::from_str(text).map_err(|error| not_expected(&error))
}

async fn json_bytes<P: Platform>(call: &Call<'_, P>, limit: usize) -> Result<Vec<u8>, Answer> {
    if !call.request.is_json() {
        let detail = "Send the body as `content-type: application/json`.".to_owned();
        return Err(Answer::explained(415, "content_type", Some(detail)));
    }
    read_body(call, limit).await
}

async fn read_body<P: Platform>(call: &Call<'_, P>, limit: usize) -> Result<Vec<u8>, Answer> {
    let Ports { body, clock, notes, .. } = call.ports;
    notes.excusing(clock, body.read(limit)).await.map_err(|fault| match fault {
        Fault::TooLarge => Answer::problem(413, "body_too_large"),
        other => other.into(),
    })
}

fn not_expected(error: &serde_json::Error) -> Answer {
    Answer::explained(400, "body", Some(format!("The body is not what is expected here: {error}.")))
}
