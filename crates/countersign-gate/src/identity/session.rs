//! Sessions for pages: a signed cookie in place of a token, for as long as the token is good and no longer than eight hours.
//!
//! A session says who signed in with which issuer, and nothing about rights: those are asked of the engine at every
//! request. Nobody keeps sessions, so one that was stolen is good until it ends; changing the key ends all of them.

use super::{Callers, Credential, Identity, SignedIn, acting_as, by_token, cross_site, development, json, nobody};
use crate::answer::Answer;
use crate::config::Config;
use crate::ports::{Clock as _, Platform, Ports};
use crate::request::Request;
use base64ct::{Base64UrlUnpadded, Encoding};
use countersign_core::Millis;
use countersign_wire::api::view::SessionView;
use countersign_wire::seal::{Header, open as unsealed, seal};
use countersign_wire::time;
use serde_json::{Map, Value, json};

/// The cookie. Browsers take it from a secure origin alone, and send it to this very host alone.
pub(super) const COOKIE: &str = "__Host-countersign-session";
/// The cookie where the development sign-in works: without https there are no secure ones.
pub(super) const COOKIE_IN_DEVELOPMENT: &str = "countersign-development-session";
/// How long a session lasts at most, in milliseconds.
const LONGEST: Millis = 8 * 3_600_000;
/// Bytes of the longest cookie: browsers give up at 4,096 with its name and attributes.
const LARGEST: usize = 3_800;
/// What is sealed, so that it can be taken for nothing else.
const SEALED: &str = "session";

/// `/v1/session`: begins a session, shows who is signed in, ends the session.
pub(crate) async fn handle<P: Platform>(
    callers: &Callers,
    config: &Config,
    request: &Request,
    ports: Ports<'_, P>,
) -> Result<Answer, Answer> {
    if request.announces_body() {
        return Err(Answer::explained(400, "body", Some("There is no body here.".to_owned())));
    }
    if request.query.as_deref().is_some_and(|query| !query.is_empty()) {
        return Err(Answer::explained(400, "query", Some("There are no parameters here.".to_owned())));
    }
    match request.method.as_str() {
        "GET" => Ok(shown(&found(callers, config, request, ports).await?)),
        "POST" => begin(callers, config, request, ports).await,
        "DELETE" => {
            // Also where the session has ended already; but not for other sites.
            if !request.names("authorization") {
                cross_site::refuse(config, request)?;
            }
            let mut answer = Answer::json(204, Vec::new());
            answer.headers.retain(|(name, _)| *name != "content-type");
            Ok(answer.with("set-cookie", set_cookie(config, request, "", 0)))
        }
        _ => Err(Answer::problem(405, "method").with("allow", "GET, POST, DELETE".to_owned())),
    }
}

async fn found<P: Platform>(
    callers: &Callers,
    config: &Config,
    request: &Request,
    ports: Ports<'_, P>,
) -> Result<Identity, Answer> {
    match callers.credential(config, request)? {
        Credential::Session(text) => open(config, request, text, ports.clock.now()),
        Credential::Development(subject) => development(config, request, subject),
        Credential::Token(issuer, keys, text) => {
            by_token(issuer, keys, text, ports).await.map(|signed_in| acting_as(config, signed_in))
        }
        // A token's account is not known here.
        Credential::ApiToken(_) => Err(nobody("api_token_without_tenant")),
    }
}

async fn begin<P: Platform>(
    callers: &Callers,
    config: &Config,
    request: &Request,
    ports: Ports<'_, P>,
) -> Result<Answer, Answer> {
    let key = config.sign_in.session_key.as_ref().ok_or_else(|| {
        Answer::explained(404, "no_sessions", Some("This worker keeps no sessions. Send the token itself.".to_owned()))
    })?;
    let now = ports.clock.now();
    let longest = now.saturating_add(LONGEST);
    let mut signed_in = match callers.credential(config, request)? {
        Credential::Token(issuer, keys, text) => by_token(issuer, keys, text, ports).await?,
        Credential::Development(subject) => {
            let Identity { subject, claims, .. } = development(config, request, subject)?;
            SignedIn { issuer: String::new(), subject, ends: longest, claims }
        }
        // A session is not prolonged by itself, and services need none.
        Credential::Session(_) | Credential::ApiToken(_) => return Err(nobody("session_needs_token")),
    };
    signed_in.ends = signed_in.ends.min(longest);
    if signed_in.ends <= now {
        return Err(nobody("token_expired"));
    }
    let text = written(key, &signed_in).filter(|text| text.len() <= LARGEST).ok_or_else(|| {
        let detail = "The token says more than a cookie can hold. Send the token itself, or let it have fewer claims.";
        Answer::explained(422, "session_too_large", Some(detail.to_owned()))
    })?;
    let seconds = (signed_in.ends - now) / 1_000;
    let identity = believed(config, request, signed_in)?;
    Ok(shown(&identity).with("set-cookie", set_cookie(config, request, &text, seconds)))
}

/// Who is signed in.
fn shown(identity: &Identity) -> Answer {
    let expires = identity.expires.and_then(time::format);
    let view = SessionView { subject: identity.subject.clone(), operator: identity.operator, expires };
    // A form of strings cannot fail to be written.
    Answer::json(200, serde_json::to_vec(&view).unwrap_or_default()).with("vary", "authorization, cookie".to_owned())
}

/// The session's cookie, if the request has one; one that is there twice is refused, for one of them is not ours.
pub(super) fn cookie<'a>(config: &Config, request: &'a Request) -> Result<Option<&'a str>, Answer> {
    let name = name(config, request);
    let all = request.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case("cookie"));
    let cookies = all.flat_map(|(_, value)| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    let mut ours = cookies.filter(|(cookie, _)| *cookie == name).map(|(_, value)| value);
    match (ours.next(), ours.next()) {
        (Some(_), Some(_)) => Err(nobody("session_repeated")),
        (one, _) => Ok(one),
    }
}

/// The caller whose session this is.
pub(super) fn open(config: &Config, request: &Request, text: &str, now: Millis) -> Result<Identity, Answer> {
    let key = config.sign_in.session_key.as_ref().ok_or_else(|| nobody("no_sessions"))?;
    let signed_in = read(key, text).ok_or_else(|| nobody("session_unsound"))?;
    if now >= signed_in.ends {
        return Err(nobody("session_expired"));
    }
    believed(config, request, signed_in)
}

/// The caller, if whoever signed him in is still one who does.
fn believed(config: &Config, request: &Request, signed_in: SignedIn) -> Result<Identity, Answer> {
    if signed_in.issuer.is_empty() {
        let ends = signed_in.ends;
        return development(config, request, &signed_in.subject)
            .map(|identity| Identity { expires: Some(ends), ..identity });
    }
    let issuers = [&config.sign_in.bearer, &config.sign_in.access];
    if issuers.into_iter().flatten().any(|issuer| issuer.name == signed_in.issuer) {
        Ok(acting_as(config, signed_in))
    } else {
        Err(nobody("session_issuer"))
    }
}

fn name(config: &Config, request: &Request) -> &'static str {
    if config.is_development(request) { COOKIE_IN_DEVELOPMENT } else { COOKIE }
}

fn set_cookie(config: &Config, request: &Request, value: &str, seconds: Millis) -> String {
    let name = name(config, request);
    let secure = if name == COOKIE { " Secure;" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds};{secure} HttpOnly; SameSite=Strict")
}

fn header(ends: Millis) -> Header {
    let (tenant, key) = (String::new(), SEALED.to_owned());
    Header { tenant, key, epoch: 0, revision: u64::try_from(ends).unwrap_or_default(), exists: true }
}

fn written(key: &[u8], signed_in: &SignedIn) -> Option<String> {
    let text = |(name, value): &(String, String)| (name.clone(), Value::String(value.clone()));
    // Who and until when is said already.
    let telling =
        |(name, _): &&(String, String)| !["iss", "aud", "jti", "nonce", "at_hash", "sid"].contains(&name.as_str());
    let claims: Map<String, Value> = signed_in.claims.iter().filter(telling).map(text).collect();
    let said = json!({ "issuer": signed_in.issuer, "subject": signed_in.subject, "claims": claims });
    let sealed = seal(key, &header(signed_in.ends), &serde_json::to_vec(&said).ok()?).ok()?;
    Some(Base64UrlUnpadded::encode_string(&sealed))
}

fn read(key: &[u8], text: &str) -> Option<SignedIn> {
    if text.len() > LARGEST {
        return None;
    }
    let sealed = Base64UrlUnpadded::decode_vec(text).ok()?;
    let (header, said) = unsealed(key, "", SEALED, &sealed).ok()?;
    let said = json::object(said)?;
    let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
    let claims = super::texts(said.get("claims")?.as_object()?);
    let ends = Millis::try_from(header.revision).ok()?;
    Some(SignedIn { issuer: text("issuer")?, subject: text("subject")?, ends, claims })
}
