//! What the gate tells the origin about a request, and how the origin knows that it was the gate: a JWS in its compact
//! form (RFC 7515) over the claims of [`Claims`] (RFC 7519), signed with HMAC-SHA-256 (`HS256`, RFC 7518 section 3.2).
//!
//! The key is a secret that gate and origin share. A key pair would keep an origin from making assertions itself; but the
//! only thing that an assertion opens is that origin, and a signature by elliptic curves takes a multiple of the time, for
//! every request.
//! `countersign/verify` of the npm package reads what is written here, and nothing else.

use base64ct::{Base64UrlUnpadded, Encoding};
use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::written::Object;

/// The shortest key that is accepted, in bytes: as long as what it makes (RFC 7518 section 3.2).
pub const ASSERTION_KEY_BYTES: usize = 32;

/// For how many seconds an assertion is good. With the most tolerance that a verifier may be given (30) it is a minute.
pub const ASSERTION_SECONDS: u64 = 30;

/// The one header there is: `{"alg":"HS256","typ":"countersign+jwt"}`. A verifier compares it byte for byte, so that a
/// token cannot choose how it is checked (RFC 8725 section 3.1).
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImNvdW50ZXJzaWduK2p3dCJ9";

/// Who makes assertions.
const ISSUER: &str = "countersign";

/// What is said of one request.
#[derive(Clone, Copy, Debug)]
pub struct Claims<'a> {
    /// Whom it is for, by configuration
    pub audience: &'a str,
    /// Seconds since 1970 at which it was made; it is good for [`ASSERTION_SECONDS`]
    pub issued: i64,
    /// The request's id
    pub request: &'a str,
    /// The method
    pub method: &'a str,
    /// The host that the client asked for
    pub host: &'a str,
    /// Path and query, as they are forwarded
    pub target: &'a str,
    /// Who was allowed it; nothing where the route is for everybody
    pub allowed: Option<Allowed<'a>>,
}

/// Who was allowed what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Allowed<'a> {
    /// The subject
    pub subject: &'a str,
    /// The tenant
    pub tenant: &'a str,
    /// The tenant's revision that decided
    pub revision: u64,
}

/// Makes assertions. It holds the key in a form from which the first half of each signature is done.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

/// The key is not shown.
impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Signer")
    }
}

impl Signer {
    /// A signer; nothing where the key is shorter than [`ASSERTION_KEY_BYTES`].
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        (key.len() >= ASSERTION_KEY_BYTES).then(|| Hmac::new_from_slice(key).ok().map(Self)).flatten()
    }

    /// The assertion for a request.
    #[must_use]
    pub fn sign(&self, claims: &Claims<'_>) -> String {
        // Path and query may be longer than a header should be.
        let target = Base64UrlUnpadded::encode_string(&Sha256::digest(claims.target.as_bytes()));
        let issued = claims.issued.max(0).unsigned_abs();
        let allowed = claims.allowed.as_ref();
        let mut written = Object::new(384);
        written.text("iss", Some(ISSUER));
        written.text("aud", Some(claims.audience));
        written.number("iat", Some(issued));
        written.number("exp", Some(issued.saturating_add(ASSERTION_SECONDS)));
        written.text("rid", Some(claims.request));
        written.text("method", Some(claims.method));
        written.text("host", Some(claims.host));
        written.text("target", Some(&target));
        written.text("decision", Some(if allowed.is_some() { "allow" } else { "public" }));
        written.text("sub", allowed.map(|allowed| allowed.subject));
        written.text("tenant", allowed.map(|allowed| allowed.tenant));
        written.number("revision", allowed.map(|allowed| allowed.revision));
        let body = Base64UrlUnpadded::encode_string(written.finish().as_bytes());
        let mut text = String::with_capacity(HEADER.len() + body.len() + 45);
        text.push_str(HEADER);
        text.push('.');
        text.push_str(&body);
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        text.push('.');
        text.push_str(&Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()));
        text
    }
}

#[cfg(test)]
mod tests;
