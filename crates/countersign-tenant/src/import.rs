//! Setting a tenant up, or replacing all of it, from a model file and a tenant file.

use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::index;
use crate::state::State;
use crate::stop::{Stop, diagnosed, forbidden};
use crate::{Actor, doc, json};
use countersign_compile::{Compiled, Model, tenant};
use countersign_core::Millis;
use countersign_wire::api::Import;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::AssignmentForm;
use countersign_wire::seal::{POLICY, RESOURCES, TOKENS, group_key, subject_key};
use countersign_wire::stored::Person;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What the files say anew. Tokens, settings, webhooks and the ids of those who are gone outlast an import.
const REPLACED: [&str; 13] = [
    doc::HOLDER,
    doc::ROLE_HELD,
    doc::IN_GROUP,
    doc::GROUP,
    doc::ROLE,
    doc::APPROVAL_POLICY,
    doc::RESOURCE,
    doc::INVITATION,
    doc::INVITED,
    doc::REQUEST,
    doc::OPEN_REQUEST,
    doc::WHEN,
    doc::SUPPORT,
];
/// How many documents are read at a time.
const AT_ONCE: usize = 1_000;

/// Only operators may: whoever sets up a tenant decides who its first administrators are.
pub(crate) fn run(
    state: &impl State,
    actor: &Actor,
    texts: &Import,
    now: Millis,
    entropy: Entropy,
) -> Result<Commit, Stop> {
    if !actor.operator {
        return Err(forbidden("Only the platform's operators set tenants up. Contact them."));
    }
    let source = Source { name: "tenant", text: &texts.tenant };
    let model = Model::parse(Source { name: "model", text: &texts.model });
    let model = model.map_err(|problems| diagnosed("invalid_model", &problems))?;
    let compiled = tenant(&model, source).map_err(|problems| diagnosed("invalid_tenant", &problems))?;

    let epoch = state.meta()?.epoch;
    let mut draft = Draft::new(state, Rc::new(compiled.policy.clone()), &actor.subject, now, entropy)?;
    let before: BTreeSet<String> = state.keys()?.into_iter().collect();
    forget(&mut draft, state)?;
    draft.put_model(&texts.model);
    draft.created = epoch == 0;
    let file = json::object(source);
    let written = write(&mut draft, compiled, &whens(&file))?;
    keep_texts(&mut draft, &file)?;
    for key in before.difference(&written).filter(|key| !key.starts_with(TOKENS)) {
        if let Some(subject) = key.strip_prefix("subject/") {
            draft.remove_person(subject);
        }
        draft.remove_record(key.clone());
        if let Some(subject) = key.strip_prefix("subject/") {
            crate::links::changed(&mut draft, subject)?;
        }
    }
    crate::links::all_changed(&mut draft)?;
    crate::seats::recount(&mut draft)?;
    let commit = draft.commit()?;
    Ok(Commit { epoch: epoch + 1, revision: state.meta()?.revision + 1, ..commit })
}

fn forget<S: State>(draft: &mut Draft<'_, S>, state: &S) -> Result<(), Stop> {
    for prefix in REPLACED {
        let mut after = prefix.to_owned();
        loop {
            let there = state.docs(prefix, &after, AT_ONCE)?;
            let last = there.last().map(|(key, _)| key.clone());
            let all = there.len() < AT_ONCE;
            there.into_iter().for_each(|(key, _)| draft.remove_doc(key));
            match last {
                Some(last) if !all => after = last,
                _ => break,
            }
        }
    }
    Ok(())
}

/// Writes all records with their indexes; answers with their keys.
fn write<S: State>(
    draft: &mut Draft<'_, S>,
    compiled: Compiled,
    whens: &BTreeMap<String, String>,
) -> Result<BTreeSet<String>, Stop> {
    let mut written = BTreeSet::from([POLICY.to_owned()]);
    draft.put_policy(compiled.policy)?;
    if !compiled.resources.resources.is_empty() {
        draft.put_record(RESOURCES.to_owned(), &compiled.resources)?;
        written.insert(RESOURCES.to_owned());
    }
    for path in compiled.registered {
        draft.put_doc(format!("{}{path}", doc::RESOURCE), &Value::Object(serde_json::Map::new()))?;
    }
    for (id, mut group) in compiled.groups {
        let key = group_key(&id);
        number(draft, &mut group.record.assignments, &key, whens)?;
        draft.put_doc(format!("{}{id}", doc::GROUP), &crate::groups::Named { name: None })?;
        draft.put_record(key.clone(), &group.record)?;
        written.insert(key);
    }
    for (subject, mut member) in compiled.members {
        let key = subject_key(&subject);
        number(draft, &mut member.record.assignments, &key, whens)?;
        for group in &member.record.groups {
            draft.put_doc(index::in_group(group, &subject), &())?;
        }
        let (name, email) = (member.profile.name, member.profile.email);
        let status = crate::members::word(member.record.status).to_owned();
        draft.put_record(key.clone(), &member.record)?;
        draft.put_person(&subject, Person { name, email, status, ..Person::default() });
        written.insert(key);
    }
    Ok(written)
}

/// The conditions of assignments as they were written, by the id that the compiler gives: its number in the file.
fn whens(file: &Value) -> BTreeMap<String, String> {
    let all = file.get("assignments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let written = |(entry, number): (&Value, usize)| {
        let when = entry.get("when").and_then(Value::as_str)?;
        Some((format!("a{number}"), when.to_owned()))
    };
    all.iter().zip(1..).filter_map(written).collect()
}

/// Gives every assignment an id that was never used in this tenant.
fn number<S: State>(
    draft: &mut Draft<'_, S>,
    assignments: &mut [AssignmentForm],
    key: &str,
    whens: &BTreeMap<String, String>,
) -> Result<(), Stop> {
    for assignment in assignments {
        let id = draft.new_id("a");
        let old = std::mem::replace(&mut assignment.id, id.clone());
        if let Some(when) = whens.get(&old) {
            draft.put_doc(format!("{}{id}", doc::WHEN), when)?;
        }
        index::add(draft, &id, &assignment.role, key)?;
    }
    Ok(())
}

/// What the tenant wrote itself is kept as it was written: custom roles, approval policies, attributes, groups' names.
fn keep_texts<S: State>(draft: &mut Draft<'_, S>, file: &Value) -> Result<(), Stop> {
    let entries = |name: &str| file.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for (list, prefix) in [("roles", doc::ROLE), ("approval_policies", doc::APPROVAL_POLICY)] {
        for entry in entries(list) {
            if let Some(id) = entry.get("id").and_then(Value::as_str) {
                draft.put_doc(format!("{prefix}{id}"), &entry)?;
            }
        }
    }
    for entry in entries("resources") {
        let attributes = entry.get("attributes").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        if let Some(path) = entry.get("path").and_then(Value::as_str) {
            draft.put_doc(format!("{}{path}", doc::RESOURCE), &attributes)?;
        }
    }
    for entry in entries("groups") {
        let name = entry.get("name").and_then(Value::as_str).map(str::to_owned);
        if let Some(id) = entry.get("id").and_then(Value::as_str) {
            draft.put_doc(format!("{}{id}", doc::GROUP), &crate::groups::Named { name })?;
        }
    }
    Ok(())
}
