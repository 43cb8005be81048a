//! The Cloudflare Worker: adapters between the platform, as workers-rs binds it, and the crates that decide.
//!
//! It is: requests and responses in plain parts, Workers KV, the Durable Object `Tenant` with its SQLite database and its
//! transactions, the call of that object from the worker, deployed files, deadlines, and a log.
//! It is not: any decision about a request or a tenant. Who may do what, which header is removed, what is stored and what
//! is published are decided in `countersign-gate` and `countersign-tenant`; this crate carries it out and reports faults.
//!
//! Built by `worker-build` for `wasm32-unknown-unknown` and run by workerd; nothing of it runs natively.

mod alive;
mod assets;
mod at_once;
mod chance;
mod clock;
mod commit;
mod deadline;
mod errands;
mod fault;
mod http;
mod keys;
mod kv;
mod log;
mod object;
mod object_client;
mod operations;
mod outbox;
mod panic;
mod ports;
mod rows;
mod schema;
mod sql;
mod state;
mod transaction;
mod watch;

use std::cell::RefCell;
use std::rc::Rc;

use countersign_gate::config::Config;
use countersign_gate::fresh::Refresh;
use countersign_gate::notes::Notes;
use countersign_gate::origin::Origin;
use countersign_gate::ports::Ports;
use countersign_gate::routes::Routes;
use countersign_gate::{Forward, Gate, Verdict, Watched, unserved};
use countersign_wire::diagnostic::Source;
use countersign_wire::stored::as_json;
use futures_util::future::Either;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, Result, event};

use crate::clock::now_ms;
use crate::deadline::{DEADLINE, while_left, within};
use crate::fault::{Fault, Port};
use crate::http::{Answer, ORIGIN, Parts};
use crate::keys::WebCrypto;
use crate::kv::Kv;
use crate::object_client::Tenants;
use crate::panic::{Panicked, caught};
use crate::ports::{RequestBody, WallClock, Workers};

/// The bindings of wrangler.toml.
pub(crate) const KV: &str = "COUNTERSIGN_KV";
pub(crate) const OBJECTS: &str = "TENANT";
const ASSETS: &str = "ASSETS";
/// The variable with the origin's address, where it is no worker that is bound.
const ORIGIN_URL: &str = "COUNTERSIGN_ORIGIN_URL";
/// The header with a request's id.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// The secret under which records in KV are sealed.
pub(crate) const MAC_KEY: &str = "COUNTERSIGN_MAC_KEY";
/// The variable whose value signs checkpoints of the audit log; without it none are signed.
pub(crate) const CHECKPOINT_KEY: &str = "COUNTERSIGN_CHECKPOINT_KEY";
/// The route table among the assets.
const ROUTES: &str = "routes.toml";

thread_local! {
    /// The gate of this isolate, once it could be configured. No borrow lasts while anything is awaited.
    static GATE: RefCell<Option<Rc<Served>>> = const { RefCell::new(None) };
}

/// The gate, and where what it lets through goes.
pub(crate) struct Served {
    pub(crate) gate: Gate,
    pub(crate) origin: Origin,
}

impl Served {
    /// The URL of what goes on, and the headers that the origin gets.
    pub(crate) fn outgoing(&self, parts: &Parts, forward: &mut Forward) -> (String, Vec<(&'static str, String)>) {
        let host = &parts.request.host;
        let mut target = std::mem::take(&mut forward.path);
        if let Some(query) = &forward.query {
            target.push('?');
            target.push_str(query);
        }
        let mut set = std::mem::take(&mut forward.set);
        set.extend(self.origin.headers(&parts.scheme, host));
        (self.origin.url(&parts.scheme, host, &target), set)
    }
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let sent = request.headers().get(REQUEST_ID).ok().flatten();
    let notes = Notes::new(sent.as_deref(), chance::drawn().map_err(|fault| fault.code())?);
    match caught(answer(&request, env, &context, &notes)).await {
        Ok(Ok(response)) => return Ok(response),
        Ok(Err(fault)) => log::unserved(&fault.code(), &fault.detail, notes.id()),
        // The hook has written down why.
        Err(Panicked) => log::unserved("panic", "", notes.id()),
    }
    let parts = http::parts(&request).map(|parts| parts.request).unwrap_or_default();
    unavailable(&parts, &notes)
}

async fn answer(request: &Request, env: Env, context: &Context, notes: &Notes) -> std::result::Result<Response, Fault> {
    let begun = now_ms();
    let served = served(&env).await?;
    let gate = &served.gate;
    let parts = http::parts(request)?;
    let (store, authority) = (Kv::open(&env, KV, notes.id())?, Tenants::open(&env, OBJECTS, notes.id())?);
    let ports: Ports<'_, Workers<'_>> = Ports {
        store: &store,
        authority: &authority,
        clock: &WallClock(None),
        keys: &WebCrypto::open(notes.id()),
        body: &RequestBody(Some(request)),
        notes,
    };
    // The origin alone has all the time that it wants.
    let answered = async {
        let verdict = gate.handle(&parts.request, ports).await;
        let now = now_ms();
        if let Some(line) = gate.line(notes, &verdict, now, now - begun) {
            log::request(&line);
        }
        let response = match verdict {
            Verdict::Forward(forward) => return Ok(Either::Right(forward)),
            Verdict::Answer(answer) => answered(answer),
            Verdict::Watch(watched) => watching(&authority, &watched).await,
            Verdict::File(file) => {
                let body = assets::read_text(&env, ASSETS, file.name).await?.into_bytes();
                http::response(&Answer { status: 200, headers: owned(file.headers), body })
            }
        };
        response.map(Either::Left)
    };
    // Whoever came first to this isolate has waited for its configuration.
    let before = (now_ms() - begun).max(0).unsigned_abs();
    let left = |waited: u64| gate.patience(&parts.request, notes, before.saturating_add(waited), now_ms());
    let outcome = while_left(Port::Request, left, answered).await;
    for due in at_once::waiting().into_iter().chain(std::iter::from_fn(|| gate.due())) {
        context.wait_until(refreshed(Rc::clone(&served), env.clone(), due));
    }
    match outcome?? {
        Either::Left(response) => Ok(response),
        Either::Right(forward) => forwarded((&env, &served), request, &parts, forward).await,
    }
}

fn answered(answer: countersign_gate::answer::Answer) -> std::result::Result<Response, Fault> {
    http::response(&Answer { status: answer.status, headers: owned(answer.headers), body: answer.body })
}

/// A page's WebSocket, which the tenant's object opens.
async fn watching(authority: &Tenants, watched: &Watched) -> std::result::Result<Response, Fault> {
    let asked = as_json(&watched.watch).map_err(|error| Fault::failed(Port::Request, error))?;
    let asked = String::from_utf8_lossy(&asked);
    let opened = authority.open_socket(&watched.tenant, object::WATCH, &asked).await?;
    // What the object says of a fault of its own is for the log.
    if opened.status() >= 500 { Err(Fault::failed(Port::Object, "no socket")) } else { Ok(opened) }
}

async fn forwarded(
    (env, served): (&Env, &Served),
    request: &Request,
    parts: &Parts,
    mut forward: Forward,
) -> std::result::Result<Response, Fault> {
    let (url, set) = served.outgoing(parts, &mut forward);
    let read = (request, forward.body.as_deref());
    let response = http::forward(read, (env, &served.origin), &url, &forward.remove, set.into_iter()).await?;
    http::with_headers(&response, &forward.respond)
}

/// Asks a tenant's head behind an answer. Whatever goes wrong is in the log, and the next request asks for itself.
pub(crate) async fn refreshed(served: Rc<Served>, env: Env, due: Refresh) {
    let refresh = async {
        let (store, authority) = (Kv::open(&env, KV, "")?, Tenants::open(&env, OBJECTS, "")?);
        let ports: Ports<'_, Workers<'_>> = Ports {
            store: &store,
            authority: &authority,
            clock: &WallClock(None),
            keys: &WebCrypto::open(""),
            body: &RequestBody(None),
            notes: &Notes::default(),
        };
        within(Port::Object, DEADLINE, served.gate.refresh(&due, ports)).await
    };
    if let Ok(Err(fault)) = caught(refresh).await {
        log::fault(&fault, "");
    }
}

/// The gate of this isolate, if there is one already.
pub(crate) fn held() -> Option<Rc<Served>> {
    GATE.with_borrow(Clone::clone)
}

/// The gate of this isolate. Without configuration, origin or routes there is none, and nothing is served.
async fn served(env: &Env) -> std::result::Result<Rc<Served>, Fault> {
    if let Some(served) = held() {
        return Ok(served);
    }
    let config = config(env)?;
    let url = env.var(ORIGIN_URL).ok().map(|url| url.to_string());
    let origin = Origin::read(url.as_deref(), env.service(ORIGIN).is_ok(), config.dev_sign_in);
    let origin = origin.map_err(|sentence| Fault::failed(Port::Origin, sentence))?;
    let text = assets::read_text(env, ASSETS, ROUTES).await?;
    let routes = Routes::parse(Source { name: ROUTES, text: &text });
    let routes = routes.map_err(|problems| Fault::failed(Port::Assets, problems.to_string()))?;
    let served = Rc::new(Served { gate: Gate::new(config, routes), origin });
    // Another request may have been faster; its cache is the one that counts.
    Ok(GATE.with_borrow_mut(|held| Rc::clone(held.get_or_insert(served))))
}

/// The worker's configuration.
pub(crate) fn config(env: &Env) -> std::result::Result<Config, Fault> {
    let variable = |name: &str| env.var(name).ok().map(|value| value.to_string());
    Config::read(variable).map_err(|sentence| Fault::failed(Port::Request, sentence))
}

pub(crate) fn owned(headers: Vec<(&'static str, String)>) -> Vec<(String, String)> {
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The answer when the platform failed: nothing was decided, so nothing is forwarded. The reason is in the log only.
fn unavailable(request: &countersign_gate::request::Request, notes: &Notes) -> Result<Response> {
    answered(unserved(request, notes)).map_err(|fault| fault.code().into())
}
