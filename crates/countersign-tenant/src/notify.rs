//! Who is told what: notifications of members, and deliveries to webhooks.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::recipients::{self, ADMINISTRATORS};
use crate::state::State;
use crate::stop::{Stop, forbidden, invalid};
use crate::{inbox, webhooks};
use countersign_wire::api::Values;
use countersign_wire::stored::Notification;
use serde_json::{Value, json};

/// Bytes of the largest data of an event, as JSON.
const LARGEST_DATA: usize = 16 * 1_024;
/// The most kinds of recipients of one event.
const MOST_NAMED: usize = 100;
/// Bytes of the longest name of an event.
const LONGEST_EVENT: usize = 100;
/// What the events of the tenant itself begin with: nobody else can send one.
const OWN: [&str; 18] = [
    "account",
    "approval_policy",
    "assignment",
    "audit",
    "group",
    "invitation",
    "link",
    "member",
    "notification",
    "override",
    "request",
    "resource",
    "role",
    "seats",
    "settings",
    "support",
    "token",
    "webhook",
];

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// What: `invitation.sent`, `request.approved`
    pub(crate) event: String,
    /// Who is told in the inbox: `user:…`, `group:…`, `role:…`, or `administrators`
    pub(crate) to: Vec<String>,
    /// What it is about
    pub(crate) data: Value,
    /// What only webhooks are told, such as an invitation's secret
    pub(crate) secret: Option<Value>,
}

/// Writes what is to be told into the draft: part of the change itself, so that neither is without the other.
pub(crate) fn work_in<S: State>(draft: &mut Draft<'_, S>) -> Result<(), Stop> {
    for told in std::mem::take(&mut draft.told) {
        let recipients = recipients::of(draft, &told.to)?;
        if !recipients.subjects.is_empty() {
            let id = draft.new_id("n");
            let data = match &told.data {
                Value::Object(fields) => fields.clone(),
                Value::Null => Values::new(),
                other => Values::from_iter([("value".to_owned(), other.clone())]),
            };
            let notification = Notification { event: told.event.clone(), at: draft.now, data, read: false };
            for subject in &recipients.subjects {
                inbox::add(draft, subject, inbox::number(&id).unwrap_or_default(), &notification)?;
            }
        }
        webhooks::queue(draft, &told, &recipients)?;
    }
    Ok(())
}

/// A product notes that something happened: members and webhooks are told.
///
/// Takes `member:notify` for each member that is named, and for the whole account where a role or a group is.
pub(crate) fn notify<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    event: &str,
    to: &[String],
    data: &Values,
) -> Result<(), Stop> {
    for one in to {
        let whole = one == ADMINISTRATORS || one.starts_with("role:") || one.starts_with("group:");
        let member = if whole { "member:any".to_owned() } else { format!("member:{one}") };
        if !rights.may("notify", "/", &member) {
            return Err(forbidden("You may not notify members. Ask an administrator of this account."));
        }
    }
    if to.is_empty() && !rights.may("notify", "/", "member:any") {
        return Err(forbidden("You may not notify members. Ask an administrator of this account."));
    }
    if !is_event(event) {
        let detail = format!("`{event}` is no name of an event. Write it as in `payment.recorded`.");
        return Err(invalid("invalid_event", detail));
    }
    if OWN.iter().any(|own| event.split('.').next() == Some(own)) {
        let detail = format!("Events such as `{event}` are the account's own. Choose another first word.");
        return Err(invalid("reserved_event", detail));
    }
    if to.len() > MOST_NAMED {
        return Err(invalid("too_many_recipients", format!("Name at most {MOST_NAMED} recipients; use a group.")));
    }
    let size = serde_json::to_vec(data).map_or(usize::MAX, |bytes| bytes.len());
    if size > LARGEST_DATA {
        return Err(invalid("data_too_large", format!("`data` has at most {LARGEST_DATA} bytes as JSON.")));
    }
    for one in to {
        recipients::exist(draft, one)?;
    }
    let recipients = recipients::of(draft, to)?;
    draft.shown = Some(json!({ "told": recipients.subjects.len(), "more": recipients.more }));
    draft.tell(event, to.to_vec(), Value::Object(data.clone()), None);
    Ok(())
}

/// Whether this is the name of an event: words of small letters, digits and `_`, with dots between them.
pub(crate) fn is_event(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.len() <= LONGEST_EVENT && text.split('.').all(word)
}
