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
use countersign_gate::fresh::Refresh;
use countersign_gate::ports::Ports;
use countersign_gate::request::Request as GateRequest;
use countersign_gate::routes::Routes;
use countersign_gate::{Forward, Gate, Verdict};
use countersign_wire::diagnostic::Source;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, Result, event};

use crate::deadline::{DEADLINE, within};
use crate::fault::{Fault, Port};
use crate::http::{Answer, Origin, Outgoing, Parts};
use crate::keys::WebCrypto;
use crate::kv::Kv;
use crate::object_client::Tenants;
use crate::panic::{Panicked, caught};
use crate::ports::{Behind, NoBody, RequestBody, WallClock, Workers};

/// The bindings of wrangler.toml.
pub(crate) const KV: &str = "COUNTERSIGN_KV";
pub(crate) const OBJECTS: &str = "TENANT";
const ORIGIN: &str = "ORIGIN";
const ASSETS: &str = "ASSETS";
/// The secret under which records in KV are sealed.
pub(crate) const MAC_KEY: &str = "COUNTERSIGN_MAC_KEY";
/// The variable whose value signs checkpoints of the audit log; without it none are signed.
pub(crate) const CHECKPOINT_KEY: &str = "COUNTERSIGN_CHECKPOINT_KEY";
/// The route table among the assets.
const ROUTES: &str = "routes.toml";

thread_local! {
    /// The gate of this isolate, once it could be configured. No borrow lasts while anything is awaited.
    static GATE: RefCell<Option<Rc<Gate>>> = const { RefCell::new(None) };
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    match caught(answer(request, env, &context)).await {
        Ok(Ok(response)) => return Ok(response),
        Ok(Err(fault)) => log::fault(&fault),
        // The hook has written it down.
        Err(Panicked) => {}
    }
    unavailable()
}

async fn answer(request: Request, env: Env, context: &Context) -> std::result::Result<Response, Fault> {
    let gate = gate(&env).await?;
    let parts = http::parts(&request)?;
    let asked = GateRequest {
        method: parts.method.clone(),
        path: parts.path.clone(),
        query: parts.query.clone(),
        host: parts.host.clone(),
        headers: parts.headers.clone(),
    };
    let (store, authority) = (Kv::open(&env, KV)?, Tenants::open(&env, OBJECTS)?);
    let ports: Ports<'_, Workers<'_>> = Ports {
        store: &store,
        authority: &authority,
        clock: &WallClock,
        keys: &WebCrypto,
        body: &RequestBody(&request),
    };
    let patience = Duration::from_millis(gate.patience(&asked));
    let verdict = within(Port::Request, patience, gate.handle(&asked, ports)).await;
    while let Some(due) = gate.due() {
        context.wait_until(refreshed(Rc::clone(&gate), env.clone(), due));
    }
    match verdict? {
        Verdict::Answer(answer) => {
            log::info(&answer.code, &answer.status.to_string());
            http::response(&Answer { status: answer.status, headers: owned(answer.headers), body: answer.body })
        }
        Verdict::Forward(forward) => forwarded(&env, &request, &parts, forward).await,
        Verdict::File(file) => {
            log::info("file", file.name);
            let body = assets::read_text(&env, ASSETS, file.name).await?.into_bytes();
            http::response(&Answer { status: 200, headers: owned(file.headers), body })
        }
    }
}

async fn forwarded(
    env: &Env,
    request: &Request,
    parts: &Parts,
    forward: Forward,
) -> std::result::Result<Response, Fault> {
    let query = forward.query.map(|query| format!("?{query}")).unwrap_or_default();
    let kept = parts.headers.iter().filter(|(name, _)| !forward.remove.contains(name)).cloned();
    let headers = kept.chain(owned(forward.set)).collect();
    let target = Outgoing { path_and_query: format!("{}{query}", forward.path), headers };
    let response = Origin::open(env, ORIGIN)?.forward(request, parts, &target).await?;
    http::with_headers(&response, &owned(forward.respond))
}

/// Asks a tenant's head behind an answer. Whatever goes wrong is in the log, and the next request asks for itself.
async fn refreshed(gate: Rc<Gate>, env: Env, due: Refresh) {
    let refresh = async {
        let (store, authority) = (Kv::open(&env, KV)?, Tenants::open(&env, OBJECTS)?);
        let ports: Ports<'_, Behind> =
            Ports { store: &store, authority: &authority, clock: &WallClock, keys: &WebCrypto, body: &NoBody };
        within(Port::Object, DEADLINE, gate.refresh(&due, ports)).await
    };
    if let Ok(Err(fault)) = caught(refresh).await {
        log::fault(&fault);
    }
}

/// The gate of this isolate. Without configuration or routes there is none, and nothing is served.
async fn gate(env: &Env) -> std::result::Result<Rc<Gate>, Fault> {
    if let Some(gate) = GATE.with_borrow(Clone::clone) {
        return Ok(gate);
    }
    let config = config(env)?;
    let text = assets::read_text(env, ASSETS, ROUTES).await?;
    let routes = Routes::parse(Source { name: ROUTES, text: &text });
    let routes = routes.map_err(|problems| Fault::failed(Port::Assets, problems.to_string()))?;
    let gate = Rc::new(Gate::new(config, routes));
    // Another request may have been faster; its cache is the one that counts.
    Ok(GATE.with_borrow_mut(|held| Rc::clone(held.get_or_insert(gate))))
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
fn unavailable() -> Result<Response> {
    let headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let body = br#"{"type":"about:blank","title":"Service Unavailable","status":503}"#.to_vec();
    http::response(&Answer { status: 503, headers, body }).map_err(|fault| fault.code().into())
}
