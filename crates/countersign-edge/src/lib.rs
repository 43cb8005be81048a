//! The Cloudflare Worker: adapters between the platform, as workers-rs binds it, and the crates that decide.
//!
//! It is: requests and responses in plain parts, Workers KV, the Durable Object `Tenant` with its SQLite database and its
//! transactions, the call of that object from the worker, deployed files, deadlines, and a log.
//! It is not: any decision about a request or a tenant. Who may do what, which header is removed, what is stored and what
//! is published are decided in `countersign-gate` and `countersign-tenant`; this crate carries it out and reports faults.
//!
//! Built by `worker-build` for `wasm32-unknown-unknown` and run by workerd; nothing of it runs natively.

mod assets;
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

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use countersign_gate::config::Config;
use countersign_gate::notes::Notes;
use countersign_gate::origin::Origin;
use countersign_gate::ports::Ports;
use countersign_gate::routes::Routes;
use countersign_gate::{Forward, Gate, Verdict};
use countersign_wire::diagnostic::Source;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, Result, event};

use crate::clock::now_ms;
use crate::deadline::within;
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
const REQUEST_ID: &str = "x-request-id";
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
struct Served {
    gate: Gate,
    origin: Origin,
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let sent = request.headers().get(REQUEST_ID).ok().flatten();
    let notes = Notes::new(sent.as_deref(), chance::bytes().map_err(|fault| fault.code())?);
    match caught(answer(request, env, &notes)).await {
        Ok(Ok(response)) => return Ok(response),
        Ok(Err(fault)) => log::unserved(&fault.code(), &fault.detail, notes.id()),
        // The hook has written down why.
        Err(Panicked) => log::unserved("panic", "", notes.id()),
    }
    unavailable(notes.id())
}

async fn answer(request: Request, env: Env, notes: &Notes) -> std::result::Result<Response, Fault> {
    let begun = now_ms();
    let served = served(&env).await?;
    let gate = &served.gate;
    let parts = http::parts(&request)?;
    let (store, authority) = (Kv::open(&env, KV)?, Tenants::open(&env, OBJECTS)?);
    let ports: Ports<'_, Workers<'_>> = Ports {
        store: &store,
        authority: &authority,
        clock: &WallClock,
        keys: &WebCrypto,
        body: &RequestBody(&request),
        notes,
    };
    let patience = Duration::from_millis(gate.patience(&parts.request));
    let verdict = within(Port::Request, patience, gate.handle(&parts.request, ports)).await?;
    let now = now_ms();
    if let Some(line) = gate.line(notes, &verdict, now, now - begun) {
        log::request(&line);
    }
    match verdict {
        Verdict::Answer(answer) => {
            http::response(&Answer { status: answer.status, headers: owned(answer.headers), body: answer.body })
        }
        Verdict::Forward(forward) => forwarded((&env, &served.origin), &request, &parts, forward).await,
        Verdict::File(file) => {
            let body = assets::read_text(&env, ASSETS, file.name).await?.into_bytes();
            http::response(&Answer { status: 200, headers: owned(file.headers), body })
        }
    }
}

async fn forwarded(
    (env, origin): (&Env, &Origin),
    request: &Request,
    parts: &Parts,
    forward: Forward,
) -> std::result::Result<Response, Fault> {
    let mut target = forward.path;
    if let Some(query) = &forward.query {
        target.push('?');
        target.push_str(query);
    }
    let host = &parts.request.host;
    let url = origin.url(&parts.scheme, host, &target);
    let set = forward.set.into_iter().chain(origin.headers(&parts.scheme, host));
    let response = http::forward(request, (env, origin), &url, &forward.remove, set).await?;
    http::with_headers(&response, &forward.respond)
}

/// The gate of this isolate. Without configuration, origin or routes there is none, and nothing is served.
async fn served(env: &Env) -> std::result::Result<Rc<Served>, Fault> {
    if let Some(served) = GATE.with_borrow(Clone::clone) {
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

fn owned(headers: Vec<(&'static str, String)>) -> Vec<(String, String)> {
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The answer when the platform failed: nothing was decided, so nothing is forwarded. The reason is in the log only.
fn unavailable(id: &str) -> Result<Response> {
    let headers = [("content-type", "application/problem+json"), ("cache-control", "no-store"), (REQUEST_ID, id)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let body = br#"{"type":"about:blank","title":"Service Unavailable","status":503}"#.to_vec();
    http::response(&Answer { status: 503, headers, body }).map_err(|fault| fault.code().into())
}
