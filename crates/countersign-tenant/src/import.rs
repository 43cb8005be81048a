//! Setting a tenant up, or replacing all of it, from a model file and a tenant file.

use crate::actor::Actor;
use crate::command::{Stop, forbidden, invalid, write};
use crate::event::{Commit, Event};
use crate::state::{self, Meta, State};
use countersign_compile::{Compiled, Model, tenant};
use countersign_wire::api::Import;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::{AssignmentForm, PolicyRecord};
use countersign_wire::seal::{POLICY, RESOURCES, group_key, subject_key};
use std::collections::BTreeSet;

/// Only operators may: whoever sets up a tenant decides who its first administrators are.
pub(crate) fn run(state: &impl State, meta: Meta, actor: &Actor, texts: &Import) -> Result<Commit, Stop> {
    if !actor.operator {
        return Err(forbidden("Only the platform's operators set tenants up. Contact them."));
    }
    let model = Model::parse(Source { name: "model", text: &texts.model });
    let model = model.map_err(|problems| invalid("invalid_model", problems.to_string()))?;
    let compiled = tenant(&model, Source { name: "tenant", text: &texts.tenant });
    let compiled = compiled.map_err(|problems| invalid("invalid_tenant", problems.to_string()))?;

    let mut draft = Draft { ids: meta.ids, events: Vec::new(), written: BTreeSet::new() };
    draft.events.push(Event::Model { text: texts.model.clone() });
    let before = state.keys()?;
    for key in &before {
        draft.forget_holders(state, key)?;
    }
    draft.write_all(compiled)?;
    for key in before {
        if !draft.written.contains(&key) {
            draft.remove(key);
        }
    }
    Ok(Commit {
        epoch: meta.epoch + 1,
        revision: meta.revision + 1,
        ids: draft.ids,
        events: draft.events,
        id: None,
        created: meta.epoch == 0,
    })
}

struct Draft {
    ids: u64,
    events: Vec<Event>,
    written: BTreeSet<String>,
}

impl Draft {
    fn write_all(&mut self, compiled: Compiled) -> Result<(), Stop> {
        self.record(POLICY.to_owned(), write(&PolicyRecord::from(&compiled.policy))?);
        if !compiled.resources.resources.is_empty() {
            self.record(RESOURCES.to_owned(), write(&compiled.resources)?);
        }
        for (id, mut group) in compiled.groups {
            let key = group_key(&id);
            self.number(&mut group.record.assignments, &key);
            self.record(key, write(&group.record)?);
        }
        for (subject, mut member) in compiled.members {
            let key = subject_key(&subject);
            self.number(&mut member.record.assignments, &key);
            self.record(key, write(&member.record)?);
            self.events.push(Event::Profile { subject, profile: Some(member.profile) });
        }
        Ok(())
    }

    /// Gives every assignment an id that was never used in this tenant.
    fn number(&mut self, assignments: &mut [AssignmentForm], key: &str) {
        for assignment in assignments {
            self.ids += 1;
            assignment.id = format!("a{}", self.ids);
            self.events.push(Event::Holder { id: assignment.id.clone(), key: Some(key.to_owned()) });
        }
    }

    /// The assignments of the record under `key` are no more.
    fn forget_holders(&mut self, state: &impl State, key: &str) -> Result<(), Stop> {
        for id in state::assignment_ids(state, key)? {
            self.events.push(Event::Holder { id, key: None });
        }
        Ok(())
    }

    fn record(&mut self, key: String, bytes: Vec<u8>) {
        self.written.insert(key.clone());
        self.events.push(Event::Record { key, bytes: Some(bytes) });
    }

    fn remove(&mut self, key: String) {
        if let Some(subject) = key.strip_prefix("subject/") {
            self.events.push(Event::Profile { subject: subject.to_owned(), profile: None });
        }
        self.events.push(Event::Record { key, bytes: None });
    }
}
