//! Requests and responses: into plain parts, out of plain parts, and through to the origin.
//!
//! It works on the platform's own objects rather than on workers-rs' `Request`, whose method type reads every method that
//! it does not know as GET. What is removed, renamed or refused is decided elsewhere; here lists are applied.

use std::time::Duration;

use countersign_gate::origin::Origin;
use countersign_gate::request::{Request as GateRequest, UrlParts};
use futures_util::TryStreamExt;
use worker::js_sys::{Array, Function, JSON, Promise, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{Headers, Request, RequestInit, RequestRedirect, Response, ResponseInit};
use worker::{ByteStream, Env, WebSocket, worker_sys};

use crate::deadline::within;
use crate::fault::{Fault, Port};

/// The binding of the origin.
pub(crate) const ORIGIN: &str = "ORIGIN";

/// How long a body may take to arrive; the request as a whole may have less.
const BODY_PATIENCE: Duration = Duration::from_secs(20);

/// What a fault says of a body beyond its limit.
pub(crate) const TOO_LONG: &str = "the body is too long";

/// A request without its body. Path and query are as the platform hands them over: it has resolved dot segments and
/// backslashes, and left percent signs, repeated slashes, case and trailing slashes alone. Headers' names are in lower case,
/// and one that was sent twice is there once, its values joined by a comma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// `http` or `https`.
    pub(crate) scheme: String,
    pub(crate) request: GateRequest,
}

/// A response that this worker makes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Takes a request apart.
///
/// # Errors
/// When the platform's URL or headers are not of the form that it documents.
pub(crate) fn parts(request: &Request) -> Result<Parts, Fault> {
    let parts = Parts::of(request.method(), &request.url(), list(&request.headers())?);
    parts.ok_or_else(|| Fault::failed(Port::Request, "a URL without scheme, host or path"))
}

impl Parts {
    /// Nothing where the URL has no scheme, host or path.
    pub(crate) fn of(method: String, url: &str, headers: Vec<(String, String)>) -> Option<Self> {
        let target = UrlParts::split(url)?;
        let (path, host) = (target.path.to_owned(), target.host.to_owned());
        let request = GateRequest { method, path, query: target.query.map(str::to_owned), host, headers };
        Some(Self { scheme: target.scheme.to_owned(), request })
    }
}

/// The whole body of a request. One that is too long is not read further than that.
///
/// # Errors
/// When it cannot be read, is longer than `limit` bytes, or does not arrive before the deadline.
pub(crate) async fn body(request: &Request, limit: usize) -> Result<Vec<u8>, Fault> {
    if request.body().is_none() {
        return Ok(Vec::new());
    }
    let announced = request.headers().get("content-length").ok().flatten();
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    let chunked = request.headers().has("transfer-encoding").unwrap_or(true);
    if announced.is_some_and(|length| length > limit) {
        return Err(Fault::failed(Port::Request, TOO_LONG));
    }
    // The handle is cloned, not the request: JavaScript's `clone` would keep a second copy of the body.
    let mut incoming = worker::Request::from(<Request as Clone>::clone(request));
    let read = async {
        if announced.is_some() && !chunked {
            // No more comes through a connection than was announced: it is read at once, not chunk by chunk. Where it is
            // sent in chunks, nobody holds it to what it announces.
            let bytes = incoming.bytes().await?;
            return if bytes.len() > limit { Err(worker::Error::from(TOO_LONG)) } else { Ok(bytes) };
        }
        bounded(incoming.stream()?, limit).await
    };
    within(Port::Request, BODY_PATIENCE, read).await?.map_err(|error| Fault::from_error(Port::Request, &error))
}

/// All bytes of a stream. One that is too long is not read further than that.
///
/// # Errors
/// When it cannot be read, or is longer than `limit` bytes.
pub(crate) async fn bounded(mut stream: ByteStream, limit: usize) -> worker::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.try_next().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > limit {
            return Err(worker::Error::from(TOO_LONG));
        }
    }
    Ok(bytes)
}

/// Sends a request of the worker's own to wherever its URL says.
///
/// # Errors
/// What JavaScript throws.
pub(crate) async fn fetch(request: &Request) -> Result<Response, JsValue> {
    let fetch: Function = Reflect::get(&global(), &"fetch".into())?.dyn_into()?;
    let promise: Promise = fetch.call1(&JsValue::UNDEFINED, request)?.dyn_into()?;
    JsFuture::from(promise).await?.dyn_into()
}

/// How to send what no copy in between may answer.
pub(crate) fn uncached() -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    Reflect::set(&init, &"cache".into(), &"no-store".into())?;
    Ok(init)
}

/// Makes the response for an answer of our own.
///
/// # Errors
/// When the status or a header is one that cannot be sent.
pub(crate) fn response(answer: &Answer) -> Result<Response, Fault> {
    let init = ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&pairs(&answer.headers));
    let body = (!answer.body.is_empty()).then(|| Uint8Array::from(answer.body.as_slice()));
    Response::new_with_opt_buffer_source_and_init(body.as_deref(), &init)
        .map_err(|thrown| thrown_by(Port::Request, thrown))
}

/// The response that hands a WebSocket to the client, which offered `protocol`.
///
/// # Errors
/// When the platform refuses it.
pub(crate) fn upgraded(socket: WebSocket, protocol: &str) -> Result<Response, Fault> {
    let response =
        worker::Response::from_websocket(socket).map_err(|error| Fault::from_error(Port::Request, &error))?;
    let headers = worker::Headers::new();
    let set = headers.set("sec-websocket-protocol", protocol);
    set.map_err(|error| Fault::from_error(Port::Request, &error))?;
    Ok(response.with_headers(headers).into())
}

/// Sends `request` on to `url` with its method and body, without the headers in `remove` and with those in `set`. The body
/// streams, unless it was read already and is given; a redirect comes back as one. No deadline applies: how long an answer may
/// take is the origin's affair, and the client's patience.
///
/// # Errors
/// When the origin is not bound, cannot be reached, or throws.
pub(crate) async fn forward(
    (request, read): (&Request, Option<&[u8]>),
    (env, origin): (&Env, &Origin),
    url: &str,
    remove: &[String],
    set: impl Iterator<Item = (&'static str, String)>,
) -> Result<Response, Fault> {
    let answered = async {
        let outgoing = outgoing((request, read), url, remove, set)?;
        match origin {
            // The raw binding: workers-rs' own response type would wrap the body's stream once more and lose the status text.
            Origin::Service => {
                let service: worker_sys::Fetcher = env.service(ORIGIN).map_err(JsValue::from)?.into_rpc();
                JsFuture::from(service.fetch(&outgoing)?).await?.dyn_into()
            }
            // The platform's cache knows answers by address, and not by who asked.
            Origin::Url(_) => fetch(&Request::new_with_request_and_init(&outgoing, &uncached()?)?).await,
        }
    };
    answered.await.map_err(|thrown| thrown_by(Port::Origin, thrown))
}

/// The request for the origin: a copy made by the platform, which takes method, body and headers over as they are. What
/// came in is never followed to where a redirect points, and neither is its copy. A body that was read is sent anew.
fn outgoing(
    (request, read): (&Request, Option<&[u8]>),
    url: &str,
    remove: &[String],
    set: impl Iterator<Item = (&'static str, String)>,
) -> Result<Request, JsValue> {
    let outgoing = match read {
        None => Request::new_with_str_and_init(url, request.unchecked_ref())?,
        Some(body) => {
            let init = RequestInit::new();
            init.set_method(&request.method());
            init.set_headers(&request.headers());
            init.set_redirect(RequestRedirect::Manual);
            if !body.is_empty() {
                init.set_body(&Uint8Array::from(body));
            }
            Request::new_with_str_and_init(url, &init)?
        }
    };
    let headers = outgoing.headers();
    for name in remove {
        headers.delete(name)?;
    }
    for (name, value) in set {
        headers.set(name, &value)?;
    }
    Ok(outgoing)
}

/// The origin's response with some headers set; status and streaming body stay as they are. What the origin says of times
/// stays beside what is said here.
///
/// # Errors
/// When a header is one that cannot be sent.
pub(crate) fn with_headers(response: &Response, set: &[(&'static str, String)]) -> Result<Response, Fault> {
    // A response that was received is immutable; a copy that takes its init from it keeps all else, a WebSocket included.
    let copy = Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), response.unchecked_ref())
        .map_err(|thrown| thrown_by(Port::Origin, thrown))?;
    let headers = copy.headers();
    for (name, value) in set {
        let done = if *name == "server-timing" { headers.append(name, value) } else { headers.set(name, value) };
        done.map_err(|thrown| thrown_by(Port::Origin, thrown))?;
    }
    Ok(copy)
}

/// All headers, in one text: fetched one by one they would cost more than everything else that is done with a request.
fn list(headers: &Headers) -> Result<Vec<(String, String)>, Fault> {
    let text = JSON::stringify(&Array::from(headers)).map_err(|thrown| thrown_by(Port::Request, thrown))?;
    let text = text.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| Fault::failed(Port::Request, format!("headers: {error}")))
}

fn pairs(headers: &[(String, String)]) -> JsValue {
    let pair = |(name, value): &(String, String)| Array::of2(&name.as_str().into(), &value.as_str().into());
    headers.iter().map(pair).collect::<Array>().into()
}

fn thrown_by(port: Port, thrown: JsValue) -> Fault {
    Fault::from_thrown(port, thrown)
}
