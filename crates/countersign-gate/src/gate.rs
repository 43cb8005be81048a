//! One request, from its target to its verdict.

use crate::answer::Answer;
use crate::approval::{self, Wanted};
use crate::canonical::{self, CanonicalPath};
use crate::config::Config;
use crate::docs::{self, File};
use crate::fresh::{self, Cache, Freshness, Need, Refresh, View, view};
use crate::identity::{self, Callers, Identity, Place};
use crate::manage::DIGITS;
use crate::ports::{Body, Clock, Fault, Platform, Ports};
use crate::request::Request;
use crate::routes::{Denied, Guarded, Matched, Routes, Target};
use crate::{evaluate, manage, me};
use countersign_core::{Effect, Millis, Question, Subject};
use countersign_wire::api::call::is_tenant;
use countersign_wire::diagnostic::Source;
use countersign_wire::document;
use countersign_wire::given::Given;

/// Milliseconds until a verdict.
const PATIENCE: u64 = 2_200;
/// Milliseconds until a command's answer.
const COMMAND_PATIENCE: u64 = 30_000;

/// What is to be done with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is answered here
    Answer(Answer),
    /// It goes on to the origin
    Forward(Forward),
    /// It is answered with a file that everybody may read
    File(File),
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
}

/// The gate of one isolate: configuration, routes, and what it holds.
#[derive(Debug)]
pub struct Gate {
    pub(crate) config: Config,
    routes: Routes,
    cache: Cache,
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
        let verdict = self.decide(request, ports).await;
        verdict.unwrap_or_else(Verdict::Answer)
    }

    async fn decide<P: Platform>(&self, request: &Request, ports: Ports<'_, P>) -> Result<Verdict, Answer> {
        let not_canonical = || Answer::problem(400, "path_not_canonical");
        let canonical = CanonicalPath::parse(&request.path);
        // What is answered here needs no form that an origin would read in the same way.
        let named = match &canonical {
            Some(path) => path.segments().to_vec(),
            None => canonical::decoded(&request.path).ok_or_else(not_canonical)?,
        };
        let segments: Vec<&str> = named.iter().map(String::as_str).collect();
        if let Some(file) = docs::file(&request.method, &segments)? {
            return Ok(Verdict::File(file));
        }
        if let ["v1", "session"] = segments.as_slice() {
            return identity::session(&self.callers, &self.config, request, ports).await.map(Verdict::Answer);
        }
        if let Some(place) = evaluate::Place::of(&segments) {
            return Ok(Verdict::Answer(evaluate::handle(self, request, place, ports).await));
        }
        if matches!(segments.as_slice(), ["v1", ..]) {
            let tenant = segments.get(2).copied();
            let identity = self.identity(request, tenant, Freshness::Strict, ports).await?;
            let call = Call { request, segments, identity, ports };
            return self.own(call).await.map(Verdict::Answer);
        }
        refuse_body_of_a_read(request)?;
        let path = canonical.ok_or_else(not_canonical)?;
        let matched = self.routes.find(&request.method, &path).ok_or_else(|| Answer::problem(404, "no_route"))?;
        match matched.target {
            Target::Public => Ok(Verdict::Forward(forward(request, &path))),
            Target::Guarded(guarded) => {
                let freshness = guarded.freshness.unwrap_or(self.usual(request));
                let identity = self.identity(request, matched.parameter("tenant"), freshness, ports).await?;
                let call = Call { request, segments, identity, ports };
                self.guarded(call, &path, &matched, guarded).await
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

    /// How long a request may take until its verdict, in milliseconds: what takes longer is refused.
    #[must_use]
    pub fn patience(&self, request: &Request) -> u64 {
        // A command may bring a whole tenant with it; everything else only asks.
        let named = canonical::decoded(&request.path);
        let own = named.is_some_and(|named| named.first().is_some_and(|first| first == "v1"));
        let commands = own && !matches!(request.method.as_str(), "GET" | "HEAD");
        if commands { COMMAND_PATIENCE } else { PATIENCE }
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
        path: &CanonicalPath,
        matched: &Matched<'_>,
        guarded: &Guarded,
    ) -> Result<Verdict, Answer> {
        let not_found = |code: &str| Answer::problem(404, code);
        let tenant = matched.parameter("tenant").ok_or_else(|| not_found("no_tenant"))?;
        let tenant = known_tenant(tenant)?;
        let resource = matched.resource(guarded).ok_or_else(|| not_found("no_resource"))?;
        let view = self.view(&call, tenant, &call.identity.subject, guarded.freshness).await?;
        let now = call.now();
        let given = Given::default();
        let decide = |action: &str| {
            view.ask(|policy, subject| {
                // An approval is good once: it counts where it is used, and nowhere else.
                let subject = &Subject { approved: &[], ..*subject };
                policy.check(subject, &Question::new(action, &resource, now))
            })
        };
        let may = |action: &str| decide(action).is_allow();
        let effect = decide(&guarded.action).effect;
        if effect == Effect::Approval {
            let wanted =
                Wanted { subject: &call.identity.subject, action: &guarded.action, path: &resource, given: &given };
            approval::pass(&call, tenant, &wanted, &view.policy).await?;
        }
        if effect != Effect::Deny {
            let mut forward = forward(call.request, path);
            forward.set.push(("countersign-subject", call.identity.subject.clone()));
            forward.set.push(("countersign-tenant", tenant.to_owned()));
            forward.set.push(("countersign-revision", view.revision.to_string()));
            forward.respond.push(("countersign-revision", view.revision.to_string()));
            forward.respond.push(("cache-control", "private, no-store".to_owned()));
            return Ok(Verdict::Forward(forward));
        }
        let visible = match &guarded.denied {
            Denied::Forbidden => true,
            Denied::NotFound => false,
            Denied::UnlessMay(action) => may(action),
        };
        Err(if visible {
            let detail = "You may not do this. Ask an administrator of this account.".to_owned();
            let refusal = Answer::explained(403, "denied", Some(detail));
            if view.is_member() { refusal.at_revision(view.revision) } else { refusal }
        } else {
            not_found("denied")
        })
    }

    /// The view that decides for `subject`; without a wish of the route's, reading is bounded and everything else strict.
    pub(crate) async fn view<P: Platform>(
        &self,
        call: &Call<'_, P>,
        tenant: &str,
        subject: &str,
        freshness: Option<Freshness>,
    ) -> Result<View, Answer> {
        let freshness = freshness.unwrap_or(self.usual(call.request));
        // What vouches for the caller's credential was asked during this request: asking once is enough.
        let known = call.identity.looked_up.as_ref().filter(|_| freshness == Freshness::Strict);
        let known = known.filter(|looked_up| looked_up.tenant == tenant).map(|looked_up| looked_up.head);
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
}

/// A read brings no body: what the origin would make of it was not checked.
pub(crate) fn refuse_body_of_a_read(request: &Request) -> Result<(), Answer> {
    let reads = matches!(request.method.as_str(), "GET" | "HEAD");
    if reads && request.announces_body() { Err(Answer::problem(400, "body_of_a_read")) } else { Ok(()) }
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

fn forward(request: &Request, path: &CanonicalPath) -> Forward {
    let mut forward = Forward {
        path: path.as_str().to_owned(),
        query: request.query.clone(),
        remove: request.untrusted().map(str::to_owned).collect(),
        set: Vec::new(),
        respond: Vec::new(),
    };
    if let Some(cookies) = identity::for_origin(request) {
        forward.remove.push("cookie".to_owned());
        forward.set.extend(cookies.map(|kept| ("cookie", kept)));
    }
    forward
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
    call.ports.body.read(limit).await.map_err(|fault| match fault {
        Fault::TooLarge => Answer::problem(413, "body_too_large"),
        other => other.into(),
    })
}

fn not_expected(error: &serde_json::Error) -> Answer {
    Answer::explained(400, "body", Some(format!("The body is not what is expected here: {error}.")))
}
