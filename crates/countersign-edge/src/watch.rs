//! The sockets of open pages in a tenant's object: accepted, told and closed as the gate says.
//!
//! They outlive the object's memory: what is known of each is noted with it. Telling comes after the answer to the command
//! that there is something to tell of, a few subjects at a time, so that other commands come in between.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use countersign_gate::fresh::Source;
use countersign_gate::ports::Fault as GateFault;
use countersign_gate::watch::{Board, Close, FAILED, Message, PING, PROTOCOL, SILENCE, Seats, Terms};
use countersign_tenant::{State as _, head};
use countersign_wire::api::{Head, HeadAsk, Watch, Watching};
use countersign_wire::seal::fingerprint;
use countersign_wire::stored::{as_json, from_json};
use worker::web_sys::Response;
use worker::{Delay, State, WebSocket, WebSocketPair};

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::http::{self, Answer};
use crate::object::Inner;
use crate::panic::caught;
use crate::state::SqlState;
use crate::{config, log, owned};

/// Subjects that are looked at before others have their turn.
const AT_ONCE: usize = 16;
/// When telling begins behind an answer, and how long others have their turn.
const TURN: Duration = Duration::from_millis(1);

/// The sockets of an object.
pub(crate) struct Sockets {
    state: State,
    /// Who is watched; nothing before it was looked
    board: RefCell<Option<Board>>,
    /// Whether somebody is telling, and whether there is more to tell by now.
    telling: Cell<bool>,
    more: Cell<bool>,
}

/// The tenant's state as the gate reads it.
struct Truth<'a>(SqlState<'a>);

impl Source for Truth<'_> {
    fn head(&self, since: Option<(u64, u64)>) -> Result<Head, GateFault> {
        let ask = HeadAsk { since, keys: Vec::new(), records: Vec::new(), groups_of: None };
        head(&self.0, &ask).map_err(|fault| unreadable(&fault.to_string()))
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, GateFault> {
        self.0.record(key).map_err(|fault| unreadable(&fault.to_string()))
    }
}

fn unreadable(detail: &str) -> GateFault {
    log::error("storage_failed", detail, "");
    GateFault::Unavailable
}

impl Sockets {
    pub(crate) fn new(state: State) -> Self {
        Self { state, board: RefCell::default(), telling: Cell::new(false), more: Cell::new(false) }
    }

    /// Runs with the board, which is made of the sockets that there are where memory does not have it.
    fn board<T>(&self, work: impl FnOnce(&mut Board) -> T) -> T {
        let mut board = self.board.borrow_mut();
        work(board.get_or_insert_with(|| Board::of(self.state.get_websockets().iter().filter_map(note_of))))
    }

    fn of(&self, subject: &str) -> Vec<WebSocket> {
        self.state.get_websockets_with_tag(&tag(subject))
    }

    /// Whoever cannot be told is cut off, and comes again.
    fn close_all(&self) {
        *self.board.borrow_mut() = None;
        for socket in self.state.get_websockets() {
            close(&socket, FAILED);
        }
    }
}

impl Inner {
    /// Opens a socket, or refuses to.
    pub(crate) fn watched(&self, tenant: &str, watch: &Watch) -> Result<Response, Fault> {
        let sockets = &self.sockets;
        let seats = Seats { tenant: sockets.state.get_websockets().len(), subject: sockets.of(&watch.subject).len() };
        let source = Truth(SqlState::open(&self.database)?);
        let terms = self.terms(tenant)?;
        let (message, note) = match sockets.board(|board| board.open(&source, watch, seats, terms)) {
            Ok(opened) => opened,
            Err(refusal) => {
                log::info(&refusal.code, &refusal.status.to_string());
                let headers = owned(refusal.headers);
                return http::response(&Answer { status: refusal.status, headers, body: refusal.body });
            }
        };
        let fault = |error| Fault::from_error(Port::Object, &error);
        let pair = WebSocketPair::new().map_err(fault)?;
        let ping = worker::worker_sys::WebSocketRequestResponsePair::new(PING.0, PING.1);
        sockets.state.set_websocket_auto_response(&ping.map_err(|thrown| Fault::from_thrown(Port::Object, thrown))?);
        sockets.state.accept_websocket_with_tags(&pair.server, &[&tag(&watch.subject)]);
        keep(&pair.server, &note)?;
        send(&pair.server, &message)?;
        http::upgraded(pair.client, PROTOCOL)
    }

    /// Tells whom it concerns of what was committed, after whoever committed it has the answer.
    pub(crate) fn tell_soon(self: &Rc<Self>) {
        let sockets = &self.sockets;
        if sockets.board(|board| board.is_empty()) {
            return;
        }
        if sockets.telling.replace(true) {
            sockets.more.set(true);
            return;
        }
        let this = Rc::clone(self);
        sockets.state.wait_until(async move {
            let told = caught(this.tell()).await;
            this.sockets.telling.set(false);
            match told {
                Ok(Ok(())) => return,
                Ok(Err(fault)) => log::fault(&fault, ""),
                Err(_) => {}
            }
            this.sockets.close_all();
        });
    }

    async fn tell(&self) -> Result<(), Fault> {
        let fault = |fault: GateFault| Fault::failed(Port::Object, fault.code());
        loop {
            self.sockets.more.set(false);
            Delay::from(TURN).await;
            let tenant = SqlState::open(&self.database)?.tenant()?;
            let source = Truth(SqlState::open(&self.database)?);
            let concerned = self.sockets.board(|board| board.concerned(&source)).map_err(fault)?;
            for some in concerned.chunks(AT_ONCE) {
                for subject in some {
                    let sockets = self.sockets.of(subject);
                    if sockets.is_empty() {
                        self.sockets.board(|board| board.forget(subject));
                        continue;
                    }
                    let terms = self.terms(&tenant)?;
                    let news = self.sockets.board(|board| board.look(&source, subject, terms)).map_err(fault)?;
                    for socket in sockets.iter().filter(|_| news.is_some()) {
                        let Some(note) = note_of(socket) else {
                            close(socket, FAILED);
                            continue;
                        };
                        let Some((message, then)) = news.as_ref().map(|news| news.to(&note, terms.now)) else {
                            continue;
                        };
                        // One that is closing already is told nothing more.
                        let sent = message.map_or(Ok(()), |message| send(socket, message));
                        match then {
                            Ok(note) if sent.is_ok() => keep(socket, &note)?,
                            Ok(_) => close(socket, FAILED),
                            Err(how) => close(socket, how),
                        }
                    }
                }
                Delay::from(TURN).await;
            }
            if !self.sockets.more.get() {
                return Ok(());
            }
        }
    }

    fn terms<'a>(&self, tenant: &'a str) -> Result<Terms<'a>, Fault> {
        Ok(Terms { tenant, ttl: config(&self.env)?.snapshot_ttl, now: now_ms() })
    }
}

/// A page has said something; pings do not come here.
pub(crate) fn spoke(socket: &WebSocket) {
    close(socket, SILENCE);
}

/// Whom a socket belongs to, as the platform finds it; a subject itself may be too long for that.
fn tag(subject: &str) -> String {
    fingerprint(subject.as_bytes())
}

fn note_of(socket: &WebSocket) -> Option<Watching> {
    let note: Option<String> = socket.deserialize_attachment().ok()?;
    from_json(note?.as_bytes()).ok()
}

fn keep(socket: &WebSocket, note: &Watching) -> Result<(), Fault> {
    let bytes = as_json(note).map_err(|error| Fault::failed(Port::Object, error))?;
    let text = String::from_utf8(bytes).map_err(|error| Fault::failed(Port::Object, error.to_string()))?;
    socket.serialize_attachment(text).map_err(|error| Fault::from_error(Port::Object, &error))
}

fn send(socket: &WebSocket, message: &Message) -> Result<(), Fault> {
    let sent = match message {
        Message::Snapshot(bytes) => socket.send_with_bytes(bytes),
        Message::Text(text) => socket.send_with_str(text),
    };
    sent.map_err(|error| Fault::from_error(Port::Object, &error))
}

/// Closes a socket; one that is closed already stays so.
pub(crate) fn close(socket: &WebSocket, how: Close) {
    let _ = socket.close(Some(how.code), Some(how.reason));
}
