//! Tenants without number, all alike: whoever is asked for is there, with the record that the test has chosen.

use countersign_compile::Model;
use countersign_core::Millis;
use countersign_gate::fresh::Source as Own;
use countersign_gate::identity::PublicKey;
use countersign_gate::notes::Notes;
use countersign_gate::ports::{Authority, Body, Clock, Fault, Keys, Platform, Ports, Store};
use countersign_wire::api::{CommandAnswer, CommandCall, Head, HeadAsk, QueryAnswer, QueryCall};
use countersign_wire::diagnostic::Source;
use countersign_wire::record::{PolicyRecord, ResourcesRecord, encode};
use countersign_wire::seal::{Header, POLICY, RESOURCES, seal};
use std::cell::RefCell;

pub(crate) const KEY: &[u8] = b"0123456789abcdef";

pub(crate) struct World {
    policy: Vec<u8>,
    resources: Vec<u8>,
    /// What every subject is: a record, or nobody
    pub(crate) subject: RefCell<Option<Vec<u8>>>,
    notes: Notes,
}

impl World {
    pub(crate) fn new(model: &str, resources: ResourcesRecord) -> Self {
        let model = Model::parse(Source { name: "model.toml", text: model }).expect("the model is sound");
        let policy = encode(&PolicyRecord::from(model.policy())).expect("it can be written");
        let resources = encode(&resources).expect("it can be written");
        Self { policy, resources, subject: RefCell::default(), notes: Notes::default() }
    }

    pub(crate) fn ports(&self) -> Ports<'_, Self> {
        Ports { store: self, authority: self, clock: self, keys: self, body: self, notes: &self.notes }
    }

    fn record(&self, key: &str) -> Option<Vec<u8>> {
        match key {
            POLICY => Some(self.policy.clone()),
            RESOURCES => Some(self.resources.clone()),
            _ => self.subject.borrow().clone(),
        }
    }
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
        let (tenant, key) = key.strip_prefix("t/").and_then(|rest| rest.split_once('/')).ok_or(Fault::Corrupt)?;
        let record = self.record(key);
        let (tenant, key, exists) = (tenant.to_owned(), key.to_owned(), record.is_some());
        let header = Header { tenant, key, epoch: 1, revision: 1, exists };
        seal(KEY, &header, &record.unwrap_or_default()).map(Some).map_err(|_| Fault::Corrupt)
    }
}

/// The tenant's own object is asked.
impl Own for World {
    fn head(&self, _: Option<(u64, u64)>) -> Result<Head, Fault> {
        Ok(head(Vec::new()))
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.record(key))
    }
}

/// Nothing ever changes.
fn head(revisions: Vec<Option<u64>>) -> Head {
    let (changed, records, groups) = (Some(Vec::new()), Vec::new(), Vec::new());
    Head { epoch: 1, revision: 1, changed, revisions, records, groups }
}

impl Authority for World {
    async fn head(&self, _: &str, ask: &HeadAsk) -> Result<Head, Fault> {
        Ok(head(ask.keys.iter().map(|key| self.record(key).map(|_| 1)).collect()))
    }

    async fn command(&self, _: &str, _: &CommandCall) -> Result<CommandAnswer, Fault> {
        Err(Fault::Unavailable)
    }

    async fn query(&self, _: &str, _: &QueryCall) -> Result<QueryAnswer, Fault> {
        Err(Fault::Unavailable)
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        1_000_000
    }
}

impl Keys for World {
    async fn fetch(&self, _: &str, _: usize) -> Result<Vec<u8>, Fault> {
        Err(Fault::Unavailable)
    }

    async fn verify(&self, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<bool, Fault> {
        Err(Fault::Unavailable)
    }

    async fn pause(&self) {}
}

impl Body for World {
    async fn read(&self, _: usize) -> Result<Vec<u8>, Fault> {
        Ok(Vec::new())
    }
}
