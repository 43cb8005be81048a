//! Messages of other tenants: taken in once, whatever order they come in.

use super::{accounts, common, establish, find_by_key, may_follow, of, pass_on, post, refused, remove, save};
use super::{noted, take_over};
use crate::audit::{self, Row};
use crate::authority::Rights;
use crate::command::internal;
use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::recipients::ADMINISTRATORS;
use crate::state::{Fault, State};
use crate::stop::Stop;
use crate::{doc, held, members, notify, settings};
use countersign_core::Millis;
use countersign_wire::api::{AuditEntry, Kind, Message};
use countersign_wire::record::StatusForm;
use countersign_wire::stored::{Common, Link, LinkStatus, Stamp};
use serde_json::Value;
use std::rc::Rc;

/// For how long a message that was taken in is remembered: thirty days. What comes later still changes nothing: each
/// message is taken for what it says of a state, not of a step.
const REMEMBERED: Millis = 30 * 24 * 60 * 60 * 1_000;
/// Links of one member here that may wait to be accepted.
const MOST_PENDING: usize = 20;
/// The refusal that tells nothing of the other account.
pub(super) const CLOSED: (&str, &str) =
    ("link_refused", "The other account allows no links, or does not exist. Ask an administrator of it.");

/// What came of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    /// It is to be acknowledged, once this is written; nothing for one that was taken in before
    Taken(Option<Box<(Commit, AuditEntry)>>),
    /// There is no such tenant
    Nowhere,
}

/// Takes in a message of another tenant; writes nothing. Whoever calls it vouches for who sent it.
///
/// # Errors
/// When the state cannot be read; the message is to come again then.
pub fn receive(state: &impl State, message: &Message, now: Millis, entropy: Entropy) -> Result<Received, Fault> {
    let Some(mut draft) = from(state, message, now, entropy)? else { return Ok(Received::Nowhere) };
    let known = format!("{}{}/{}", doc::RECEIVED, message.from, message.id);
    if draft.doc(&known)?.is_some() {
        return Ok(Received::Taken(None));
    }
    // A stranger writes nothing here: to an account without links this is as if there were none.
    if !settings::of(&draft)?.multiple_accounts && find_by_key(&draft, &message.from, message.kind.key())?.is_none() {
        return Ok(Received::Nowhere);
    }
    let mut outcome = "done".to_owned();
    if let Err(stop) = take(&mut draft, message) {
        let Stop::Refused(refusal) = stop else { return Err(fault(stop)) };
        let Some(anew) = from(state, message, now, entropy)? else { return Ok(Received::Nowhere) };
        draft = anew;
        not_applied(&mut draft, message, &refusal.code, &refusal.detail).map_err(fault)?;
        outcome = refusal.code;
    }
    let remember = |draft: &mut Draft<'_, _>| {
        draft.put_doc(known.clone(), &())?;
        draft.put_doc(doc::due_key(now.saturating_add(REMEMBERED), &format!("forget/{known}")), &())?;
        notify::work_in(draft)
    };
    remember(&mut draft).map_err(fault)?;
    let commit = draft.commit()?;
    let meta = state.meta()?;
    let actor = format!("tenant:{}", message.from);
    let entry = audit::chained(
        &meta,
        Row {
            at: now,
            actor: &actor,
            command: format!("message.{}", message.kind.name()),
            request: audit::body(&message.kind),
            outcome: &outcome,
            changes: &commit.noted,
            revision: commit.revision,
            ..Row::default()
        },
    );
    Ok(Received::Taken(Some(Box::new((commit, entry)))))
}

fn fault(stop: Stop) -> Fault {
    match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(refusal) => Fault(refusal.detail),
    }
}

/// A draft in the name of the tenant that sent the message.
fn from<'a, S: State>(
    state: &'a S,
    message: &Message,
    now: Millis,
    entropy: Entropy,
) -> Result<Option<Draft<'a, S>>, Fault> {
    let draft = internal(state, now, entropy)?;
    Ok(draft.map(|mut draft| {
        draft.actor = format!("tenant:{}", message.from);
        draft
    }))
}

fn take<S: State>(draft: &mut Draft<'_, S>, message: &Message) -> Result<(), Stop> {
    let kind = &message.kind;
    if matches!(kind, Kind::Link { .. }) {
        return asked(draft, message);
    }
    let known = find_by_key(draft, &message.from, kind.key())?;
    match (kind, known) {
        (Kind::Linked { account_name, stamp, .. }, Some((id, link))) => linked(draft, &id, link, account_name, stamp),
        (Kind::Refused { key, code, detail }, _) => was_refused(draft, &message.from, key, code, detail),
        (Kind::Unlink { .. }, Some((id, link))) => {
            draft.tell("link.ended", vec![ADMINISTRATORS.to_owned(), link.subject.clone()], noted(&link), None);
            remove(draft, &id, &link)
        }
        (Kind::Person { common, .. }, Some((id, link))) => person(draft, &id, link, common),
        (Kind::Ended { deleted, .. }, Some((id, link))) if !link.floating => ended(draft, &id, &link, *deleted),
        // The link is to come yet: it must not come to life any more.
        (Kind::Unlink { key } | Kind::Ended { key, deleted: true }, None) => {
            draft.put_doc(format!("{}{key}", doc::UNLINKED), &())
        }
        // What a link that is to come has missed is told again once it has been accepted.
        _ => Ok(()),
    }
}

/// Another tenant asks to link a floating member of its to a member here.
fn asked<S: State>(draft: &mut Draft<'_, S>, message: &Message) -> Result<(), Stop> {
    let Kind::Link { key, number, subject, member, account_name, actor, operator, common } = &message.kind else {
        return Ok(());
    };
    if message.from == message.to {
        return was_refused(draft, &message.from, key, CLOSED.0, CLOSED.1);
    }
    let known = |prefix: &str| draft.doc(&format!("{prefix}{key}")).map(|found| found.is_some());
    if known(doc::UNLINKED)? || known(doc::LINK_KEY)? {
        return Ok(());
    }
    let link = Link {
        key: key.clone(),
        number: *number,
        subject: member.clone(),
        tenant: message.from.clone(),
        account_name: Some(account_name.clone()).filter(|name| !name.is_empty()),
        member: subject.clone(),
        floating: false,
        status: LinkStatus::Pending,
        asked_by: actor.clone(),
        common: common.clone(),
    };
    // Two are linked once: a later link ends what was between them before, and an earlier one comes too late.
    let between = |old: &Link| !old.floating && old.tenant == link.tenant && old.member == link.member;
    for (id, old) in of(draft, member)?.into_iter().filter(|(_, old)| between(old)) {
        if old.number > link.number {
            return Ok(());
        }
        remove(draft, &id, &old)?;
    }
    let waiting = of(draft, member)?.len();
    if !settings::of(draft)?.multiple_accounts || waiting >= MOST_PENDING {
        return post::add(draft, &message.from, refused(&link, CLOSED.0, CLOSED.1));
    }
    // Users are the same everywhere; services and support are each tenant's own, and mean nothing here.
    let may = *operator
        || (actor.starts_with("user:") && {
            let policy = Rc::clone(&draft.policy);
            Rights::of(draft, policy, actor, false, draft.now)?.may("edit", "/", &format!("member:{member}"))
        });
    if may {
        let id = draft.new_id("l");
        return match may_follow(draft, member) {
            Ok(()) => establish(draft, &id, link),
            Err(Stop::Refused(why)) => post::add(draft, &message.from, refused(&link, &why.code, &why.detail)),
            Err(fault) => Err(fault),
        };
    }
    // Whether there is such a member is not told to somebody who may not edit it: the link waits either way.
    let id = draft.new_id("l");
    save(draft, &id, &link)?;
    draft.note(format!("link:{id}"), Value::Null, noted(&link));
    draft.tell("link.asked", vec![ADMINISTRATORS.to_owned()], told(&id, &link), None);
    Ok(())
}

/// The other side has accepted: it is told what has changed since it was asked.
fn linked<S: State>(
    draft: &mut Draft<'_, S>,
    id: &str,
    link: Link,
    account_name: &str,
    stamp: &Stamp,
) -> Result<(), Stop> {
    if link.status != LinkStatus::Asked {
        return Ok(());
    }
    let account_name = Some(account_name.to_owned()).filter(|name| !name.is_empty());
    let linked = Link { status: LinkStatus::Linked, account_name, ..link.clone() };
    save(draft, id, &linked)?;
    draft.note(format!("link:{id}"), noted(&link), noted(&linked));
    accounts(draft, &link.subject)?;
    let own = common(draft, &link.subject)?;
    if own.stamp > *stamp {
        post::add(draft, &link.tenant, Kind::Person { key: link.key.clone(), common: own })?;
    }
    if held::subject(draft, &link.subject)?.is_some_and(|record| record.status == StatusForm::Deactivated) {
        post::add(draft, &link.tenant, Kind::Ended { key: link.key.clone(), deleted: false })?;
    }
    draft.tell("link.linked", vec![link.asked_by.clone(), link.subject.clone()], told(id, &linked), None);
    Ok(())
}

/// The other side has refused: the link is no more.
pub(super) fn was_refused<S: State>(
    draft: &mut Draft<'_, S>,
    tenant: &str,
    key: &str,
    code: &str,
    detail: &str,
) -> Result<(), Stop> {
    let Some((id, link)) = find_by_key(draft, tenant, key)?.filter(|(_, link)| link.floating) else { return Ok(()) };
    let mut about = told(&id, &link);
    if let Some(fields) = about.as_object_mut() {
        fields.insert("code".to_owned(), code.into());
        fields.insert("detail".to_owned(), detail.into());
    }
    draft.tell("link.refused", vec![link.asked_by.clone()], about, None);
    remove(draft, &id, &link)
}

/// A linked member has changed: it stands if it is later than what is known here, and is passed on.
fn person<S: State>(draft: &mut Draft<'_, S>, id: &str, link: Link, new: &Common) -> Result<(), Stop> {
    if link.status == LinkStatus::Pending {
        if new.stamp > link.common.stamp {
            save(draft, id, &Link { common: new.clone(), ..link })?;
        }
        return Ok(());
    }
    if new.stamp <= common(draft, &link.subject)?.stamp {
        return Ok(());
    }
    take_over(draft, &link.subject, new)?;
    let links = of(draft, &link.subject)?;
    pass_on(draft, new, &links, Some(&link.key))
}

/// The floating member was deactivated, or is no more: so it is with the one that follows it.
fn ended<S: State>(draft: &mut Draft<'_, S>, id: &str, link: &Link, deleted: bool) -> Result<(), Stop> {
    if link.status == LinkStatus::Pending {
        return if deleted { remove(draft, id, link) } else { Ok(()) };
    }
    let Some((_, person)) = draft.person(&link.subject)? else { return Ok(()) };
    let rights = Rights::of(draft, Rc::clone(&draft.policy), "", true, draft.now)?;
    if deleted {
        remove(draft, id, link)?;
        return members::delete(draft, &rights, &link.subject);
    }
    // A locked one stays locked: only an unlocking ends that.
    if person.status != members::word(StatusForm::Active) {
        return Ok(());
    }
    members::set_status(draft, &rights, &link.subject, StatusForm::Deactivated)
}

/// What a message asked for cannot be: the account would lose its last administrator. Its people are told.
fn not_applied<S: State>(draft: &mut Draft<'_, S>, message: &Message, code: &str, detail: &str) -> Result<(), Stop> {
    let Some((id, link)) = find_by_key(draft, &message.from, message.kind.key())? else { return Ok(()) };
    let mut about = told(&id, &link);
    if let Some(fields) = about.as_object_mut() {
        fields.insert("message".to_owned(), message.kind.name().into());
        fields.insert("code".to_owned(), code.into());
        fields.insert("detail".to_owned(), detail.into());
    }
    draft.tell("link.not_applied", vec![ADMINISTRATORS.to_owned()], about, None);
    // The floating member is gone: there is nothing left to follow.
    if matches!(message.kind, Kind::Ended { deleted: true, .. }) { remove(draft, &id, &link) } else { Ok(()) }
}

fn told(id: &str, link: &Link) -> Value {
    let mut told = noted(link);
    if let Some(fields) = told.as_object_mut() {
        fields.insert("id".to_owned(), id.into());
        fields.insert("account_name".to_owned(), link.account_name.clone().into());
    }
    told
}
