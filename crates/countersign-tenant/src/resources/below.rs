//! Everything at and below a resource: what is registered and granted there, and what is asked about it.

use super::{attributes, open_requests};
use crate::authority::{Rights, Row, all_rows, reaches};
use crate::draft::Draft;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid};
use crate::{assignments, doc, held, index, overrides, requests};
use countersign_core::sorted::Set;
use countersign_core::{Millis, Path};
use countersign_wire::record::{AssignmentForm, OverrideForm};
use serde_json::Value;

/// How many members and groups may have grants at and below a resource that moves or goes: each is published anew.
const MOST_HOLDERS: usize = 1_000;
/// How many resources may be registered below one that moves or goes.
const MOST_RESOURCES: usize = 5_000;

/// What is at and below a resource.
pub(super) struct Below {
    /// The registered paths, the resource's own included, with their attributes
    registered: Vec<(String, Value)>,
    /// The keys of the records with grants there
    holders: Set<String>,
    /// Open requests about it
    requests: Vec<String>,
}

impl Below {
    /// What is at and below `path`, if it is not too much for one command.
    pub(super) fn of<S: State>(draft: &Draft<'_, S>, path: &str) -> Result<Self, Stop> {
        let mut registered: Vec<(String, Value)> = Vec::new();
        if let Some(own) = doc::read(draft, &super::key(path))? {
            registered.push((path.to_owned(), own));
        }
        let below: Vec<(String, Value)> =
            doc::list(draft, &format!("{}{path}/", doc::RESOURCE), "", MOST_RESOURCES + 1)?;
        let holders = index::granted_below(draft, path, MOST_HOLDERS + 1)?;
        if below.len() > MOST_RESOURCES || holders.len() > MOST_HOLDERS {
            return Err(conflict(
                "too_much_below",
                format!(
                    "More than {MOST_RESOURCES} resources are registered below `{path}`, or more than {MOST_HOLDERS} \
                     members and groups have grants there. Move or remove them one by one first."
                ),
            ));
        }
        registered.extend(below.into_iter().map(|(rest, attributes)| (format!("{path}/{rest}"), attributes)));
        Ok(Self { registered, holders, requests: open_requests(draft, path)? })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.registered.is_empty() && self.holders.is_empty() && self.requests.is_empty()
    }

    /// Whether the actor could hand on what is denied there and would not be any more.
    pub(super) fn may_free<S: State>(&self, draft: &Draft<'_, S>, rights: &Rights, path: &str) -> Result<(), Stop> {
        for key in &self.holders {
            let own = !rights.is_operator() && assignments::is_own(draft, key)?;
            for (scope, rows) in denials(draft, key, path)? {
                if own || rights.hands_on_until(&rows, &scope) != Some(Millis::MAX) {
                    return Err(forbidden(format!(
                        "Rights are denied at `{scope}`, and you could not hand them on. Ask an administrator to remove \
                         the resource."
                    )));
                }
            }
        }
        Ok(())
    }

    /// Moves everything from `from` to `to`.
    pub(super) fn relocate<S: State>(&self, draft: &mut Draft<'_, S>, from: &str, to: &str) -> Result<(), Stop> {
        let moved = |path: &str| path.strip_prefix(from).map_or_else(|| path.to_owned(), |rest| format!("{to}{rest}"));
        let sound = |path: &str| Path::parse(path).and_then(|path| draft.policy.locate(&path)).is_ok();
        for (path, _) in &self.registered {
            if !sound(&moved(path)) {
                let detail =
                    format!("`{path}` would be `{}`, which is no resource of this account's model.", moved(path));
                return Err(invalid("invalid_resource", detail));
            }
        }
        let mut record = held::resources(draft)?;
        for (path, _) in record.resources.iter_mut().filter(|(path, _)| reaches(from, path)) {
            *path = moved(path);
        }
        record.resources.sort_by(|a, b| a.0.cmp(&b.0));
        attributes::write(draft, &record)?;
        for (path, attributes) in &self.registered {
            draft.remove_doc(super::key(path));
            draft.put_doc(super::key(&moved(path)), attributes)?;
        }
        for key in &self.holders {
            let scope = |scope: &mut String| {
                if reaches(from, scope) {
                    *scope = moved(scope);
                }
            };
            self.change(
                draft,
                key,
                |all| all.iter_mut().for_each(|form| scope(&mut form.scope)),
                |all| all.iter_mut().for_each(|form| scope(&mut form.scope)),
            )?;
        }
        requests::make_stale(draft, &self.requests)
    }

    /// Removes everything at and below `path`.
    pub(super) fn remove<S: State>(&self, draft: &mut Draft<'_, S>, path: &str) -> Result<(), Stop> {
        let mut record = held::resources(draft)?;
        record.resources.retain(|(known, _)| !reaches(path, known));
        attributes::write(draft, &record)?;
        for (path, _) in &self.registered {
            draft.remove_doc(super::key(path));
        }
        for key in &self.holders {
            for form in assignments::of(draft, key)?.iter().filter(|form| reaches(path, &form.scope)) {
                assignments::take(draft, key, &form.id)?;
            }
            self.change(draft, key, |_| {}, |all| all.retain(|form| !reaches(path, &form.scope)))?;
        }
        requests::make_stale(draft, &self.requests)
    }

    /// Changes the grants of a record, and notes it.
    fn change<S: State>(
        &self,
        draft: &mut Draft<'_, S>,
        key: &str,
        assigned: impl FnOnce(&mut Vec<AssignmentForm>),
        set: impl FnOnce(&mut Vec<OverrideForm>),
    ) -> Result<(), Stop> {
        let to = key.strip_prefix("subject/").map_or_else(|| key.replacen("group/", "group:", 1), str::to_owned);
        let before = assignments::of(draft, key)?;
        if let Some(group) = key.strip_prefix("group/") {
            let mut record = held::group(draft, group)?.unwrap_or_default();
            assigned(&mut record.assignments);
            note(draft, &to, &before, &record.assignments)?;
            return draft.put_group(group, &record);
        }
        let mut record = draft.member(&to)?;
        let overrides = overrides::shown(&record.overrides);
        assigned(&mut record.assignments);
        set(&mut record.overrides);
        note(draft, &to, &before, &record.assignments)?;
        draft.note(format!("override:{to}"), overrides, overrides::shown(&record.overrides));
        draft.put_member(&to, &record)
    }
}

/// Notes assignments that stand elsewhere now.
fn note<S: State>(
    draft: &mut Draft<'_, S>,
    to: &str,
    before: &[AssignmentForm],
    after: &[AssignmentForm],
) -> Result<(), Stop> {
    for (old, new) in before.iter().zip(after) {
        let when: Option<String> = doc::read(draft, &format!("{}{}", doc::WHEN, old.id))?;
        let shown = |form| assignments::shown(to, form, when.as_deref());
        draft.note(format!("assignment:{}", old.id), shown(old), shown(new));
    }
    Ok(())
}

/// What a record's grants deny at and below `path`, by scope.
fn denials<S: State>(draft: &Draft<'_, S>, key: &str, path: &str) -> Result<Vec<(String, Vec<Row>)>, Stop> {
    let policy = &draft.policy;
    let mut all = Vec::new();
    for form in assignments::of(draft, key)?.into_iter().filter(|form| reaches(path, &form.scope)) {
        let role = policy.role_named(&form.role).and_then(|role| policy.role(role));
        let rows = role.map(|role| all_rows(role.spec()).map(|(on, _, deny)| (on, deny)).collect::<Vec<_>>());
        all.push((form.scope, rows.unwrap_or_default()));
    }
    if let Some(record) = key.strip_prefix("subject/").map(|subject| draft.member(subject)).transpose()? {
        let denied = record.overrides.into_iter().filter(|form| !form.allow && reaches(path, &form.scope));
        all.extend(denied.filter_map(|form| {
            let permission = policy.permission(&form.permission)?;
            Some((form.scope, vec![(permission.on, permission.action.mask())]))
        }));
    }
    all.retain(|(_, rows)| rows.iter().any(|(_, mask)| *mask != 0));
    Ok(all)
}
