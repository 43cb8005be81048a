//! What a tenant's object sends by itself: deliveries to webhooks, and messages to other tenants.
//!
//! What is due, and what becomes of an attempt, is the tenant's to say; nothing waits for an errand but the errand.

use std::time::Duration;

use countersign_tenant::{Attempt, Commit, Due, Posted, delivered, deliveries_due, messages_due, posted};
use countersign_wire::api::Message;
use countersign_wire::stored::as_json;
use futures_util::future::join_all;
use worker::Env;
use worker::js_sys::Array;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::{Request, RequestInit, RequestRedirect};

use crate::OBJECTS;
use crate::chance::entropy;
use crate::clock::now_ms;
use crate::commit::apply;
use crate::deadline::{DEADLINE, within};
use crate::fault::{Fault, Port};
use crate::object_client::{Call, Tenants};
use crate::operations::unreadable;
use crate::sql::Database;
use crate::state::SqlState;
use crate::transaction::transact;
use crate::{http, log};

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Errands under way at once.
const AT_ONCE: usize = 8;

/// Runs the errands of one round. Those that are due meanwhile are for the next.
pub(crate) async fn run(database: &Database, env: &Env, tenant: &str, development: bool) -> Result<(), Fault> {
    let now = now_ms();
    let state = SqlState::of(database);
    let deliveries = deliveries_due(&state, now, AT_ONCE).map_err(unreadable)?;
    let messages = messages_due(&state, tenant, now, AT_ONCE).map_err(unreadable)?;
    let sent = deliveries.iter().map(async |due| {
        let attempt = deliver(due, development).await;
        note(database, tenant, |state, now, chance| delivered(state, &due.id, &attempt, now, chance))
    });
    let told = messages.iter().map(async |(place, message)| {
        let came = tell(env, message).await;
        note(database, tenant, |state, now, chance| posted(state, place, came, now, chance))
    });
    let (sent, told) = futures_util::future::join(join_all(sent), join_all(told)).await;
    sent.into_iter().chain(told).collect()
}

/// Writes down what came of an errand.
fn note(
    database: &Database,
    tenant: &str,
    came: impl FnOnce(&SqlState<'_>, i64, countersign_tenant::Entropy) -> Result<Option<Commit>, countersign_tenant::Fault>,
) -> Result<(), Fault> {
    let (now, chance) = (now_ms(), entropy()?);
    transact(database, |writes| -> Result<(), Fault> {
        match came(&SqlState::of(writes.database()), now, chance).map_err(unreadable)? {
            Some(commit) => apply(writes, tenant, &commit),
            None => Ok(()),
        }
    })?;
    Ok(())
}

async fn deliver(due: &Due, development: bool) -> Attempt {
    if due.development && !development {
        return Attempt::Failed("this address is for development alone".to_owned());
    }
    match within(Port::Origin, PATIENCE, post(due)).await {
        Ok(Ok(status)) => Attempt::Answered(status),
        Ok(Err(thrown)) => Attempt::Failed(Fault::from_thrown(Port::Origin, thrown).detail),
        Err(_) => Attempt::Failed(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}

/// Posts a delivery; the status that came back. A redirect is not followed: it could lead anywhere.
async fn post(due: &Due) -> Result<u16, JsValue> {
    let pair = |(name, value): &(&str, String)| Array::of2(&(*name).into(), &value.as_str().into());
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&due.headers.iter().map(pair).collect::<Array>().into());
    init.set_body(&due.body.as_str().into());
    init.set_redirect(RequestRedirect::Manual);
    let request = Request::new_with_str_and_init(&due.url, &init)?;
    let response = http::fetch(&request).await?;
    if let Some(body) = response.body() {
        // What is not read must be given up, or the connection stays.
        let _ = body.cancel();
    }
    Ok(response.status())
}

/// Tells another tenant's object.
async fn tell(env: &Env, message: &Message) -> Posted {
    let sent = async {
        let body = as_json(message).map_err(|error| Fault::failed(Port::Object, error))?;
        let call =
            Call { tenant: &message.to, operation: "message", body: &body, idempotent: true, patience: DEADLINE };
        let reply = Tenants::open(env, OBJECTS, "")?.call(call).await?;
        if reply.status == 200 {
            return Ok(reply.body == b"true");
        }
        Err(Fault::failed(Port::Object, format!("the other tenant answered {}", reply.status)))
    };
    match sent.await {
        Ok(true) => Posted::Acknowledged,
        Ok(false) => Posted::Nowhere,
        Err(fault) => {
            log::fault(&fault, "");
            Posted::Failed
        }
    }
}
