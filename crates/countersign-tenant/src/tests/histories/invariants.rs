//! What must hold after every command.

use super::authority::readable;
use crate::index::{self, in_group};
use crate::{Memory, State, admins, assignments, audit, doc, held};
use countersign_core::Millis;
use countersign_wire::api::AuditEntry;
use std::collections::BTreeSet;

/// What is broken, if anything is.
pub(super) fn broken(before: &Memory, after: &Memory, log: &[AuditEntry], now: Millis) -> Option<String> {
    let (was, is) = (before.meta().ok()?, after.meta().ok()?);
    if is.revision < was.revision || is.ids < was.ids {
        return Some("a number went back".to_owned());
    }
    if log.len() as u64 != is.audit_seq - log.first().map_or(is.audit_seq, |entry| entry.seq - 1) {
        return Some("an entry of the log is lost".to_owned());
    }
    if let Err(seq) = audit::verify(log.first().map_or("", |entry| entry.previous.as_str()), log) {
        return Some(format!("the log is broken at {seq}"));
    }
    if before == after {
        return None;
    }
    let policy = held::policy(after).ok()??;
    let was_policy = held::policy(before).ok()??;
    let had = admins::any(before, &was_policy, now).expect("memory");
    if had && !admins::any(after, &policy, now).expect("memory") {
        return Some("nobody administers the tenant any more".to_owned());
    }
    indexes(after)
}

/// Records and indexes say the same.
fn indexes(state: &Memory) -> Option<String> {
    let keys = state.keys("", "", usize::MAX).expect("memory");
    let mut seen = BTreeSet::new();
    let mut in_groups = BTreeSet::new();
    for key in keys.iter().filter(|key| key.starts_with("subject/") || key.starts_with("group/")) {
        for form in assignments::of(state, key).expect("memory") {
            if !seen.insert(form.id.clone()) {
                return Some(format!("the assignment {} is there twice", form.id));
            }
            let holder = index::holder(state, &form.id).expect("memory");
            if holder.is_none_or(|holder| holder.key != *key || holder.role != form.role) {
                return Some(format!("the assignment {} of {key} is not where the index says", form.id));
            }
        }
        if let Some(subject) = key.strip_prefix("subject/") {
            if !readable(state, subject) || state.person(subject).expect("memory").is_none() {
                return Some(format!("{subject} is half there"));
            }
            let record = held::subject(state, subject).expect("memory").expect("it is there");
            for group in record.groups {
                if held::group(state, &group).expect("memory").is_none() {
                    return Some(format!("{subject} is in `{group}`, which does not exist"));
                }
                in_groups.insert(in_group(&group, subject));
            }
        }
    }
    let listed = |prefix: &str| state.docs(prefix, "", usize::MAX).expect("memory");
    let holders: BTreeSet<String> =
        listed(doc::HOLDER).iter().filter_map(|(key, _)| key.strip_prefix(doc::HOLDER)).map(str::to_owned).collect();
    if holders != seen {
        return Some("the index knows assignments that nobody has".to_owned());
    }
    if listed(doc::ROLE_HELD).len() != seen.len() {
        return Some("the index of roles is not that of assignments".to_owned());
    }
    let indexed: BTreeSet<String> = listed(doc::IN_GROUP).into_iter().map(|(key, _)| key).collect();
    (indexed != in_groups).then(|| "the index of groups is not what members say".to_owned())
}
