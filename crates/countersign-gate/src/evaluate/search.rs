//! The searches: who may, on what, and which actions; in pages that belong to one search and one revision.
//!
//! Subjects and resources are looked for by the tenant's object, which alone has all of them as of one moment.

use super::answer::refuse;
use super::ask::{Asker, id_of, path};
use super::token;
use crate::answer::Answer;
use crate::ports::{Authority as _, Platform};
use countersign_core::{Path, Question, Subject};
use countersign_wire::api::authzen::{Body, Evaluation, Sought};
use countersign_wire::api::{Query, QueryAnswer, QueryCall, Search};
use countersign_wire::given::values;
use serde_json::Value;

/// Results of a page when nobody says otherwise, and of the largest one.
const MOST: u64 = Search::MOST as u64;

/// Where a page begins, and how much of it is wanted.
struct Place {
    after: String,
    limit: u64,
    /// The revision of the pages before
    revision: Option<u64>,
}

/// What a page holds, and what it ends with if there may be more.
struct Found {
    items: Vec<String>,
    next: Option<String>,
    revision: u64,
    /// Whether the revision is for the caller to know
    told: bool,
}

/// `POST …/access/v1/search/…`.
pub(super) async fn answer<P: Platform>(asker: &Asker<'_, P>, body: &Body, sought: Sought) -> Result<Answer, Answer> {
    let asked = body.entities.question(sought).map_err(|sentence| refuse(400, "body", &sentence))?;
    let place = place(asker, body, sought)?;
    let found = match sought {
        Sought::Action => actions(asker, &asked, &place).await?,
        Sought::Subject | Sought::Resource => objects(asker, &asked, sought, &place).await?,
        Sought::Nothing => return Err(Answer::problem(404, "no_route")),
    };
    if place.revision.is_some_and(|revision| revision != found.revision) {
        let sentence = "This account has changed since the page before. Search again from the beginning, without a \
                        token.";
        return Err(refuse(400, "page_changed", sentence));
    }
    let results: Vec<String> = found.items.iter().map(|item| entity(&asked, sought, item)).collect();
    let mut page = String::new();
    if body.page.there || found.next.is_some() {
        let next = found.next.as_ref().map(|after| write(asker, body, sought, &place, found.revision, after));
        let next = match next {
            Some(next) => next.ok_or_else(|| Answer::problem(503, "key"))?,
            None => String::new(),
        };
        page = format!(r#""page":{{"next_token":"{next}","count":{}}},"#, results.len());
    }
    // In this order: enforcement points that compare texts are about, and a page before its results says how many come.
    let text = format!(r#"{{{page}"results":[{}]}}"#, results.join(","));
    let answer = Answer::json(200, text.into_bytes());
    Ok(if found.told { answer.at_revision(found.revision) } else { answer })
}

/// A result, as questions name it.
fn entity(asked: &Evaluation, sought: Sought, item: &str) -> String {
    let text = |text: &str| Value::from(text).to_string();
    let (kind, id) = match sought {
        Sought::Resource => (&asked.resource.kind, id_of(&asked.resource.kind, item)),
        Sought::Subject => (&asked.subject.kind, item.split_once(':').map_or(item, |(_, id)| id).to_owned()),
        Sought::Action | Sought::Nothing => return format!(r#"{{"name":{}}}"#, text(item)),
    };
    format!(r#"{{"type":{},"id":{}}}"#, text(kind), text(&id))
}

/// The actions of the resource's type that the subject may do there, in the model's order.
async fn actions<P: Platform>(asker: &Asker<'_, P>, asked: &Evaluation, place: &Place) -> Result<Found, Answer> {
    let subject = asker.subject(&asked.subject);
    asker.authorise(&subject).await?;
    let view = asker.view(&subject).await?;
    let told = view.is_member() || asker.call.identity.operator || asker.call.identity.subject != subject;
    let (now, path, given) = (asker.call.now(), path(&asked.resource), asked.given());
    let mut items: Vec<String> = view.ask(|policy, subject| {
        let subject = &Subject { approved: &[], ..*subject };
        let supplied = given.attributes(policy, &path);
        let on = Path::parse(&path).and_then(|path| policy.locate(&path)).ok();
        let names = on.and_then(|on| policy.resource_type(on)).map(|kind| kind.actions()).unwrap_or_default();
        let may = |action: &str| {
            let question = Question { action, path: &path, supplied: &supplied, now };
            policy.check(subject, &question).is_allow()
        };
        names.iter().map(ToString::to_string).filter(|action| may(action)).collect()
    });
    // There is no action without a name.
    if !place.after.is_empty() {
        let done = items.iter().position(|item| *item == place.after).map_or(items.len(), |at| at + 1);
        items.drain(..done);
    }
    let limit = usize::try_from(place.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = more.then(|| items.last().cloned().unwrap_or_else(|| place.after.clone()));
    Ok(Found { items, next, revision: view.revision, told })
}

/// Subjects or resources.
async fn objects<P: Platform>(
    asker: &Asker<'_, P>,
    asked: &Evaluation,
    sought: Sought,
    place: &Place,
) -> Result<Found, Answer> {
    let by_subject = sought == Sought::Subject;
    let subjects = asker.gate.config.subject_kind(&asked.subject.kind).to_owned();
    let search = Search {
        subject: if by_subject { subjects } else { asker.subject(&asked.subject) },
        action: asked.action.clone(),
        resource: if by_subject { path(&asked.resource) } else { asked.resource.kind.clone() },
        attributes: values(&asked.resource.properties),
        subject_attributes: values(&asked.subject.properties),
        action_attributes: values(&asked.action_properties),
        context: values(&asked.context),
        after: place.after.clone(),
        limit: u32::try_from(place.limit.min(MOST)).unwrap_or(Search::MOST),
        now: asker.call.identity.now,
    };
    let query = if by_subject { Query::SearchSubjects(search) } else { Query::SearchResources(search) };
    let identity = &asker.call.identity;
    let call = QueryCall { actor: identity.subject.clone(), operator: identity.operator, query };
    match asker.call.ports.authority.query(asker.tenant, &call).await? {
        // An account that the caller is no member of has nothing in it, whether it exists or not.
        QueryAnswer::Refused(refusal) if refusal.status == 404 => {
            Ok(Found { items: Vec::new(), next: None, revision: 0, told: false })
        }
        QueryAnswer::Refused(refusal) => Err(refusal.into()),
        QueryAnswer::Found { revision, body, .. } => {
            let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| Answer::problem(503, "corrupt"));
            let items = body.get("items").and_then(Value::as_array).ok_or_else(|| Answer::problem(503, "corrupt"))?;
            let items = items.iter().map(text).collect::<Result<_, _>>()?;
            Ok(Found { items, next: body.get("next").map(text).transpose()?, revision, told: true })
        }
    }
}

/// Where the page begins: where its token says, which was written for this very search.
fn place<P: Platform>(asker: &Asker<'_, P>, body: &Body, sought: Sought) -> Result<Place, Answer> {
    let limit = body.page.limit;
    let Some(sent) = body.page.token.as_ref().filter(|token| !token.is_empty()) else {
        return Ok(Place { after: String::new(), limit: limit.unwrap_or(MOST), revision: None });
    };
    let sound = || {
        let content = token::read(&asker.gate.config.mac_key, &bound(asker, &body.bound(sought), sought), sent)?;
        let mut parts = content.splitn(3, ' ');
        let (revision, was) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let same = limit.is_none_or(|limit| limit == was);
        same.then_some(Place { after: parts.next()?.to_owned(), limit: was, revision: Some(revision) })
    };
    sound().ok_or_else(|| {
        let sentence = "`page.token` is none of this search. Send the `next_token` of the page before, and everything \
                        else unchanged.";
        refuse(400, "page_token", sentence)
    })
}

/// The token with which the next page is asked for.
fn write<P: Platform>(
    asker: &Asker<'_, P>,
    body: &Body,
    sought: Sought,
    place: &Place,
    revision: u64,
    after: &str,
) -> Option<String> {
    let content = format!("{revision} {} {after}", place.limit);
    token::write(&asker.gate.config.mac_key, &bound(asker, &body.bound(sought), sought), &content)
}

/// What a token of a page is bound to: the search, and whose it is.
fn bound<'a, P: Platform>(asker: &'a Asker<'_, P>, search: &'a str, sought: Sought) -> [&'a str; 5] {
    let kind = match sought {
        Sought::Subject => "subject",
        Sought::Resource => "resource",
        Sought::Action | Sought::Nothing => "action",
    };
    ["page", asker.tenant, &asker.call.identity.subject, kind, search]
}
