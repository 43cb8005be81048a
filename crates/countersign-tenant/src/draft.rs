//! A command at work: the state as it would be, over the state as it is.
//!
//! A draft is a [`State`] itself, so that what a command reads after it has changed something is what it made of it, and
//! so that the same functions look at before and after. Nothing is written until the whole command has succeeded.

use crate::event::{Commit, Event, clears_doc, clears_record};
use crate::find::is_found;
use crate::memory::begin;
use crate::notify::Told;
use crate::seats::{self, Count};
use crate::selves::Selves;
use crate::state::{Fault, Meta, State};
use crate::stop::{Stop, unknown_member};
use crate::{doc, held, index};
use countersign_core::sorted::{Map, Set};
use countersign_core::{Millis, Policy};
use countersign_wire::api::{AuditEntry, Find, Noted};
use countersign_wire::record::{GroupRecord, PolicyRecord, SubjectRecord, Written, encode};
use countersign_wire::seal::{POLICY, SUBJECTS, group_key, subject_key};
use countersign_wire::stored::{Person, Stored, Taken};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// Chance, from outside: the machine has none of its own.
pub type Entropy = [u8; 32];

/// A command at work.
pub(crate) struct Draft<'a, S> {
    base: &'a S,
    meta: Meta,
    /// How many ids were given out before
    given: u64,
    pub(crate) now: Millis,
    /// Who gives the command
    pub(crate) actor: String,
    entropy: Entropy,
    /// The actor and those behind it, once somebody asked
    selves: OnceCell<Selves>,
    pub(crate) policy: Rc<Policy>,
    /// Whether everything is gone that an import replaces
    cleared: bool,
    /// Members that are known not to be there below: nothing of theirs is looked for
    new: Set<String>,
    records: BTreeMap<String, Option<Vec<u8>>>,
    docs: BTreeMap<String, Option<Vec<u8>>>,
    persons: Map<String, Option<Person>>,
    model: Option<String>,
    noted: Vec<Noted>,
    /// What happened that others are told of
    pub(crate) told: Vec<Told>,
    /// The id of what was made
    pub(crate) id: Option<String>,
    /// Whether something was made
    pub(crate) created: bool,
    /// What is shown of it
    pub(crate) shown: Option<Value>,
}

impl<'a, S: State> Draft<'a, S> {
    pub(crate) fn new(
        base: &'a S,
        policy: Rc<Policy>,
        actor: &str,
        now: Millis,
        entropy: Entropy,
    ) -> Result<Self, Fault> {
        let meta = base.meta()?;
        Ok(Self {
            base,
            given: meta.ids,
            meta,
            now,
            actor: actor.to_owned(),
            entropy,
            selves: OnceCell::new(),
            policy,
            cleared: false,
            new: Set::new(),
            records: BTreeMap::new(),
            docs: BTreeMap::new(),
            persons: Map::new(),
            model: None,
            noted: Vec::new(),
            told: Vec::new(),
            id: None,
            created: false,
            shown: None,
        })
    }

    /// The state as it was before the command.
    pub(crate) fn before(&self) -> &'a S {
        self.base
    }

    /// Takes away everything that an import replaces; to be done before anything else is.
    pub(crate) fn clear(&mut self) {
        self.cleared = true;
    }

    /// Notes that this member was looked for and is not there.
    pub(crate) fn is_new(&mut self, subject: &str) {
        self.new.insert(subject.to_owned());
    }

    /// The record that what is written now replaces.
    fn record_below(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let new = key.strip_prefix(SUBJECTS).is_some_and(|subject| self.new.contains(subject));
        if new || self.cleared && clears_record(key) { Ok(None) } else { self.base.record(key) }
    }

    fn doc_below(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        // An index has nothing of a member that is not there, nor of an id that was not given yet.
        let last = || key.rsplit('/').next().unwrap_or_default();
        let of = |prefixes: [&str; 3]| prefixes.iter().any(|prefix| key.starts_with(prefix));
        let number = || last().strip_prefix('a').and_then(|number| number.parse::<u64>().ok());
        let new = !self.new.is_empty()
            && (of([doc::IN_GROUP, doc::MAILBOX, doc::SCOPED]) && self.new.contains(last())
                || of([doc::HOLDER, doc::ROLE_HELD, doc::WHEN]) && number().is_some_and(|number| number > self.given));
        if new || self.cleared && clears_doc(key) { Ok(None) } else { self.base.doc(key) }
    }

    fn person_below(&self, subject: &str) -> Result<Option<(u64, Person)>, Fault> {
        if self.cleared || self.new.contains(subject) { Ok(None) } else { self.base.person(subject) }
    }

    /// A new id of a kind; it was never given before and never will be again.
    pub(crate) fn new_id(&mut self, kind: &str) -> String {
        self.meta.ids += 1;
        format!("{kind}{}", self.meta.ids)
    }

    /// Who gives the command, and who may be behind it.
    pub(crate) fn selves(&self) -> Result<&Selves, Fault> {
        if let Some(known) = self.selves.get() {
            return Ok(known);
        }
        let selves = Selves::of(self.base, &self.actor)?;
        Ok(self.selves.get_or_init(|| selves))
    }

    /// A secret of 256 bits, different for each label within a command.
    pub(crate) fn secret(&self, label: &str) -> String {
        crate::secret::derive(&self.entropy, label)
    }

    pub(crate) fn put_record<T: Written>(&mut self, key: String, record: &T) -> Result<(), Stop> {
        let bytes = encode(record).map_err(|error| Fault(error.to_string()))?;
        self.records.insert(key, Some(bytes));
        Ok(())
    }

    pub(crate) fn remove_record(&mut self, key: String) {
        self.records.insert(key, None);
    }

    pub(crate) fn put_doc<T: Stored>(&mut self, key: String, document: &T) -> Result<(), Stop> {
        let bytes = doc::write(&key, document)?;
        self.docs.insert(key, Some(bytes));
        Ok(())
    }

    pub(crate) fn remove_doc(&mut self, key: String) {
        self.docs.insert(key, None);
    }

    /// Writes a person down, with who changed it when.
    pub(crate) fn put_person(&mut self, subject: &str, person: Person) {
        let person = Person { changed_at: self.now, changed_by: self.actor.clone(), ..person };
        self.persons.insert(subject.to_owned(), Some(person));
    }

    pub(crate) fn remove_person(&mut self, subject: &str) {
        self.persons.insert(subject.to_owned(), None);
    }

    pub(crate) fn put_model(&mut self, text: &str) {
        self.model = Some(text.to_owned());
    }

    /// Replaces the policy, and with it what the rest of the command is checked against.
    pub(crate) fn put_policy(&mut self, policy: Policy) -> Result<(), Stop> {
        self.put_record(POLICY.to_owned(), &PolicyRecord::from(&policy))?;
        self.policy = Rc::new(policy);
        Ok(())
    }

    /// Notes a change for the log; one that is none is left out.
    pub(crate) fn note(&mut self, what: String, before: Value, after: Value) {
        if before != after {
            self.noted.push(Noted { what, before, after });
        }
    }

    /// Notes that something happened that others are told of.
    pub(crate) fn tell(&mut self, event: &str, to: Vec<String>, data: Value, secret: Option<Value>) {
        self.told.push(Told { event: event.to_owned(), to, data, secret });
    }

    /// A member's record.
    pub(crate) fn member(&self, subject: &str) -> Result<SubjectRecord, Stop> {
        held::subject(self, subject)?.ok_or_else(|| unknown_member(subject))
    }

    /// Writes a member's record, once it is sure that it can be held.
    pub(crate) fn put_member(&mut self, subject: &str, record: &SubjectRecord) -> Result<(), Stop> {
        record.grants(&self.policy).map_err(|error| crate::stop::too_many(&error))?;
        crate::support::refuse_standing(self, subject, record)?;
        self.put_record(subject_key(subject), record)
    }

    /// Writes a group's record, once it is sure that it can be held.
    pub(crate) fn put_group(&mut self, group: &str, record: &GroupRecord) -> Result<(), Stop> {
        record.grants(&self.policy).map_err(|error| crate::stop::too_many(&error))?;
        self.put_record(group_key(group), record)
    }

    /// Takes over what a commit says.
    pub(crate) fn replay(&mut self, commit: &Commit) {
        for event in &commit.events {
            match event.clone() {
                Event::Cleared => self.cleared = true,
                Event::Record { key, bytes } => drop(self.records.insert(key, bytes)),
                Event::Doc { key, bytes } => drop(self.docs.insert(key, bytes)),
                Event::Person { subject, person } => drop(self.persons.insert(subject, person.map(|person| *person))),
                Event::Model { text } => self.model = Some(text),
            }
        }
    }

    /// What members would take up of what is limited.
    pub(crate) fn taken(&self) -> Result<Taken, Fault> {
        let mut taken = if self.cleared { Taken::default() } else { seats::taken(self.base)? };
        for key in self.records.keys() {
            let Some(subject) = key.strip_prefix(SUBJECTS) else { continue };
            let known = self.cleared || self.new.contains(subject);
            if let Some(record) = if known { None } else { held::subject(self.base, subject)? } {
                taken.remove(subject, &record);
            }
            if let Some(record) = held::subject(self, subject)? {
                taken.add(subject, &record);
            }
        }
        Ok(taken)
    }

    /// Writes what follows from what was written: counts, and the indexes of names and addresses.
    fn derive(&mut self) -> Result<(), Fault> {
        if self.cleared || self.records.keys().any(|key| key.starts_with(SUBJECTS)) {
            let bytes = doc::write(doc::TAKEN, &self.taken()?)?;
            self.docs.insert(doc::TAKEN.to_owned(), Some(bytes));
        }
        let mut added = Vec::new();
        for (subject, after) in &self.persons {
            if let Some((_, before)) = self.person_below(subject)? {
                let gone = index::of_person(subject, &before)?;
                self.docs.extend(gone.into_iter().map(|(key, _)| (key, None)));
            }
            if let Some(after) = after {
                added.extend(index::of_person(subject, after)?);
            }
        }
        self.docs.extend(added.into_iter().map(|(key, bytes)| (key, Some(bytes))));
        self.index_scopes()
    }

    /// Keeps the index of scopes in step with the records that were written.
    fn index_scopes(&mut self) -> Result<(), Fault> {
        let mut docs = Vec::new();
        for (key, bytes) in &self.records {
            let before = index::scopes(key, self.record_below(key)?.as_deref())?;
            let after = index::scopes(key, bytes.as_deref())?;
            docs.extend(before.difference(&after).map(|key| (key.clone(), None)));
            for key in after.difference(&before) {
                docs.push((key.clone(), Some(doc::write(key, &())?)));
            }
        }
        self.docs.extend(docs);
        Ok(())
    }

    /// What is to be committed. What is written as it was is left out, and a command that changes nothing has no new
    /// revision.
    pub(crate) fn commit(mut self) -> Result<Commit, Fault> {
        self.derive()?;
        let mut events = if self.cleared { vec![Event::Cleared] } else { Vec::new() };
        for (key, bytes) in std::mem::take(&mut self.records) {
            if self.record_below(&key)? != bytes {
                events.push(Event::Record { key, bytes });
            }
        }
        for (key, bytes) in std::mem::take(&mut self.docs) {
            if self.doc_below(&key)?.map(|(_, bytes)| bytes) != bytes {
                events.push(Event::Doc { key, bytes });
            }
        }
        for (subject, person) in std::mem::take(&mut self.persons) {
            if self.person_below(&subject)?.map(|(_, person)| person) != person {
                events.push(Event::Person { subject, person: person.map(Box::new) });
            }
        }
        events.extend(self.model.map(|text| Event::Model { text }));
        let changed = u64::from(!events.is_empty());
        Ok(Commit {
            epoch: self.meta.epoch,
            revision: self.meta.revision + changed,
            ids: self.meta.ids,
            events,
            noted: self.noted,
            id: self.id,
            created: self.created,
            shown: self.shown,
        })
    }
}

impl<S: State> State for Draft<'_, S> {
    fn meta(&self) -> Result<Meta, Fault> {
        Ok(self.meta.clone())
    }

    fn record(&self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.records.get(key).map_or_else(|| self.record_below(key), |bytes| Ok(bytes.clone()))
    }

    fn keys(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, Fault> {
        let here = || self.records.range::<str, _>((begin(prefix, after), Bound::Unbounded));
        let here = || here().take_while(|(key, _)| key.starts_with(prefix));
        let hidden = here().filter(|(_, bytes)| bytes.is_none()).count();
        let mut keys: Set<String> = self.base.keys(prefix, after, limit.saturating_add(hidden))?.into_iter().collect();
        keys.retain(|key| !(self.cleared && clears_record(key)));
        for (key, bytes) in here() {
            if bytes.is_some() {
                keys.insert(key.clone())
            } else {
                keys.remove(key)
            };
        }
        Ok(keys.into_iter().take(limit).collect())
    }

    fn revision_of(&self, key: &str) -> Result<Option<u64>, Fault> {
        if self.records.contains_key(key) { Ok(Some(self.meta.revision + 1)) } else { self.base.revision_of(key) }
    }

    fn changed_since(&self, revision: u64, limit: usize) -> Result<Vec<String>, Fault> {
        self.base.changed_since(revision, limit)
    }

    fn doc(&self, key: &str) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        match self.docs.get(key) {
            Some(bytes) => Ok(bytes.clone().map(|bytes| (self.meta.revision + 1, bytes))),
            None => self.doc_below(key),
        }
    }

    fn docs(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let here = || self.docs.range::<str, _>((begin(prefix, after), Bound::Unbounded));
        let here = || here().take_while(|(key, _)| key.starts_with(prefix));
        // As many more as could be hidden by what the command removed.
        let hidden = here().filter(|(_, bytes)| bytes.is_none()).count();
        let below = if self.cleared && clears_doc(prefix) {
            Vec::new()
        } else {
            self.base.docs(prefix, after, limit.saturating_add(hidden))?
        };
        let mut all: BTreeMap<String, Option<Vec<u8>>> =
            below.into_iter().map(|(key, bytes)| (key, Some(bytes))).collect();
        all.extend(here().map(|(key, bytes)| (key.clone(), bytes.clone())));
        Ok(all.into_iter().filter_map(|(key, bytes)| Some((key, bytes?))).take(limit).collect())
    }

    fn person(&self, subject: &str) -> Result<Option<(u64, Person)>, Fault> {
        match self.persons.get(subject) {
            Some(person) => Ok(person.clone().map(|person| (self.meta.revision + 1, person))),
            None => self.person_below(subject),
        }
    }

    fn find(&self, find: &Find, limit: usize) -> Result<Vec<(String, Person)>, Fault> {
        let below = || self.base.find(find, limit.saturating_add(self.persons.len()));
        let mut all: Map<String, Person> = if self.cleared { Map::new() } else { below()?.into_iter().collect() };
        for (subject, person) in &self.persons {
            let behind = find.page.cursor.as_ref().is_none_or(|cursor| subject > cursor);
            match person.as_ref().filter(|person| behind && is_found(find, person)) {
                Some(person) => all.insert(subject.clone(), person.clone()),
                None => all.remove(subject),
            };
        }
        if let Some(group) = &find.group {
            for subject in self.persons.keys() {
                if self.doc(&index::in_group(group, subject))?.is_none() {
                    all.remove(subject);
                }
            }
        }
        Ok(all.into_iter().take(limit).collect())
    }

    fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditEntry>, Fault> {
        self.base.audit(after, limit)
    }

    fn model(&self) -> Result<Option<String>, Fault> {
        self.model.clone().map_or_else(|| self.base.model(), |text| Ok(Some(text)))
    }
}
