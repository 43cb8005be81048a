//! Who is calling: by which credential, whether it is good, and which subject it stands for.
//!
//! A request has one credential: what its `Authorization` says, else what Cloudflare Access says, else its session. Where
//! that one is not good nothing else is tried. The last two are sent along by browsers whoever made them send the request,
//! so they count only where [`cross_site`] is satisfied.

mod api_token;
mod cross_site;
mod json;
mod jwk;
mod jwt;
mod key_cache;
mod session;
mod sign_in;
mod verified;

pub use jwk::{Algorithm, KeySet, PublicKey};
pub use sign_in::{Acting, Issuer, SignIn};

pub(crate) use session::handle as session;
pub(crate) use sign_in::acting;

use crate::answer::Answer;
use crate::config::Config;
use crate::fresh::{Cache, Freshness};
use crate::ports::{Clock as _, Fault, Keys as _, Platform, Ports};
use crate::request::Request;
use crate::seeded::{Bug, seeded};
use countersign_core::Millis;
use countersign_wire::time;
use jwt::Token;
use key_cache::{KeyCache, NoKey};
use serde_json::{Map, Value};

/// Bytes of the longest id.
const LONGEST_ID: usize = 256;

/// A caller whose identity was established.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The subject
    pub subject: String,
    /// Whether it is one of the platform's operators
    pub operator: bool,
    /// A moment that replaces the clock for decisions; the development sign-in alone can set it
    pub now: Option<Millis>,
    /// When the credential ends, if it does
    pub expires: Option<Millis>,
    /// The head of the tenant in which alone it acts, if its credential was looked up there
    pub(crate) looked_up: Option<LookedUp>,
    claims: Vec<(String, String)>,
}

/// A credential's tenant, as it was when it was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookedUp {
    pub(crate) tenant: String,
    /// Epoch and revision that vouch for the credential
    pub(crate) head: (u64, u64),
}

impl Identity {
    /// What the issuer said of the caller under this name, if it is a text of at most 256 bytes.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.claims.iter().find(|(claim, _)| claim == name).map(|(_, value)| value.as_str())
    }
}

/// Where a caller wants to act: credentials of a tenant's own are looked up there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The tenant, as far as the request names one
    pub(crate) tenant: Option<&'a str>,
    /// How fresh such a credential's record must be
    pub(crate) freshness: Freshness,
    /// The revision that the client has seen
    pub(crate) at_least: u64,
}

/// What an isolate keeps to know its callers.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    bearer: KeyCache,
    access: KeyCache,
}

/// What a request has to say who is calling.
enum Credential<'a> {
    /// `Authorization: Dev …`
    Development(&'a str),
    /// An API token
    ApiToken(&'a str),
    /// A token of an issuer's
    Token(&'a Issuer, &'a KeyCache, &'a str),
    /// The cookie of a session
    Session(&'a str),
}

/// Somebody whom an issuer names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SignedIn {
    /// The issuer; empty for the development sign-in
    issuer: String,
    subject: String,
    ends: Millis,
    claims: Vec<(String, String)>,
}

impl Callers {
    /// Establishes who is calling.
    ///
    /// # Errors
    /// 401 for nobody, 503 where it cannot be known.
    pub(crate) async fn identify<P: Platform>(
        &self,
        (config, cache): (&Config, &Cache),
        request: &Request,
        place: Place<'_>,
        ports: Ports<'_, P>,
    ) -> Result<Identity, Answer> {
        match self.credential(config, request)? {
            Credential::Development(subject) => development(config, request, subject),
            Credential::ApiToken(secret) => api_token::holder(config, cache, secret, place, ports).await,
            Credential::Token(issuer, keys, text) => {
                by_token(issuer, keys, text, ports).await.map(|signed_in| acting_as(config, signed_in))
            }
            Credential::Session(text) => session::open(config, request, text, ports.clock.now()),
        }
    }

    /// The credential that counts.
    fn credential<'a>(&'a self, config: &'a Config, request: &'a Request) -> Result<Credential<'a>, Answer> {
        let sign_in = &config.sign_in;
        if request.names("authorization") {
            let credential = request.header("authorization").ok_or_else(|| nobody("authorization_repeated"))?;
            if let Some(subject) = credential.strip_prefix("Dev ") {
                return Ok(Credential::Development(subject));
            }
            // RFC 9110, section 11.1: the scheme's case does not matter.
            let (scheme, token) = credential.split_once(' ').ok_or_else(|| nobody("no_identity"))?;
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(nobody("no_identity"));
            }
            if api_token::is_one(token) {
                return Ok(Credential::ApiToken(token));
            }
            let issuer = sign_in.bearer.as_ref().ok_or_else(|| nobody("no_identity"))?;
            return Ok(Credential::Token(issuer, &self.bearer, token));
        }
        if let Some(issuer) = sign_in.access.as_ref().filter(|_| request.names(sign_in::ACCESS_HEADER)) {
            cross_site::refuse(config, request)?;
            let token = request.header(sign_in::ACCESS_HEADER).ok_or_else(|| nobody("authorization_repeated"))?;
            return Ok(Credential::Token(issuer, &self.access, token));
        }
        let text = session::cookie(config, request)?.ok_or_else(|| nobody("no_identity"))?;
        cross_site::refuse(config, request)?;
        Ok(Credential::Session(text))
    }
}

/// Believes `Authorization: Dev user:ann`, if it is switched on and the request is to a loopback host: a worker that can be
/// reached from elsewhere cannot be asked for one.
fn development(config: &Config, request: &Request, subject: &str) -> Result<Identity, Answer> {
    if !config.is_development(request) || !is_subject(subject) {
        return Err(nobody("no_identity"));
    }
    let now = match request.header("countersign-dev-now") {
        None => None,
        // A moment that cannot be read must not become the present one.
        Some(moment) => Some(time::parse(moment).ok_or_else(|| nobody("no_identity"))?),
    };
    let operator = config.operators.iter().any(|operator| operator == subject);
    Ok(Identity { subject: subject.to_owned(), operator, now, ..Identity::default() })
}

/// Believes a token that the issuer signed for us.
async fn by_token<P: Platform>(
    issuer: &Issuer,
    keys: &KeyCache,
    text: &str,
    ports: Ports<'_, P>,
) -> Result<SignedIn, Answer> {
    let token = Token::parse(text).map_err(nobody)?;
    let ends = token.check(issuer, ports.clock.now()).map_err(nobody)?;
    let subject = subject(issuer, &token.claims).map_err(nobody)?;
    let wanted = (token.algorithm, token.kid.as_deref());
    let key = keys.find(&issuer.keys_url, wanted, ports).await.map_err(|none| match none {
        NoKey::Unknown => nobody("token_key_unknown"),
        NoKey::Several => nobody("token_key_ambiguous"),
        NoKey::Unavailable => Answer::problem(503, "keys_unavailable"),
    })?;
    if !key.fits(&token.signature) {
        return Err(nobody("token_signature"));
    }
    if !keys.verified.knows(text, &key) {
        match ports.keys.verify(&key, token.signed, &token.signature).await {
            Ok(true) => keys.verified.note(text, key),
            Err(_) if seeded(Bug::AnySignature) => {}
            // A key that cannot be one, such as a point that is not on its curve, has signed nothing.
            Ok(false) | Err(Fault::Corrupt) => return Err(nobody("token_signature")),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(SignedIn { issuer: issuer.name.clone(), subject, ends, claims: texts(&token.claims) })
}

/// Whom the token names.
fn subject(issuer: &Issuer, claims: &Map<String, Value>) -> Result<String, jwt::Flaw> {
    let name = claims.get(&issuer.claim).and_then(Value::as_str).filter(|name| !name.is_empty());
    let subject = format!("{}{}", issuer.prefix, name.ok_or("token_without_subject")?);
    let proven = issuer.proves_email || claims.get("email_verified") == Some(&Value::Bool(true));
    if issuer.claim == "email" && !proven {
        return Err("token_email_unverified");
    }
    if is_subject(&subject) { Ok(subject) } else { Err("token_subject") }
}

/// The caller, who may act as somebody else than the tokens name.
fn acting_as(config: &Config, signed_in: SignedIn) -> Identity {
    let SignedIn { subject, ends, claims, .. } = signed_in;
    let acting = config.sign_in.acting.iter().find(|acting| acting.signed_in == subject);
    let subject = acting.map_or(subject, |acting| acting.subject.clone());
    let operator = subject.starts_with("operator:");
    Identity { subject, operator, expires: Some(ends), claims, ..Identity::default() }
}

/// The claims that are short texts.
fn texts(claims: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |(name, value): (&String, &Value)| {
        let value = value.as_str().filter(|value| value.len() <= LONGEST_ID)?;
        Some((name.clone(), value.to_owned()))
    };
    claims.iter().filter_map(text).collect()
}

/// Whether this can be a caller: of a known kind, in plain characters, so that it reads the same in a header and in a log.
fn is_subject(subject: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b',');
    let kind = subject.split_once(':').filter(|(_, id)| !id.is_empty()).map(|(kind, _)| kind);
    subject.len() <= LONGEST_ID
        && subject.bytes().all(plain)
        && matches!(kind, Some("user" | "service" | "support" | "operator"))
}

fn nobody(code: &str) -> Answer {
    Answer::problem(401, code)
}

/// The cookies that the origin may see: all but those that would let it act as the caller. Nothing where that is all of them.
pub(crate) fn for_origin(request: &Request) -> Option<Option<String>> {
    let secret = [session::COOKIE, session::COOKIE_IN_DEVELOPMENT, "CF_Authorization"];
    let all: Vec<&str> = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("cookie"))
        .map(|(_, value)| value.as_str())
        .collect();
    if !all.iter().any(|value| secret.iter().any(|name| value.contains(name))) {
        return None;
    }
    let ours = |cookie: &&str| !secret.contains(&cookie.split('=').next().unwrap_or_default().trim());
    let kept: Vec<&str> = all.iter().flat_map(|value| value.split(';')).map(str::trim).filter(ours).collect();
    let kept = kept.join("; ");
    // Whatever else names one of them, in whatever way, is not passed on.
    Some((!kept.is_empty() && !secret.iter().any(|name| kept.contains(name))).then_some(kept))
}

#[cfg(test)]
pub(crate) mod tests;
