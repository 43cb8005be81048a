//! Deliveries to webhooks: what is to be sent now, what became of it, when it is tried again.
//!
//! This is the pure half: whoever can send asks [`deliveries_due`], sends, and says with [`delivered`] what came back.
//! A delivery that was sent, and whose answer was lost, is sent again under the same `webhook-id`.

use crate::command::by_itself;
use crate::draft::{Draft, Entropy};
use crate::event::Commit;
use crate::recipients::ADMINISTRATORS;
use crate::secret::from_hex;
use crate::state::{Fault, State};
use crate::stop::{Stop, not_found};
use crate::{address, doc};
use base64ct::{Base64, Encoding};
use countersign_core::Millis;
use countersign_wire::stored::{Delivery, Queue, Webhook};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SECOND: Millis = 1_000;
const HOUR: Millis = 60 * 60 * SECOND;
/// When a delivery is tried again after each failure, as Standard Webhooks suggests; then it has failed for good.
const BACK_OFF: [Millis; 9] =
    [5 * SECOND, 5 * 60 * SECOND, HOUR / 2, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
/// Deliveries of one webhook that may wait; what comes on top has failed for good.
const MOST_WAITING: u64 = 10_000;
/// Deliveries of one webhook that failed for good and are kept; the oldest go.
const MOST_DEAD: u64 = 1_000;
/// Deliveries that are given up at a time.
const GIVEN_UP: usize = 100;
/// Characters kept of what came back.
const LONGEST_ANSWER: usize = 200;

/// A delivery that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What [`delivered`] is told about
    pub id: String,
    /// Where it goes
    pub url: String,
    /// Its headers, as Standard Webhooks has them
    pub headers: Vec<(&'static str, String)>,
    /// Its body, byte for byte as signed
    pub body: String,
    /// Whether it goes to this machine: to be sent only where development is switched on
    pub development: bool,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The receiver answered with this HTTP status; a redirect is an answer, too
    Answered(u16),
    /// There was no answer: the sentence that says why
    Failed(String),
}

/// The deliveries that are due, at most `limit` of them, the longest due first.
///
/// # Errors
/// When the state cannot be read.
pub fn deliveries_due(state: &impl State, now: Millis, limit: usize) -> Result<Vec<Due>, Fault> {
    let mut due = Vec::new();
    for (key, _) in state.docs(doc::SEND, "", limit)? {
        let Some((at, id)) = key.strip_prefix(doc::SEND).and_then(doc::due_parts) else { continue };
        if at > now {
            break;
        }
        let delivery: Option<Delivery> = doc::read(state, &format!("{}{id}", doc::DELIVERY))?;
        let webhook: Option<Webhook> = doc::read(state, &format!("{}{}", doc::WEBHOOK, of(id)))?;
        // What waits for one that was switched off is being given up.
        if let (Some(delivery), Some(webhook)) = (delivery, webhook.filter(|webhook| webhook.enabled)) {
            let body = if webhook.secrets { delivery.body.clone() } else { without_secrets(&delivery.body) };
            let delivery = Delivery { body, ..delivery };
            due.push(Due {
                id: id.to_owned(),
                headers: headers(&webhook, &delivery, now),
                development: address::place(&webhook.url) != address::Place::Public,
                url: webhook.url,
                body: delivery.body,
            });
        }
    }
    Ok(due)
}

/// Notes what came of an attempt. Nothing where the delivery is no more.
///
/// # Errors
/// When the state cannot be read.
pub fn delivered(
    state: &impl State,
    id: &str,
    attempt: &Attempt,
    now: Millis,
    entropy: Entropy,
) -> Result<Option<Commit>, Fault> {
    let Some(delivery) = doc::read::<Delivery>(state, &format!("{}{id}", doc::DELIVERY))? else { return Ok(None) };
    by_itself(state, now, entropy, |draft| note(draft, id, delivery, attempt))
}

fn note<S: State>(draft: &mut Draft<'_, S>, id: &str, mut delivery: Delivery, attempt: &Attempt) -> Result<(), Stop> {
    delivery.attempts = delivery.attempts.saturating_add(1);
    let gone = *attempt == Attempt::Answered(410);
    delivery.last = match attempt {
        Attempt::Answered(200..=299) => return forget(draft, id, &delivery),
        Attempt::Answered(status) => format!("HTTP {status}"),
        Attempt::Failed(why) => why.chars().filter(|char| !char.is_control()).take(LONGEST_ANSWER).collect(),
    };
    if gone {
        return switch_off(draft, id, delivery);
    }
    let failures = usize::try_from(delivery.attempts).unwrap_or(usize::MAX);
    let Some(wait) = BACK_OFF.get(failures.saturating_sub(1)) else {
        let told = json!({ "webhook": of(id), "delivery": self::id(place(id)), "event": delivery.event });
        draft.tell("webhook.failed", vec![ADMINISTRATORS.to_owned()], told, None);
        return give_up(draft, id, delivery);
    };
    draft.remove_doc(doc::send_key(doc::SEND, delivery.due, id));
    delivery.due = draft.now.saturating_add(wait + jitter(draft, *wait));
    draft.put_doc(doc::send_key(doc::SEND, delivery.due, id), &())?;
    draft.put_doc(format!("{}{id}", doc::DELIVERY), &delivery)
}

/// The receiver is gone for good and says so: nothing is delivered there any more.
fn switch_off<S: State>(draft: &mut Draft<'_, S>, id: &str, delivery: Delivery) -> Result<(), Stop> {
    let (webhook, key) = (of(id).to_owned(), format!("{}{}", doc::WEBHOOK, of(id)));
    draft.put_doc(format!("{}{id}", doc::DELIVERY), &delivery)?;
    if let Some(known) = doc::read::<Webhook>(draft, &key)? {
        draft.put_doc(key, &Webhook { enabled: false, ..known })?;
        let told = json!({ "webhook": webhook, "reason": "The receiver answered 410 Gone." });
        draft.tell("webhook.disabled", vec![ADMINISTRATORS.to_owned()], told, None);
    }
    give_up_all(draft, &webhook, "the receiver is gone")
}

/// Adds a delivery, due at once.
pub(crate) fn add<S: State>(draft: &mut Draft<'_, S>, webhook: &str, event: &str, body: String) -> Result<(), Stop> {
    let number: u64 = draft.new_id("").parse().unwrap_or_default();
    let id = format!("{webhook}/{number:020}");
    let random: String = draft.secret(&format!("delivery/{id}")).chars().take(32).collect();
    let delivery = Delivery {
        message: format!("msg_{random}"),
        event: event.to_owned(),
        at: draft.now,
        body,
        attempts: 0,
        last: String::new(),
        due: draft.now,
    };
    let queue = count(draft, webhook)?;
    draft.put_doc(format!("{}{id}", doc::DELIVERY), &delivery)?;
    draft.put_doc(doc::send_key(doc::SEND, delivery.due, &id), &())?;
    recount(draft, webhook, Queue { waiting: queue.waiting + 1, ..queue })?;
    if queue.waiting >= MOST_WAITING {
        let last = "too many deliveries wait already".to_owned();
        return give_up(draft, &id, Delivery { last, ..delivery });
    }
    Ok(())
}

/// Makes a dead letter wait again, as if it were new.
pub(crate) fn revive<S: State>(draft: &mut Draft<'_, S>, webhook: &str, delivery: &str) -> Result<(), Stop> {
    let number: Option<u64> = delivery.strip_prefix('d').and_then(|number| number.parse().ok());
    let id = format!("{webhook}/{:020}", number.unwrap_or_default());
    let dead = format!("{}{id}", doc::DEAD);
    let unknown = || not_found("unknown_delivery", format!("There is no dead letter `{delivery}` of this webhook."));
    let letter: Delivery = doc::read(draft, &dead)?.ok_or_else(unknown)?;
    draft.remove_doc(dead);
    let letter = Delivery { attempts: 0, due: draft.now, ..letter };
    let queue = count(draft, webhook)?;
    recount(draft, webhook, Queue { waiting: queue.waiting + 1, dead: queue.dead.saturating_sub(1) })?;
    draft.put_doc(doc::send_key(doc::SEND, letter.due, &id), &())?;
    draft.put_doc(format!("{}{id}", doc::DELIVERY), &letter)
}

/// All that waits for a webhook has failed for good: so many now, and the rest at once after that.
pub(crate) fn give_up_all<S: State>(draft: &mut Draft<'_, S>, webhook: &str, why: &str) -> Result<(), Stop> {
    let some: Vec<(String, Delivery)> = doc::list(draft, &format!("{}{webhook}/", doc::DELIVERY), "", GIVEN_UP)?;
    if some.len() == GIVEN_UP {
        draft.put_doc(doc::due_key(draft.now, &format!("give_up/{webhook}")), &())?;
    }
    for (place, delivery) in some {
        let last = if delivery.last.is_empty() { why.to_owned() } else { delivery.last.clone() };
        give_up(draft, &format!("{webhook}/{place}"), Delivery { last, ..delivery })?;
    }
    Ok(())
}

/// Nothing is left of a webhook's deliveries.
pub(crate) fn forget_all<S: State>(draft: &mut Draft<'_, S>, webhook: &str) -> Result<(), Stop> {
    for (place, delivery) in waiting(draft, webhook)? {
        forget(draft, &format!("{webhook}/{place}"), &delivery)?;
    }
    let prefix = format!("{}{webhook}/", doc::DEAD);
    for (place, _) in doc::list::<Delivery>(draft, &prefix, "", usize::MAX)? {
        draft.remove_doc(format!("{prefix}{place}"));
    }
    draft.remove_doc(format!("{}{webhook}", doc::QUEUE));
    Ok(())
}

/// A body without what only trusted addresses are told: it may have been written for one before the address changed.
fn without_secrets(body: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return String::new() };
    if let Some(fields) = value.as_object_mut() {
        fields.remove("secret");
        let recipients = fields.get_mut("recipients").and_then(Value::as_array_mut);
        for recipient in recipients.into_iter().flatten().filter_map(Value::as_object_mut) {
            recipient.remove("email");
        }
    }
    value.to_string()
}

/// A delivery's id for people.
pub(crate) fn id(place: &str) -> String {
    format!("d{}", place.parse::<u64>().unwrap_or_default())
}

/// A secret as receivers' libraries want it: `whsec_` and base64.
pub(crate) fn spoken(secret: &str) -> String {
    format!("whsec_{}", Base64::encode_string(&from_hex(secret)))
}

fn waiting<S: State>(draft: &Draft<'_, S>, webhook: &str) -> Result<Vec<(String, Delivery)>, Fault> {
    doc::list(draft, &format!("{}{webhook}/", doc::DELIVERY), "", usize::MAX)
}

fn give_up<S: State>(draft: &mut Draft<'_, S>, id: &str, delivery: Delivery) -> Result<(), Stop> {
    forget(draft, id, &delivery)?;
    draft.put_doc(format!("{}{id}", doc::DEAD), &delivery)?;
    let mut queue = count(draft, of(id))?;
    queue.dead += 1;
    let prefix = format!("{}{}/", doc::DEAD, of(id));
    while queue.dead > MOST_DEAD {
        let oldest: Vec<(String, Delivery)> = doc::list(draft, &prefix, "", 1)?;
        let Some((place, _)) = oldest.first() else { break };
        draft.remove_doc(format!("{prefix}{place}"));
        queue.dead -= 1;
    }
    recount(draft, of(id), queue)
}

fn forget<S: State>(draft: &mut Draft<'_, S>, id: &str, delivery: &Delivery) -> Result<(), Stop> {
    draft.remove_doc(format!("{}{id}", doc::DELIVERY));
    draft.remove_doc(doc::send_key(doc::SEND, delivery.due, id));
    let queue = count(draft, of(id))?;
    recount(draft, of(id), Queue { waiting: queue.waiting.saturating_sub(1), ..queue })
}

fn count<S: State>(draft: &Draft<'_, S>, webhook: &str) -> Result<Queue, Fault> {
    Ok(doc::read(draft, &format!("{}{webhook}", doc::QUEUE))?.unwrap_or_default())
}

fn recount<S: State>(draft: &mut Draft<'_, S>, webhook: &str, queue: Queue) -> Result<(), Stop> {
    draft.put_doc(format!("{}{webhook}", doc::QUEUE), &queue)
}

/// The webhook of `{webhook}/{place}`.
fn of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(webhook, _)| webhook)
}

fn place(id: &str) -> &str {
    id.split_once('/').map_or("", |(_, place)| place)
}

/// Up to a fifth of the wait, so that what failed together is not tried again together.
pub(crate) fn jitter<S: State>(draft: &Draft<'_, S>, wait: Millis) -> Millis {
    let chance = from_hex(&draft.secret("jitter"));
    let part = chance.first().copied().map_or(0, i64::from);
    wait / 5 * part / 255
}

/// The headers of Standard Webhooks: id, seconds since 1970, and a signature by each secret that is in use.
fn headers(webhook: &Webhook, delivery: &Delivery, now: Millis) -> Vec<(&'static str, String)> {
    let timestamp = now.div_euclid(SECOND).to_string();
    let signed = format!("{}.{timestamp}.{}", delivery.message, delivery.body);
    let before = webhook.before.as_ref().filter(|old| now < old.until).map(|old| &old.secret);
    let signatures: Vec<String> = [Some(&webhook.secret), before]
        .into_iter()
        .flatten()
        .map(|secret| format!("v1,{}", Base64::encode_string(&sign(&from_hex(secret), signed.as_bytes()))))
        .collect();
    vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", delivery.message.clone()),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", signatures.join(" ")),
    ]
}

/// HMAC-SHA-256.
pub(crate) fn sign(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length; a signature of nothing would not verify.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}
