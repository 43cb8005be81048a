//! Giving roles and taking them back.

use crate::approval_policies::may_name;
use crate::authority::{Rights, all_rows};
use crate::doc;
use crate::draft::Draft;
use crate::held;
use crate::index;
use crate::members::keeps_an_administrator;
use crate::state::{Fault, State};
use crate::stop::{Stop, diagnosed, forbidden, invalid, not_found, unknown_group};
use countersign_compile::{Principal, piece, principal};
use countersign_core::{Millis, Path, RoleId, Window};
use countersign_wire::api::Assign;
use countersign_wire::diagnostic::Source;
use countersign_wire::record::{AssignmentForm, GroupRecord, SubjectRecord, decode};
use countersign_wire::seal::{SUBJECTS, group_key, subject_key};
use countersign_wire::time;
use serde_json::{Value, json};

/// The most assignments of one command.
const MOST: usize = 1_000;

/// Gives a role.
pub(crate) fn assign<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, assign: &Assign) -> Result<(), Stop> {
    let id = give(draft, rights, assign)?;
    draft.id = Some(id);
    draft.created = true;
    // A role may deny, and so take administration away.
    keeps_an_administrator(draft)
}

/// Gives roles, all or none.
pub(crate) fn assign_many<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, all: &[Assign]) -> Result<(), Stop> {
    if all.is_empty() || all.len() > MOST {
        return Err(invalid("assignments", format!("Give between 1 and {MOST} assignments at a time.")));
    }
    let ids = all.iter().zip(1..).map(|(one, number)| {
        give(draft, rights, one).map_err(|stop| match stop {
            Stop::Refused(mut refusal) => {
                refusal.detail = format!("Assignment {number} of {}: {}", all.len(), refusal.detail);
                Stop::Refused(refusal)
            }
            fault => fault,
        })
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    draft.shown = Some(json!({ "ids": ids }));
    draft.created = true;
    keeps_an_administrator(draft)
}

/// Gives one role; answers with the assignment's id.
pub(crate) fn give<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, assign: &Assign) -> Result<String, Stop> {
    // Permission first: what exists is not told to those who may not give roles here.
    let path = Path::parse(&assign.scope);
    let sound = assign.scope == "/" || path.and_then(|path| draft.policy.locate(&path)).is_ok();
    if !rights.may("create", if sound { &assign.scope } else { "/" }, "assignment:new") {
        return Err(forbidden("You may not give roles here. Ask an administrator of this account."));
    }
    if !sound {
        return Err(invalid("invalid_scope", format!("`{}` is no scope of this account's model.", assign.scope)));
    }
    let Some(role) = draft.policy.role_named(&assign.role) else {
        return Err(invalid("unknown_role", format!("There is no role `{}`.", assign.role)));
    };
    crate::settings::refuse_sealed(draft, &assign.role)?;
    let custom = is_custom(draft, &assign.role)?;
    if custom && !may_name(&draft.policy, rights, &format!("role:{}", assign.role)) {
        return Err(forbidden(
            "Whoever has this role approves requests, and you may not say who does. Ask an administrator who may.",
        ));
    }
    let Some(last) = rights.may_give_until(role, &assign.scope, custom) else {
        return Err(forbidden("You may not give this role here. Ask an administrator of this account."));
    };
    if draft.policy.may_assign_at(role, &assign.scope) != Ok(true) {
        let detail = format!("The role `{}` may not be assigned at `{}`.", assign.role, assign.scope);
        return Err(invalid("scope_not_allowed", detail));
    }
    let window = window(assign)?;
    if window.until > last {
        let until = time::format(last).unwrap_or_default();
        let detail = format!("Your own right to give this role ends at {until}. Let the assignment end by then.");
        return Err(invalid("outlasts_giver", detail));
    }
    let text = serde_json::to_string(assign).map_err(|error| Fault(error.to_string()))?;
    let (to, mut form) = piece::assignment(&draft.policy, Source { name: "assignment", text: &text })
        .map_err(|problems| diagnosed("invalid_assignment", &problems))?;
    let id = draft.new_id("a");
    form.id.clone_from(&id);
    let shown = shown(&to, &form, assign.when.as_deref());
    let key = add(draft, &to, form)?;
    if let Some(when) = &assign.when {
        draft.put_doc(format!("{}{id}", doc::WHEN), when)?;
    }
    index::add(draft, &id, &assign.role, &key)?;
    draft.note(format!("assignment:{id}"), Value::Null, shown);
    Ok(id)
}

/// Adds an assignment to its holder's record; answers with that record's key.
fn add<S: State>(draft: &mut Draft<'_, S>, to: &str, form: AssignmentForm) -> Result<String, Stop> {
    match principal(to) {
        Some(Principal::Subject(id)) => {
            let mut record = draft.member(id)?;
            record.assignments.push(form);
            draft.put_member(id, &record)?;
            Ok(subject_key(id))
        }
        Some(Principal::Group(id)) => {
            let mut record = held::group(draft, id)?.ok_or_else(|| unknown_group(id))?;
            record.assignments.push(form);
            draft.put_group(id, &record)?;
            Ok(group_key(id))
        }
        None => Err(invalid(
            "invalid_subject",
            format!("`{to}` is neither a member nor a group. Write `user:…` or `group:…`."),
        )),
    }
}

/// Takes an assignment back.
pub(crate) fn unassign<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    // The same answer for one that does not exist and one that the actor may not see.
    let hidden = || not_found("unknown_assignment", format!("There is no assignment `{id}` that you may take back."));
    let key = index::holder(draft, id)?.ok_or_else(hidden)?.key;
    let form = find(draft, &key, id)?.ok_or_else(hidden)?;
    if !rights.may("delete", &form.scope, &format!("assignment:{id}")) {
        return Err(hidden());
    }
    may_take_back(draft, rights, &key, &form)?;
    take(draft, &key, id)?;
    keeps_an_administrator(draft)
}

/// Whoever may give a role may take it back; but nobody takes a restriction off themselves.
pub(crate) fn may_take_back<S: State>(
    draft: &Draft<'_, S>,
    rights: &Rights,
    key: &str,
    form: &AssignmentForm,
) -> Result<(), Stop> {
    let role = draft.policy.role_named(&form.role);
    let custom = is_custom(draft, &form.role)?;
    let may = role.and_then(|role| rights.may_take_until(role, &form.scope, custom));
    // What it denies is denied no more, for good.
    let for_good = may == Some(Millis::MAX) || !role.is_some_and(|role| restricts(draft, role));
    if may.is_none() || !for_good {
        return Err(forbidden("You may not take this role back. Ask an administrator of this account."));
    }
    let restricts = role.is_some_and(|role| restricts(draft, role));
    if restricts && !rights.is_operator() && is_own(draft, key)? {
        return Err(forbidden("This role restricts you. Ask another administrator to take it back."));
    }
    Ok(())
}

/// Whether what stands in the record under `key` is the actor's, its own or through a group, or that of somebody behind it.
pub(crate) fn is_own<S: State>(draft: &Draft<'_, S>, key: &str) -> Result<bool, Stop> {
    let selves = draft.selves()?;
    if let Some(subject) = key.strip_prefix(SUBJECTS) {
        return Ok(selves.has(subject));
    }
    let Some(group) = key.strip_prefix("group/") else { return Ok(false) };
    for subject in selves.all() {
        let record = held::subject(draft, subject)?;
        if record.is_some_and(|record| record.groups.iter().any(|of| of == group)) {
            return Ok(true);
        }
    }
    Ok(selves.is_anybody())
}

fn restricts<S>(draft: &Draft<'_, S>, role: RoleId) -> bool {
    draft.policy.role(role).is_some_and(|role| all_rows(role.spec()).any(|(_, _, deny)| deny != 0))
}

/// The assignment in the record under `key`.
pub(crate) fn find(state: &impl State, key: &str, id: &str) -> Result<Option<AssignmentForm>, Fault> {
    Ok(of(state, key)?.into_iter().find(|form| form.id == id))
}

/// All assignments in the record under `key`.
pub(crate) fn of(state: &impl State, key: &str) -> Result<Vec<AssignmentForm>, Fault> {
    let Some(bytes) = state.record(key)? else { return Ok(Vec::new()) };
    let fault = |error| Fault(format!("{key}: {error}"));
    if key.starts_with("group/") {
        decode::<GroupRecord>(&bytes).map(|record| record.assignments).map_err(fault)
    } else {
        decode::<SubjectRecord>(&bytes).map(|record| record.assignments).map_err(fault)
    }
}

/// Takes an assignment out of the record under `key`, whoever may.
pub(crate) fn take<S: State>(draft: &mut Draft<'_, S>, key: &str, id: &str) -> Result<(), Stop> {
    let to = key.strip_prefix("subject/").map_or_else(|| key.replacen("group/", "group:", 1), str::to_owned);
    let mut taken = None;
    let mut without = |all: &mut Vec<AssignmentForm>| {
        taken = all.iter().position(|form| form.id == id).map(|at| all.remove(at));
    };
    if let Some(group) = key.strip_prefix("group/") {
        let mut record = held::group(draft, group)?.ok_or_else(|| unknown_group(group))?;
        without(&mut record.assignments);
        draft.put_record(key.to_owned(), &record)?;
    } else {
        let mut record = draft.member(&to)?;
        without(&mut record.assignments);
        draft.put_record(key.to_owned(), &record)?;
    }
    if let Some(form) = taken {
        let when: Option<String> = doc::read(draft, &format!("{}{id}", doc::WHEN))?;
        draft.note(format!("assignment:{id}"), shown(&to, &form, when.as_deref()), Value::Null);
        index::remove(draft, id, &form.role);
        draft.remove_doc(format!("{}{id}", doc::WHEN));
    }
    Ok(())
}

/// Whether the tenant made the role itself.
pub(crate) fn is_custom(state: &impl State, role: &str) -> Result<bool, Fault> {
    Ok(state.doc(&format!("{}{role}", doc::ROLE))?.is_some())
}

/// An assignment as the log and lists show it.
pub(crate) fn shown(to: &str, form: &AssignmentForm, when: Option<&str>) -> Value {
    let mut shown = json!({ "to": to, "role": form.role, "scope": form.scope });
    let moment = |at: Option<i64>| at.and_then(time::format);
    if let Some(fields) = shown.as_object_mut() {
        let optional = [("from", moment(form.from)), ("until", moment(form.until)), ("when", when.map(str::to_owned))];
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    shown
}

fn window(assign: &Assign) -> Result<Window, Stop> {
    let moment = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => time::parse(text).map(Some).ok_or_else(|| {
            invalid("invalid_time", format!("`{text}` is no moment. Write it as in 2026-03-01T12:00:00Z."))
        }),
    };
    let window = Window::new(moment(&assign.from)?, moment(&assign.until)?);
    if window.from >= window.until {
        return Err(invalid("empty_window", "The assignment would end before it begins."));
    }
    Ok(window)
}
