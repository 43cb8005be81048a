//! Tenants side by side, and messages between them that meet every fate on their way.

use super::stage::{MODEL, OPERATOR, PEOPLE, Stage};
use crate::{Posted, Received, State, links, messages_due, posted, receive};
use countersign_wire::api::{Command, LinkBody, Message, Query, SettingsEdit};
use countersign_wire::record::{StatusForm, SubjectRecord};
use countersign_wire::stored::Person;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const FLO: &str = "user:flo";

/// Tenants, and the messages between them that are late.
#[derive(Clone)]
pub(super) struct Net {
    pub(super) tenants: BTreeMap<String, Stage>,
    pub(super) late: Vec<Message>,
    taken: BTreeSet<(String, String)>,
    now: i64,
}

/// What happens to a message on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    Arrives,
    /// It never comes
    Lost,
    /// It comes, and its answer does not
    Unanswered,
    /// It comes twice
    Twice,
    /// It was not written down: the receiver stopped before
    Crashed,
    /// It comes after others that were sent later, and is sent again meanwhile
    Late,
}

pub(super) const FATES: [Fate; 6] =
    [Fate::Arrives, Fate::Lost, Fate::Unanswered, Fate::Twice, Fate::Crashed, Fate::Late];

impl Net {
    pub(super) fn new(names: &[&str]) -> Self {
        let people = PEOPLE.replace("members = [", "members = [ { subject = 'user:flo', email = 'flo@example.com' },");
        let tenants = names.iter().map(|name| {
            let mut stage = Stage::of(MODEL, &people);
            stage.chance = u64::from(name.as_bytes()[0]) << 32;
            let name = (*name).to_owned();
            let edit = SettingsEdit {
                account_name: Some(format!("Account {name}")),
                multiple_accounts: Some(true),
                ..SettingsEdit::default()
            };
            stage.done("user:olga", Command::EditSettings(edit));
            write(&mut stage, FLO, |person| person.multiple_accounts = true);
            (name, stage)
        });
        Self { tenants: tenants.collect(), late: Vec::new(), taken: BTreeSet::new(), now: 1_000_000 }
    }

    pub(super) fn at(&mut self, name: &str) -> &mut Stage {
        self.tenants.get_mut(name).expect("a tenant")
    }

    pub(super) fn wait(&mut self, by: i64) {
        self.now += by;
        for stage in self.tenants.values_mut() {
            stage.now = self.now;
        }
    }

    /// Lets a message come in at its receiver. Nothing where there is none.
    pub(super) fn arrive(&mut self, message: &Message, written: bool) -> Option<()> {
        let stage = self.tenants.get_mut(&message.to)?;
        let entropy = stage.entropy();
        match receive(&stage.state, message, stage.now, entropy).expect("memory") {
            Received::Nowhere => return None,
            Received::Taken(None) => {}
            Received::Taken(Some(_)) if !written => {}
            Received::Taken(Some(done)) => {
                let (commit, entry) = *done;
                stage.state.apply(&commit);
                stage.note(Some(entry));
                assert!(self.taken.insert((message.to.clone(), message.id.clone())), "taken in twice");
            }
        }
        Some(())
    }

    /// Sends what a tenant has to send, each message to its fate.
    pub(super) fn send(&mut self, name: &str, mut fate: impl FnMut() -> Fate) {
        let stage = self.at(name);
        for (place, message) in messages_due(&stage.state, name, stage.now, 100).expect("memory") {
            let fate = fate();
            let known = match fate {
                Fate::Arrives | Fate::Unanswered => self.arrive(&message, true),
                Fate::Twice => self.arrive(&message, true).and_then(|()| self.arrive(&message, true)),
                Fate::Crashed => self.arrive(&message, false),
                Fate::Lost => Some(()),
                Fate::Late => {
                    self.late.push(message);
                    Some(())
                }
            };
            let answer = match (known, fate) {
                (None, _) => Posted::Nowhere,
                (_, Fate::Arrives | Fate::Twice) => Posted::Acknowledged,
                _ => Posted::Failed,
            };
            let stage = self.at(name);
            let entropy = stage.entropy();
            if let Some(commit) = posted(&stage.state, &place, answer, stage.now, entropy).expect("memory") {
                stage.state.apply(&commit);
            }
        }
    }

    /// Everything arrives, until nothing is left to be said.
    pub(super) fn settle(&mut self) {
        for _ in 0..200 {
            for message in std::mem::take(&mut self.late) {
                self.arrive(&message, true);
            }
            for name in self.tenants.keys().cloned().collect::<Vec<_>>() {
                self.send(&name, || Fate::Arrives);
            }
            self.wait(4_000_000);
            let silent = |stage: &Stage| stage.state.docs("outgoing/", "", 1).expect("memory").is_empty();
            if self.late.is_empty() && self.tenants.values().all(silent) {
                return;
            }
        }
        panic!("they never stop talking");
    }

    pub(super) fn status(&self, name: &str, subject: &str) -> Option<String> {
        self.tenants[name].state.person(subject).expect("memory").map(|(_, person)| person.status)
    }

    pub(super) fn email(&self, name: &str, subject: &str) -> Option<String> {
        self.tenants[name].state.person(subject).expect("memory").and_then(|(_, person)| person.email)
    }

    pub(super) fn links(&mut self, name: &str) -> Vec<Value> {
        self.at(name).items(OPERATOR, 50, Query::Links)
    }

    /// All links of all tenants: between whom, how far.
    pub(super) fn picture(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        for name in self.tenants.keys().cloned().collect::<Vec<_>>() {
            for link in self.links(&name) {
                let arrow = if link["floating"] == true { "->" } else { "<-" };
                all.push(format!(
                    "{name} {arrow} {} {}",
                    link["tenant"].as_str().unwrap(),
                    link["status"].as_str().unwrap()
                ));
            }
        }
        all.sort();
        all
    }
}

/// What a command about a member does: changes the person, and says so.
pub(super) fn write(stage: &mut Stage, subject: &str, change: impl FnOnce(&mut Person)) {
    let entropy = stage.entropy();
    let mut draft = crate::command::internal(&stage.state, stage.now, entropy).expect("memory").expect("a tenant");
    let mut person = draft.person(subject).expect("memory").expect("a person").1;
    change(&mut person);
    draft.put_person(subject, person);
    links::changed(&mut draft, subject).expect("told");
    let commit = draft.commit().expect("memory");
    stage.state.apply(&commit);
}

/// What a command does that sets a member's status, or removes it.
pub(super) fn become_(stage: &mut Stage, subject: &str, status: Option<StatusForm>) {
    let entropy = stage.entropy();
    let mut draft = crate::command::internal(&stage.state, stage.now, entropy).expect("memory").expect("a tenant");
    let key = countersign_wire::seal::subject_key(subject);
    let Ok(record) = draft.member(subject) else { return };
    match status {
        Some(status) => {
            draft.put_record(key, &SubjectRecord { status, ..record }).expect("written");
            let person = draft.person(subject).expect("memory").expect("a person").1;
            draft.put_person(subject, Person { status: crate::members::word(status).to_owned(), ..person });
        }
        None => {
            draft.remove_record(key);
            draft.remove_person(subject);
        }
    }
    links::changed(&mut draft, subject).expect("told");
    let commit = draft.commit().expect("memory");
    stage.state.apply(&commit);
}

pub(super) fn to(tenant: &str) -> Command {
    Command::Link(LinkBody { subject: FLO.to_owned(), tenant: tenant.to_owned(), member: None })
}

pub(super) fn between(subject: &str, tenant: &str, member: &str) -> Command {
    let (subject, tenant, member) = (subject.to_owned(), tenant.to_owned(), Some(member.to_owned()));
    Command::Link(LinkBody { subject, tenant, member })
}

pub(super) fn setting(on: bool) -> Command {
    Command::EditSettings(SettingsEdit { multiple_accounts: Some(on), ..SettingsEdit::default() })
}

pub(super) fn id(link: &Value) -> String {
    link["id"].as_str().expect("an id").to_owned()
}
