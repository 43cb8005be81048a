//! Issuers' keys by `fetch`, and signatures by WebCrypto.

use std::future::pending;
use std::time::Duration;

use countersign_gate::identity::{Algorithm, PublicKey};
use countersign_gate::ports::{Fault as GateFault, Keys};
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{Request, RequestRedirect};
use worker::{Delay, Response};

use crate::deadline::within;
use crate::fault::{Fault, Port};
use crate::ports::told;
use crate::{http, log};

/// How long keys are waited for: the request as a whole has little more.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long a request waits before it looks again whether another one has fetched.
const PAUSE: Duration = Duration::from_millis(20);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import(form: &str, key: &Object, by: &Object, extractable: bool, uses: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn verify(by: &Object, key: &JsValue, signature: &Uint8Array, signed: &Uint8Array) -> Result<Promise, JsValue>;
}

/// The platform's cryptography; one that is [`WebCrypto::STILL`] answers nothing.
pub(crate) struct WebCrypto {
    still: bool,
    /// The request for which it works, if it is for one.
    request: String,
}

impl WebCrypto {
    /// Where only memory is to be asked.
    pub(crate) const STILL: Self = Self { still: true, request: String::new() };

    /// For a request with this id; it may be empty.
    pub(crate) fn open(request: &str) -> Self {
        Self { still: false, request: request.to_owned() }
    }

    async fn answering(&self) {
        if self.still {
            pending().await
        }
    }
}

impl Keys for WebCrypto {
    async fn fetch(&self, url: &str, limit: usize) -> Result<Vec<u8>, GateFault> {
        self.answering().await;
        let fetched = within(Port::Keys, PATIENCE, fetched(url, limit)).await.and_then(|outcome| outcome);
        fetched.map_err(|fault| told(&fault, &self.request))
    }

    async fn verify(&self, key: &PublicKey, signed: &[u8], signature: &[u8]) -> Result<bool, GateFault> {
        self.answering().await;
        let verified = within(Port::Keys, PATIENCE, verified(key, signed, signature)).await;
        // WebCrypto throws for keys that can be none, and for nothing else that is asked here.
        verified.map_err(|fault| told(&fault, &self.request))?.map_err(|thrown| {
            log::fault(&Fault::from_thrown(Port::Keys, thrown), &self.request);
            GateFault::Corrupt
        })
    }

    async fn pause(&self) {
        self.answering().await;
        Delay::from(PAUSE).await;
    }
}

async fn fetched(url: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    let thrown = |thrown| Fault::from_thrown(Port::Keys, thrown);
    // A copy in between would keep a key alive that its issuer has withdrawn.
    let init = http::uncached().map_err(thrown)?;
    init.set_redirect(RequestRedirect::Manual);
    let request = Request::new_with_str_and_init(url, &init).map_err(thrown)?;
    let response = http::fetch(&request).await.map_err(thrown)?;
    let status = response.status();
    let mut response = Response::from(response);
    if status != 200 {
        return Err(Fault::failed(Port::Keys, format!("the keys' address answers {status}")));
    }
    let failed = |error| Fault::from_error(Port::Keys, &error);
    http::bounded(response.stream().map_err(failed)?, limit).await.map_err(failed)
}

async fn verified(key: &PublicKey, signed: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    // The dictionaries of importing and of verifying in one: each reads what it knows.
    let by: &[(&str, &str)] = match key.algorithm {
        Algorithm::Rs256 => &[("name", "RSASSA-PKCS1-v1_5"), ("hash", "SHA-256")],
        Algorithm::Es256 => &[("name", "ECDSA"), ("namedCurve", "P-256"), ("hash", "SHA-256")],
        Algorithm::EdDsa => &[("name", "Ed25519")],
    };
    let by = object(by.iter().copied())?;
    let jwk = object(key.members.iter().map(|(name, value)| (*name, value.as_str())))?;
    let key = JsFuture::from(import("jwk", &jwk, &by, false, &Array::of1(&"verify".into()))?).await?;
    let verified = verify(&by, &key, &Uint8Array::from(signature), &Uint8Array::from(signed))?;
    Ok(JsFuture::from(verified).await? == JsValue::TRUE)
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &name.into(), &value.into())?;
    }
    Ok(object)
}
