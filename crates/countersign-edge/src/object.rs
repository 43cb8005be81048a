//! The Durable Object `Tenant`: one per tenant, its SQLite database the truth about who may what.
//!
//! It opens the database, routes an operation's name to the code that does it, and wakes up for what is still to be
//! published. Every operation is synchronous from its first read to its commit, so no other event comes in between; no
//! borrow of memory is held over an await.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use countersign_gate::request::UrlParts;
use countersign_gate::watch::Close;
use countersign_wire::api::Watch;
use countersign_wire::stored::from_json;
use futures_util::future::join;
use worker::js_sys::{Date, decode_uri_component};
use worker::wasm_bindgen::JsValue;
use worker::{
    Delay, DurableObject, Env, Error, Request, Response, Result, ScheduledTime, State, WebSocket,
    WebSocketIncomingMessage, durable_object,
};

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::kv::Kv;
use crate::operations::{Keys, has_due, operate, tick_all};
use crate::outbox::{distrust, drain, next_round, pending};
use crate::panic::{Panicked, caught, install_hook};
use crate::sql::Database;
use crate::state::SqlState;
use crate::transaction::transact;
use crate::watch::{self, Sockets};
use crate::{CHECKPOINT_KEY, KV, MAC_KEY, REQUEST_ID, config, errands, log, schema};

/// When the alarm comes back by itself if a round of publishing is cut off, in milliseconds.
const BACKSTOP: i64 = 10_000;
/// The pause between rounds of publishing while errands are under way.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(1);

/// The operation that opens a WebSocket.
pub(crate) const WATCH: &str = "watch";
/// How a socket is closed that the page has closed.
const CLOSED: Close = Close { code: 1000, reason: "" };

/// A tenant's object.
#[durable_object]
pub(crate) struct Tenant {
    // The fields hold JavaScript values and cells. A panic while one of them is used is caught in `fetch` and `alarm`,
    // and what could be half changed is read again from the database.
    inner: AssertUnwindSafe<Rc<Inner>>,
}

pub(crate) struct Inner {
    pub(crate) database: Database,
    pub(crate) env: Env,
    pub(crate) sockets: Sockets,
    /// The database could be opened and is of a version that this program knows.
    opened: std::result::Result<(), Fault>,
    /// Whether it was looked what the life before this one left.
    looked: Cell<bool>,
    /// How much memory the module had when it was last looked, in pages of 64 KiB.
    pages: Cell<usize>,
}

impl DurableObject for Tenant {
    fn new(state: State, env: Env) -> Self {
        install_hook();
        let database = Database::new(state.storage());
        // A tenant that was never set up stays without tables: asking about it must not make it exist.
        let exists = SqlState::open(&database).map(|state| state.exists());
        let opened = exists.and_then(|exists| if exists { Ok(transact(&database, schema::migrate)?) } else { Ok(()) });
        let (looked, pages) = (Cell::new(false), Cell::new(0));
        let inner = Inner { database, env, opened, sockets: Sockets::new(state), looked, pages };
        Self { inner: AssertUnwindSafe(Rc::new(inner)) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let id = request.headers().get(REQUEST_ID).ok().flatten().unwrap_or_default();
        match caught(self.inner.answer(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(fault)) => {
                log::fault(&fault, &id);
                Response::error(fault.code(), 503)
            }
            Err(Panicked) => Response::error("object_panic", 500),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        // An error makes the platform call again, a few times and then no more: the work itself sets the next alarm
        // before it does anything that can fail.
        match caught(self.inner.wake()).await {
            Ok(Ok(())) => Response::empty(),
            Ok(Err(fault)) => {
                log::fault(&fault, "");
                Err(fault.code().into())
            }
            Err(Panicked) => Err("object_panic".into()),
        }
    }

    async fn websocket_message(&self, socket: WebSocket, _message: WebSocketIncomingMessage) -> Result<()> {
        watch::spoke(&socket);
        Ok(())
    }

    async fn websocket_close(&self, socket: WebSocket, _code: usize, _reason: String, _clean: bool) -> Result<()> {
        watch::close(&socket, CLOSED);
        Ok(())
    }

    async fn websocket_error(&self, _socket: WebSocket, _error: Error) -> Result<()> {
        // The platform has closed it.
        Ok(())
    }
}

impl Inner {
    async fn answer(self: &Rc<Self>, mut request: Request) -> std::result::Result<Response, Fault> {
        self.opened.clone()?;
        self.look_around().await?;
        // workers-rs would parse the URL by tables of all the world's domain names.
        let url = request.inner().url();
        let target = UrlParts::split(&url).ok_or_else(|| Fault::failed(Port::Object, "no URL"))?;
        let names = target.path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let (tenant, operation) = names.unwrap_or_default();
        if operation == WATCH {
            return Ok(self.watched(tenant, &watch_of(target.query.unwrap_or_default())?)?.into());
        }
        let body = request.bytes().await.map_err(|error| Fault::from_error(Port::Object, &error))?;
        let operated = operate(&self.database, &self.keys()?, tenant, operation, &body)?;
        self.look_at_the_memory();
        if operated.committed {
            self.wake_at(now_ms()).await?;
            self.tell_soon();
        }
        Response::from_bytes(operated.body).map_err(|error| Fault::from_error(Port::Object, &error))
    }

    async fn wake(self: &Rc<Self>) -> std::result::Result<(), Fault> {
        // Before anything that can fail: an alarm that ends in an error is called again a few times, and then no more.
        self.wake_at(now_ms() + BACKSTOP).await?;
        self.opened.clone()?;
        self.look_around().await?;
        let kv = Kv::open(&self.env, KV, "")?;
        let tenant = SqlState::open(&self.database)?.tenant()?;
        // What cannot be done must not keep records from being published.
        let ticked = tick_all(&self.database, &tenant);
        self.tell_soon();
        let mac_key = self.keys()?.mac;
        let development = config(&self.env).is_ok_and(|config| config.dev_sign_in);
        let errands = errands::run(&self.database, &self.env, &tenant, development);
        let done = Cell::new(false);
        let errands = async {
            let came = errands.await;
            done.set(true);
            came
        };
        // Records go on being published while a receiver takes its time.
        let publish = async {
            loop {
                drain(&self.database, &kv, &mac_key, &tenant).await?;
                if done.get() {
                    return Ok::<(), Fault>(());
                }
                Delay::from(BETWEEN_ROUNDS).await;
            }
        };
        let (publish, errands) = join(publish, errands).await;
        publish?;
        errands?;
        ticked?;
        // From here on nothing is awaited: what was committed meanwhile is planned with the rest, not written over.
        let due = tick_all(&self.database, &tenant)?;
        self.tell_soon();
        match next_round(&self.database)?.into_iter().chain(due).min() {
            Some(at) => self.wake_at(at).await,
            None => self.sleep().await,
        }
    }

    /// Once in the life of an object in memory: sees what the last one left. The alarm is set where there is work and none,
    /// for a database that was restored, or could not be opened for a while, has lost it.
    async fn look_around(&self) -> std::result::Result<(), Fault> {
        if self.looked.get() {
            return Ok(());
        }
        let state = SqlState::open(&self.database)?;
        self.looked.set(true);
        if !state.exists() {
            return Ok(());
        }
        let waits = pending(&self.database)?;
        if waits {
            distrust(&self.database)?;
        }
        let alarm = self.database.storage().get_alarm().await;
        let alarm = alarm.map_err(|error| Fault::from_error(Port::Storage, &error))?;
        if alarm.is_none() && (waits || has_due(&self.database)?) {
            self.wake_at(now_ms()).await?;
        }
        Ok(())
    }

    /// On a developer's machine it is written down whenever the module's memory has grown; it never shrinks.
    fn look_at_the_memory(&self) {
        #[cfg(target_arch = "wasm32")]
        let pages = core::arch::wasm32::memory_size(0);
        #[cfg(not(target_arch = "wasm32"))]
        let pages = 0;
        if pages > self.pages.replace(pages) && config(&self.env).is_ok_and(|config| config.dev_sign_in) {
            log::info("memory", &(pages * 64 * 1024).to_string());
        }
    }

    fn keys(&self) -> std::result::Result<Keys, Fault> {
        let mac = self.env.var(MAC_KEY).map_err(|error| Fault::from_error(Port::Object, &error))?;
        let checkpoint = self.env.var(CHECKPOINT_KEY).map(|key| key.to_string()).unwrap_or_default();
        Ok(Keys { mac: mac.to_string().into_bytes(), checkpoint: checkpoint.into_bytes() })
    }

    /// Takes the alarm back, if nothing was committed while the last round was published.
    async fn sleep(&self) -> std::result::Result<(), Fault> {
        if pending(&self.database)? {
            return Ok(());
        }
        let gone = self.database.storage().delete_alarm().await;
        gone.map_err(|error| Fault::from_error(Port::Storage, &error))
    }

    /// Asks to be woken at a time, or at once if that is past; it replaces an earlier wish. Called directly after a
    /// commit, with no other await in between, it is stored together with it or not at all.
    ///
    /// # Errors
    /// When the storage fails.
    pub(crate) async fn wake_at(&self, at_ms: i64) -> std::result::Result<(), Fault> {
        let at = ScheduledTime::new(Date::new(&JsValue::from_f64(at_ms as f64)));
        let set = self.database.storage().set_alarm(at).await;
        set.map_err(|error| Fault::from_error(Port::Storage, &error))
    }
}

/// What the gate says of a page, in the query of its request: an upgrade has no body.
fn watch_of(query: &str) -> std::result::Result<Watch, Fault> {
    let text = decode_uri_component(query).map(String::from);
    let text = text.map_err(|thrown| Fault::from_thrown(Port::Object, thrown))?;
    from_json(text.as_bytes()).map_err(|error| Fault::failed(Port::Object, error))
}
