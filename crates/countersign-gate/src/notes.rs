//! What is noted of one request on its way through the gate: its id, and what becomes its line in the log.
//!
//! A line says what was decided, by what and how fresh, for which tenant and route. Whose request it was and for what is
//! written only where the configuration asks for it.

use crate::gate::Verdict;
use crate::ports::Clock;
use countersign_core::{Decision, Effect, Millis};
use countersign_wire::written::Object;
use std::cell::{Cell, RefCell};

/// Bytes of chance that a request is given.
pub const CHANCE: usize = 16;
/// How long an id that the client sent may be.
const ID: std::ops::RangeInclusive<usize> = 16..=64;

/// What is noted of one request.
#[derive(Debug, Default)]
pub struct Notes {
    id: String,
    chance: u32,
    noted: RefCell<Noted>,
    /// How often the tenant's object was asked for it
    asked: Cell<u32>,
    /// Since when it waits for what may take longer than a verdict
    waits: Cell<Option<Millis>>,
    /// How long it has waited for such things before
    waited: Cell<Millis>,
}

/// What the way of a request has shown so far.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    pub(crate) tenant: Option<String>,
    /// Method and pattern of the route, as the table writes them
    pub(crate) route: Option<String>,
    /// Like action and resource, where it is to be logged
    pub(crate) subject: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) resource: Option<String>,
    pub(crate) decision: Option<Decision>,
    pub(crate) revision: Option<u64>,
    pub(crate) strict: Option<bool>,
    /// Whether it was for the worker's own API
    pub(crate) own: bool,
}

/// Which lines are written, and what stands in them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logging {
    /// Which part of what went well is written down; what did not always is
    pub allows: f64,
    /// Whether lines say whose request it was, and for what
    pub identities: bool,
}

impl Default for Logging {
    fn default() -> Self {
        Self { allows: 1.0, identities: false }
    }
}

/// A line for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether something failed
    pub error: bool,
    /// The line, an object of JSON
    pub text: String,
}

impl Notes {
    /// For a request that came with this `X-Request-ID`, which is taken over if it is one, and with chance that nobody
    /// can foresee.
    ///
    /// An id is 16 to 64 hexadecimal digits and hyphens, as UUIDs and trace ids are: it stands in logs, so it must not be
    /// able to say anything.
    #[must_use]
    pub fn new(sent: Option<&str>, chance: [u8; CHANCE]) -> Self {
        let id = sent.filter(|sent| is_id(sent)).map_or_else(|| uuid(chance), str::to_owned);
        let [one, two, three, four, ..] = chance;
        Self { id, chance: u32::from_le_bytes([one, two, three, four]), ..Self::default() }
    }

    /// The request's id: in the log, at the origin, in the answer.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut Noted)) {
        note(&mut self.noted.borrow_mut());
    }

    /// The tenant's object is asked.
    pub(crate) fn asking(&self) {
        self.asked.set(self.asked.get() + 1);
    }

    /// Awaits what may take longer than a verdict: a body that the client sends, or a command that takes its time.
    pub(crate) async fn excusing<T>(&self, clock: &impl Clock, work: impl Future<Output = T>) -> T {
        self.waits.set(Some(clock.now()));
        let output = work.await;
        self.waited.set(self.waited(clock.now()));
        self.waits.set(None);
        output
    }

    /// How long it has waited for such things.
    pub(crate) fn waited(&self, now: Millis) -> Millis {
        let present = self.waits.get().map_or(0, |since| now.saturating_sub(since).max(0));
        self.waited.get().saturating_add(present)
    }

    /// Whether everything was held that was needed.
    pub(crate) fn is_warm(&self) -> bool {
        self.asked.get() == 0
    }

    /// The line for a request that ended so after `took` milliseconds; nothing where it is not among those written down.
    #[must_use]
    pub fn line(&self, verdict: &Verdict, logging: &Logging, now: Millis, took: Millis) -> Option<Line> {
        let noted = self.noted.borrow();
        let (status, code) = match verdict {
            Verdict::Answer(answer) => (Some(answer.status), answer.code.as_str()),
            Verdict::Forward(_) => (None, "ok"),
            Verdict::File(_) => (Some(200), "ok"),
            Verdict::Watch(_) => (None, "watch"),
        };
        let error = status.is_some_and(|status| status >= 500);
        let word = match (verdict, noted.decision) {
            _ if error => "error",
            _ if noted.own => "answered",
            (Verdict::File(_) | Verdict::Watch(_), _) => "answered",
            (Verdict::Forward(_), Some(_)) => Effect::Allow.as_str(),
            (Verdict::Forward(_), None) => "public",
            (Verdict::Answer(_), Some(decision)) if decision.effect == Effect::Approval => decision.effect.as_str(),
            (Verdict::Answer(_), _) => Effect::Deny.as_str(),
        };
        let went_well = status.is_none_or(|status| status < 400) && word != Effect::Approval.as_str();
        if went_well && f64::from(self.chance) >= logging.allows * f64::from(u32::MAX) && logging.allows < 1.0 {
            return None;
        }
        let mut line = Object::new(384);
        line.text("level", Some(if error { "error" } else { "info" }));
        line.text("event", Some("decision"));
        line.number("time", Some(now.max(0).unsigned_abs()));
        line.text("request", Some(&self.id));
        line.text("tenant", noted.tenant.as_deref());
        line.text("route", noted.route.as_deref());
        line.text("decision", Some(word));
        line.text("stage", noted.decision.map(|decision| decision.stage.as_str()));
        line.text("code", Some(code));
        line.number("status", status.map(u64::from));
        line.number("revision", noted.revision);
        line.text("freshness", noted.strict.map(|strict| if strict { "strict" } else { "bounded" }));
        line.number("asked", Some(u64::from(self.asked.get())));
        line.number("ms", Some(took.max(0).unsigned_abs()));
        line.text("version", Some(env!("CARGO_PKG_VERSION")));
        if logging.identities {
            line.text("subject", noted.subject.as_deref());
            line.text("action", noted.action.as_deref());
            line.text("resource", noted.resource.as_deref());
        }
        Some(Line { error, text: line.finish() })
    }
}

fn is_id(text: &str) -> bool {
    ID.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A UUID of version 4 (RFC 9562 section 5.4).
fn uuid(chance: [u8; CHANCE]) -> String {
    let number = u128::from_be_bytes(chance) & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
    let mut text = String::with_capacity(36);
    for (at, byte) in number.to_be_bytes().into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0xf));
    }
    text
}
