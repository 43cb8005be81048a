//! A JSON Web Token (RFC 7519, RFC 7515) taken apart and held against what is configured, up to its signature.
//!
//! Nothing of it is believed before the signature was verified with a key of the issuer's own; what it says of keys is
//! never followed (RFC 8725, sections 3.1 to 3.12).

use super::json;
use super::jwk::Algorithm;
use super::sign_in::Issuer;
use base64ct::{Base64UrlUnpadded, Encoding};
use countersign_core::Millis;
use serde_json::{Map, Value};

/// Bytes of the longest token.
const LONGEST: usize = 8 * 1024;
/// Bytes of the longest key id.
const LONGEST_KID: usize = 256;
/// How far the issuer's clock may differ, in milliseconds.
pub(super) const LEEWAY: Millis = 30_000;

/// Why a token is refused: the code in the log.
pub(super) type Flaw = &'static str;

/// A token of which nothing is known but its form.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    pub(super) claims: Map<String, Value>,
    /// What is signed: header and payload as they were sent
    pub(super) signed: &'a [u8],
    pub(super) signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Takes a token in its compact form apart.
    ///
    /// # Errors
    /// When it is none, or needs something that is not understood here.
    pub(super) fn parse(text: &'a str) -> Result<Self, Flaw> {
        if text.len() > LONGEST {
            return Err("token_too_long");
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else { return Err("token_form") };
        let decoded = |part: &str| Base64UrlUnpadded::decode_vec(part).map_err(|_| "token_form");
        let signed = text.as_bytes().get(..header.len() + 1 + payload.len()).ok_or("token_form")?;
        let header = json::object(&decoded(header)?).ok_or("token_header")?;
        let algorithm = header.get("alg").and_then(Value::as_str).and_then(Algorithm::named);
        // `crit` names extensions that must be understood, and none is; `b64` would change what is signed; `enc` and `zip`
        // belong to encrypted tokens; a token that brings its own key is a proof of something else.
        if ["crit", "b64", "enc", "zip", "jwk"].iter().any(|name| header.contains_key(*name)) {
            return Err("token_header");
        }
        if !header.get("typ").is_none_or(is_plain_type) {
            return Err("token_type");
        }
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) if kid.len() <= LONGEST_KID => Some(kid.clone()),
            Some(_) => return Err("token_header"),
        };
        Ok(Self {
            algorithm: algorithm.ok_or("token_algorithm")?,
            kid,
            claims: json::object(&decoded(payload)?).ok_or("token_claims")?,
            signed,
            signature: decoded(signature)?,
        })
    }

    /// Holds issuer, audience and times against what is configured. The end of the token.
    ///
    /// # Errors
    /// When it is by or for somebody else, not yet or no longer good, or does not say.
    pub(super) fn check(&self, issuer: &Issuer, now: Millis) -> Result<Millis, Flaw> {
        if self.claims.get("iss").and_then(Value::as_str) != Some(&issuer.name) {
            return Err("token_issuer");
        }
        let ours = |value: &Value| value.as_str().is_some_and(|name| issuer.audiences.iter().any(|own| own == name));
        let for_us = match self.claims.get("aud") {
            Some(Value::Array(all)) => all.iter().all(Value::is_string) && all.iter().any(ours),
            Some(one) => ours(one),
            None => false,
        };
        if !for_us {
            return Err("token_audience");
        }
        let ends = self.moment("exp")?.ok_or("token_without_end")?;
        if now >= ends.saturating_add(LEEWAY) {
            return Err("token_expired");
        }
        let latest = now.saturating_add(LEEWAY);
        for claim in ["nbf", "iat"] {
            if self.moment(claim)?.is_some_and(|moment| moment > latest) {
                return Err("token_not_yet");
            }
        }
        Ok(ends)
    }

    /// A moment in seconds since 1970 (RFC 7519, section 2, NumericDate), in milliseconds.
    fn moment(&self, claim: &str) -> Result<Option<Millis>, Flaw> {
        match self.claims.get(claim) {
            None => Ok(None),
            Some(Value::Number(seconds)) => {
                let whole = seconds.as_i64().map(|seconds| seconds.saturating_mul(1_000));
                // Converting saturates: far away stays far away.
                let millis = whole.or_else(|| seconds.as_f64().map(|seconds| (seconds * 1_000.0) as Millis));
                millis.map(Some).ok_or("token_claims")
            }
            Some(_) => Err("token_claims"),
        }
    }
}

/// Whether a `typ` is that of an ID token or of an access token (RFC 9068), and not of a token for another purpose.
fn is_plain_type(typ: &Value) -> bool {
    let typ = typ.as_str().map(str::to_ascii_lowercase).unwrap_or_default();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}
