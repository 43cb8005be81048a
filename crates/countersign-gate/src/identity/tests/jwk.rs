//! JWK Sets: which keys are used.

use super::*;
use crate::identity::KeySet;
use crate::identity::jwk::{Algorithm, Found};

/// Whether the one key of this algorithm, changed like this, is used.
fn used(algorithm: &str, change: Value) -> bool {
    let mut key = jwk("k", algorithm);
    for (name, value) in change.as_object().unwrap() {
        key[name] = value.clone();
    }
    let set = KeySet::parse(&serde_json::to_vec(&json!({ "keys": [key] })).unwrap()).unwrap();
    set.find(Algorithm::named(algorithm).unwrap(), Some("k")) != Found::Nothing
}

#[test]
fn keys_are_for_one_algorithm_and_good_enough_for_it() {
    let rsa = |bits: usize| {
        let mut bytes = vec![255; bits.div_ceil(8)];
        bytes[0] >>= (8 - bits % 8) % 8;
        base64(&bytes)
    };
    for (algorithm, change, expected) in [
        ("RS256", json!({}), true),
        ("RS256", json!({ "alg": "RS512" }), false),
        ("RS256", json!({ "alg": "PS256" }), false),
        ("RS256", json!({ "alg": "HS256" }), false),
        ("RS256", json!({ "alg": null }), false),
        ("RS256", json!({ "use": "enc" }), false),
        ("RS256", json!({ "key_ops": ["encrypt"] }), false),
        ("RS256", json!({ "key_ops": ["verify", "sign"] }), true),
        ("RS256", json!({ "kty": "oct", "k": "c2VjcmV0" }), false),
        ("RS256", json!({ "d": "AQAB" }), false),
        ("RS256", json!({ "n": rsa(2_048) }), true),
        ("RS256", json!({ "n": rsa(2_047) }), false),
        ("RS256", json!({ "n": rsa(1_024) }), false),
        ("RS256", json!({ "n": rsa(512) }), false),
        ("RS256", json!({ "n": rsa(8_192) }), true),
        ("RS256", json!({ "n": rsa(8_193) }), false),
        ("RS256", json!({ "n": base64(&[vec![0; 200], vec![255; 100]].concat()) }), false),
        ("RS256", json!({ "n": base64(&[vec![255; 255], vec![254]].concat()) }), false),
        ("RS256", json!({ "n": "" }), false),
        ("RS256", json!({ "n": "=" }), false),
        ("RS256", json!({ "e": "AQ" }), false),
        ("RS256", json!({ "e": "Aw" }), false),
        ("RS256", json!({ "e": "AQAA" }), false),
        ("RS256", json!({ "e": "" }), false),
        ("RS256", json!({ "e": base64(&[1; 9]) }), false),
        ("RS256", json!({ "kid": 1 }), false),
        ("RS256", json!({ "extra": { "anything": [1] } }), true),
        ("ES256", json!({}), true),
        ("ES256", json!({ "alg": "ES256" }), true),
        ("ES256", json!({ "alg": "ES384" }), false),
        ("ES256", json!({ "crv": "P-384" }), false),
        ("ES256", json!({ "crv": "secp256k1" }), false),
        ("ES256", json!({ "x": base64(&[1; 31]) }), false),
        ("ES256", json!({ "y": base64(&[1; 33]) }), false),
        ("ES256", json!({ "y": null }), false),
        ("ES256", json!({ "d": "AQAB" }), false),
        ("EdDSA", json!({}), true),
        ("EdDSA", json!({ "alg": "EdDSA" }), true),
        ("EdDSA", json!({ "alg": "Ed25519" }), true),
        ("EdDSA", json!({ "alg": "ES256" }), false),
        ("EdDSA", json!({ "crv": "Ed448" }), false),
        ("EdDSA", json!({ "crv": "X25519" }), false),
        ("EdDSA", json!({ "x": base64(&[1; 57]) }), false),
    ] {
        assert_eq!(used(algorithm, change.clone()), expected, "{algorithm} {change}");
    }
}

#[test]
fn sets_are_read_as_a_whole() {
    for (text, expected) in [
        (r#"{"keys":[]}"#, true),
        (r#"{"keys":[1,null,{}],"more":true}"#, true),
        (r#"{"keys":{}}"#, false),
        (r#"{}"#, false),
        (r#"[]"#, false),
        ("", false),
        ("<html>", false),
        (r#"{"keys":[],"keys":[]}"#, false),
        (r#"{"keys":[{"kid":"a","kid":"b"}]}"#, false),
    ] {
        assert_eq!(KeySet::parse(text.as_bytes()).is_some(), expected, "{text}");
    }
}

#[test]
fn a_key_that_could_be_two_is_none() {
    let set = KeySet::parse(&key_set(&[("a", "RS256"), ("b", "RS256"), ("b", "RS256"), ("b", "ES256")])).unwrap();
    let find = |algorithm, kid| matches!(set.find(algorithm, kid), Found::Key(_));
    assert!(find(Algorithm::Rs256, Some("a")));
    assert!(find(Algorithm::Es256, Some("b")));
    assert!(find(Algorithm::Es256, None));
    assert_eq!(set.find(Algorithm::Rs256, Some("b")), Found::Several);
    assert_eq!(set.find(Algorithm::Rs256, None), Found::Several);
    assert_eq!(set.find(Algorithm::EdDsa, None), Found::Nothing);
    assert_eq!(set.find(Algorithm::Es256, Some("a")), Found::Nothing);
}
