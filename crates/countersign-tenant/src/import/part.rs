//! Members by the thousand: a part of an import, one command and one transaction.
//!
//! It is for operators, as the whole import is, and checked as that is. What is written holds: a member that is not there
//! is added, one that is there is made what is written, and a part that comes again changes nothing.

use super::member::{self, Came};
use super::{Whens, whens};
use crate::authority::Rights;
use crate::draft::Draft;
use crate::members::keeps_an_administrator;
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, diagnosed, forbidden, invalid};
use crate::{doc, gone, held, json, links, settings};
use countersign_compile::{Member, piece};
use countersign_core::sorted::{Map, Set};
use countersign_wire::api::ImportPart;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::AssignmentForm;
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// The most members of a part.
const MOST: usize = 1_000;

/// Brings the members of a part in.
pub(crate) fn run<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, part: &ImportPart) -> Result<(), Stop> {
    if !rights.is_operator() {
        return Err(forbidden("Only the platform's operators import members. Contact them."));
    }
    if part.run.is_some() && part.run != doc::read::<String>(draft, doc::IMPORT_RUN)? {
        let detail =
            "This account was imported anew since this import began. Begin this import again, or leave `run` out.";
        return Err(conflict("other_import", detail));
    }
    let source = Source { name: "tenant", text: &part.tenant };
    let members = read(draft, source)?;
    if members.len() > MOST {
        return Err(invalid("too_many_members", format!("A part holds at most {MOST} members. Make more parts.")));
    }
    let mut new = Vec::new();
    let mut roles = Set::new();
    for (subject, member) in &members {
        let before = held::subject(draft, subject)?;
        let there = |form: &AssignmentForm| {
            let says = |known: &&AssignmentForm| AssignmentForm { id: form.id.clone(), ..(*known).clone() } == *form;
            before.iter().flat_map(|before| &before.assignments).find(says).is_some()
        };
        let given = member.record.assignments.iter().filter(|form| !there(form));
        roles.extend(given.map(|form| form.role.clone()));
        let joined = |group: &&String| before.as_ref().is_none_or(|before| !before.groups.contains(group));
        for group in member.record.groups.iter().filter(joined) {
            let given = held::group(draft, group)?.map(|group| group.assignments).unwrap_or_default();
            roles.extend(given.into_iter().map(|form| form.role));
        }
        if before.is_none() {
            draft.is_new(subject);
            new.push(subject.as_str());
        }
    }
    gone::refuse_all(draft, new.into_iter())?;
    // The import that it is a part of is held to nothing that its own file says, and was begun by an operator.
    for role in roles.iter().filter(|_| part.run.is_none()) {
        settings::refuse_sealed(draft, role)?;
    }
    // Conditions are kept as they were written; most parts have none.
    let conditional = members.values().any(|member| member.record.assignments.iter().any(|form| form.when.is_some()));
    let whens = if conditional { whens(&json::object(source)) } else { Whens::new() };
    let all = members.len();
    let (mut added, mut changed) = (0, 0);
    for (subject, member) in members {
        match member::put(draft, &subject, member, &whens)? {
            Came::Added => added += 1,
            Came::Changed => changed += 1,
            Came::Same => {}
        }
    }
    if part.run.is_some() && part.last {
        links::all_changed(draft)?;
        draft.remove_doc(doc::IMPORT_RUN.to_owned());
    }
    let came = json!({ "members": all, "added": added, "changed": changed });
    draft.note("import".to_owned(), Value::Null, came.clone());
    draft.shown = Some(came);
    // Whoever is new takes nobody's administration away.
    if changed > 0 { keeps_an_administrator(draft) } else { Ok(()) }
}

fn read<S: State>(draft: &Draft<'_, S>, source: Source<'_>) -> Result<Map<String, Member>, Stop> {
    let failed: Cell<Option<Fault>> = Cell::new(None);
    let known = |group: &str| match held::group(draft, group) {
        Ok(found) => found.is_some(),
        Err(fault) => {
            failed.set(Some(fault));
            false
        }
    };
    let policy = Rc::clone(&draft.policy);
    let members = piece::members(&policy, source, known);
    match failed.take() {
        Some(fault) => Err(fault.into()),
        None => members.map_err(|problems| diagnosed("invalid_tenant", &problems)),
    }
}
