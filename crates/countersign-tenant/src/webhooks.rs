//! Webhooks: where a product is told what happened, after the manner of Standard Webhooks.
//!
//! A delivery is written down in the same transaction as what it tells of; sending it is [`crate::delivery`]'s.

use crate::authority::Rights;
use crate::delivery;
use crate::draft::Draft;
use crate::notify::{Told, is_event};
use crate::query::{Asker, Shown};
use crate::recipients::Recipients;
use crate::state::{Fault, State};
use crate::stop::{Stop, conflict, forbidden, invalid, not_found};
use crate::{address, admins, doc, held, listing, members};
use countersign_core::Millis;
use countersign_wire::api::view::{DeadLetterView, WebhookView};
use countersign_wire::api::{Page, Values, WebhookBody, WebhookEdit};
use countersign_wire::stored::{Delivery, OldSecret, Queue, Webhook};
use countersign_wire::time;
use serde_json::{Value, json};

/// The most webhooks of a tenant: each event is written down once for each of them.
const MOST: usize = 50;
/// The most patterns of events of a webhook.
const MOST_EVENTS: usize = 100;
/// Recipients that a delivery names.
const NAMED: usize = 100;
/// For how long deliveries are signed with the secret before, too: a day.
const OVERLAP: Millis = 24 * 60 * 60 * 1_000;

/// Adds a webhook; its secret is shown this once.
pub(crate) fn create<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &WebhookBody) -> Result<(), Stop> {
    if !rights.may("create", "/", "webhook:new") {
        return Err(forbidden("You may not add webhooks. Ask an administrator of this account."));
    }
    deliverable(rights, &body.url)?;
    patterns(&body.events)?;
    if all(draft)?.len() >= MOST {
        return Err(conflict(
            "too_many_webhooks",
            format!("An account has at most {MOST} webhooks. Remove one first."),
        ));
    }
    let id = draft.new_id("w");
    let webhook = Webhook {
        url: body.url.clone(),
        events: body.events.clone(),
        enabled: true,
        secret: draft.secret(&format!("webhook/{id}")),
        before: None,
        secrets: is_trusted(draft, rights)?,
    };
    draft.note(format!("webhook:{id}"), Value::Null, noted(&webhook));
    show_secret(draft, &id, &webhook);
    draft.created = true;
    draft.id = Some(id.clone());
    draft.put_doc(format!("{}{id}", doc::WEBHOOK), &webhook)
}

/// Changes a webhook.
pub(crate) fn edit<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    id: &str,
    edit: &WebhookEdit,
) -> Result<(), Stop> {
    let mut webhook = find(draft, rights, "edit", id)?;
    let before = noted(&webhook);
    if let Some(url) = edit.url.as_ref().filter(|url| **url != webhook.url) {
        deliverable(rights, url)?;
        webhook.url.clone_from(url);
        // Whoever says where secrets go could use them.
        webhook.secrets = is_trusted(draft, rights)?;
    }
    if let Some(events) = &edit.events {
        patterns(events)?;
        webhook.events.clone_from(events);
    }
    if edit.new_secret {
        let secret = draft.secret(&format!("webhook/{id}"));
        let old = std::mem::replace(&mut webhook.secret, secret);
        webhook.before = Some(OldSecret { secret: old, until: draft.now.saturating_add(OVERLAP) });
        show_secret(draft, id, &webhook);
    }
    if let Some(enabled) = edit.enabled {
        webhook.enabled = enabled;
    }
    let mut after = noted(&webhook);
    if edit.new_secret {
        // The log says that there is a new secret, and not which.
        put(&mut after, "new_secret", true.into());
    }
    draft.put_doc(format!("{}{id}", doc::WEBHOOK), &webhook)?;
    draft.note(format!("webhook:{id}"), before, after);
    if !webhook.enabled {
        delivery::give_up_all(draft, id, "the webhook was switched off")?;
    }
    Ok(())
}

/// Removes a webhook, with what waits and what failed.
pub(crate) fn delete<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let webhook = find(draft, rights, "delete", id)?;
    draft.remove_doc(format!("{}{id}", doc::WEBHOOK));
    draft.note(format!("webhook:{id}"), noted(&webhook), Value::Null);
    delivery::forget_all(draft, id)
}

/// Delivers a dead letter again.
pub(crate) fn redeliver<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    id: &str,
    delivery: &str,
) -> Result<(), Stop> {
    let webhook = find(draft, rights, "edit", id)?;
    if !webhook.enabled {
        return Err(conflict("webhook_disabled", "This webhook is switched off. Switch it on first."));
    }
    delivery::revive(draft, id, delivery)
}

/// Writes down what is to be delivered of something that happened.
pub(crate) fn queue<S: State>(draft: &mut Draft<'_, S>, told: &Told, recipients: &Recipients) -> Result<(), Stop> {
    // A webhook that fails is not told so.
    if told.event.starts_with("webhook.") {
        return Ok(());
    }
    for (id, webhook) in all(draft)? {
        if webhook.enabled && wants(&webhook.events, &told.event) {
            let body = body(draft, &webhook, told, recipients)?;
            delivery::add(draft, &id, &told.event, body)?;
        }
    }
    Ok(())
}

/// The webhooks that the asker may see.
pub(crate) fn list<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    listing::page(asker.state, doc::WEBHOOK, page, |id, webhook: Webhook| {
        if !asker.rights.may("view", "/", &format!("webhook:{id}")) {
            return Ok(None);
        }
        let queue: Queue = doc::read(asker.state, &format!("{}{id}", doc::QUEUE))?.unwrap_or_default();
        let view = WebhookView {
            id: id.to_owned(),
            url: webhook.url,
            events: webhook.events,
            enabled: webhook.enabled,
            secrets: webhook.secrets,
            waiting: queue.waiting,
            dead: queue.dead,
        };
        listing::view(&view).map(Some)
    })
}

/// A webhook's deliveries that failed for good, without the secrets in them.
pub(crate) fn dead_letters<S: State>(asker: &Asker<'_, S>, id: &str, page: &Page) -> Result<Shown, Stop> {
    let known = asker.state.doc(&format!("{}{id}", doc::WEBHOOK))?.is_some();
    if !known || !asker.rights.may("view", "/", &format!("webhook:{id}")) {
        return Err(not_found("unknown_webhook", format!("There is no webhook `{id}` that you may see.")));
    }
    listing::page(asker.state, &format!("{}{id}/", doc::DEAD), page, |place, delivery: Delivery| {
        let mut data: Values = serde_json::from_str(&delivery.body).unwrap_or_default();
        data.remove("secret");
        let view = DeadLetterView {
            id: delivery::id(place),
            event: delivery.event,
            at: time::format(delivery.at).unwrap_or_default(),
            attempts: delivery.attempts,
            last: delivery.last,
            data,
        };
        listing::view(&view).map(Some)
    })
}

fn all(state: &impl State) -> Result<Vec<(String, Webhook)>, Fault> {
    doc::list(state, doc::WEBHOOK, "", MOST)
}

/// The webhook, for somebody who may do this to it; the same answer where there is none.
fn find<S: State>(draft: &Draft<'_, S>, rights: &Rights, action: &str, id: &str) -> Result<Webhook, Stop> {
    let known = doc::read(draft, &format!("{}{id}", doc::WEBHOOK))?;
    known
        .filter(|_| rights.may(action, "/", &format!("webhook:{id}")))
        .ok_or_else(|| not_found("unknown_webhook", format!("There is no webhook `{id}` that you may {action}.")))
}

/// Refuses a URL that nothing may be sent to. Operators may name this machine, for development; whoever sends has to
/// allow it, too.
fn deliverable(rights: &Rights, url: &str) -> Result<(), Stop> {
    match address::place(url) {
        address::Place::Public => Ok(()),
        address::Place::Here if rights.is_operator() => Ok(()),
        _ => Err(invalid(
            "invalid_url",
            "A webhook is at an https URL with a public name: no address in numbers, no user name, no local name.",
        )),
    }
}

fn patterns(events: &[String]) -> Result<(), Stop> {
    if events.len() > MOST_EVENTS {
        return Err(invalid("events", format!("Name at most {MOST_EVENTS} events; all are delivered if none is.")));
    }
    match events.iter().find(|event| !is_event(event.strip_suffix(".*").unwrap_or(event))) {
        None => Ok(()),
        Some(wrong) => {
            let detail = format!("`{wrong}` is no event. Write it as in `invitation.sent` or `request.*`.");
            Err(invalid("events", detail))
        }
    }
}

fn wants(events: &[String], event: &str) -> bool {
    let hits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(start) => event.starts_with(start),
        None => pattern == event,
    };
    events.is_empty() || events.iter().any(hits)
}

/// Whether the actor may learn secrets of others by saying where they go: administrators and operators.
fn is_trusted<S: State>(draft: &Draft<'_, S>, rights: &Rights) -> Result<bool, Stop> {
    Ok(rights.is_operator() || admins::is_one(draft, &draft.policy, &draft.actor, draft.now)?)
}

/// What is sent, byte for byte.
fn body<S: State>(
    draft: &Draft<'_, S>,
    webhook: &Webhook,
    told: &Told,
    recipients: &Recipients,
) -> Result<String, Stop> {
    let mut named = Vec::new();
    for subject in recipients.subjects.iter().take(NAMED) {
        let status = held::subject(draft, subject)?.map_or("", |record| members::word(record.status));
        let mut one = json!({ "subject": subject, "status": status });
        let email = draft.person(subject)?.and_then(|(_, person)| person.email);
        if let (true, Some(email)) = (webhook.secrets, email) {
            put(&mut one, "email", email.into());
        }
        named.push(one);
    }
    let mut body = json!({
        "type": told.event, "timestamp": time::format(draft.now), "data": told.data,
        "to": told.to, "recipients": named,
    });
    if recipients.more || recipients.subjects.len() > NAMED {
        put(&mut body, "more_recipients", true.into());
    }
    if let (true, Some(secret)) = (webhook.secrets, &told.secret) {
        put(&mut body, "secret", secret.clone());
    }
    Ok(body.to_string())
}

fn put(object: &mut Value, field: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}

fn show_secret<S: State>(draft: &mut Draft<'_, S>, id: &str, webhook: &Webhook) {
    draft.shown = Some(json!({ "id": id, "secret": delivery::spoken(&webhook.secret) }));
}

fn noted(webhook: &Webhook) -> Value {
    json!({
        "url": webhook.url, "events": webhook.events, "enabled": webhook.enabled, "secrets": webhook.secrets,
    })
}
