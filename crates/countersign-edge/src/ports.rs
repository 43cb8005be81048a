//! The gate's ports on the platform: KV, the tenants' objects, the clock, the body.

use std::future::pending;
use std::marker::PhantomData;
use std::time::Duration;

use countersign_core::Millis;
use countersign_gate::ports::{Authority, Body, Clock, Fault as GateFault, Platform, Store};
use countersign_wire::api::{CommandAnswer, CommandCall, Head, HeadAsk, QueryAnswer, QueryCall};
use countersign_wire::form::from_bytes;
use countersign_wire::stored::{as_json, from_json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::web_sys::Request;

use crate::clock::now_ms;
use crate::deadline::DEADLINE;
use crate::fault::{Cause, Fault, Port};
use crate::keys::WebCrypto;
use crate::kv::Kv;
use crate::object_client::{Call, Tenants};
use crate::{http, log};

/// The worker's platform, for one request.
pub(crate) struct Workers<'a>(PhantomData<&'a Request>);

impl<'a> Platform for Workers<'a> {
    type Store = Kv;
    type Authority = Tenants;
    type Clock = WallClock;
    type Keys = WebCrypto;
    type Body = RequestBody<'a>;
}

/// How long a command that takes its time may take: a little less than the gate waits for its answer.
const COMMAND_PATIENCE: Duration = Duration::from_secs(25);

impl Store for Kv {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, GateFault> {
        Self::get(self, key).await.map_err(|fault| told(&fault, &self.request))
    }
}

impl Authority for Tenants {
    async fn head(&self, tenant: &str, ask: &HeadAsk) -> Result<Head, GateFault> {
        // Asked before every strict decision, with whole records in the answer: straight to bytes and back.
        let body = serde_json::to_vec(ask).map_err(|_| GateFault::Corrupt)?;
        let bytes = self.bytes(tenant, "head", &body, true, DEADLINE).await?;
        from_bytes(&bytes).map_err(|error| corrupt(&error.to_string(), &self.request))
    }

    async fn command(&self, tenant: &str, call: &CommandCall) -> Result<CommandAnswer, GateFault> {
        // With a key it is applied once, however often it arrives.
        let patience = if call.takes_its_time() { COMMAND_PATIENCE } else { DEADLINE };
        self.asked(tenant, "command", call, call.idempotency_key.is_some(), patience).await
    }

    async fn query(&self, tenant: &str, call: &QueryCall) -> Result<QueryAnswer, GateFault> {
        self.asked(tenant, "query", call, true, DEADLINE).await
    }
}

impl Tenants {
    async fn asked<T: DeserializeOwned>(
        &self,
        tenant: &str,
        operation: &str,
        ask: &impl Serialize,
        idempotent: bool,
        patience: Duration,
    ) -> Result<T, GateFault> {
        let body = as_json(ask).map_err(|_| GateFault::Corrupt)?;
        let bytes = self.bytes(tenant, operation, &body, idempotent, patience).await?;
        from_json(&bytes).map_err(|error| corrupt(&error, &self.request))
    }

    async fn bytes(
        &self,
        tenant: &str,
        operation: &str,
        body: &[u8],
        idempotent: bool,
        patience: Duration,
    ) -> Result<Vec<u8>, GateFault> {
        let call = Call { tenant, operation, body, idempotent, patience };
        let reply = self.call(call).await.map_err(|fault| told(&fault, &self.request))?;
        if reply.status == 200 { Ok(reply.body) } else { Err(GateFault::Unavailable) }
    }
}

fn corrupt(error: &str, request: &str) -> GateFault {
    log::error("object_corrupt", error, request);
    GateFault::Corrupt
}

/// The platform's clock; or one moment, for what awaits nothing.
pub(crate) struct WallClock(pub(crate) Option<Millis>);

impl Clock for WallClock {
    fn now(&self) -> Millis {
        self.0.unwrap_or_else(now_ms)
    }
}

/// The body of a request; nothing where there is none to read, or only memory is to be asked: that never answers.
pub(crate) struct RequestBody<'a>(pub(crate) Option<&'a Request>);

impl Body for RequestBody<'_> {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, GateFault> {
        let Some(request) = self.0 else { return pending().await };
        http::body(request, limit).await.map_err(|fault| match fault {
            Fault { port: Port::Request, cause: Cause::Failed, ref detail } if detail.contains(http::TOO_LONG) => {
                GateFault::TooLarge
            }
            // The line of the request itself says which it was.
            other => told(&other, ""),
        })
    }
}

/// A fault as the gate knows it; what more there is to it goes into the log.
pub(crate) fn told(fault: &Fault, request: &str) -> GateFault {
    log::fault(fault, request);
    match fault.cause {
        Cause::Deadline => GateFault::Deadline,
        Cause::Overloaded => GateFault::Overloaded,
        Cause::Retryable | Cause::Failed => GateFault::Unavailable,
    }
}
