//! API tokens of services: made, shown once, replaced, revoked.
//!
//! Whoever has a token acts as its service. Making or replacing one therefore takes the right to hand on all that the
//! service holds, for as long as the token is good.

use crate::approval_policies::may_name;
use crate::authority::{Rights, Row};
use crate::doc;
use crate::draft::Draft;
use crate::held::{self, Held};
use crate::listing;
use crate::query::{Asker, Shown};
use crate::secret::digest;
use crate::selves::is_service;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid, not_found, unknown_member};
use crate::{assignments, authority, text};
use countersign_core::Millis;
use countersign_wire::api::view::TokenView;
use countersign_wire::api::{Page, TokenBody};
use countersign_wire::record::{StatusForm, TokenRecord};
use countersign_wire::seal::token_key;
use countersign_wire::stored::Token;
use countersign_wire::time;
use serde_json::{Value, json};

/// What every token begins with, so that scanners for leaked secrets know one when they see it.
const PREFIX: &str = "countersign";
/// Characters of the random part that lists show.
const HINT: usize = 4;

/// Makes a token; its secret is shown this once.
pub(crate) fn create<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &TokenBody) -> Result<(), Stop> {
    if !rights.may("create", "/", "token:new") {
        return Err(forbidden("You may not make API tokens. Ask an administrator of this account."));
    }
    if !is_service(&body.subject) {
        let detail = format!("`{}` is no service: tokens are for members such as `service:ci`.", body.subject);
        return Err(invalid("not_a_service", detail));
    }
    text::named(&body.name, "name")?;
    let expires = body.expires.as_deref().map(text::moment).transpose()?;
    if expires.is_some_and(|expires| expires <= draft.now) {
        return Err(invalid("expires_in_the_past", "The token would end before it is made."));
    }
    may_act_as(draft, rights, &body.subject, expires)?;
    let id = draft.new_id("t");
    let token = Token {
        subject: body.subject.clone(),
        name: body.name.clone(),
        hint: String::new(),
        created_at: draft.now,
        created_by: draft.actor.clone(),
        rotated_at: None,
        rotated_by: None,
        expires,
        revoked: false,
    };
    draft.put_doc(format!("{}{}/{id}", doc::TOKEN_OF, token.subject), &())?;
    draft.note(format!("token:{id}"), Value::Null, noted(&token));
    draft.created = true;
    mint(draft, &id, token)
}

/// Replaces a token's secret; the old one ends at once, and what the token is stays as it was.
pub(crate) fn rotate<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let mut token = find(draft, rights, "rotate", id)?;
    if token.revoked || token.expires.is_some_and(|expires| expires <= draft.now) {
        return Err(conflict("token_ended", "This token has ended. Make a new one instead."));
    }
    may_act_as(draft, rights, &token.subject, token.expires)?;
    token.rotated_at = Some(draft.now);
    token.rotated_by = Some(draft.actor.clone());
    let by = json!({ "subject": token.subject, "rotated_by": draft.actor, "rotated_at": time::format(draft.now) });
    draft.note(format!("token:{id}"), json!({ "subject": token.subject }), by);
    mint(draft, id, token)
}

/// Ends a token at once.
pub(crate) fn revoke<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, id: &str) -> Result<(), Stop> {
    let token = find(draft, rights, "revoke", id)?;
    end(draft, id, token)
}

/// Ends a token, whoever wants it.
fn end<S: State>(draft: &mut Draft<'_, S>, id: &str, mut token: Token) -> Result<(), Stop> {
    let before = noted(&token);
    token.revoked = true;
    // The hash goes too: nothing has to be compared with it any more.
    publish(draft, id, &token, String::new())?;
    draft.put_doc(format!("{}{id}", doc::TOKEN), &token)?;
    draft.note(format!("token:{id}"), before, noted(&token));
    Ok(())
}

/// Ends all tokens of a service that is no more.
pub(crate) fn end_all<S: State>(draft: &mut Draft<'_, S>, subject: &str) -> Result<(), Stop> {
    for id in of(draft, subject)? {
        if let Some(token) = doc::read::<Token>(draft, &format!("{}{id}", doc::TOKEN))? {
            end(draft, &id, token)?;
        }
    }
    Ok(())
}

/// The tokens that the asker may see.
pub(crate) fn list<S: State>(asker: &Asker<'_, S>, page: &Page) -> Result<Shown, Stop> {
    listing::page(asker.state, doc::TOKEN, page, |id, token: Token| {
        if !asker.rights.may("view", "/", &format!("token:{id}")) {
            return Ok(None);
        }
        let at = |moment: Option<Millis>| moment.and_then(time::format);
        let view = TokenView {
            id: id.to_owned(),
            subject: token.subject,
            name: token.name,
            hint: token.hint,
            created_at: time::format(token.created_at).unwrap_or_default(),
            created_by: token.created_by,
            rotated_at: at(token.rotated_at),
            expires: at(token.expires),
            revoked: token.revoked,
        };
        listing::view(&view).map(Some)
    })
}

fn of(state: &impl State, subject: &str) -> Result<Vec<String>, Stop> {
    let prefix = format!("{}{subject}/", doc::TOKEN_OF);
    let ids: Vec<(String, ())> = doc::list(state, &prefix, "", usize::MAX)?;
    Ok(ids.into_iter().map(|(id, ())| id).collect())
}

/// The token, for somebody who may do this to it; the same answer where there is none.
fn find<S: State>(draft: &Draft<'_, S>, rights: &Rights, action: &str, id: &str) -> Result<Token, Stop> {
    let known = doc::read(draft, &format!("{}{id}", doc::TOKEN))?;
    known
        .filter(|_| rights.may(action, "/", &format!("token:{id}")))
        .ok_or_else(|| not_found("unknown_token", format!("There is no token `{id}` that you may {action}.")))
}

/// Gives the token a new secret, publishes its hash and shows it.
fn mint<S: State>(draft: &mut Draft<'_, S>, id: &str, mut token: Token) -> Result<(), Stop> {
    let random = draft.secret(&format!("token/{id}"));
    let shown: String = random.chars().take(HINT).collect();
    token.hint = format!("{PREFIX}_{id}_{shown}");
    let secret = format!("{PREFIX}_{id}_{random}");
    publish(draft, id, &token, digest(secret.as_bytes()))?;
    draft.put_doc(format!("{}{id}", doc::TOKEN), &token)?;
    draft.id = Some(id.to_owned());
    draft.shown = Some(json!({ "id": id, "secret": secret, "expires": token.expires.and_then(time::format) }));
    Ok(())
}

fn publish<S: State>(draft: &mut Draft<'_, S>, id: &str, token: &Token, hash: String) -> Result<(), Stop> {
    let subject = token.subject.clone();
    draft.put_record(token_key(id), &TokenRecord { hash, subject, expires: token.expires, revoked: token.revoked })
}

fn noted(token: &Token) -> Value {
    json!({
        "subject": token.subject, "name": token.name, "expires": token.expires.and_then(time::format),
        "revoked": token.revoked,
    })
}

/// Refuses where the service holds anything that the actor could not hand on for as long as a token is good.
fn may_act_as<S: State>(
    draft: &Draft<'_, S>,
    rights: &Rights,
    service: &str,
    expires: Option<Millis>,
) -> Result<(), Stop> {
    let record = held::subject(draft, service)?.ok_or_else(|| unknown_member(service))?;
    if record.status != StatusForm::Active {
        return Err(conflict("not_active", format!("`{service}` is not active. Activate it first.")));
    }
    if rights.is_operator() {
        return Ok(());
    }
    let groups = record.groups.iter().map(|group| format!("group:{group}"));
    let mut approvers = groups.chain([service.to_owned()]);
    if !approvers.all(|approver| may_name(&draft.policy, rights, &approver)) {
        return Err(forbidden(
            "This service approves requests, and you may not say who does. Ask an administrator who may.",
        ));
    }
    let end = expires.unwrap_or(Millis::MAX);
    let held = Held::of(draft, &draft.policy, service)?;
    for given in held.assignments().filter(|given| given.window.until > draft.now) {
        let role = draft.policy.role(given.role).map_or("", |role| role.id());
        let custom = assignments::is_custom(draft, role)?;
        let last = rights.may_give_until(given.role, given.scope, custom);
        enough(last, end.min(given.window.until), &format!("the role `{role}` at `{}`", given.scope))?;
    }
    let overrides = std::iter::once(&held.own).chain(&held.groups).flat_map(|grants| grants.overrides());
    for (on, allow, _, scope, window) in overrides {
        if allow != 0 && window.until > draft.now {
            let last = rights.hands_on_until(&[(on, allow)], scope);
            enough(last, end.min(window.until), &format!("rights at `{scope}` of its own"))?;
        }
    }
    // A rule may permit to the service what it does not permit to the actor.
    for rule in draft.policy.rules().iter().filter(|rule| rule.permit) {
        let when = rule.when.and_then(|when| draft.policy.condition(when));
        if when.is_some_and(|when| authority::reads_subject(&draft.policy, when)) {
            let rows: Vec<Row> = rule.targets.iter().map(|(on, mask)| (*on, *mask)).collect();
            enough(rights.hands_on_until(&rows, "/"), end, "rights by a rule of the model")?;
        }
    }
    Ok(())
}

fn enough(last: Option<Millis>, until: Millis, what: &str) -> Result<(), Stop> {
    match last {
        Some(last) if until <= last => Ok(()),
        Some(last) => {
            let at = time::format(last).unwrap_or_default();
            let detail = format!(
                "A token acts as its service, which has {what}, and your right to give that ends at {at}. Let the \
                 token end by then."
            );
            Err(invalid("outlasts_giver", detail))
        }
        None => Err(forbidden(format!(
            "A token acts as its service, which has {what}, and you may not give that. Ask an administrator who may."
        ))),
    }
}
