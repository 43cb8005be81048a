//! Links between members of different tenants: a floating member, and those that follow it elsewhere.
//!
//! Each side keeps its own half of a link and changes it by itself; what the other side has to know is a message, written
//! down in the same transaction and sent until it is acknowledged ([`post`]). Messages may come twice, late and in any
//! order ([`receive`]). A link gives nobody any right: each member has its own roles and rights in its own tenant.
//!
//! Linked members have a name and an address in common. Of two changes the one with the later [`Stamp`] stands, on every
//! side, and the floating member's side passes on what it took over.

use crate::authority::Rights;
use crate::draft::Draft;
use crate::query::{Asker, Shown};
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden, invalid, not_found, unknown_member};
use crate::{doc, held, listing, settings};
use countersign_compile::{Principal, principal};
use countersign_core::sorted::Set;
use countersign_wire::api::call::is_tenant;
use countersign_wire::api::view::LinkView;
use countersign_wire::api::{Kind, LinkBody, Page};
use countersign_wire::record::{StatusForm, SubjectRecord};
use countersign_wire::stored::{Common, Link, LinkStatus, Person, Stamp};
use serde_json::{Value, json};

pub(crate) mod post;
pub(crate) mod receive;

/// The most links of one member.
const MOST: usize = 100;
/// How many documents are read at a time.
const AT_ONCE: usize = 500;

/// Asks another tenant to link a member of its to a floating one of this tenant.
pub(crate) fn link<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &LinkBody) -> Result<(), Stop> {
    may_edit(rights, &body.subject)?;
    let member = body.member.clone().unwrap_or_else(|| body.subject.clone());
    let named = |text: &str| text.starts_with("user:") && matches!(principal(text), Some(Principal::Subject(_)));
    if !named(&body.subject) || !named(&member) {
        return Err(invalid("not_a_user", "Only users are linked, such as `user:ann`."));
    }
    if !is_tenant(&body.tenant) {
        return Err(invalid("invalid_tenant", format!("`{}` is no name of a tenant.", body.tenant)));
    }
    linkable(draft, &body.subject)?;
    let links = of(draft, &body.subject)?;
    if links.iter().any(|(_, link)| !link.floating && link.status == LinkStatus::Linked) {
        return Err(conflict(
            "already_linked",
            "This member follows a floating one already, and cannot be one itself. End that link first.",
        ));
    }
    if links.iter().any(|(_, link)| link.tenant == body.tenant && link.member == member) {
        return Err(conflict("already_linked", "These two are linked already, or have been asked for."));
    }
    if links.len() >= MOST {
        return Err(conflict("too_many_links", format!("A member has at most {MOST} links. End one first.")));
    }
    let id = draft.new_id("l");
    let mut common = common(draft, &body.subject)?;
    if common.stamp == Stamp::default() {
        common.stamp = stamp(draft, &body.subject, &common.stamp);
        draft.put_doc(format!("{}{}", doc::COMMON, body.subject), &common.stamp)?;
    }
    let link = Link {
        key: draft.secret(&format!("link/{id}")),
        number: draft.meta()?.ids,
        subject: body.subject.clone(),
        tenant: body.tenant.clone(),
        account_name: None,
        member: member.clone(),
        floating: true,
        status: LinkStatus::Asked,
        asked_by: draft.actor.clone(),
        common: Common::default(),
    };
    save(draft, &id, &link)?;
    draft.note(format!("link:{id}"), Value::Null, noted(&link));
    let asked = Kind::Link {
        key: link.key,
        number: link.number,
        subject: link.subject,
        member,
        account_name: settings::of(draft)?.account_name,
        actor: draft.actor.clone(),
        operator: rights.is_operator(),
        common,
    };
    post::add(draft, &link.tenant, asked)?;
    draft.id = Some(id);
    draft.created = true;
    Ok(())
}

/// Accepts a link that another tenant asked for.
pub(crate) fn accept<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let link = find(draft, rights, id)?;
    if link.status != LinkStatus::Pending {
        return Err(conflict("not_pending", "There is nothing to accept: nobody asked, or it was accepted already."));
    }
    may_follow(draft, &link.subject)?;
    establish(draft, id, link)
}

/// Ends a link, or turns down one that was asked for.
pub(crate) fn unlink<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let link = find(draft, rights, id)?;
    let ended = if link.status == LinkStatus::Pending {
        refused(&link, "link_refused", "An administrator of the other account turned the link down.")
    } else {
        Kind::Unlink { key: link.key.clone() }
    };
    post::add(draft, &link.tenant, ended)?;
    remove(draft, id, &link)
}

/// What has to follow when a member was changed or deactivated, or is no more: linked members are told, and nothing is
/// left of one that is gone.
///
/// To be called once by every command that does any of this, after it has.
pub(crate) fn changed<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    match held::subject(draft, subject)? {
        Some(record) => stayed(draft, subject, &record),
        None => {
            crate::tokens::end_all(draft, subject)?;
            crate::inbox::forget(draft, subject)?;
            left(draft, subject)
        }
    }
}

/// A member is no more: those that follow it go, too; the one that it followed is told.
fn left<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    draft.remove_doc(format!("{}{subject}", doc::COMMON));
    for (id, link) in of(draft, subject)? {
        let key = link.key.clone();
        let told = match (link.floating, link.status) {
            (true, _) => Kind::Ended { key, deleted: true },
            (false, LinkStatus::Pending) => refused(&link, "link_refused", "The other account has no such member."),
            (false, _) => Kind::Unlink { key },
        };
        post::add(draft, &link.tenant, told)?;
        remove(draft, &id, &link)?;
    }
    Ok(())
}

fn stayed<S: State>(draft: &mut Draft<'_, S>, subject: &str, record: &SubjectRecord) -> Result<(), Stop> {
    let links = of(draft, subject)?;
    // Somebody who was linked once may be linked again: what changed meanwhile must not look like what was agreed on.
    if links.is_empty() && draft.doc(&format!("{}{subject}", doc::COMMON))?.is_none() {
        return Ok(());
    }
    let person = |known: Option<(u64, Person)>| known.map(|(_, person)| person).unwrap_or_default();
    let (before, after) = (person(draft.before().person(subject)?), person(draft.person(subject)?));
    if values(&before) != values(&after) {
        let known = common(draft, subject)?;
        let stamp = stamp(draft, subject, &known.stamp);
        draft.put_doc(format!("{}{subject}", doc::COMMON), &stamp)?;
        pass_on(draft, &Common { stamp, ..known }, &links, None)?;
    }
    let was = held::subject(draft.before(), subject)?.map(|record| record.status);
    if record.status == StatusForm::Deactivated && was != Some(StatusForm::Deactivated) {
        for (_, link) in links.iter().filter(|(_, link)| link.floating) {
            post::add(draft, &link.tenant, Kind::Ended { key: link.key.clone(), deleted: false })?;
        }
    }
    Ok(())
}

/// What has to follow when everything was replaced: for all linked members, and for those who are gone and left something
/// behind that outlasts an import.
pub(crate) fn all_changed<S: State>(draft: &mut Draft<'_, S>) -> Result<(), Stop> {
    let mut subjects = Set::new();
    for prefix in [doc::LINK_OF, doc::TOKEN_OF, doc::INBOX, doc::COMMON] {
        let mut after = prefix.to_owned();
        loop {
            let there = draft.docs(prefix, &after, AT_ONCE)?;
            for subject in there.iter().filter_map(|(key, _)| key.strip_prefix(prefix)?.split('/').next()) {
                if prefix == doc::LINK_OF || held::subject(draft, subject)?.is_none() {
                    subjects.insert(subject.to_owned());
                }
            }
            match there.last() {
                Some((last, _)) if there.len() == AT_ONCE => after.clone_from(last),
                _ => break,
            }
        }
    }
    subjects.iter().try_for_each(|subject| changed(draft, subject))
}

/// The links that the asker has, and those of members that the asker may edit.
pub(crate) fn list<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    let active = held::subject(asker.state, asker.subject)?.is_some_and(|own| own.status == StatusForm::Active);
    listing::page(asker.state, doc::LINK, page, |id, link: Link| {
        let own = active && link.subject == asker.subject;
        if !own && !asker.rights.may("edit", "/", &format!("member:{}", link.subject)) {
            return Ok(None);
        }
        let view = LinkView {
            id: id.to_owned(),
            subject: link.subject,
            tenant: link.tenant,
            account_name: link.account_name,
            member: link.member,
            floating: link.floating,
            status: link.status,
            asked_by: link.asked_by,
        };
        listing::view(&view).map(Some)
    })
}

/// A member's links.
fn of(state: &impl State, subject: &str) -> Result<Vec<(String, Link)>, Fault> {
    let ids: Vec<(String, ())> = doc::list(state, &format!("{}{subject}/", doc::LINK_OF), "", usize::MAX)?;
    let read = |(id, ()): (String, ())| Ok(doc::read(state, &format!("{}{id}", doc::LINK))?.map(|link| (id, link)));
    ids.into_iter().filter_map(|id| read(id).transpose()).collect()
}

/// The link, for somebody who may edit its member here; the same answer where there is none.
fn find<S: State>(draft: &Draft<'_, S>, rights: &Rights, id: &str) -> Result<Link, Stop> {
    let known: Option<Link> = doc::read(draft, &format!("{}{id}", doc::LINK))?;
    known
        .filter(|link| may_edit(rights, &link.subject).is_ok())
        .ok_or_else(|| not_found("unknown_link", format!("There is no link `{id}` that you may change.")))
}

/// The link that both sides call so, if the other side is this tenant.
fn find_by_key(state: &impl State, tenant: &str, key: &str) -> Result<Option<(String, Link)>, Fault> {
    let Some(id) = doc::read::<String>(state, &format!("{}{key}", doc::LINK_KEY))? else { return Ok(None) };
    let link: Option<Link> = doc::read(state, &format!("{}{id}", doc::LINK))?;
    Ok(link.filter(|link| link.tenant == tenant).map(|link| (id, link)))
}

fn may_edit(rights: &Rights, subject: &str) -> Result<(), Stop> {
    if rights.may("edit", "/", &format!("member:{subject}")) {
        return Ok(());
    }
    Err(forbidden("You may not link this member. Ask an administrator of this account."))
}

/// Refuses to link a member where the account's setting or the member's own is missing, and says which.
fn linkable<S: State>(draft: &Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    let record = held::subject(draft, subject)?.ok_or_else(|| unknown_member(subject))?;
    if record.status != StatusForm::Active {
        return Err(conflict("not_active", format!("`{subject}` is not active. Activate it first.")));
    }
    if !settings::of(draft)?.multiple_accounts {
        return Err(conflict(
            "multiple_accounts_off",
            "This account does not allow its members to work in several accounts. Its setting `multiple_accounts` is off.",
        ));
    }
    if !draft.person(subject)?.is_some_and(|(_, person)| person.multiple_accounts) {
        let detail =
            format!("`{subject}` is not allowed to work in several accounts. Set its `multiple_accounts` first.");
        return Err(conflict("member_not_multiple_accounts", detail));
    }
    Ok(())
}

/// Refuses to let a member follow a floating one where it may not, or has links of its own already.
fn may_follow<S: State>(draft: &Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    linkable(draft, subject)?;
    if of(draft, subject)?.iter().any(|(_, link)| link.status != LinkStatus::Pending) {
        let detail = format!("`{subject}` is linked already. It can follow one floating member, and be none itself.");
        return Err(conflict("already_linked", detail));
    }
    Ok(())
}

/// Makes a link that was asked for one that is, and tells the other side.
fn establish<S: State>(draft: &mut Draft<'_, S>, id: &str, link: Link) -> Result<(), Stop> {
    let before = doc::read::<Link>(draft, &format!("{}{id}", doc::LINK))?.map_or(Value::Null, |link| noted(&link));
    let linked = Link { status: LinkStatus::Linked, common: Common::default(), ..link.clone() };
    save(draft, id, &linked)?;
    draft.note(format!("link:{id}"), before, noted(&linked));
    let mut own = common(draft, &link.subject)?;
    if link.common.stamp > own.stamp {
        take_over(draft, &link.subject, &link.common)?;
        own = link.common;
    } else if own.stamp > link.common.stamp {
        post::add(draft, &link.tenant, Kind::Person { key: link.key.clone(), common: own.clone() })?;
    }
    let account_name = settings::of(draft)?.account_name;
    post::add(draft, &link.tenant, Kind::Linked { key: link.key, account_name, stamp: own.stamp })?;
    accounts(draft, &link.subject)
}

/// Writes a link down, with its indexes.
fn save<S: State>(draft: &mut Draft<'_, S>, id: &str, link: &Link) -> Result<(), Stop> {
    draft.put_doc(format!("{}{id}", doc::LINK), link)?;
    draft.put_doc(format!("{}{}", doc::LINK_KEY, link.key), &id.to_owned())?;
    draft.put_doc(format!("{}{}/{id}", doc::LINK_OF, link.subject), &())
}

/// Forgets a link, but not that it was: a message that comes late must not bring it back.
fn remove<S: State>(draft: &mut Draft<'_, S>, id: &str, link: &Link) -> Result<(), Stop> {
    draft.remove_doc(format!("{}{id}", doc::LINK));
    draft.remove_doc(format!("{}{}", doc::LINK_KEY, link.key));
    draft.remove_doc(format!("{}{}/{id}", doc::LINK_OF, link.subject));
    draft.put_doc(format!("{}{}", doc::UNLINKED, link.key), &())?;
    draft.note(format!("link:{id}"), noted(link), Value::Null);
    accounts(draft, &link.subject)
}

/// Keeps the names of the accounts that a member works in.
fn accounts<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    let links = of(draft, subject)?.into_iter().filter(|(_, link)| link.status == LinkStatus::Linked);
    let mut names: Vec<String> = links.map(|(_, link)| link.account_name.unwrap_or(link.tenant)).collect();
    names.sort();
    names.dedup();
    if let Some((_, person)) = draft.person(subject)?.filter(|(_, person)| person.accounts != names) {
        draft.put_person(subject, Person { accounts: names, ..person });
    }
    Ok(())
}

/// What a member has in common with linked ones, as it is.
fn common(state: &impl State, subject: &str) -> Result<Common, Fault> {
    let person = state.person(subject)?.map(|(_, person)| person).unwrap_or_default();
    let stamp = doc::read(state, &format!("{}{subject}", doc::COMMON))?.unwrap_or_default();
    let Person { name, first_name, last_name, email, .. } = person;
    Ok(Common { name, first_name, last_name, email, stamp })
}

/// What of a person is common to linked members.
fn values(person: &Person) -> [&Option<String>; 4] {
    [&person.name, &person.first_name, &person.last_name, &person.email]
}

/// A stamp behind all that this side knows of.
fn stamp<S: State>(draft: &Draft<'_, S>, subject: &str, known: &Stamp) -> Stamp {
    let mark = draft.secret(&format!("stamp/{subject}")).chars().take(16).collect();
    Stamp { at: draft.now.max(known.at.saturating_add(1)), mark }
}

/// Makes a member what a linked one is.
fn take_over<S: State>(draft: &mut Draft<'_, S>, subject: &str, common: &Common) -> Result<(), Stop> {
    draft.put_doc(format!("{}{subject}", doc::COMMON), &common.stamp)?;
    let Some((_, person)) = draft.person(subject)? else { return Ok(()) };
    let Common { name, first_name, last_name, email, .. } = common.clone();
    let taken = Person { name, first_name, last_name, email, ..person.clone() };
    if taken != person {
        draft.note(format!("member:{subject}"), json!(values(&person)), json!(values(&taken)));
        draft.put_person(subject, taken);
    }
    Ok(())
}

/// Tells all linked members but one what they now have in common.
fn pass_on<S: State>(
    draft: &mut Draft<'_, S>,
    common: &Common,
    links: &[(String, Link)],
    but: Option<&str>,
) -> Result<(), Stop> {
    let told = |(_, link): &&(String, Link)| link.status != LinkStatus::Pending && Some(link.key.as_str()) != but;
    for (_, link) in links.iter().filter(told) {
        post::add(draft, &link.tenant, Kind::Person { key: link.key.clone(), common: common.clone() })?;
    }
    Ok(())
}

fn refused(link: &Link, code: &str, detail: &str) -> Kind {
    Kind::Refused { key: link.key.clone(), code: code.to_owned(), detail: detail.to_owned() }
}

fn noted(link: &Link) -> Value {
    json!({
        "subject": link.subject, "tenant": link.tenant, "member": link.member, "floating": link.floating,
        "status": link.status, "asked_by": link.asked_by,
    })
}
