//! Public keys from a JWK Set (RFC 7517): which of them are used, and for which algorithm alone.

use super::json;
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value};

/// Bits of the shortest RSA modulus that is used, and of the longest, which bounds the time of a verification.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
/// The smallest public exponent of RSA that is used; with 1 everything is a signature.
const RSA_EXPONENT: u64 = 65_537;
/// Bytes of a coordinate on P-256, and of a key of Ed25519.
const COORDINATE: usize = 32;

/// The algorithms of signatures (RFC 7518, RFC 8037). No others exist here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256
    Rs256,
    /// ECDSA on P-256 with SHA-256
    Es256,
    /// Ed25519
    EdDsa,
}

impl Algorithm {
    /// The algorithm that a token's header names.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// A public key, good for one algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The only algorithm that it verifies
    pub algorithm: Algorithm,
    /// The members of the JWK that make the key, and no others
    pub members: Vec<(&'static str, String)>,
    /// Bytes of its signatures
    signature: usize,
}

impl PublicKey {
    /// Whether this can be a signature by the key: of its length, and for ECDSA with neither half zero (CVE-2022-21449).
    pub(super) fn fits(&self, signature: &[u8]) -> bool {
        let halves = if self.algorithm == Algorithm::Es256 { COORDINATE } else { self.signature };
        signature.len() == self.signature && signature.chunks(halves).all(|half| half.iter().any(|byte| *byte != 0))
    }

    /// The key in a JWK, if it is one that is used: of a known kind, for signatures, public, and long enough.
    fn of(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let names = |wanted: &str, values: &Value| {
            values.as_array().is_some_and(|values| values.iter().any(|value| value.as_str() == Some(wanted)))
        };
        let signs = jwk.get("use").is_none_or(|purpose| purpose.as_str() == Some("sig"))
            && jwk.get("key_ops").is_none_or(|operations| names("verify", operations));
        // A private key that everybody can read signs for everybody.
        if !signs || jwk.contains_key("d") {
            return None;
        }
        let member = |name: &'static str| text(name).map(|value| (name, value.to_owned()));
        let (algorithm, aliases, members, signature) = match (text("kty")?, text("crv")) {
            ("RSA", _) => {
                let bytes = modulus_bytes(text("n")?, text("e")?)?;
                (Algorithm::Rs256, ["RS256", "RS256"], vec![member("n")?, member("e")?], bytes)
            }
            ("EC", Some("P-256")) => {
                coordinate(text("x")?)?;
                coordinate(text("y")?)?;
                let members = vec![member("crv")?, member("x")?, member("y")?];
                (Algorithm::Es256, ["ES256", "ES256"], members, 2 * COORDINATE)
            }
            ("OKP", Some("Ed25519")) => {
                coordinate(text("x")?)?;
                (Algorithm::EdDsa, ["EdDSA", "Ed25519"], vec![member("crv")?, member("x")?], 2 * COORDINATE)
            }
            _ => return None,
        };
        // RFC 8725, section 3.1: a key is for one algorithm, and says so or has no other.
        let pinned = jwk.get("alg").is_none_or(|alg| alg.as_str().is_some_and(|alg| aliases.contains(&alg)));
        let members = members.into_iter().chain([member("kty")?]).collect();
        pinned.then_some(Self { algorithm, members, signature })
    }
}

/// The keys of an issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet(Vec<(Option<String>, PublicKey)>);

/// What a set has for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// The key
    Key(&'a PublicKey),
    /// Several keys that could be meant
    Several,
    /// None
    Nothing,
}

impl KeySet {
    /// Reads a JWK Set; keys that are not used here are passed over, as RFC 7517 demands (section 5). Nothing if it is no
    /// such set, or one with repeated keys.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let set = json::object(bytes)?;
        let keys = set.get("keys")?.as_array()?;
        let keys = keys.iter().filter_map(|jwk| {
            let jwk = jwk.as_object()?;
            let kid = match jwk.get("kid") {
                None => None,
                Some(kid) => Some(kid.as_str()?.to_owned()),
            };
            Some((kid, PublicKey::of(jwk)?))
        });
        Some(Self(keys.collect()))
    }

    /// The key with this id for this algorithm; without an id, the only one for it.
    pub(super) fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> Found<'_> {
        let fits = |(held, key): &&(Option<String>, PublicKey)| {
            key.algorithm == algorithm && kid.is_none_or(|kid| held.as_deref() == Some(kid))
        };
        let mut found = self.0.iter().filter(fits);
        match (found.next(), found.next()) {
            (Some((_, key)), None) => Found::Key(key),
            (Some(_), Some(_)) => Found::Several,
            (None, _) => Found::Nothing,
        }
    }
}

fn coordinate(text: &str) -> Option<()> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    (bytes.len() == COORDINATE).then_some(())
}

/// Bytes of an RSA modulus, if modulus and exponent are such as are used.
fn modulus_bytes(modulus: &str, exponent: &str) -> Option<usize> {
    let decoded = |text: &str| Base64UrlUnpadded::decode_vec(text).ok();
    let (modulus, exponent) = (decoded(modulus)?, decoded(exponent)?);
    let modulus = modulus.get(modulus.iter().position(|byte| *byte != 0)?..)?;
    let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last & 1 == 1);
    let number = (exponent.len() <= 8).then(|| exponent.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))?;
    let sound = RSA_BITS.contains(&bits) && odd(modulus) && odd(&exponent) && number >= RSA_EXPONENT;
    sound.then_some(modulus.len())
}
