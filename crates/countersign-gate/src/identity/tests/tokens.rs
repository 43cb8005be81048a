//! Tokens of issuers: the sound ones are believed, and each flaw is refused for what it is.

use super::*;

/// What becomes of a bearer token.
fn bearer(token: &str) -> String {
    let config = configured(&[]).unwrap();
    who(&Callers::default(), &Bench::new(), &config, &[("authorization", &format!("Bearer {token}"))])
}

fn with_header(header: &str) -> String {
    bearer(&signed("rsa", "RS256", header, &claims("")))
}

fn claims(more: &str) -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":"countersign","sub":"ann","exp":{}{more}}}"#, NOW + 300)
}

#[test]
fn sound_tokens_are_believed() {
    for (kid, algorithm) in [("rsa", "RS256"), ("ec", "ES256"), ("ed", "EdDSA")] {
        for header in [
            format!(r#"{{"alg":"{algorithm}","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"{algorithm}"}}"#),
            format!(r#"{{"typ":"at+jwt","kid":"{kid}","alg":"{algorithm}"}}"#),
            format!(r#"{{"typ":"application/JWT","kid":"{kid}","alg":"{algorithm}","cty":"json","x5t":"abc"}}"#),
            format!(
                r#"{{"alg":"{algorithm}","kid":"{kid}","jku":"https://evil.example/keys","x5u":"https://evil.example"}}"#
            ),
        ] {
            assert_eq!(bearer(&signed(kid, algorithm, &header, &claims(""))), "user:ann", "{header}");
        }
    }
    for more in [
        json!({ "aud": ["other", "countersign"] }),
        json!({ "exp": NOW as f64 + 0.5 }),
        json!({ "exp": 1e300 }),
        json!({ "nbf": NOW + 29 }),
        json!({ "iat": NOW + 30 }),
        json!({ "exp": NOW - 29 }),
        json!({ "deep": { "list": [1, { "iss": "x" }] } }),
    ] {
        assert_eq!(bearer(&token(more.clone())), "user:ann", "{more}");
    }
    assert_eq!(bearer(&token(json!({ "sub": "auth0|a.b-c@d" }))), "user:auth0|a.b-c@d");
}

#[test]
fn headers_that_are_not_understood_are_refused() {
    for (header, expected) in [
        (r#"{"alg":"none"}"#, "401 token_algorithm"),
        (r#"{"alg":"None","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":null,"kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":["RS256"],"kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"HS256","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"rs256","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"RS256 ","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"RS384","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"PS256","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"ES384","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"ES256K","kid":"rsa"}"#, "401 token_algorithm"),
        (r#"{"alg":"Ed448","kid":"rsa"}"#, "401 token_algorithm"),
        // The key is for another algorithm than the token says.
        (r#"{"alg":"ES256","kid":"rsa"}"#, "401 token_key_unknown"),
        (r#"{"alg":"EdDSA","kid":"rsa"}"#, "401 token_key_unknown"),
        (r#"{"alg":"RS256","kid":"ec"}"#, "401 token_key_unknown"),
        (r#"{"alg":"RS256","kid":"../keys"}"#, "401 token_key_unknown"),
        (r#"{"alg":"RS256","kid":""}"#, "401 token_key_unknown"),
        (r#"{"alg":"RS256","kid":1}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":null}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":["rsa"]}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","crit":["exp"]}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","crit":[]}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","b64":false}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","b64":true}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","zip":"DEF"}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","enc":"A256GCM"}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","jwk":{"kty":"RSA"}}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa","typ":"logout+jwt"}"#, "401 token_type"),
        (r#"{"alg":"RS256","kid":"rsa","typ":"dpop+jwt"}"#, "401 token_type"),
        (r#"{"alg":"RS256","kid":"rsa","typ":1}"#, "401 token_type"),
        (r#"{"alg":"none","alg":"RS256","kid":"rsa"}"#, "401 token_header"),
        (r#"{"alg":"RS256","\u0061lg":"RS256","kid":"rsa"}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa"} "#, "user:ann"),
        (r#"{"alg":"RS256","kid":"rsa",}"#, "401 token_header"),
        (r#"{"alg":"RS256","kid":"rsa"}}"#, "401 token_header"),
        (r#"{'alg':'RS256'}"#, "401 token_header"),
        (r#"["RS256"]"#, "401 token_header"),
        (r#""RS256""#, "401 token_header"),
        ("", "401 token_header"),
        ("null", "401 token_header"),
    ] {
        assert_eq!(with_header(header), expected, "{header}");
    }
    let deep = format!(r#"{{"alg":"RS256","kid":"rsa","x":{}{}}}"#, "[".repeat(1_000), "]".repeat(1_000));
    assert_eq!(with_header(&deep), "401 token_header");
}

#[test]
fn claims_that_are_not_ours_are_refused() {
    for (more, expected) in [
        (json!({ "iss": "https://issuer.example/" }), "401 token_issuer"),
        (json!({ "iss": "https://ISSUER.example" }), "401 token_issuer"),
        (json!({ "iss": "https://issuer.example.evil.example" }), "401 token_issuer"),
        (json!({ "iss": [ISSUER] }), "401 token_issuer"),
        (json!({ "iss": null }), "401 token_issuer"),
        (json!({ "iss": "" }), "401 token_issuer"),
        (json!({ "aud": "Countersign" }), "401 token_audience"),
        (json!({ "aud": "countersign " }), "401 token_audience"),
        (json!({ "aud": ["other"] }), "401 token_audience"),
        (json!({ "aud": [] }), "401 token_audience"),
        (json!({ "aud": [["countersign"]] }), "401 token_audience"),
        (json!({ "aud": ["countersign", 1] }), "401 token_audience"),
        (json!({ "aud": { "countersign": true } }), "401 token_audience"),
        (json!({ "aud": null }), "401 token_audience"),
        (json!({ "aud": "" }), "401 token_audience"),
        (json!({ "exp": NOW - 30 }), "401 token_expired"),
        (json!({ "exp": NOW - 10_000 }), "401 token_expired"),
        (json!({ "exp": 0 }), "401 token_expired"),
        (json!({ "exp": -1e300 }), "401 token_expired"),
        (json!({ "exp": i64::MIN }), "401 token_expired"),
        (json!({ "exp": (NOW + 300).to_string() }), "401 token_claims"),
        (json!({ "exp": null }), "401 token_claims"),
        (json!({ "exp": true }), "401 token_claims"),
        (json!({ "exp": [NOW + 300] }), "401 token_claims"),
        (json!({ "nbf": NOW + 31 }), "401 token_not_yet"),
        (json!({ "nbf": 1e300 }), "401 token_not_yet"),
        (json!({ "nbf": "soon" }), "401 token_claims"),
        (json!({ "iat": NOW + 31 }), "401 token_not_yet"),
        (json!({ "iat": null }), "401 token_claims"),
        (json!({ "sub": "" }), "401 token_without_subject"),
        (json!({ "sub": null }), "401 token_without_subject"),
        (json!({ "sub": 7 }), "401 token_without_subject"),
        (json!({ "sub": ["ann"] }), "401 token_without_subject"),
        (json!({ "sub": "a/b" }), "401 token_subject"),
        (json!({ "sub": "a,b" }), "401 token_subject"),
        (json!({ "sub": "a b" }), "401 token_subject"),
        (json!({ "sub": "a\u{0}" }), "401 token_subject"),
        (json!({ "sub": "\u{430}nn" }), "401 token_subject"),
        (json!({ "sub": "a".repeat(252) }), "401 token_subject"),
        (json!({ "sub": "operator:dev" }), "user:operator:dev"),
    ] {
        assert_eq!(bearer(&token(more.clone())), expected, "{more}");
    }
    for without in ["iss", "aud", "exp", "sub"] {
        let mut all: Value = serde_json::from_str(&claims("")).unwrap();
        all.as_object_mut().unwrap().remove(without);
        let answer = bearer(&signed("rsa", "RS256", r#"{"alg":"RS256","kid":"rsa"}"#, &all.to_string()));
        assert!(answer.starts_with("401 token_"), "{without}: {answer}");
    }
    for more in [
        r#","aud":"countersign""#,
        r#","iss":"x""#,
        r#","sub":"olga""#,
        r#","exp":9999999999"#,
        r#","\u0073ub":"olga""#,
    ] {
        assert_eq!(bearer(&signed("rsa", "RS256", r#"{"alg":"RS256"}"#, &claims(more))), "401 token_claims", "{more}");
    }
}

#[test]
fn forms_and_signatures_that_differ_in_anything_are_refused() {
    let sound = token(json!({}));
    let parts: Vec<&str> = sound.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { panic!("three parts") };
    for broken in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{sound}."),
        format!("{sound}.{signature}"),
        format!("{header}.{payload}.{signature}="),
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}.{}", "A".repeat(signature.len())),
        format!(" {sound}"),
        format!("{sound} "),
        format!("{sound}, {sound}"),
        sound.replacen('.', "..", 1),
        sound.replace('.', "%2E"),
        format!("{header}.{payload}.{}", signature.to_ascii_uppercase()),
        format!("{header}.{payload}.{}", signature.get(4..).unwrap_or_default()),
        format!("{header}.{payload}.{signature}AAAA"),
        format!("{header}.{payload}.{}", "A".repeat(9_000)),
    ] {
        let answer = bearer(&broken);
        assert!(answer.starts_with("401 "), "{broken}: {answer}");
    }
    // Each character of the whole.
    let (callers, bench, config) = (Callers::default(), Bench::new(), configured(&[]).unwrap());
    let ask = |token: &str| who(&callers, &bench, &config, &[("authorization", &format!("Bearer {token}"))]);
    for place in 0..sound.len() {
        for other in ["A", "b", "_"] {
            let mut broken = sound.clone();
            broken.replace_range(place..=place, other);
            assert!(broken == sound || ask(&broken).starts_with("401 "), "{place} {other}");
        }
    }
    assert_eq!(ask(&sound), "user:ann");
    for (kid, algorithm) in [("ec", "ES256"), ("ed", "EdDSA"), ("rsa", "RS256")] {
        let sound = signed(kid, algorithm, &format!(r#"{{"alg":"{algorithm}","kid":"{kid}"}}"#), &claims(""));
        let (rest, signature) = sound.rsplit_once('.').unwrap();
        let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
        let half = signature.len() / 2;
        let shapes: [Vec<u8>; 7] = [
            vec![0; signature.len()],
            [vec![0; half], signature[half..].to_vec()].concat(),
            [signature[..half].to_vec(), vec![0; half]].concat(),
            signature[1..].to_vec(),
            [vec![0], signature.clone()].concat(),
            vec![0x30, 6, 2, 1, 0, 2, 1, 0],
            Vec::new(),
        ];
        for shape in shapes {
            let answer = ask(&format!("{rest}.{}", base64(&shape)));
            assert_eq!(answer, "401 token_signature", "{algorithm} {shape:?}");
        }
        assert_eq!(ask(&sound), "user:ann");
    }
}

#[test]
fn a_request_has_one_credential_and_nothing_else_is_tried() {
    let (good, bad) = (format!("Bearer {}", token(json!({}))), format!("Bearer {}", token(json!({ "exp": 1 }))));
    let access = signed(
        "rsa",
        "RS256",
        r#"{"alg":"RS256"}"#,
        &json!({ "iss": TEAM, "aud": ["0123abcd"], "email": "bob@acme.example", "exp": NOW + 60 }).to_string(),
    );
    let (callers, bench, config) = (Callers::default(), Bench::new(), configured(&[]).unwrap());
    let header = "Cf-Access-Jwt-Assertion";
    for (headers, expected) in [
        (vec![], "401 no_identity"),
        (vec![("authorization", good.as_str())], "user:ann"),
        (vec![("authorization", &good.replacen("Bearer", "bearer", 1))], "user:ann"),
        (vec![("authorization", &good.replacen("Bearer ", "Bearer  ", 1))], "401 token_form"),
        (vec![("authorization", &good.replacen("Bearer ", "", 1))], "401 no_identity"),
        (vec![("authorization", &good.replacen("Bearer", "DPoP", 1))], "401 no_identity"),
        (vec![("authorization", good.as_str()), ("Authorization", good.as_str())], "401 authorization_repeated"),
        (vec![(header, access.as_str())], "user:bob@acme.example"),
        (vec![(header, access.as_str()), (header, access.as_str())], "401 authorization_repeated"),
        (vec![("authorization", good.as_str()), (header, access.as_str())], "user:ann"),
        (vec![("authorization", bad.as_str()), (header, access.as_str())], "401 token_expired"),
        (vec![("authorization", ""), (header, access.as_str())], "401 no_identity"),
        (vec![("authorization", &format!("Bearer {access}"))], "401 token_issuer"),
        (vec![(header, good.trim_start_matches("Bearer "))], "401 token_issuer"),
        (vec![("cookie", &format!("CF_Authorization={access}"))], "401 no_identity"),
    ] {
        assert_eq!(who(&callers, &bench, &config, &headers), expected, "{headers:?}");
    }
    let mut asked = bench.asked.borrow().clone();
    asked.dedup();
    assert_eq!(asked, ["https://issuer.example/keys", "https://acme.cloudflareaccess.com/cdn-cgi/access/certs"]);
}

#[test]
fn subjects_are_named_as_configured() {
    let ask = |changes: &[(&str, &str)], more: Value| {
        let headers = format!("Bearer {}", token(more));
        who(&Callers::default(), &Bench::new(), &configured(changes).unwrap(), &[("authorization", &headers)])
    };
    let email: &[(&str, &str)] = &[("COUNTERSIGN_JWT_SUBJECT_CLAIM", "email")];
    let (yes, no) =
        (json!({ "email": "a@b.c", "email_verified": true }), json!({ "email": "a@b.c", "email_verified": false }));
    let text = json!({ "email": "a@b.c", "email_verified": "true" });
    for (changes, more, expected) in [
        (email, yes, "user:a@b.c"),
        (email, no, "401 token_email_unverified"),
        (email, text, "401 token_email_unverified"),
        (email, json!({ "email": "a@b.c" }), "401 token_email_unverified"),
        (email, json!({}), "401 token_without_subject"),
        (&[("COUNTERSIGN_JWT_SUBJECT_CLAIM", "oid")], json!({ "oid": "0-1" }), "user:0-1"),
        (&[("COUNTERSIGN_JWT_SUBJECT_PREFIX", "user:acme-")], json!({}), "user:acme-ann"),
        (&[("COUNTERSIGN_JWT_SUBJECT_PREFIX", "service:")], json!({}), "service:ann"),
        (&[], json!({ "sub": "olga" }), "operator:olga"),
        (&[], json!({ "sub": "vera" }), "support:vendor"),
        (&[], json!({ "sub": "dev" }), "user:dev"),
        (&[("COUNTERSIGN_JWT_SUBJECT_PREFIX", "service:")], json!({ "sub": "olga" }), "service:olga"),
    ] {
        assert_eq!(ask(changes, more.clone()), expected, "{changes:?} {more}");
    }
    let config = configured(&[]).unwrap();
    let ask = |more: Value| {
        let headers = format!("Bearer {}", token(more));
        identify(&Callers::default(), &Bench::new(), &config, &request("GET", &[("authorization", &headers)])).unwrap()
    };
    assert!(ask(json!({ "sub": "olga" })).operator);
    let ann = ask(json!({ "org": "acme", "long": "x".repeat(257), "list": ["acme"] }));
    assert!(!ann.operator);
    let claims = ["org", "sub", "long", "list", "none"].map(|name| ann.claim(name));
    assert_eq!(claims, [Some("acme"), Some("ann"), None, None, None]);
    assert_eq!(ann.expires, Some((NOW + 300) * 1_000));
}
