//! Where requests are answered: isolates with what they hold, and a KV that serves old values, misses and rubbish.

use super::object::{KEYS, Object, RECORDS, Sealed, TENANTS};
use crate::Gate;
use crate::config::Config;
use crate::fresh::store_key;
use crate::identity::PublicKey;
use crate::notes::Notes;
use crate::ports::{Authority, Body, Clock, Fault, Keys, Platform, Ports, Store};
use crate::routes::Routes;
use crate::tests::world::config;
use countersign_core::Millis;
use countersign_wire::api::{CommandAnswer, CommandCall, Head, HeadAsk, QueryAnswer, QueryCall};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Poll;

/// How far an isolate's clock strays, in either direction, from one look to the next.
pub(super) const JITTER: Millis = 100;
/// How far an isolate's clock is from the truth at most, for as long as there is the isolate: its machine's affair.
const SKEW: Millis = 3_600_000;
/// How far a clock is set, in either direction, at most; and how far an object's is from the truth.
pub(super) const STEP: Millis = 5_000;
/// When the worker gives a call of the object, and a read of KV, up.
const OBJECT_PATIENCE: Millis = 2_000;
const KV_PATIENCE: Millis = 500;

/// A bug of what surrounds the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorldBug {
    /// The head says that nothing has changed
    ForgetfulHead,
    /// The head does not say that a token has changed
    SilentTokens,
    /// What was published first may land last
    OutOfOrder,
}

/// How a tenant's object answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Sound,
    OutOfReach,
    Hangs,
}

pub(super) struct World {
    pub(super) objects: [RefCell<Object>; 4],
    pub(super) moods: [Cell<Mood>; 4],
    /// By tenant and key: everything that was ever there, in the order in which it landed
    pub(super) kv: RefCell<[[Vec<Sealed>; RECORDS]; 4]>,
    /// Puts that nobody waits for any more: when they land, and what
    pub(super) late: RefCell<Vec<(Millis, usize, usize, Sealed)>>,
    /// Whether KV serves what was put last
    pub(super) kv_is_sound: Cell<bool>,
    pub(super) now: Cell<Millis>,
    pub(super) random: RefCell<fastrand::Rng>,
    pub(super) bug: Option<WorldBug>,
    pub(super) names: [[String; RECORDS]; 4],
}

impl World {
    pub(super) fn new(seed: u64, bug: Option<WorldBug>) -> Self {
        let mut objects = [0, 1, 2, 3].map(Object::new);
        objects[0].import(1_000_000);
        objects[1].import(1_000_000);
        Self {
            objects: objects.map(RefCell::new),
            moods: [const { Cell::new(Mood::Sound) }; 4],
            kv: RefCell::default(),
            late: RefCell::default(),
            kv_is_sound: Cell::new(false),
            now: Cell::new(1_000_000),
            random: RefCell::new(fastrand::Rng::with_seed(seed)),
            bug,
            names: TENANTS.map(|tenant| KEYS.map(|key| store_key(tenant, key))),
        }
    }

    fn chance(&self, of: u8) -> bool {
        self.random.borrow_mut().u8(0..of) == 0
    }

    /// Lets others have some turns, or none.
    async fn pause(&self) {
        let mut turns = self.random.borrow_mut().u8(0..6).saturating_sub(3);
        std::future::poll_fn(|_| {
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            Poll::Pending
        })
        .await;
    }

    async fn sleep(&self, time: Millis) {
        let until = self.now.get() + time;
        std::future::poll_fn(|_| if self.now.get() >= until { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    /// What some place of KV's answers.
    fn copy(&self, name: &str) -> Option<Vec<u8>> {
        let (tenant, key) = self
            .names
            .iter()
            .zip(0..)
            .find_map(|(names, tenant)| names.iter().position(|known| known == name).map(|key| (tenant, key)))?;
        let kv = self.kv.borrow();
        let versions: &Vec<Sealed> = &kv[tenant as usize][key];
        let last = versions.last()?;
        let mut random = self.random.borrow_mut();
        if self.kv_is_sound.get() {
            return Some(last.to_vec());
        }
        match random.u8(0..16) {
            0..=7 => Some(last.to_vec()),
            8..=11 => Some(versions[random.usize(0..versions.len())].to_vec()),
            12 => {
                // Another record, a damaged one, or one without its seal.
                let mut bytes = kv[tenant as usize][random.usize(0..RECORDS)].last().unwrap_or(last).to_vec();
                match random.u8(0..3) {
                    0 => {}
                    1 => bytes[40] ^= 1,
                    _ => drop(bytes.drain(4..36)),
                }
                Some(bytes)
            }
            _ => None,
        }
    }
}

/// An isolate. Its memory goes with it.
pub(super) struct Isolate {
    pub(super) world: Rc<World>,
    pub(super) gate: Gate,
    /// How far its clock is from the truth
    skew: Cell<Millis>,
    pub(super) clock_was_set: Cell<bool>,
    /// By how much its clock was set back, in all
    pub(super) set_back: Cell<Millis>,
    /// By tenant: the newest revision that a view of its had when it was finished
    pub(super) seen: [Cell<u64>; 4],
}

thread_local! {
    static CONFIG: Config = config(false);
}

impl Isolate {
    pub(super) fn new(world: &Rc<World>) -> Self {
        let skew = world.random.borrow_mut().i64(-SKEW..=SKEW);
        Self {
            world: Rc::clone(world),
            gate: Gate::new(CONFIG.with(Clone::clone), Routes::default()),
            skew: Cell::new(skew),
            clock_was_set: Cell::default(),
            set_back: Cell::default(),
            seen: [const { Cell::new(0) }; 4],
        }
    }

    /// Sets its clock.
    pub(super) fn set_clock(&self, by: Millis) {
        self.skew.set(self.skew.get() + by);
        self.clock_was_set.set(true);
        self.set_back.set(self.set_back.get() + (-by).max(0));
    }
}

/// One request's way to its ports.
pub(super) struct Line {
    pub(super) isolate: Rc<Isolate>,
    /// Whether the object failed it
    pub(super) failed: Cell<bool>,
    pub(super) notes: Notes,
    /// Whether nothing is asked on it, because an answer from memory is wanted or none
    still: bool,
}

impl Line {
    pub(super) fn of(isolate: &Rc<Isolate>) -> Self {
        let (isolate, notes) = (Rc::clone(isolate), Notes::default());
        Self { isolate, failed: Cell::new(false), notes, still: false }
    }

    /// On which nothing is answered.
    pub(super) fn still(isolate: &Rc<Isolate>) -> Self {
        Self { still: true, ..Self::of(isolate) }
    }

    async fn ask(&self) {
        if self.still {
            std::future::pending().await
        }
    }

    pub(super) fn ports(&self) -> Ports<'_, Self> {
        Ports { store: self, authority: self, clock: self, keys: self, body: self, notes: &self.notes }
    }
}

impl Platform for Line {
    type Store = Self;
    type Authority = Self;
    type Clock = Self;
    type Keys = Self;
    type Body = Self;
}

impl Store for Line {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.ask().await;
        let world = &self.isolate.world;
        world.pause().await;
        if !world.kv_is_sound.get() && world.chance(12) {
            if world.chance(2) {
                world.sleep(KV_PATIENCE).await;
                return Err(Fault::Deadline);
            }
            return Err(Fault::Unavailable);
        }
        Ok(world.copy(key))
    }
}

impl Authority for Line {
    async fn head(&self, tenant: &str, ask: &HeadAsk) -> Result<Head, Fault> {
        self.ask().await;
        let world = &self.isolate.world;
        let tenant = TENANTS.iter().position(|known| *known == tenant).expect("a tenant of the simulation");
        world.pause().await;
        match world.moods[tenant].get() {
            Mood::Sound => {}
            Mood::OutOfReach => {
                self.failed.set(true);
                return Err(Fault::Unavailable);
            }
            Mood::Hangs => {
                world.sleep(OBJECT_PATIENCE).await;
                self.failed.set(true);
                return Err(Fault::Deadline);
            }
        }
        let mut head = world.objects[tenant].borrow().head(ask);
        if world.bug == Some(WorldBug::ForgetfulHead) {
            head.changed = head.changed.map(|_| Vec::new());
        }
        if world.bug == Some(WorldBug::SilentTokens)
            && let Some(changed) = &mut head.changed
        {
            changed.retain(|key| !key.starts_with("token/"));
        }
        world.pause().await;
        Ok(head)
    }

    async fn command(&self, _tenant: &str, _call: &CommandCall) -> Result<CommandAnswer, Fault> {
        Err(Fault::Unavailable)
    }

    async fn query(&self, _tenant: &str, _call: &QueryCall) -> Result<QueryAnswer, Fault> {
        Err(Fault::Unavailable)
    }
}

impl Clock for Line {
    fn now(&self) -> Millis {
        let Isolate { world, skew, .. } = &*self.isolate;
        world.now.get() + skew.get() + world.random.borrow_mut().i64(-JITTER..=JITTER)
    }
}

impl Keys for Line {
    async fn fetch(&self, _: &str, _: usize) -> Result<Vec<u8>, Fault> {
        Err(Fault::Unavailable)
    }

    async fn verify(&self, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<bool, Fault> {
        Err(Fault::Unavailable)
    }

    async fn pause(&self) {}
}

impl Body for Line {
    async fn read(&self, _limit: usize) -> Result<Vec<u8>, Fault> {
        Err(Fault::Unavailable)
    }
}
