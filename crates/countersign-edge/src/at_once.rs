//! Requests that memory decides, in one call from the script: text in, text out, and nothing awaited.
//!
//! Passing a request from JavaScript to the module header by header, and waiting turn by turn for futures that have nothing
//! to wait for, takes longer than deciding. So the script asks here first; where there is no answer, nothing has happened,
//! and the request goes the long way.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use countersign_gate::Verdict;
use countersign_gate::fresh::Refresh;
use countersign_gate::notes::Notes;
use countersign_gate::origin::Origin;
use countersign_gate::ports::Ports;
use countersign_gate::request::Request;
use futures_util::future::join_all;
use worker::js_sys::Promise;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::wasm_bindgen_futures::future_to_promise;
use worker::web_sys::Response;
use worker::{Env, Result};

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::http::Parts;
use crate::keys::WebCrypto;
use crate::kv::Kv;
use crate::object_client::Tenants;
use crate::ports::{RequestBody, WallClock, Workers};
use crate::{REQUEST_ID, Served, chance, held, log, panic, refreshed, unavailable};

thread_local! {
    /// Refreshes that a verdict from here made due, until the script has them run.
    static DUE: RefCell<Vec<Refresh>> = const { RefCell::new(Vec::new()) };
}

/// The verdict on a request without a body; nothing where memory alone does not decide.
///
/// `request` is lines: how many headers there are, method, URL, name and value of each header. What comes back is lines, too:
/// numbers, the line for the log, and more. The first number is 1 where [`refresh_due`] is to be called behind the answer,
/// the second 1 where there is a line for the log and 2 where that is an error's, the third the status.
/// - Of an answer there is then how many headers it has; name and value of each are the next lines, and then the body.
/// - Where the request goes on the status is 0, and there is then how many headers the origin gets, how many the answer, and
///   1 where the origin is bound. The next lines are the request's id, its URL, name and value of each of these headers, and
///   the names of those that do not go on.
#[wasm_bindgen(js_name = "countersignAtOnce")]
#[expect(unreachable_pub, reason = "the glue exports it")]
#[must_use]
pub fn at_once(request: &str) -> Option<String> {
    panic::install_hook();
    // What panics is left to the long way, which says so.
    catch_unwind(AssertUnwindSafe(|| decided(&*held()?, request))).ok().flatten()
}

fn decided(served: &Served, request: &str) -> Option<String> {
    // Nothing is awaited, so that all of it is at one moment.
    let now = now_ms();
    let parts = read(request)?;
    let notes = Notes::new(parts.request.header(REQUEST_ID), chance::drawn().ok()?);
    let ports: Ports<'_, Workers<'_>> = Ports {
        store: &Kv::STILL,
        authority: &Tenants::STILL,
        clock: &WallClock(Some(now)),
        keys: &WebCrypto::STILL,
        body: &RequestBody(None),
        notes: &notes,
    };
    let verdict = served.gate.at_once(&parts.request, ports)?;
    let line = served.gate.line(&notes, &verdict, now, 0);
    let level = line.as_ref().map_or('0', |line| if line.error { '2' } else { '1' });
    let line = line.as_ref().map_or("", |line| line.text.as_str());
    DUE.with_borrow_mut(|due| due.extend(std::iter::from_fn(|| served.gate.due())));
    let due = u8::from(DUE.with_borrow(|due| !due.is_empty()));
    match verdict {
        Verdict::Forward(mut forward) => {
            let (url, set) = served.outgoing(&parts, &mut forward);
            let bound = u8::from(served.origin == Origin::Service);
            let counts = format!("{due} {level} 0 {} {} {bound}", set.len(), forward.respond.len());
            let headers = set.iter().chain(&forward.respond).flat_map(|(name, value)| [*name, value.as_str()]);
            let removed = forward.remove.iter().map(String::as_str);
            lines([counts.as_str(), line, notes.id(), url.as_str()].into_iter().chain(headers).chain(removed))
        }
        Verdict::Answer(answer) => {
            let counts = format!("{due} {level} {} {}", answer.status, answer.headers.len());
            let headers = answer.headers.iter().flat_map(|(name, value)| [*name, value.as_str()]);
            let mut told = lines([counts.as_str(), line].into_iter().chain(headers))?;
            told.push('\n');
            told.push_str(str::from_utf8(&answer.body).ok()?);
            Some(told)
        }
        Verdict::File(_) | Verdict::Watch(_) => None,
    }
}

/// A request from its lines; nothing where a value had more lines than one.
fn read(request: &str) -> Option<Parts> {
    let mut lines = request.split('\n');
    let count = lines.next()?.parse().ok()?;
    let (method, url) = (lines.next()?.to_owned(), lines.next()?);
    let mut headers = Vec::with_capacity(count);
    while let Some(name) = lines.next() {
        headers.push((name.to_owned(), lines.next()?.to_owned()));
    }
    let whole = headers.len() == count;
    Parts::of(method, url, headers).filter(|_| whole)
}

/// Lines, if each of them is one.
fn lines<'a>(all: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut text = String::with_capacity(1_024);
    for line in all {
        if line.contains('\n') {
            return None;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
    Some(text)
}

/// The refreshes that wait, where a verdict from here was not used after all.
pub(crate) fn waiting() -> Vec<Refresh> {
    DUE.with_borrow_mut(std::mem::take)
}

/// Runs the refreshes that are due, all at the same time: none of them is due any more after two seconds.
#[wasm_bindgen(js_name = "countersignRefresh")]
#[expect(unreachable_pub, reason = "the glue exports it")]
pub fn refresh_due(env: Env) -> Promise {
    let (served, due) = (held(), waiting());
    // What panics is caught within.
    future_to_promise(AssertUnwindSafe(async move {
        if let Some(served) = served {
            join_all(due.into_iter().map(|due| refreshed(Rc::clone(&served), env.clone(), due))).await;
        }
        Ok(JsValue::UNDEFINED)
    }))
}

/// The answer where the origin of a request that was decided here threw.
///
/// # Errors
/// When even that cannot be made.
#[wasm_bindgen(js_name = "countersignOriginFailed")]
#[expect(unreachable_pub, reason = "the glue exports it")]
pub fn origin_failed(thrown: JsValue, id: &str) -> Result<Response> {
    let fault = Fault::from_thrown(Port::Origin, thrown);
    failed(&fault.code(), &fault.detail, &Request::default(), id)
}

/// The answer to a request whose instance of the module is dead, by another one: its URL, and the id that it was sent with,
/// if any.
///
/// # Errors
/// When even that cannot be made.
#[wasm_bindgen(js_name = "countersignDied")]
#[expect(unreachable_pub, reason = "the glue exports it")]
pub fn died(code: &str, url: &str, sent: Option<String>) -> Result<Response> {
    let headers = sent.into_iter().map(|id| (REQUEST_ID.to_owned(), id)).collect();
    let request = Parts::of(String::new(), url, headers).map(|parts| parts.request).unwrap_or_default();
    let sent = request.header(REQUEST_ID).unwrap_or_default().to_owned();
    failed(code, "the instance of the module is dead", &request, &sent)
}

fn failed(code: &str, detail: &str, request: &Request, id: &str) -> Result<Response> {
    let notes = Notes::new(Some(id), chance::drawn().map_err(|fault| fault.code())?);
    log::unserved(code, detail, notes.id());
    unavailable(request, &notes)
}
