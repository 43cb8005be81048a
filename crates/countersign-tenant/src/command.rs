//! One command: authorised, then turned into events or a refusal.

use crate::authority::Rights;
use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::state::{Fault, State};
use crate::stop::{Stop, forbidden, not_found};
use crate::{
    Actor, approval_policies, assignments, groups, held, import, inbox, invitations, links, members, notify, overrides,
    requests, resources, roles, seats, settings, support, tokens, webhooks,
};
use countersign_core::Millis;
use countersign_wire::api::{Command, Refusal};
use std::rc::Rc;

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is to be committed
    Done(Box<Commit>),
    /// It was refused; the state stays as it is
    Refused {
        /// Why
        refusal: Refusal,
        /// Whether the log keeps it: strangers cannot fill a tenant's log
        audited: bool,
    },
}

/// Authorises and works out a command; writes nothing.
///
/// # Errors
/// When the state cannot be read. A refusal is no error.
pub fn execute(
    state: &impl State,
    actor: &Actor,
    command: &Command,
    now: Millis,
    entropy: Entropy,
) -> Result<Outcome, Fault> {
    match run(state, actor, command, now, entropy) {
        Ok(commit) => Ok(Outcome::Done(Box::new(commit))),
        Err(Stop::Refused(refusal)) => {
            let audited = actor.operator || held::subject(state, &actor.subject)?.is_some();
            Ok(Outcome::Refused { refusal, audited })
        }
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

fn run(state: &impl State, actor: &Actor, command: &Command, now: Millis, entropy: Entropy) -> Result<Commit, Stop> {
    if let Command::Import(texts) = command {
        return import::run(state, actor, texts, now, entropy);
    }
    let mut draft = begin(state, actor, now, entropy)?;
    apply(&mut draft, actor, command)?;
    if !matches!(command, Command::ImportPart(part) if part.run.is_some()) {
        seats::fit(&draft)?;
    }
    notify::work_in(&mut draft)?;
    Ok(draft.commit()?)
}

/// A draft for an actor who may know that the tenant exists.
pub(crate) fn begin<'a, S: State>(
    state: &'a S,
    actor: &Actor,
    now: Millis,
    entropy: Entropy,
) -> Result<Draft<'a, S>, Stop> {
    // Whoever is no member cannot tell a tenant from one that does not exist.
    let stranger = !actor.operator && held::subject(state, &actor.subject)?.is_none();
    let policy = held::policy(state)?.filter(|_| !stranger);
    let policy =
        policy.ok_or_else(|| not_found("no_member", "There is no such account, or you are no member of it."))?;
    Ok(Draft::new(state, Rc::new(policy), &actor.subject, now, entropy)?)
}

/// A draft for what the tenant does by itself. Nothing before it is set up.
pub(crate) fn internal<S: State>(state: &S, now: Millis, entropy: Entropy) -> Result<Option<Draft<'_, S>>, Fault> {
    let Some(policy) = held::policy(state)? else { return Ok(None) };
    Draft::new(state, Rc::new(policy), "countersign", now, entropy).map(Some)
}

/// What the tenant does by itself, as one commit. Nothing before it is set up.
///
/// # Errors
/// When the state cannot be read. Nobody is there to be refused anything: a refusal is a fault, too.
pub(crate) fn by_itself<S: State>(
    state: &S,
    now: Millis,
    entropy: Entropy,
    work: impl FnOnce(&mut Draft<'_, S>) -> Result<(), Stop>,
) -> Result<Option<Commit>, Fault> {
    let Some(mut draft) = internal(state, now, entropy)? else { return Ok(None) };
    match work(&mut draft).and_then(|()| notify::work_in(&mut draft)) {
        Ok(()) => draft.commit().map(Some),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Refused(refusal)) => Err(Fault(refusal.detail)),
    }
}

/// Authorises a command and works it into the draft.
pub(crate) fn apply<S: State>(draft: &mut Draft<'_, S>, actor: &Actor, command: &Command) -> Result<(), Stop> {
    let policy = Rc::clone(&draft.policy);
    let rights = &Rights::of(draft, policy, &actor.subject, actor.operator, draft.now)?;
    match command {
        Command::CreateMember(body) => members::create(draft, rights, body),
        Command::EditMember { subject, edit } => members::edit(draft, rights, subject, edit),
        Command::DeleteMember { subject } => members::delete(draft, rights, subject),
        Command::SendInvitation { subject } => invitations::resend(draft, rights, subject),
        Command::RevokeInvitation { id } => invitations::revoke(draft, rights, id),
        Command::AcceptInvitation { secret } => invitations::accept(draft, secret),
        Command::CreateGroup(body) => groups::create(draft, rights, body),
        Command::EditGroup { id, body } => groups::edit(draft, rights, id, body),
        Command::DeleteGroup { id } => groups::delete(draft, rights, id),
        Command::AddToGroup { id, subject } => groups::add(draft, rights, id, subject),
        Command::RemoveFromGroup { id, subject } => groups::remove(draft, rights, id, subject),
        Command::SetStatus { subject, status } => members::set_status(draft, rights, subject, *status),
        Command::Assign(body) => assignments::assign(draft, rights, body),
        Command::AssignMany { assignments } => assignments::assign_many(draft, rights, assignments),
        Command::Unassign { id } => assignments::unassign(draft, rights, id),
        Command::SetOverride { subject, body } => overrides::set(draft, rights, subject, body),
        Command::SetAllOverrides { subject, effect, scope } => {
            overrides::set_all(draft, rights, subject, *effect, scope.as_deref().unwrap_or("/"))
        }
        Command::CreateRole(body) => roles::create(draft, rights, body),
        Command::EditRole { id, body } => roles::edit(draft, rights, id, body),
        Command::DeleteRole { id } => roles::delete(draft, rights, id),
        Command::CreateApprovalPolicy(body) => approval_policies::create(draft, rights, body),
        Command::EditApprovalPolicy { id, body } => approval_policies::edit(draft, rights, id, body),
        Command::DeleteApprovalPolicy { id } => approval_policies::delete(draft, rights, id),
        Command::RequestApproval(body) => requests::request(draft, rights, body),
        Command::Approve { id } => requests::approve(draft, rights, id),
        Command::Reject { id, reason } => requests::reject(draft, rights, id, reason),
        Command::WithdrawRequest { id } => requests::withdraw(draft, id),
        Command::ResubmitRequest { id } => requests::resubmit(draft, id),
        Command::UseRequest { id } => requests::use_up(draft, rights, id),
        Command::RequestApprovalFor { requester, body } => requests::request_for(draft, rights, requester, body),
        Command::UseRequestFor { id, requester, body } => requests::use_for(draft, rights, id, requester, body),
        Command::RegisterResource(body) => resources::register(draft, rights, body),
        Command::EditResource { path, attributes } => resources::edit(draft, rights, path, attributes),
        Command::MoveResource(body) => resources::relocate(draft, rights, body),
        Command::DeleteResource { path } => resources::delete(draft, rights, path),
        Command::CreateToken(body) => tokens::create(draft, rights, body),
        Command::RotateToken { id } => tokens::rotate(draft, rights, id),
        Command::RevokeToken { id } => tokens::revoke(draft, rights, id),
        Command::AuthoriseSupport(body) => support::authorise(draft, rights, body),
        Command::DisableSupport => support::disable(draft, rights),
        Command::EditSettings(edit) => settings::edit(draft, rights, edit),
        Command::CreateWebhook(body) => webhooks::create(draft, rights, body),
        Command::EditWebhook { id, edit } => webhooks::edit(draft, rights, id, edit),
        Command::DeleteWebhook { id } => webhooks::delete(draft, rights, id),
        Command::Redeliver { id, delivery } => webhooks::redeliver(draft, rights, id, delivery),
        Command::MarkRead { ids } => inbox::mark_read(draft, ids),
        Command::Notify { event, to, data } => notify::notify(draft, rights, event, to, data),
        Command::Link(body) => links::link(draft, rights, body),
        Command::AcceptLink { id } => links::accept(draft, rights, id),
        Command::Unlink { id } => links::unlink(draft, rights, id),
        Command::ImportPart(part) => import::part::run(draft, rights, part),
        Command::Import(_) => Err(forbidden("This command is not for tenants.")),
    }
}
