//! Setting a tenant up, or replacing all of it, from a model file and a tenant file; and bringing members in by parts.

mod member;
pub(crate) mod part;

use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::state::State;
use crate::stop::{Stop, diagnosed, forbidden};
use crate::{Actor, doc, gone, json, settings, text};
use countersign_compile::{Compiled, Model, tenant};
use countersign_core::Millis;
use countersign_core::sorted::Map;
use countersign_wire::api::Import;
use countersign_wire::diagnostic::Source;
use countersign_wire::seal::{RESOURCES, group_key};
use serde_json::Value;
use std::rc::Rc;

/// The conditions of assignments as they were written, by the id that the compiler gives.
type Whens = Map<String, String>;

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
    draft.clear();
    draft.put_model(&texts.model);
    draft.created = epoch == 0;
    let file = json::object(source);
    gone::refuse_all(&draft, names(&compiled, &file).iter().map(String::as_str))?;
    write(&mut draft, compiled, &whens(&file))?;
    keep_texts(&mut draft, &file)?;
    settings::import(&mut draft, file.get("settings"))?;
    if let Some(run) = &texts.run {
        text::named(run, "run")?;
        draft.put_doc(doc::IMPORT_RUN.to_owned(), run)?;
    }
    // Where parts follow, the last of them says who did not come back.
    if texts.run.is_none() {
        crate::links::all_changed(&mut draft)?;
    }
    let commit = draft.commit()?;
    Ok(Commit { epoch: epoch + 1, revision: state.meta()?.revision + 1, ..commit })
}

/// Everything that the files bring, as those are named who are gone.
fn names(compiled: &Compiled, file: &Value) -> Vec<String> {
    let mut names: Vec<String> = compiled.members.keys().cloned().collect();
    names.extend(compiled.groups.keys().map(|id| format!("group:{id}")));
    for (list, kind) in [("roles", "role"), ("approval_policies", "approval_policy")] {
        let all = file.get(list).and_then(Value::as_array).into_iter().flatten();
        names.extend(all.filter_map(|one| Some(format!("{kind}:{}", one.get("id")?.as_str()?))));
    }
    names
}

/// Writes all records with their indexes.
fn write<S: State>(draft: &mut Draft<'_, S>, compiled: Compiled, whens: &Whens) -> Result<(), Stop> {
    draft.put_policy(compiled.policy)?;
    if !compiled.resources.resources.is_empty() {
        draft.put_record(RESOURCES.to_owned(), &compiled.resources)?;
    }
    for path in compiled.registered {
        draft.put_doc(format!("{}{path}", doc::RESOURCE), &Value::Object(serde_json::Map::new()))?;
    }
    for (id, mut group) in compiled.groups {
        let key = group_key(&id);
        member::number(draft, &mut group.record.assignments, Vec::new(), &key, whens)?;
        draft.put_doc(format!("{}{id}", doc::GROUP), &crate::groups::Named { name: None })?;
        draft.put_record(key, &group.record)?;
    }
    for (subject, member) in compiled.members {
        member::put(draft, &subject, member, whens)?;
    }
    Ok(())
}

/// The conditions of assignments as they were written, by the id that the compiler gives: its number in the file.
fn whens(file: &Value) -> Whens {
    let all = file.get("assignments").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let written = |(entry, number): (&Value, usize)| {
        let when = entry.get("when").and_then(Value::as_str)?;
        Some((format!("a{number}"), when.to_owned()))
    };
    all.iter().zip(1..).filter_map(written).collect()
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
