//! The inbox of a member: what it was told, newest first, and what of it was read.

use crate::doc;
use crate::draft::Draft;
use crate::held;
use crate::listing;
use crate::query::{Asker, Shown};
use crate::state::State;
use crate::stop::{Stop, forbidden, invalid};
use countersign_wire::api::Page;
use countersign_wire::api::view::NotificationView;
use countersign_wire::record::StatusForm;
use countersign_wire::stored::Notification;
use countersign_wire::time;

/// How many notifications a member has at most.
const KEPT: usize = 500;
/// How many stay when there are too many, so that not each new one has to look for the oldest.
const LEFT: usize = 450;
/// How many are marked at a time.
const MOST_MARKED: usize = 500;

/// A notification's id from the number that was given out for it.
pub(crate) fn number(id: &str) -> Option<u64> {
    id.strip_prefix('n')?.parse().ok()
}

/// Puts a notification into a member's inbox; the oldest ones go.
pub(crate) fn add<S: State>(
    draft: &mut Draft<'_, S>,
    subject: &str,
    number: u64,
    notification: &Notification,
) -> Result<(), Stop> {
    let counted = format!("{}{subject}", doc::INBOX);
    let mut count: usize = doc::read(draft, &counted)?.unwrap_or(0);
    let prefix = prefix(subject);
    // Spread, so that not all who are told the same are looked through by the same command.
    if count >= KEPT - spread(subject) {
        // Keys alone: nothing is parsed.
        let all = draft.docs(&prefix, "", KEPT)?;
        count = all.len().min(LEFT);
        for (key, _) in all.into_iter().skip(LEFT) {
            draft.remove_doc(key);
        }
    }
    draft.put_doc(format!("{prefix}{}", place(number)), notification)?;
    draft.put_doc(counted, &(count + 1))
}

/// A number from 0 to 39, the same for the same member.
fn spread(subject: &str) -> usize {
    subject.bytes().map(usize::from).sum::<usize>() % 40
}

/// Forgets the inbox of a member that is no more.
pub(crate) fn forget<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    let prefix = prefix(subject);
    let all: Vec<(String, Notification)> = doc::list(draft, &prefix, "", usize::MAX)?;
    for (place, _) in all {
        draft.remove_doc(format!("{prefix}{place}"));
    }
    draft.remove_doc(format!("{}{subject}", doc::INBOX));
    Ok(())
}

/// Marks one's own notifications as read. One that is no more is passed over: the oldest ones go by themselves.
pub(crate) fn mark_read<S: State>(draft: &mut Draft<'_, S>, ids: &[String]) -> Result<(), Stop> {
    let subject = draft.actor.clone();
    refuse_inactive(draft, &subject)?;
    if ids.is_empty() || ids.len() > MOST_MARKED {
        return Err(invalid("ids", format!("Name between 1 and {MOST_MARKED} notifications.")));
    }
    for id in ids {
        let number = number(id).ok_or_else(|| invalid("ids", format!("`{id}` is no notification's id.")))?;
        let key = format!("{}{}", prefix(&subject), place(number));
        if let Some(notification) = doc::read::<Notification>(draft, &key)? {
            draft.put_doc(key, &Notification { read: true, ..notification })?;
        }
    }
    Ok(())
}

/// The asker's own notifications, newest first.
pub(crate) fn list<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    refuse_inactive(asker.state, asker.subject)?;
    listing::page(asker.state, &prefix(asker.subject), page, |place, notification: Notification| {
        let number = place.parse().map_or(0, |place: u64| u64::MAX - place);
        let view = NotificationView {
            id: format!("n{number}"),
            event: notification.event,
            at: time::format(notification.at).unwrap_or_default(),
            data: notification.data,
            read: notification.read,
        };
        listing::view(&view).map(Some)
    })
}

pub(crate) fn refuse_inactive(state: &impl State, subject: &str) -> Result<(), Stop> {
    match held::subject(state, subject)?.map(|record| record.status) {
        Some(StatusForm::Active) => Ok(()),
        Some(_) => Err(forbidden("You are not active in this account. Ask an administrator of it.")),
        None => Err(forbidden("You are no member of this account, and have no notifications in it.")),
    }
}

fn prefix(subject: &str) -> String {
    format!("{}{subject}/", doc::NOTIFICATION)
}

/// Where the notification of this number stands: keys ascend, and the newest comes first.
fn place(number: u64) -> String {
    format!("{:020}", u64::MAX - number)
}
