//! A hostile world for the gate: a store that is stale, empty or failing, and a tenant's object that may be out of reach.

use crate::config::Config;
use crate::fresh::store_key;
use crate::identity::PublicKey;
use crate::notes::Notes;
use crate::ports::{Authority, Body, Clock, Fault, Keys, Platform, Ports, Store};
use countersign_core::Millis;
use countersign_tenant::{Actor, Commit, Memory, Meta, Outcome, State, execute, head, query};
use countersign_wire::api::{Command, CommandAnswer, CommandCall, Done, Head, HeadAsk, Import, QueryAnswer, QueryCall};
use countersign_wire::seal::{Header, seal};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::task::Poll;

pub(crate) const KEY: &[u8] = b"0123456789abcdef";
/// The key of the assertions.
pub(crate) const ASSERTION_KEY: &str = "fedcba9876543210fedcba9876543210";
/// The tenant; all others but [`NOWHERE`] are in the same state.
pub(crate) const TENANT: &str = "acme";
/// The tenant that was never set up.
pub(crate) const NOWHERE: &str = "nowhere";

pub(crate) fn config(dev_sign_in: bool) -> Config {
    config_with(dev_sign_in, |_| None)
}

/// The configuration with other variables, too.
pub(crate) fn config_with(dev_sign_in: bool, more: impl Fn(&str) -> Option<String>) -> Config {
    let usual = |name: &str| match name {
        "COUNTERSIGN_ASSERTION_KEY" => Some(ASSERTION_KEY.to_owned()),
        "COUNTERSIGN_MAC_KEY" => Some(String::from_utf8_lossy(KEY).into_owned()),
        "COUNTERSIGN_OPERATORS" => Some("operator:dev".to_owned()),
        "COUNTERSIGN_JWT_ISSUER" => Some("https://issuer.example".to_owned()),
        "COUNTERSIGN_JWT_AUDIENCE" => Some("countersign".to_owned()),
        "COUNTERSIGN_JWT_JWKS_URL" => Some("https://issuer.example/keys".to_owned()),
        "COUNTERSIGN_TENANT_HOST" => Some("{tenant}.example.com".to_owned()),
        "COUNTERSIGN_SUBJECT_TYPES" => Some("identity=user".to_owned()),
        "COUNTERSIGN_DEV_SIGN_IN" => dev_sign_in.then(|| "insecure-development-only".to_owned()),
        _ => None,
    };
    Config::read(|name| more(name).or_else(|| usual(name))).expect("the configuration is sound")
}

/// How the object answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Sound,
    OutOfReach,
    /// A seeded bug: the head says that nothing has changed
    Forgetful,
    /// Commands get no answer
    DeafToCommands,
    /// A seeded bug: an approval's use is acknowledged, and not noted
    NotesNoUse,
    /// A seeded bug: an approval is used for whatever comes with its id
    UsesAnything,
}

pub(crate) struct World {
    pub(crate) state: RefCell<Memory>,
    aside: RefCell<Memory>,
    pub(crate) kv: RefCell<HashMap<String, Option<Vec<u8>>>>,
    pub(crate) now: Cell<Millis>,
    pub(crate) mood: Cell<Mood>,
    /// Whether the store fails
    pub(crate) store_fails: Cell<bool>,
    pub(crate) reads: Cell<u32>,
    pub(crate) heads: Cell<u32>,
    pub(crate) body: RefCell<Vec<u8>>,
    /// How answers are delayed: by up to so many turns of everybody else, before and after they are made
    pub(crate) delay: Cell<u8>,
    pub(crate) random: RefCell<fastrand::Rng>,
    pub(crate) notes: Notes,
    /// Whether nothing but the clock answers
    pub(crate) still: Cell<bool>,
}

impl World {
    /// A tenant that was set up and published nowhere.
    pub(crate) fn new(model: &str, tenant: &str) -> Self {
        let world = Self {
            state: RefCell::new(Memory::new()),
            aside: RefCell::new(Memory::new()),
            kv: RefCell::default(),
            now: Cell::new(1_000_000),
            mood: Cell::new(Mood::Sound),
            store_fails: Cell::new(false),
            reads: Cell::new(0),
            heads: Cell::new(0),
            body: RefCell::default(),
            delay: Cell::new(0),
            random: RefCell::new(fastrand::Rng::with_seed(1)),
            notes: Notes::new(None, [7; 16]),
            still: Cell::new(false),
        };
        let texts = Import { model: model.to_owned(), tenant: tenant.to_owned(), run: None };
        world.command("operator:dev", true, Command::Import(texts));
        world
    }

    /// Carries out a command that must be accepted.
    pub(crate) fn command(&self, actor: &str, operator: bool, command: Command) -> Commit {
        let actor = Actor { subject: actor.to_owned(), operator };
        // No secret is made twice.
        let chance = std::array::from_fn(|_| self.random.borrow_mut().u8(..));
        let outcome = execute(&*self.state.borrow(), &actor, &command, self.now.get(), chance);
        match outcome.expect("the state can be read") {
            Outcome::Done(commit) => {
                self.state.borrow_mut().apply(&commit);
                *commit
            }
            Outcome::Refused { refusal, .. } => panic!("refused: {refusal:?}"),
        }
    }

    /// Publishes one record, in its present state.
    pub(crate) fn publish(&self, key: &str) {
        self.publish_of(TENANT, key);
    }

    /// The same, of one of the other tenants.
    pub(crate) fn publish_of(&self, tenant: &str, key: &str) {
        self.kv.borrow_mut().insert(store_key(tenant, key), Some(self.sealed(tenant, key)));
    }

    /// A record as it would be published now.
    pub(crate) fn current(&self, key: &str) -> Vec<u8> {
        let (tenant, key) = key.strip_prefix("t/").and_then(|rest| rest.split_once('/')).expect("a key of the store");
        self.sealed(tenant, key)
    }

    /// Keeps the state as it is now aside, and changes it with the present one later.
    pub(crate) fn old_state(&self) {
        self.aside.replace(self.state.borrow().clone());
    }

    pub(crate) fn swap_states(&self) {
        self.aside.swap(&self.state);
    }

    /// [`Authority::command`], which [`World::command`] hides.
    pub(crate) async fn command_call(&self, tenant: &str, call: &CommandCall) -> Result<CommandAnswer, Fault> {
        Authority::command(self, tenant, call).await
    }

    pub(crate) fn ports(&self) -> Ports<'_, Self> {
        Ports { store: self, authority: self, clock: self, keys: self, body: self, notes: &self.notes }
    }

    async fn answering(&self) {
        if self.still.get() {
            std::future::pending().await
        }
    }

    /// Lets others have some turns.
    async fn pause(&self) {
        let mut turns = self.random.borrow_mut().u8(0..=self.delay.get());
        std::future::poll_fn(|_| {
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            Poll::Pending
        })
        .await;
    }

    fn sealed(&self, tenant: &str, key: &str) -> Vec<u8> {
        let state = self.state.borrow();
        let read = || Ok::<_, countersign_tenant::Fault>((state.meta()?, state.record(key)?, state.revision_of(key)?));
        let (meta, record, revision): (Meta, _, _) = read().expect("memory can be read");
        let header = Header {
            tenant: tenant.to_owned(),
            key: key.to_owned(),
            epoch: meta.epoch,
            revision: revision.unwrap_or(meta.revision),
            exists: record.is_some(),
        };
        seal(KEY, &header, &record.unwrap_or_default()).expect("the key is long enough")
    }

    fn reach(&self) -> Result<(), Fault> {
        if self.mood.get() == Mood::OutOfReach { Err(Fault::Deadline) } else { Ok(()) }
    }
}

/// What an object says of a record of a tenant that was never set up.
fn unknown(tenant: &str, key: &str) -> Vec<u8> {
    let (tenant, key) = (tenant.to_owned(), key.to_owned());
    let header = Header { tenant, key, epoch: 0, revision: 0, exists: false };
    seal(KEY, &header, &[]).expect("the key is long enough")
}

impl Platform for World {
    type Store = Self;
    type Authority = Self;
    type Clock = Self;
    type Keys = Self;
    type Body = Self;
}

impl Store for World {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.answering().await;
        self.reads.set(self.reads.get() + 1);
        self.pause().await;
        let copy = self.kv.borrow().get(key).cloned().flatten();
        self.pause().await;
        if self.store_fails.get() { Err(Fault::Unavailable) } else { Ok(copy) }
    }
}

impl Authority for World {
    async fn head(&self, tenant: &str, ask: &HeadAsk) -> Result<Head, Fault> {
        self.answering().await;
        self.heads.set(self.heads.get() + 1);
        self.reach()?;
        if tenant == NOWHERE {
            let mut answer = head(&Memory::new(), ask).expect("memory can be read");
            answer.records = ask.records.iter().map(|key| unknown(tenant, key)).collect();
            return Ok(answer);
        }
        self.pause().await;
        let mut answer = head(&*self.state.borrow(), ask).expect("memory can be read");
        if self.mood.get() == Mood::Forgetful {
            answer.changed = Some(Vec::new());
        }
        answer.records = ask.records.iter().map(|key| self.sealed(tenant, key)).collect();
        self.reads.set(self.reads.get() + u32::from(!ask.records.is_empty()));
        self.pause().await;
        Ok(answer)
    }

    async fn command(&self, _tenant: &str, call: &CommandCall) -> Result<CommandAnswer, Fault> {
        self.answering().await;
        self.reach()?;
        if self.mood.get() == Mood::DeafToCommands {
            return Err(Fault::Deadline);
        }
        let actor = Actor { subject: call.actor.clone(), operator: call.operator };
        let command = match &call.command {
            Command::UseRequestFor { id, .. } if self.mood.get() == Mood::UsesAnything => {
                Command::UseRequest { id: id.clone() }
            }
            other => other.clone(),
        };
        let outcome = execute(&*self.state.borrow(), &actor, &command, self.now.get(), [7; 32]);
        Ok(match outcome.expect("memory can be read") {
            Outcome::Refused { refusal, .. } => CommandAnswer::Refused(refusal),
            Outcome::Done(commit) => {
                let used = matches!(command, Command::UseRequestFor { .. });
                if !(used && self.mood.get() == Mood::NotesNoUse) {
                    self.state.borrow_mut().apply(&commit);
                }
                let Commit { revision, id, created, shown, .. } = *commit;
                CommandAnswer::Done(Done { revision, id, created, shown })
            }
        })
    }

    async fn query(&self, _tenant: &str, call: &QueryCall) -> Result<QueryAnswer, Fault> {
        self.answering().await;
        self.reach()?;
        Ok(query(&*self.state.borrow(), call, self.now.get()).expect("memory can be read"))
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        self.now.get()
    }
}

/// Nobody issues tokens here; `identity/tests` has a world of its own for that.
impl Keys for World {
    async fn fetch(&self, _: &str, _: usize) -> Result<Vec<u8>, Fault> {
        self.answering().await;
        Err(Fault::Unavailable)
    }

    async fn verify(&self, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<bool, Fault> {
        self.answering().await;
        Err(Fault::Unavailable)
    }

    async fn pause(&self) {}
}

impl Body for World {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, Fault> {
        self.answering().await;
        let body = self.body.borrow().clone();
        if body.len() > limit { Err(Fault::TooLarge) } else { Ok(body) }
    }
}
