//! Who may approve a request.

use super::ADMINISTRATORS;
use crate::authority::reaches;
use crate::draft::Draft;
use crate::held::Held;
use crate::state::{Fault, State};
use crate::{admins, held, selves};
use countersign_core::{Policy, Status};
use countersign_wire::api::{Command, CommandCall, Refusal};
use countersign_wire::stored::Request;

/// Those who may approve, as the policy names them.
pub(super) fn named(request: &Request) -> Vec<String> {
    let named = &request.approvers;
    if named.is_empty() { vec![ADMINISTRATORS.to_owned()] } else { named.clone() }
}

/// Whether the subject is one of the approvers now. The requester never is.
pub(super) fn may_approve(
    state: &impl State,
    policy: &Policy,
    request: &Request,
    subject: &str,
    now: i64,
) -> Result<bool, Fault> {
    // The cheap question first: tokens are looked at for those alone who could approve.
    Ok(subject != request.requester
        && is_approver(state, policy, request, subject, now)?
        && !selves::same(state, subject, &request.requester)?)
}

fn is_approver(state: &impl State, policy: &Policy, request: &Request, subject: &str, now: i64) -> Result<bool, Fault> {
    if request.approvers.is_empty() {
        return admins::is_one(state, policy, subject, now);
    }
    let Some(record) = held::subject(state, subject)? else { return Ok(false) };
    let held = Held::of(state, policy, subject)?;
    if held.status != Some(Status::Active) {
        return Ok(false);
    }
    let has_role = |role: &str| {
        let role = policy.role_named(role);
        let there = |scope: &str| reaches(scope, &request.resource);
        let mut live = held.assignments().filter(|given| Some(given.role) == role && given.window.is_live(now));
        live.any(|given| there(given.scope) && held.ask(|subject| policy.acts(subject, &given, &request.resource, now)))
    };
    Ok(request.approvers.iter().any(|approver| {
        let (role, group) = (approver.strip_prefix("role:"), approver.strip_prefix("group:"));
        role.is_some_and(has_role)
            || group.is_some_and(|group| record.groups.iter().any(|of| of == group))
            || approver == subject
    }))
}

/// Whether enough of those who approved may still approve. People are counted: a service is none beside whoever may act
/// as it.
pub(super) fn still_stands<S: State>(draft: &Draft<'_, S>, request: &Request) -> Result<bool, Fault> {
    let mut standing: Vec<&str> = Vec::new();
    let (services, users): (Vec<_>, Vec<_>) = request.approvals.iter().partition(|said| selves::is_service(&said.by));
    for said in users.into_iter().chain(services) {
        if may_approve(draft, &draft.policy, request, &said.by, draft.now)?
            && !has_said(draft, standing.iter().copied(), &said.by)?
        {
            standing.push(&said.by);
        }
    }
    Ok(standing.len() >= usize::from(request.quorum))
}

/// Whether one of these may be the same person as the subject.
pub(super) fn has_said<'s>(
    state: &impl State,
    mut said: impl Iterator<Item = &'s str>,
    subject: &str,
) -> Result<bool, Fault> {
    said.try_fold(false, |found, by| Ok(found || selves::same(state, by, subject)?))
}

/// The refusal of an approval that somebody gives while acting for the requester.
pub(crate) fn on_behalf(state: &impl State, call: &CommandCall) -> Result<Option<Refusal>, Fault> {
    let (Command::Approve { id }, Some(whom)) = (&call.command, &call.on_behalf_of) else { return Ok(None) };
    let request = super::read(state, id)?;
    Ok(request.filter(|request| request.requester == *whom).map(|_| Refusal {
        status: 403,
        code: "own_request".to_owned(),
        detail: "Nobody approves a request while acting for whoever made it. Somebody else must.".to_owned(),
    }))
}
