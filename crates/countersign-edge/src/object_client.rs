//! Calling a tenant's Durable Object from the worker: one POST per operation, under one deadline, retried only where
//! that is safe.

use std::future::pending;
use std::time::Duration;

use worker::js_sys::{Array, Uint8Array, encode_uri_component};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{Request, RequestInit, Response};
use worker::{Delay, Env, ObjectNamespace};

use crate::REQUEST_ID;
use crate::deadline::{DEADLINE, within};
use crate::fault::{Cause, Fault, Port};

/// The waits before the second and the third attempt. The deadline is for all three together.
const PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(100)];

/// One call of a tenant's object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The tenant's id, which names its object.
    pub(crate) tenant: &'a str,
    /// What to do; behind the tenant's id it is the path that the object's `fetch` routes by.
    pub(crate) operation: &'a str,
    pub(crate) body: &'a [u8],
    /// Whether doing it twice is the same as doing it once.
    pub(crate) idempotent: bool,
    /// How long all attempts together may take.
    pub(crate) patience: Duration,
}

/// What the object answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// The namespace of the tenants' objects; one that is [`Tenants::STILL`] answers nothing.
pub(crate) struct Tenants {
    objects: Option<ObjectNamespace>,
    /// The request for which they are asked, if it is for one; they are told, so that it stands in their log, too.
    pub(crate) request: String,
}

impl Tenants {
    /// Where only memory is to be asked.
    pub(crate) const STILL: Self = Self { objects: None, request: String::new() };

    /// Opens the namespace bound as `binding`, for a request with this id; it may be empty.
    ///
    /// # Errors
    /// When the worker has no such binding.
    pub(crate) fn open(env: &Env, binding: &str, request: &str) -> Result<Self, Fault> {
        let opened = |objects| Self { objects: Some(objects), request: request.to_owned() };
        env.durable_object(binding).map(opened).map_err(|error| Fault::from_error(Port::Object, &error))
    }

    /// Calls a tenant's object. A fault says nothing about whether the operation was done.
    ///
    /// # Errors
    /// When the object cannot be reached, throws, is overloaded, or does not answer before the deadline.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Reply, Fault> {
        let Some(objects) = &self.objects else { return pending().await };
        let attempts = retried(call.idempotent, async || once(objects, call, &self.request).await);
        within(Port::Object, call.patience, attempts).await?
    }

    /// Asks a tenant's object for a WebSocket; what it answers goes to the client as it is.
    ///
    /// # Errors
    /// As for [`Self::call`].
    pub(crate) async fn open_socket(&self, tenant: &str, operation: &str, asked: &str) -> Result<Response, Fault> {
        let fault = |error| Fault::from_error(Port::Object, &error);
        let init = RequestInit::new();
        let upgrade = Array::of2(&"upgrade".into(), &"websocket".into());
        init.set_headers(&Array::of2(&upgrade, &Array::of2(&REQUEST_ID.into(), &self.request.as_str().into())));
        let query = encode_uri_component(asked);
        let url = format!("https://tenant.invalid/{tenant}/{operation}?{query}");
        let request = Request::new_with_str_and_init(&url, &init);
        let request = request.map_err(|thrown| Fault::from_thrown(Port::Object, thrown))?;
        let Some(objects) = &self.objects else { return pending().await };
        let stub = objects.get_by_name(tenant).map_err(fault)?;
        let opened = within(Port::Object, DEADLINE, stub.fetch_with_request(request.into())).await?;
        opened.map(Response::from).map_err(fault)
    }
}

/// Each attempt has a stub of its own: one that threw stays broken.
async fn once(objects: &ObjectNamespace, call: Call<'_>, id: &str) -> Result<Reply, Fault> {
    let fault = |error| Fault::from_error(Port::Object, &error);
    let stub = objects.get_by_name(call.tenant).map_err(fault)?;
    let response = Response::from(stub.fetch_with_request(request(call, id)?.into()).await.map_err(fault)?);
    // At once: workers-rs would read it chunk by chunk.
    let body = async { JsFuture::from(response.array_buffer()?).await };
    let body = body.await.map_err(|thrown| Fault::from_thrown(Port::Object, thrown))?;
    Ok(Reply { status: response.status(), body: Uint8Array::new(&body).to_vec() })
}

/// Attempts again, at most twice, what passing trouble stopped and what may be done twice. Overload is never answered
/// with more of the same.
pub(crate) async fn retried<T>(
    idempotent: bool,
    mut attempt: impl AsyncFnMut() -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut pauses = PAUSES.into_iter();
    loop {
        match attempt().await {
            Err(fault) if idempotent && fault.cause == Cause::Retryable => match pauses.next() {
                Some(pause) => Delay::from(pause).await,
                None => return Err(fault),
            },
            outcome => return outcome,
        }
    }
}

fn request(call: Call<'_>, id: &str) -> Result<Request, Fault> {
    let init = RequestInit::new();
    init.set_headers(&Array::of1(&Array::of2(&REQUEST_ID.into(), &id.into())));
    init.set_method("POST");
    init.set_body(&Uint8Array::from(call.body));
    // Only the path counts; the host is never resolved.
    let url = format!("https://tenant.invalid/{}/{}", call.tenant, call.operation);
    Request::new_with_str_and_init(&url, &init).map_err(|thrown| Fault::from_thrown(Port::Object, thrown))
}
