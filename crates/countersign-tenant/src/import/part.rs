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
use crate::stop::{Stop, diagnosed, forbidden, invalid};
use crate::{gone, held, json, settings};
use countersign_compile::{Member, piece};
use countersign_wire::api::ImportPart;
use countersign_wire::diagnostic::Source;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The most members of a part.
const MOST: usize = 1_000;

/// Brings the members of a part in.
pub(crate) fn run<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, part: &ImportPart) -> Result<(), Stop> {
    if !rights.is_operator() {
        return Err(forbidden("Only the platform's operators import members. Contact them."));
    }
    let source = Source { name: "tenant", text: &part.tenant };
    let members = read(draft, source)?;
    if members.len() > MOST {
        return Err(invalid("too_many_members", format!("A part holds at most {MOST} members. Make more parts.")));
    }
    let mut new = Vec::new();
    let mut roles = BTreeSet::new();
    for (subject, member) in &members {
        let before = held::subject(draft, subject)?;
        let held = |role: &str| before.iter().flat_map(|before| &before.assignments).any(|known| known.role == role);
        let given = member.record.assignments.iter().map(|form| &form.role);
        roles.extend(given.filter(|role| !held(role)).cloned());
        if before.is_none() {
            draft.is_new(subject);
            new.push(subject.as_str());
        }
    }
    gone::refuse_all(draft, new.into_iter())?;
    for role in &roles {
        settings::refuse_sealed(draft, role)?;
    }
    // Conditions are kept as they were written; most parts have none.
    let whens = if part.tenant.contains("when") { whens(&json::object(source)) } else { Whens::new() };
    let all = members.len();
    let (mut added, mut changed) = (0, 0);
    for (subject, member) in members {
        match member::put(draft, &subject, member, &whens)? {
            Came::Added => added += 1,
            Came::Changed => changed += 1,
            Came::Same => {}
        }
    }
    let came = json!({ "members": all, "added": added, "changed": changed });
    draft.note("import".to_owned(), Value::Null, came.clone());
    draft.shown = Some(came);
    // Whoever is new takes nobody's administration away.
    if changed > 0 { keeps_an_administrator(draft) } else { Ok(()) }
}

fn read<S: State>(draft: &Draft<'_, S>, source: Source<'_>) -> Result<BTreeMap<String, Member>, Stop> {
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
