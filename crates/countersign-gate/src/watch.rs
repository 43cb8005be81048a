//! What an open page is told: its own member's projection when that has changed, and nothing else.
//!
//! It runs in the tenant's object, which is the only place that knows of a change at once. A page is told by snapshots, each
//! the whole of what its member may know, so that nothing is lost where a message is. Whether there is anything to tell is
//! found by comparing fingerprints of the projection without its stamp: what changes for others, or in what a member
//! may not know, is not told, not even as the fact that something happened.

use crate::answer::Answer;
use crate::fresh::{Lens, Source, View};
use crate::ports::Fault;
use countersign_core::Millis;
use countersign_core::sorted::Map;
use countersign_wire::api::{Told, Watch, Watching};
use countersign_wire::projection::{self, Stamp};
use countersign_wire::seal::{POLICY, RESOURCES, fingerprint, group_key, subject_key};

/// The protocol that a page must offer with its WebSocket, and is answered with.
pub const PROTOCOL: &str = "countersign.v1";
/// What a page sends to know that somebody listens, and what comes back without waking anybody.
pub const PING: (&str, &str) = ("ping", "pong");

/// Sockets of one tenant.
const SOCKETS: usize = if cfg!(test) { 6 } else { 4_096 };
/// Sockets of one subject: the pages that somebody has open.
const OF_SUBJECT: usize = if cfg!(test) { 3 } else { 32 };
/// Bytes of the largest snapshot that is sent; a larger one is fetched.
const SENT: usize = 256 * 1024;

/// The codes that a socket is closed with.
pub const GONE: Close = Close { code: 4404, reason: "no member" };
/// The member may do nothing until somebody activates him.
pub const INACTIVE: Close = Close { code: 4403, reason: "not active" };
/// The page must say again who is signed in.
pub const RENEW: Close = Close { code: 4408, reason: "come again" };
/// Something failed: what the page was told may be old.
pub const FAILED: Close = Close { code: 1011, reason: "come again" };
/// Pages have nothing to say.
pub const SILENCE: Close = Close { code: 1008, reason: "nothing but pings is expected" };

/// How a socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code
    pub code: u16,
    /// Why, in words
    pub reason: &'static str,
}

/// What a socket is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A snapshot
    Snapshot(Vec<u8>),
    /// A [`Told`] as JSON
    Text(String),
}

/// Under which terms snapshots are made.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The tenant
    pub tenant: &'a str,
    /// How long a snapshot is good for, in milliseconds
    pub ttl: Millis,
    /// The present moment
    pub now: Millis,
}

/// Sockets that are open already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seats {
    /// Of the tenant
    pub tenant: usize,
    /// Of the subject that wants one more
    pub subject: usize,
}

/// What there is to tell a subject's sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    message: Option<Message>,
    close: Option<Close>,
    print: String,
    at: (u64, u64),
}

impl News {
    /// What becomes of the socket that was noted as `note`: what it is sent, how it is closed, or as what it is noted now.
    pub fn to(&self, note: &Watching, now: Millis) -> (Option<&Message>, Result<Watching, Close>) {
        // Whose sign-in may be over is told nothing more, not even that there is something.
        if note.until <= now {
            return (None, Err(RENEW));
        }
        let noted = || Watching { print: self.print.clone(), at: self.at, ..note.clone() };
        // A page that came between two changes, of which the second takes the first back, is told; the others know.
        let message = self.message.as_ref().filter(|_| note.print != self.print);
        (message, self.close.map_or_else(|| Ok(noted()), Err))
    }
}

/// Who is watched in a tenant's object, and what each was told last.
#[derive(Debug, Default)]
pub struct Board {
    lens: Lens,
    /// The fingerprint that all sockets of a subject know; nothing where they differ
    prints: Map<String, Option<String>>,
    /// The epoch and revision up to which all were told
    told: Option<(u64, u64)>,
}

impl Board {
    /// The board of sockets that outlived the object's memory. None is noted as of a later state than the one up to which
    /// all were told.
    #[must_use]
    pub fn of(notes: impl Iterator<Item = Watching>) -> Self {
        let mut board = Self::default();
        for Watching { subject, print, at, .. } in notes {
            board.told = board.told.max(Some(at));
            let known = board.prints.or_insert_with(subject, || Some(print.clone()));
            if known.as_ref() != Some(&print) {
                *known = None;
            }
        }
        board
    }

    /// Whether nobody is watched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prints.is_empty()
    }

    /// Takes in a socket of one more page: what it is told first, and as what it is noted.
    ///
    /// # Errors
    /// The refusal, for whoever may not watch, or where there is no room.
    pub fn open(
        &mut self,
        source: &impl Source,
        watch: &Watch,
        seats: Seats,
        terms: Terms<'_>,
    ) -> Result<(Message, Watching), Answer> {
        self.lens.advance(source)?;
        let view = self.lens.view(source, &watch.subject)?;
        let at = self.lens.at();
        if !view.is_member() {
            return Err(Answer::problem(404, "no_member"));
        }
        if !view.is_active() {
            return Err(Answer::problem(403, "inactive"));
        }
        if seats.tenant >= SOCKETS || seats.subject >= OF_SUBJECT {
            return Err(Answer::problem(429, "sockets"));
        }
        let print = print(&view, &terms)?;
        // The sockets that there are already may still be waiting for what this one is told now.
        let known = self.prints.or_insert_with(watch.subject.clone(), || Some(print.clone()));
        if known.as_ref() != Some(&print) {
            *known = None;
        }
        let told = *self.told.get_or_insert(at);
        let unchanged = match watch.held.filter(|held| *held <= at.1) {
            Some(held) => {
                let changed = source.head(Some((at.0, held)))?.changed;
                !self.concerns(source, changed.as_deref(), &watch.subject)?
            }
            None => false,
        };
        let message = if unchanged { text(Told::Current(at.1))? } else { snapshot(&view, &watch.subject, &terms)? };
        Ok((message, Watching { subject: watch.subject.clone(), print, at: told, until: watch.until }))
    }

    /// The subjects that a change since the last call may concern. Each is then to be [looked](Board::look) at.
    ///
    /// # Errors
    /// When the state cannot be read; so for all that follow.
    pub fn concerned(&mut self, source: &impl Source) -> Result<Vec<String>, Fault> {
        let head = source.head(self.told)?;
        let at = (head.epoch, head.revision);
        if self.told == Some(at) {
            return Ok(Vec::new());
        }
        self.lens.advance(source)?;
        let mut found = Vec::new();
        for subject in self.prints.keys().cloned().collect::<Vec<_>>() {
            if self.concerns(source, head.changed.as_deref(), &subject)? {
                found.push(subject);
            }
        }
        self.told = Some(at);
        Ok(found)
    }

    /// What there is to tell a subject; nothing if the projection says what it said.
    ///
    /// # Errors
    /// As [`Board::concerned`].
    pub fn look(&mut self, source: &impl Source, subject: &str, terms: Terms<'_>) -> Result<Option<News>, Fault> {
        self.lens.advance(source)?;
        let view = self.lens.view(source, subject)?;
        let at = self.told.unwrap_or_default();
        if !view.is_member() {
            self.forget(subject);
            return Ok(Some(News { message: None, close: Some(GONE), print: String::new(), at }));
        }
        let print = print(&view, &terms)?;
        let known = self.prints.insert(subject.to_owned(), Some(print.clone()));
        if known.flatten().as_ref() == Some(&print) {
            return Ok(None);
        }
        let message = Some(snapshot(&view, subject, &terms)?);
        let close = (!view.is_active()).then_some(INACTIVE);
        if close.is_some() {
            self.forget(subject);
        }
        Ok(Some(News { message, close, print, at }))
    }

    /// Forgets a subject that has no socket any more.
    pub fn forget(&mut self, subject: &str) {
        self.prints.remove(subject);
    }

    /// Whether a change of these records (of all, if that cannot be told) may be one of the subject's projection.
    fn concerns(&mut self, source: &impl Source, changed: Option<&[String]>, subject: &str) -> Result<bool, Fault> {
        let Some(changed) = changed else { return Ok(true) };
        let has = |key: &str| changed.iter().any(|changed| changed == key);
        if has(POLICY) || has(RESOURCES) || has(&subject_key(subject)) {
            return Ok(true);
        }
        if !changed.iter().any(|key| key.starts_with(&group_key(""))) {
            return Ok(false);
        }
        // Had the subject's groups changed, so would have its own record.
        Ok(self.lens.groups(source, subject)?.iter().any(|group| has(&group_key(group))))
    }
}

/// The fingerprint of what a projection says, whenever it is made.
fn print(view: &View, terms: &Terms<'_>) -> Result<String, Fault> {
    let stamp = Stamp { tenant: String::new(), subject: String::new(), revision: 0, expires: 0 };
    let bytes = view.ask(|policy, subject| projection::encode(policy, subject, &stamp, terms.now));
    Ok(fingerprint(&bytes.map_err(|_| Fault::Corrupt)?))
}

fn snapshot(view: &View, subject: &str, terms: &Terms<'_>) -> Result<Message, Fault> {
    let stamp = Stamp {
        tenant: terms.tenant.to_owned(),
        subject: subject.to_owned(),
        revision: view.revision,
        expires: terms.now.saturating_add(terms.ttl),
    };
    let bytes = view.ask(|policy, subject| projection::encode(policy, subject, &stamp, terms.now));
    let bytes = bytes.map_err(|_| Fault::Corrupt)?;
    if bytes.len() > SENT { text(Told::Changed(view.revision)) } else { Ok(Message::Snapshot(bytes)) }
}

fn text(told: Told) -> Result<Message, Fault> {
    serde_json::to_string(&told).map(Message::Text).map_err(|_| Fault::Corrupt)
}
