//! Requests and responses: into plain parts, out of plain parts, and through to the origin.
//!
//! It works on the platform's own objects rather than on workers-rs' `Request`, whose method type reads every method that
//! it does not know as GET. What is removed, renamed or refused is decided elsewhere; here lists are applied.

use std::time::Duration;

use countersign_gate::request::UrlParts;
use futures_util::TryStreamExt;
use worker::js_sys::{Array, Function, Promise, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{Headers, Request, RequestInit, RequestRedirect as Redirect, Response, ResponseInit};
use worker::{ByteStream, Env, WebSocket, worker_sys};

use crate::deadline::within;
use crate::fault::{Fault, Port};

/// How long a body may take to arrive; the request as a whole may have less.
const BODY_PATIENCE: Duration = Duration::from_secs(20);

/// What a fault says of a body beyond its limit.
pub(crate) const TOO_LONG: &str = "the body is too long";

/// A request without its body. Path and query are as the platform hands them over: it has resolved dot segments and
/// backslashes, and left percent signs, repeated slashes, case and trailing slashes alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) method: String,
    /// `http` or `https`.
    pub(crate) scheme: String,
    /// With the port, if one was given.
    pub(crate) host: String,
    /// Begins with a slash.
    pub(crate) path: String,
    /// Without the question mark; `None` where there was none.
    pub(crate) query: Option<String>,
    /// Names are in lower case, and one that was sent twice is here once, its values joined by a comma.
    pub(crate) headers: Vec<(String, String)>,
}

/// A response that this worker makes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What the origin is to see of a request, apart from its method and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// Begins with a slash, and carries the query if there is one.
    pub(crate) path_and_query: String,
    /// All headers; none of the original ones is taken over by itself.
    pub(crate) headers: Vec<(String, String)>,
}

/// Takes a request apart.
///
/// # Errors
/// When the platform's URL or headers are not of the form that it documents.
pub(crate) fn parts(request: &Request) -> Result<Parts, Fault> {
    let url = request.url();
    let target =
        UrlParts::split(&url).ok_or_else(|| Fault::failed(Port::Request, "a URL without scheme, host or path"))?;
    Ok(Parts {
        method: request.method(),
        scheme: target.scheme.to_owned(),
        host: target.host.to_owned(),
        path: target.path.to_owned(),
        query: target.query.map(str::to_owned),
        headers: list(&request.headers())?,
    })
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

/// The service that requests are forwarded to. It is kept as the raw binding: workers-rs' own response type would wrap
/// the body's stream once more and lose the status text.
pub(crate) struct Origin(worker_sys::Fetcher);

impl Origin {
    /// Opens the service bound as `binding`.
    ///
    /// # Errors
    /// When the worker has no such binding.
    pub(crate) fn open(env: &Env, binding: &str) -> Result<Self, Fault> {
        let service = env.service(binding).map_err(|error| Fault::from_error(Port::Origin, &error))?;
        Ok(Self(service.into_rpc()))
    }

    /// Sends `request` on with its method and body, as `target` says. The body streams; a redirect comes back as one.
    /// No deadline applies: how long an answer may take is the origin's affair, and the client's patience.
    ///
    /// # Errors
    /// When the origin cannot be called or throws.
    pub(crate) async fn forward(&self, request: &Request, parts: &Parts, target: &Outgoing) -> Result<Response, Fault> {
        let init = RequestInit::new();
        init.set_method(&parts.method);
        init.set_headers(&pairs(&target.headers));
        init.set_redirect(Redirect::Manual);
        if let Some(body) = request.body() {
            init.set_body(&body);
        }
        let url = format!("{}://{}{}", parts.scheme, parts.host, target.path_and_query);
        let sent = Request::new_with_str_and_init(&url, &init).and_then(|outgoing| self.0.fetch(&outgoing));
        let answered = match sent {
            Ok(promise) => JsFuture::from(promise).await,
            Err(thrown) => Err(thrown),
        };
        answered.and_then(JsCast::dyn_into).map_err(|thrown| thrown_by(Port::Origin, thrown))
    }
}

/// The origin's response with some headers set; status and streaming body stay as they are.
///
/// # Errors
/// When a header is one that cannot be sent.
pub(crate) fn with_headers(response: &Response, set: &[(String, String)]) -> Result<Response, Fault> {
    // A response that was received is immutable; a copy that takes its init from it keeps all else, a WebSocket included.
    let copy = Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), response.unchecked_ref())
        .map_err(|thrown| thrown_by(Port::Origin, thrown))?;
    let headers = copy.headers();
    for (name, value) in set {
        headers.set(name, value).map_err(|thrown| thrown_by(Port::Origin, thrown))?;
    }
    Ok(copy)
}

fn list(headers: &Headers) -> Result<Vec<(String, String)>, Fault> {
    let mut found = Vec::new();
    for entry in headers.entries().into_iter() {
        let pair: Array = entry.map_err(|thrown| thrown_by(Port::Request, thrown))?.unchecked_into();
        match (pair.get(0).as_string(), pair.get(1).as_string()) {
            (Some(name), Some(value)) => found.push((name, value)),
            _ => return Err(Fault::failed(Port::Request, "a header that is no text")),
        }
    }
    Ok(found)
}

fn pairs(headers: &[(String, String)]) -> JsValue {
    let pair = |(name, value): &(String, String)| Array::of2(&name.as_str().into(), &value.as_str().into());
    headers.iter().map(pair).collect::<Array>().into()
}

fn thrown_by(port: Port, thrown: JsValue) -> Fault {
    Fault::from_thrown(port, thrown)
}
