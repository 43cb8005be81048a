//! The documents that a tenant keeps beside its published records: their keys, and how they are read.
//!
//! A key is a kind and an id, `group/sales`; ids hold no `/` except where a resource's path is the last part.

use crate::state::{Fault, State};
use countersign_wire::stored::{self, Stored};

/// Where an assignment is kept: its id, and the key of the record that holds it with the role.
pub(crate) const HOLDER: &str = "holder/";
/// Assignments by role: `role_held/{role}/{assignment}`, and the key of the record that holds it.
pub(crate) const ROLE_HELD: &str = "role_held/";
/// Members by group: `in_group/{group}/{subject}`.
pub const IN_GROUP: &str = "in_group/";
/// An assignment's condition as it was written, by the assignment's id.
pub(crate) const WHEN: &str = "when/";
/// Invitations by id.
pub(crate) const INVITATION: &str = "invitation/";
/// The id of a member's invitation, by subject.
pub(crate) const INVITED: &str = "invited/";
/// Subjects by user name, in its canonical form.
pub(crate) const USER_NAME: &str = "user_name/";
/// Subjects by address: `mailbox/{address}/{subject}`.
pub(crate) const MAILBOX: &str = "mailbox/";
/// How many seats and licences are taken.
pub(crate) const TAKEN: &str = "taken";
/// Requests for approval by id.
pub(crate) const REQUEST: &str = "request/";
/// Requests that something can still come of: `open_request/{requester}/{id}`, and what they are about.
pub(crate) const OPEN_REQUEST: &str = "open_request/";
/// Grants by scope: `scoped/{path}`, U+0001, and the key of the record that holds them. Those at the root are left out.
pub(crate) const SCOPED: &str = "scoped/";
/// API tokens by id.
pub(crate) const TOKEN: &str = "token/";
/// Tokens by service: `token_of/{subject}/{token}`.
pub(crate) const TOKEN_OF: &str = "token_of/";
/// Notifications, newest first: `notification/{subject}/{place}`.
pub(crate) const NOTIFICATION: &str = "notification/";
/// How many notifications a member has.
pub(crate) const INBOX: &str = "inbox/";
/// What is to be delivered: `delivery/{webhook}/{place}`.
pub(crate) const DELIVERY: &str = "delivery/";
/// Deliveries that failed for good: `dead/{webhook}/{place}`.
pub(crate) const DEAD: &str = "dead/";
/// How many deliveries of a webhook wait, and failed for good.
pub(crate) const QUEUE: &str = "queue/";
/// Deliveries that are to be sent at a moment: `send/{milliseconds}/{webhook}/{place}`.
pub(crate) const SEND: &str = "send/";
/// Messages to other tenants that are to be sent at a moment: `post/{milliseconds}/{place}`.
pub(crate) const POST: &str = "post/";
/// Messages to other tenants that were not acknowledged yet: `outgoing/{place}`.
pub(crate) const OUTGOING: &str = "outgoing/";
/// Messages of other tenants that were taken in: `received/{from}/{id}`.
pub(crate) const RECEIVED: &str = "received/";
/// Links by what both sides call them.
pub(crate) const LINK_KEY: &str = "link_key/";
/// Links by member: `link_of/{subject}/{link}`.
pub(crate) const LINK_OF: &str = "link_of/";
/// Links that are no more, by what both sides called them: a message that comes late does not bring them back.
pub(crate) const UNLINKED: &str = "unlinked/";
/// When what a member has in common with linked ones was written last.
pub(crate) const COMMON: &str = "common/";
/// Webhooks by id.
pub(crate) const WEBHOOK: &str = "webhook/";
/// Links to other tenants by id.
pub(crate) const LINK: &str = "link/";
/// Support access.
pub(crate) const SUPPORT: &str = "support";
/// The tenant's settings.
pub(crate) const SETTINGS: &str = "settings";
/// Groups by id.
pub(crate) const GROUP: &str = "group/";
/// Custom roles by id, as they were written.
pub(crate) const ROLE: &str = "role/";
/// Approval policies by id, as they were written.
pub(crate) const APPROVAL_POLICY: &str = "approval_policy/";
/// Registered resources by path, with their attributes as they were written.
pub(crate) const RESOURCE: &str = "resource/";
/// Subjects that were members once: their ids are never used again.
pub(crate) const TOMBSTONE: &str = "gone/";
/// The name of the import that the tenant comes from, where parts of it may follow.
pub(crate) const IMPORT_RUN: &str = "import_run";
/// Answers of commands that had a key: `idempotent/{actor}/{key}`.
pub(crate) const IDEMPOTENT: &str = "idempotent/";
/// What is to be done at a moment: `due/{milliseconds}/{what}`, in the order of time.
pub(crate) const DUE: &str = "due/";

/// What is in the order of time.
pub(crate) const TIMED: [&str; 3] = [DUE, SEND, POST];

/// A document and the revision at which it last changed.
///
/// # Errors
/// When the state cannot be read, or the document is not of this form.
pub(crate) fn read<T: Stored>(state: &impl State, key: &str) -> Result<Option<T>, Fault> {
    state.doc(key)?.map(|(_, bytes)| parse(key, &bytes)).transpose()
}

/// All documents whose keys begin with `prefix` and lie behind `after`, at most `limit`: what follows the prefix, and the
/// document.
///
/// # Errors
/// As [`read`].
pub(crate) fn list<T: Stored>(
    state: &impl State,
    prefix: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<(String, T)>, Fault> {
    let after = format!("{prefix}{after}");
    let rest = |key: &str| key.strip_prefix(prefix).unwrap_or_default().to_owned();
    let read = |(key, bytes): (String, Vec<u8>)| Ok((rest(&key), parse(&key, &bytes)?));
    state.docs(prefix, &after, limit)?.into_iter().map(read).collect()
}

/// A document as it is stored.
pub(crate) fn write<T: Stored>(key: &str, document: &T) -> Result<Vec<u8>, Fault> {
    stored::write(document).map_err(|error| Fault(format!("{key}: {error}")))
}

fn parse<T: Stored>(key: &str, bytes: &[u8]) -> Result<T, Fault> {
    stored::read(bytes).map_err(|error| Fault(format!("{key}: {error}")))
}

/// The key of what is due at a moment. Moments before 1970 are due at once.
pub(crate) fn due_key(at: i64, what: &str) -> String {
    format!("{DUE}{:015}/{what}", at.max(0))
}

/// The key of what is to be sent at a moment, under [`SEND`] or [`POST`].
pub(crate) fn send_key(prefix: &str, at: i64, what: &str) -> String {
    format!("{prefix}{:015}/{what}", at.max(0))
}

/// The moment and the rest of a due key, without its prefix.
pub(crate) fn due_parts(key: &str) -> Option<(i64, &str)> {
    let (at, what) = key.split_once('/')?;
    Some((at.parse().ok()?, what))
}
