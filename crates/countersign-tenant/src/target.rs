//! `If-Match`: a command that was made for a state that is no more is refused.

use crate::doc;
use crate::state::{Fault, State};
use countersign_wire::api::{Command, CommandCall, Refusal};
use countersign_wire::seal::{group_key, subject_key};

/// The refusal of a command whose target has changed since, or that has none.
pub(crate) fn check(state: &impl State, call: &CommandCall) -> Result<Option<Refusal>, Fault> {
    let Some(wanted) = call.if_match else { return Ok(None) };
    let refusal =
        |status, code: &str, detail: &str| Some(Refusal { status, code: code.to_owned(), detail: detail.to_owned() });
    let Some(targets) = targets(&call.command) else {
        return Ok(refusal(400, "if_match", "This command changes nothing that exists already: leave If-Match out."));
    };
    Ok(match changed(state, &targets)? {
        Some(revision) if revision != wanted => refusal(
            412,
            "changed_meanwhile",
            "Somebody has changed this since you read it. Read it again, and decide anew.",
        ),
        // What does not exist is the command's to refuse.
        _ => None,
    })
}

/// The revision at which any of these last changed.
pub(crate) fn changed(state: &impl State, targets: &[Target]) -> Result<Option<u64>, Fault> {
    let mut last = None;
    for target in targets {
        let revision = match target {
            Target::Record(key) => state.revision_of(key)?,
            Target::Doc(key) => state.doc(key)?.map(|(revision, _)| revision),
            Target::Person(subject) => state.person(subject)?.map(|(revision, _)| revision),
        };
        last = last.max(revision);
    }
    Ok(last)
}

/// Where a thing is kept.
pub(crate) enum Target {
    Record(String),
    Doc(String),
    Person(String),
}

/// Where a member is kept.
pub(crate) fn member(subject: &str) -> Vec<Target> {
    vec![Target::Record(subject_key(subject)), Target::Person(subject.to_owned())]
}

/// Where a group is kept.
pub(crate) fn group(id: &str) -> Vec<Target> {
    vec![Target::Record(group_key(id)), Target::Doc(format!("{}{id}", doc::GROUP))]
}

/// Where a document is kept.
pub(crate) fn document(prefix: &str, id: &str) -> Vec<Target> {
    vec![Target::Doc(format!("{prefix}{id}"))]
}

/// What a command changes; nothing for one that only makes.
fn targets(command: &Command) -> Option<Vec<Target>> {
    Some(match command {
        Command::EditMember { subject, .. }
        | Command::SetStatus { subject, .. }
        | Command::DeleteMember { subject }
        | Command::SendInvitation { subject }
        | Command::SetOverride { subject, .. }
        | Command::SetAllOverrides { subject, .. } => member(subject),
        Command::EditGroup { id, .. }
        | Command::DeleteGroup { id }
        | Command::AddToGroup { id, .. }
        | Command::RemoveFromGroup { id, .. } => group(id),
        Command::EditRole { id, .. } | Command::DeleteRole { id } => document(doc::ROLE, id),
        Command::Unassign { id } => document(doc::HOLDER, id),
        Command::EditApprovalPolicy { id, .. } | Command::DeleteApprovalPolicy { id } => {
            document(doc::APPROVAL_POLICY, id)
        }
        Command::Approve { id }
        | Command::Reject { id, .. }
        | Command::WithdrawRequest { id }
        | Command::ResubmitRequest { id }
        | Command::UseRequest { id } => document(doc::REQUEST, id),
        Command::EditResource { path, .. } | Command::DeleteResource { path } => document(doc::RESOURCE, path),
        Command::MoveResource(body) => document(doc::RESOURCE, &body.from),
        Command::RotateToken { id } | Command::RevokeToken { id } => document(doc::TOKEN, id),
        Command::EditWebhook { id, .. } | Command::DeleteWebhook { id } => document(doc::WEBHOOK, id),
        Command::RevokeInvitation { id } => document(doc::INVITATION, id),
        Command::EditSettings(_) => vec![Target::Doc(doc::SETTINGS.to_owned())],
        Command::AuthoriseSupport(_) | Command::DisableSupport => vec![Target::Doc(doc::SUPPORT.to_owned())],
        Command::AcceptLink { id } | Command::Unlink { id } => document(doc::LINK, id),
        _ => return None,
    })
}
