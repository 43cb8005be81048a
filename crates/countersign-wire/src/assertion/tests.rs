//! What an assertion looks like, byte for byte, and that everything in it is signed.

use super::{Allowed, Claims, HEADER, Signer};
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const CLAIMS: Claims<'_> = Claims {
    audience: "the-origin",
    issued: 1_000,
    request: "0f0f",
    method: "PUT",
    host: "app.example.com",
    target: "/api/acme/docs/a?full=1",
    allowed: Some(Allowed { subject: "user:ann", tenant: "acme", revision: 7 }),
};

fn parts(claims: &Claims<'_>) -> [String; 3] {
    let text = Signer::new(KEY).expect("the key is long enough").sign(claims);
    let parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    parts.try_into().expect("three parts")
}

fn decoded(part: &str) -> String {
    let bytes = Base64UrlUnpadded::decode_vec(part).expect("base64url without padding");
    String::from_utf8(bytes).expect("a text")
}

#[test]
fn an_assertion_says_who_may_do_what_for_half_a_minute() {
    let [header, claims, tag] = parts(&CLAIMS);
    assert_eq!(header, HEADER);
    assert_eq!(decoded(&header), r#"{"alg":"HS256","typ":"countersign+jwt"}"#);
    let target = Base64UrlUnpadded::encode_string(&Sha256::digest(b"/api/acme/docs/a?full=1"));
    let expected = format!(
        r#"{{"iss":"countersign","aud":"the-origin","iat":1000,"exp":1030,"rid":"0f0f","method":"PUT","host":"app.example.com","target":"{target}","decision":"allow","sub":"user:ann","tenant":"acme","revision":7}}"#
    );
    assert_eq!(decoded(&claims), expected);
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("any length will do");
    mac.update(format!("{header}.{claims}").as_bytes());
    assert_eq!(Base64UrlUnpadded::decode_vec(&tag).expect("base64url"), mac.finalize().into_bytes().to_vec());
}

#[test]
fn a_route_for_everybody_names_nobody() {
    let [_, claims, _] = parts(&Claims { allowed: None, ..CLAIMS });
    let claims = decoded(&claims);
    assert!(claims.contains(r#""decision":"public""#), "{claims}");
    for absent in ["sub", "tenant", "revision"] {
        assert!(!claims.contains(&format!("\"{absent}\"")), "{claims}");
    }
}

#[test]
fn whatever_differs_gives_another_signature() {
    let allowed = Allowed { subject: "user:ann", tenant: "acme", revision: 7 };
    let with = |allowed: Allowed<'static>| Claims { allowed: Some(allowed), ..CLAIMS };
    let all = [
        CLAIMS,
        Claims { audience: "other", ..CLAIMS },
        Claims { issued: 1_001, ..CLAIMS },
        Claims { request: "0f0e", ..CLAIMS },
        Claims { method: "GET", ..CLAIMS },
        Claims { host: "app.example.org", ..CLAIMS },
        Claims { target: "/api/acme/docs/a", ..CLAIMS },
        Claims { target: "/api/acme/docs/a?full=2", ..CLAIMS },
        Claims { allowed: None, ..CLAIMS },
        with(Allowed { subject: "user:bob", ..allowed }),
        with(Allowed { tenant: "globex", ..allowed }),
        with(Allowed { revision: 8, ..allowed }),
    ];
    let mut tags: Vec<String> = all.iter().map(|claims| parts(claims)[2].clone()).collect();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), all.len());
}

#[test]
fn a_short_key_signs_nothing() {
    assert!(Signer::new(&KEY[1..]).is_none());
    assert!(Signer::new(KEY).is_some());
}
