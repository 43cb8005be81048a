//! One command: authorised, then turned into events or a refusal.

use crate::actor::{Actor, Rights};
use crate::event::{Commit, Event};
use crate::import;
use crate::state::{self, Fault, Meta, State};
use countersign_compile::{Principal, principal};
use countersign_core::{Millis, Path, Policy, Window};
use countersign_wire::api::{Assign, Command, Refusal};
use countersign_wire::record::{AssignmentForm, GroupRecord, RecordError, StatusForm, SubjectRecord, decode, encode};
use countersign_wire::seal::{group_key, subject_key};
use countersign_wire::time;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is to be committed
    Done(Commit),
    /// It was refused; the state stays as it is
    Refused {
        /// Why
        refusal: Refusal,
        /// Whether the log keeps it: strangers cannot fill a tenant's log
        audited: bool,
    },
}

/// Why a command goes no further.
pub(crate) enum Stop {
    Refused(Refusal),
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Authorises and works out a command; writes nothing.
///
/// # Errors
/// When the state cannot be read. A refusal is no error.
pub fn execute(state: &impl State, actor: &Actor, command: &Command, now: Millis) -> Result<Outcome, Fault> {
    match run(state, actor, command, now) {
        Ok(commit) => Ok(Outcome::Done(commit)),
        Err(Stop::Refused(refusal)) => {
            let audited = actor.operator || state::subject(state, &actor.subject)?.is_some();
            Ok(Outcome::Refused { refusal, audited })
        }
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

fn run(state: &impl State, actor: &Actor, command: &Command, now: Millis) -> Result<Commit, Stop> {
    let meta = state.meta()?;
    if let Command::Import(texts) = command {
        return import::run(state, meta, actor, texts);
    }
    // Whoever is no member cannot tell a tenant from one that does not exist.
    let stranger = state::subject(state, &actor.subject)?.is_none();
    let policy = state::policy(state)?.filter(|_| !stranger);
    let policy =
        policy.ok_or_else(|| refuse(404, "no_member", "There is no such account, or you are no member of it."))?;
    let rights = Rights::of(state, &policy, actor, now)?;
    let draft = Draft { state, meta, policy: &policy, rights };
    match command {
        Command::Import(_) => Err(forbidden("This command is not for tenants.")),
        Command::Assign(assign) => draft.assign(assign),
        Command::Unassign { id } => draft.unassign(id),
        Command::SetStatus { subject, status } => draft.set_status(actor, subject, *status),
    }
}

/// A command at work.
struct Draft<'a, S> {
    state: &'a S,
    meta: Meta,
    policy: &'a Policy,
    rights: Rights<'a>,
}

impl<S: State> Draft<'_, S> {
    fn assign(self, assign: &Assign) -> Result<Commit, Stop> {
        let role = self.policy.role_named(&assign.role);
        let placed = role.map(|role| self.policy.may_assign_at(role, &assign.scope));
        // Permission first: what exists is not told to those who may not give roles here.
        let sound =
            assign.scope == "/" || Path::parse(&assign.scope).and_then(|path| self.policy.locate(&path)).is_ok();
        let asked_at = if sound { assign.scope.as_str() } else { "/" };
        if !self.rights.may("create", asked_at, "assignment:new") {
            return Err(forbidden("You may not give roles here. Ask an administrator of this account."));
        }
        if !sound {
            let detail = format!("`{}` is no scope of this account's model.", assign.scope);
            return Err(invalid("invalid_scope", detail));
        }
        let (Some(role), Some(placed)) = (role, placed) else {
            return Err(invalid("unknown_role", format!("There is no role `{}`.", assign.role)));
        };
        let Some(last) = self.rights.may_give_until(role, &assign.scope) else {
            return Err(forbidden("You may not give this role here. Ask an administrator of this account."));
        };
        match placed {
            Ok(true) => {}
            Ok(false) => {
                let detail = format!("The role `{}` may not be assigned at `{}`.", assign.role, assign.scope);
                return Err(invalid("scope_not_allowed", detail));
            }
            Err(error) => return Err(invalid("invalid_scope", format!("`{}` is no scope: {error}.", assign.scope))),
        }
        let window = window(assign)?;
        if window.until > last {
            let until = time::format(last).unwrap_or_default();
            let detail = format!("Your own right to give this role ends at {until}. Let the assignment end by then.");
            return Err(invalid("outlasts_giver", detail));
        }
        let id = format!("a{}", self.meta.ids + 1);
        let (from, until) = (end(window.from, i64::MIN), end(window.until, i64::MAX));
        let form = AssignmentForm {
            id: id.clone(),
            role: assign.role.clone(),
            scope: assign.scope.clone(),
            from,
            until,
            when: None,
        };
        let (key, bytes) = self.added(&assign.to, form)?;
        let holder = Event::Holder { id: id.clone(), key: Some(key.clone()) };
        Ok(self.commit(vec![Event::Record { key, bytes: Some(bytes) }, holder], Some(id)))
    }

    /// The holder's record with the assignment in it.
    fn added(&self, to: &str, form: AssignmentForm) -> Result<(String, Vec<u8>), Stop> {
        match principal(to) {
            Some(Principal::Subject(id)) => {
                let mut record = self.member(id)?;
                record.assignments.push(form);
                record.grants(self.policy).map_err(|error| too_many(&error))?;
                Ok((subject_key(id), write(&record)?))
            }
            Some(Principal::Group(id)) => {
                let unknown = || refuse(404, "unknown_group", &format!("There is no group `{id}`."));
                let mut record = state::group(self.state, id)?.ok_or_else(unknown)?;
                record.assignments.push(form);
                record.grants(self.policy).map_err(|error| too_many(&error))?;
                Ok((group_key(id), write(&record)?))
            }
            None => Err(invalid(
                "invalid_subject",
                format!("`{to}` is neither a member nor a group. Write `user:…` or `group:…`."),
            )),
        }
    }

    fn unassign(self, id: &str) -> Result<Commit, Stop> {
        // The same answer for one that does not exist and one that the actor may not see.
        let hidden =
            || refuse(404, "unknown_assignment", &format!("There is no assignment `{id}` that you may take back."));
        let key = self.state.holder(id)?.ok_or_else(hidden)?;
        let bytes = self.state.record(&key)?.ok_or_else(hidden)?;
        let (form, bytes) = without(&key, &bytes, id)?;
        let form = form.ok_or_else(hidden)?;
        if !self.rights.may("delete", &form.scope, &format!("assignment:{id}")) {
            return Err(hidden());
        }
        let role = self.policy.role_named(&form.role);
        if role.and_then(|role| self.rights.may_give_until(role, &form.scope)).is_none() {
            return Err(forbidden("You may not take this role back. Ask an administrator of this account."));
        }
        let gone = Event::Holder { id: id.to_owned(), key: None };
        Ok(self.commit(vec![Event::Record { key, bytes: Some(bytes) }, gone], None))
    }

    fn set_status(self, actor: &Actor, subject: &str, wanted: StatusForm) -> Result<Commit, Stop> {
        let known = state::subject(self.state, subject)?;
        let current = known.as_ref().map(|record| record.status);
        let action = match (current, wanted) {
            (_, StatusForm::Deactivated) => "deactivate",
            (_, StatusForm::Locked) => "lock",
            (Some(StatusForm::Locked), StatusForm::Active) => "unlock",
            _ => "activate",
        };
        if !self.rights.may(action, "/", &format!("member:{subject}")) {
            return Err(forbidden("You may not change members. Ask an administrator of this account."));
        }
        // Every way out of `locked` is an unlocking.
        let leaves_locked = current == Some(StatusForm::Locked) && wanted != StatusForm::Locked;
        if leaves_locked && !self.rights.may("unlock", "/", &format!("member:{subject}")) {
            return Err(forbidden("This member is locked, and you may not unlock members. Ask an administrator."));
        }
        let mut record = known.ok_or_else(|| unknown_member(subject))?;
        if actor.subject == subject && wanted != StatusForm::Active {
            return Err(refuse(409, "own_status", "You cannot shut yourself out. Ask another administrator to do it."));
        }
        if record.status == wanted {
            return Ok(Commit {
                epoch: self.meta.epoch,
                revision: self.meta.revision,
                ids: self.meta.ids,
                ..Commit::default()
            });
        }
        if record.status == StatusForm::Invited {
            return Err(refuse(
                409,
                "invited",
                "This member has not accepted the invitation yet; revoke or resend it instead.",
            ));
        }
        if wanted == StatusForm::Invited {
            return Err(refuse(
                409,
                "already_member",
                "Somebody who is a member already cannot be made an invited one.",
            ));
        }
        record.status = wanted;
        let bytes = write(&record)?;
        Ok(self.commit(vec![Event::Record { key: subject_key(subject), bytes: Some(bytes) }], None))
    }

    fn member(&self, id: &str) -> Result<SubjectRecord, Stop> {
        state::subject(self.state, id)?.ok_or_else(|| unknown_member(id))
    }

    fn commit(self, events: Vec<Event>, id: Option<String>) -> Commit {
        let ids = self.meta.ids + u64::from(id.is_some());
        Commit { epoch: self.meta.epoch, revision: self.meta.revision + 1, ids, events, id, created: false }
    }
}

/// The record under `key` without the assignment `id`, and that assignment.
fn without(key: &str, bytes: &[u8], id: &str) -> Result<(Option<AssignmentForm>, Vec<u8>), Stop> {
    let fault = |error| Stop::Fault(Fault(format!("{key}: {error}")));
    if key.starts_with("group/") {
        let mut record: GroupRecord = decode(bytes).map_err(fault)?;
        let form = take(&mut record.assignments, id);
        Ok((form, write(&record)?))
    } else {
        let mut record: SubjectRecord = decode(bytes).map_err(fault)?;
        let form = take(&mut record.assignments, id);
        Ok((form, write(&record)?))
    }
}

fn take(assignments: &mut Vec<AssignmentForm>, id: &str) -> Option<AssignmentForm> {
    let found = assignments.iter().position(|given| given.id == id)?;
    Some(assignments.remove(found))
}

fn window(assign: &Assign) -> Result<Window, Stop> {
    let moment = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => match time::parse(text) {
            Some(moment) => Ok(Some(moment)),
            None => {
                Err(invalid("invalid_time", format!("`{text}` is no moment. Write it as in 2026-03-01T12:00:00Z.")))
            }
        },
    };
    let window = Window::new(moment(&assign.from)?, moment(&assign.until)?);
    if window.from >= window.until {
        return Err(invalid("empty_window", "The assignment would end before it begins.".to_owned()));
    }
    Ok(window)
}

fn end(moment: Millis, open: Millis) -> Option<Millis> {
    (moment != open).then_some(moment)
}

pub(crate) fn write<T: countersign_wire::record::Written>(record: &T) -> Result<Vec<u8>, Stop> {
    encode(record).map_err(|error| Stop::Fault(Fault(error.to_string())))
}

pub(crate) fn refuse(status: u16, code: &str, detail: &str) -> Stop {
    Stop::Refused(Refusal { status, code: code.to_owned(), detail: detail.to_owned() })
}

pub(crate) fn forbidden(detail: &str) -> Stop {
    refuse(403, "forbidden", detail)
}

pub(crate) fn invalid(code: &str, detail: String) -> Stop {
    Stop::Refused(Refusal { status: 422, code: code.to_owned(), detail })
}

fn too_many(error: &RecordError) -> Stop {
    invalid("too_many_grants", format!("This cannot be given in addition to what is held already: {error}."))
}

fn unknown_member(id: &str) -> Stop {
    refuse(404, "unknown_member", &format!("There is no member `{id}`."))
}
