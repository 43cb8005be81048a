//! What can fail while a request is handled, and ports that do.

use super::classes::{Caller, Class};
use super::stage::OWNER;
use crate::fresh::store_key;
use crate::identity::PublicKey;
use crate::identity::tests::{key_set, signature_of};
use crate::ports::{Authority, Body, Fault, Keys, Platform, Store};
use crate::tests::world::{KEY, TENANT, World};
use countersign_core::Millis;
use countersign_wire::api::{CommandAnswer, CommandCall, Head, HeadAsk, QueryAnswer, QueryCall};
use countersign_wire::seal::{Header, seal};
use std::cell::Cell;
use std::panic::resume_unwind;
use std::task::Poll;

/// When the worker gives KV, the object, an issuer, and a client's body up, in milliseconds.
const KV_PATIENCE: Millis = 500;
const OBJECT_PATIENCE: Millis = 2_000;
const LONG_PATIENCE: Millis = 25_000;
const KEYS_PATIENCE: Millis = 1_500;
const BODY_PATIENCE: Millis = 20_000;
/// What is slow comes so long before that.
const BARELY: Millis = 10;

/// What KV does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Copies {
    #[default]
    Sound,
    Failing,
    Hanging,
    Slow,
    Missing,
    Corrupt,
    CutOff,
    Unsigned,
    Foreign,
    OtherKey,
    /// From before the right was taken back
    OverAge,
    /// Of a version of the format that there is not
    Unknown,
    Panicking,
}
pub(super) const COPIES: [Copies; 12] = [
    Copies::Failing,
    Copies::Hanging,
    Copies::Slow,
    Copies::Missing,
    Copies::Corrupt,
    Copies::CutOff,
    Copies::Unsigned,
    Copies::Foreign,
    Copies::OtherKey,
    Copies::OverAge,
    Copies::Unknown,
    Copies::Panicking,
];

/// What the object does, from some call on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Object {
    #[default]
    Sound,
    Unavailable,
    Overloaded,
    Hanging,
    Slow,
    Panicking,
    /// It answers what nobody asked for
    Beside,
    /// It leaves records out
    Short,
    /// Its records' seals do not fit
    Unsealed,
    /// Its records are of another tenant
    Foreign,
    /// Its records are newer than its head
    Ahead,
}
pub(super) const OBJECTS: [Object; 10] = [
    Object::Unavailable,
    Object::Overloaded,
    Object::Hanging,
    Object::Slow,
    Object::Panicking,
    Object::Beside,
    Object::Short,
    Object::Unsealed,
    Object::Foreign,
    Object::Ahead,
];

/// What becomes of an issuer's keys, and of looking at what was signed with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Issued {
    #[default]
    Sound,
    Failing,
    Hanging,
    Slow,
    TooLarge,
    /// A page of an error, in place of keys
    Garbage,
    /// A set without keys
    Empty,
    /// Keys under other names
    Others,
    /// Another key under the same name
    Replaced,
    Panicking,
    /// None can be had, and those that are held are from too long ago
    Withheld,
    Unverified,
    VerifiedNever,
    VerifiedSlowly,
    NoKey,
    NotSigned,
    VerifierPanics,
}
pub(super) const ISSUED: [Issued; 16] = [
    Issued::Failing,
    Issued::Hanging,
    Issued::Slow,
    Issued::TooLarge,
    Issued::Garbage,
    Issued::Empty,
    Issued::Others,
    Issued::Replaced,
    Issued::Panicking,
    Issued::Withheld,
    Issued::Unverified,
    Issued::VerifiedNever,
    Issued::VerifiedSlowly,
    Issued::NoKey,
    Issued::NotSigned,
    Issued::VerifierPanics,
];

/// What becomes of the body on its way from the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Sent {
    #[default]
    Sound,
    CutShort,
    Nothing,
    TooLarge,
    Broken,
    Hanging,
    Slow,
    Panicking,
}
pub(super) const SENT: [Sent; 7] =
    [Sent::CutShort, Sent::Nothing, Sent::TooLarge, Sent::Broken, Sent::Hanging, Sent::Slow, Sent::Panicking];

/// What fails, all at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Failure {
    pub(super) copies: Copies,
    pub(super) object: Object,
    /// How many calls of the object go well first
    pub(super) spared: u32,
    pub(super) issued: Issued,
    pub(super) sent: Sent,
}

impl Failure {
    /// Each of them alone.
    pub(super) fn alone() -> Vec<Self> {
        let none = Self::default();
        let mut all: Vec<Self> = COPIES.map(|copies| Self { copies, ..none }).to_vec();
        for object in OBJECTS {
            all.extend([0, 1].map(|spared| Self { object, spared, ..none }));
            // Where the copies are missing, records come from the object.
            let copies = Copies::Missing;
            all.extend([0, 1, 2].map(|spared| Self { copies, object, spared, ..none }));
        }
        all.extend(ISSUED.map(|issued| Self { issued, ..none }));
        all.extend(SENT.map(|sent| Self { sent, ..none }));
        all
    }

    /// Whether it can strike such a request, alone.
    pub(super) fn strikes(&self, class: &Class, caller: Caller) -> bool {
        let signed = matches!(caller, Caller::Bearer | Caller::Access);
        (self.issued == Issued::Sound || signed) && (self.sent == Sent::Sound || !class.body.is_empty())
    }

    /// Several of them together.
    pub(super) fn any(random: &mut fastrand::Rng) -> Self {
        let mut turn = |of: usize| random.usize(0..2 * of);
        Self {
            copies: COPIES.get(turn(COPIES.len())).copied().unwrap_or_default(),
            object: OBJECTS.get(turn(OBJECTS.len())).copied().unwrap_or_default(),
            spared: turn(2) as u32,
            issued: ISSUED.get(turn(ISSUED.len())).copied().unwrap_or_default(),
            sent: SENT.get(turn(SENT.len())).copied().unwrap_or_default(),
        }
    }
}

/// What was answered soundly during one request, and how long it had to wait for what may take its time.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) heads: Cell<u32>,
    pub(super) commands: Cell<u32>,
    pub(super) queries: Cell<u32>,
    pub(super) keys: Cell<u32>,
    pub(super) verified: Cell<u32>,
    pub(super) bodies: Cell<u32>,
    excused: Cell<Millis>,
    since: Cell<Option<Millis>>,
}

impl Told {
    pub(super) fn excused(&self, now: Millis) -> Millis {
        self.excused.get() + self.since.get().map_or(0, |since| now - since)
    }
}

fn count(of: &Cell<u32>) {
    of.set(of.get() + 1);
}

/// A world that fails one request, and nobody else.
pub(super) struct Failing<'a> {
    world: &'a World,
    failure: Failure,
    spared: Cell<u32>,
    body: Vec<u8>,
    pub(super) told: Told,
    /// When the first of those who wait goes on
    pub(super) wake: Cell<Option<Millis>>,
}

impl<'a> Failing<'a> {
    pub(super) fn new(world: &'a World, failure: Failure, body: &str) -> Self {
        let (spared, body) = (Cell::new(failure.spared), body.as_bytes().to_vec());
        Self { world, failure, spared, body, told: Told::default(), wake: Cell::default() }
    }

    async fn sleep(&self, time: Millis) {
        let until = self.world.now.get() + time;
        std::future::poll_fn(|_| {
            if self.world.now.get() >= until {
                return Poll::Ready(());
            }
            self.wake.set(Some(self.wake.get().map_or(until, |first| first.min(until))));
            Poll::Pending
        })
        .await;
    }

    async fn excused<T>(&self, work: impl Future<Output = T>) -> T {
        self.told.since.set(Some(self.world.now.get()));
        let output = work.await;
        self.told.excused.set(self.told.excused(self.world.now.get()));
        self.told.since.set(None);
        output
    }

    /// Whether the object answers this call as it should; a failure of a kind that is no answer, if not.
    async fn strikes(&self, patience: Millis) -> Result<bool, Fault> {
        if self.spared.get() > 0 {
            self.spared.set(self.spared.get() - 1);
            return Ok(false);
        }
        match self.failure.object {
            Object::Sound => Ok(false),
            Object::Unavailable => Err(Fault::Unavailable),
            Object::Overloaded => Err(Fault::Overloaded),
            Object::Hanging => {
                self.sleep(patience).await;
                Err(Fault::Deadline)
            }
            Object::Slow => {
                self.sleep(patience - BARELY).await;
                Ok(false)
            }
            // Not through the hook, which would print it.
            Object::Panicking => resume_unwind(Box::new("the object's adapter panics")),
            _ => Ok(true),
        }
    }
}

impl Platform for Failing<'_> {
    type Store = Self;
    type Authority = Self;
    type Clock = World;
    type Keys = Self;
    type Body = Self;
}

impl Store for Failing<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(bytes) = self.world.get(key).await? else { return Ok(None) };
        let cut = |from: usize, to: usize| [&bytes[..from], &bytes[to..]].concat();
        Ok(Some(match self.failure.copies {
            Copies::Sound => self.world.current(key),
            Copies::OverAge => bytes,
            Copies::Failing => return Err(Fault::Unavailable),
            Copies::Hanging => {
                self.sleep(KV_PATIENCE).await;
                return Err(Fault::Deadline);
            }
            Copies::Slow => {
                self.sleep(KV_PATIENCE - BARELY).await;
                self.world.current(key)
            }
            Copies::Missing => return Ok(None),
            Copies::Corrupt => {
                let mut bytes = bytes;
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                bytes
            }
            Copies::CutOff => cut(bytes.len() - 1, bytes.len()),
            Copies::Unsigned => cut(4, 36),
            Copies::Foreign => self.world.get(&key.replacen("t/acme/", "t/other/", 1)).await?.unwrap_or_default(),
            Copies::OtherKey => self.world.get(&store_key(TENANT, OWNER)).await?.unwrap_or_default(),
            Copies::Unknown => [b"CSR\x02", &bytes[4..]].concat(),
            Copies::Panicking => resume_unwind(Box::new("KV's adapter panics")),
        }))
    }
}

impl Authority for Failing<'_> {
    async fn head(&self, tenant: &str, ask: &HeadAsk) -> Result<Head, Fault> {
        let strikes = self.strikes(OBJECT_PATIENCE).await?;
        let mut head = self.world.head(tenant, ask).await?;
        let whole = !strikes || ask.records.is_empty() && self.failure.object != Object::Beside;
        if whole {
            count(&self.told.heads);
            return Ok(head);
        }
        match self.failure.object {
            Object::Beside => head.revisions.push(Some(1)),
            Object::Short => drop(head.records.pop()),
            Object::Unsealed => head.records.iter_mut().for_each(|record| {
                record.pop();
            }),
            _ => {
                let (foreign, revision) = (self.failure.object == Object::Foreign, head.revision);
                for (record, key) in head.records.iter_mut().zip(&ask.records) {
                    let tenant = if foreign { "other" } else { tenant }.to_owned();
                    let revision = if foreign { revision } else { revision + 1 };
                    let header = Header { tenant, key: key.clone(), epoch: head.epoch, revision, exists: false };
                    *record = seal(KEY, &header, &[]).expect("the key is long enough");
                }
            }
        }
        Ok(head)
    }

    async fn command(&self, tenant: &str, call: &CommandCall) -> Result<CommandAnswer, Fault> {
        let strikes = if call.takes_its_time() {
            self.excused(self.strikes(LONG_PATIENCE)).await?
        } else {
            self.strikes(OBJECT_PATIENCE).await?
        };
        if strikes {
            return Err(Fault::Corrupt);
        }
        count(&self.told.commands);
        self.world.command_call(tenant, call).await
    }

    async fn query(&self, tenant: &str, call: &QueryCall) -> Result<QueryAnswer, Fault> {
        if self.strikes(OBJECT_PATIENCE).await? {
            return Err(Fault::Corrupt);
        }
        count(&self.told.queries);
        Authority::query(self.world, tenant, call).await
    }
}

const KEYS: [(&str, &str); 3] = [("rsa", "RS256"), ("ec", "ES256"), ("ed", "EdDSA")];

impl Keys for Failing<'_> {
    async fn fetch(&self, _: &str, _: usize) -> Result<Vec<u8>, Fault> {
        match self.failure.issued {
            Issued::Failing | Issued::Withheld => return Err(Fault::Unavailable),
            Issued::Hanging => {
                self.sleep(KEYS_PATIENCE).await;
                return Err(Fault::Deadline);
            }
            Issued::Slow => self.sleep(KEYS_PATIENCE - BARELY).await,
            Issued::TooLarge => return Err(Fault::TooLarge),
            Issued::Garbage => return Ok(b"<html>a page of an error</html>".to_vec()),
            Issued::Empty => return Ok(key_set(&[])),
            Issued::Others => return Ok(key_set(&[("other", "RS256")])),
            // A key is made of its name.
            Issued::Replaced => {
                let others = String::from_utf8(key_set(&[("another", "RS256")])).expect("it is JSON");
                return Ok(others.replace("another", "rsa").into_bytes());
            }
            Issued::Panicking => resume_unwind(Box::new("the adapter of keys panics")),
            _ => {}
        }
        count(&self.told.keys);
        Ok(key_set(&KEYS))
    }

    async fn verify(&self, key: &PublicKey, signed: &[u8], signature: &[u8]) -> Result<bool, Fault> {
        match self.failure.issued {
            Issued::Unverified => return Err(Fault::Unavailable),
            Issued::VerifiedNever => {
                self.sleep(KEYS_PATIENCE).await;
                return Err(Fault::Deadline);
            }
            Issued::VerifiedSlowly => self.sleep(KEYS_PATIENCE - BARELY).await,
            Issued::NoKey => return Err(Fault::Corrupt),
            Issued::NotSigned => return Ok(false),
            Issued::VerifierPanics => resume_unwind(Box::new("the adapter of signatures panics")),
            _ => {}
        }
        let good = signature == signature_of(&key.members, signed, signature.len());
        if good {
            count(&self.told.verified);
        }
        Ok(good)
    }

    async fn pause(&self) {
        self.sleep(20).await;
    }
}

impl Body for Failing<'_> {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, Fault> {
        match self.failure.sent {
            Sent::CutShort => return Ok(self.body[..self.body.len() / 2].to_vec()),
            Sent::Nothing => return Ok(Vec::new()),
            Sent::TooLarge => return Err(Fault::TooLarge),
            Sent::Broken => return Err(Fault::Unavailable),
            Sent::Hanging => {
                self.excused(self.sleep(BODY_PATIENCE)).await;
                return Err(Fault::Deadline);
            }
            Sent::Slow => self.excused(self.sleep(5_000)).await,
            Sent::Panicking => resume_unwind(Box::new("the adapter of bodies panics")),
            Sent::Sound => {}
        }
        assert!(self.body.len() <= limit, "no class has more");
        count(&self.told.bodies);
        Ok(self.body.clone())
    }
}

/// The ports of one request.
pub(super) fn ports<'a>(
    failing: &'a Failing<'a>,
    notes: &'a crate::notes::Notes,
) -> crate::ports::Ports<'a, Failing<'a>> {
    crate::ports::Ports {
        store: failing,
        authority: failing,
        clock: failing.world,
        keys: failing,
        body: failing,
        notes,
    }
}
