//! How sign-in is configured, and what keeps a worker from serving.

use super::*;

#[test]
fn a_worker_that_nobody_could_sign_in_to_does_not_serve() {
    let nothing = [
        ("COUNTERSIGN_JWT_ISSUER", ""),
        ("COUNTERSIGN_JWT_AUDIENCE", ""),
        ("COUNTERSIGN_JWT_JWKS_URL", ""),
        ("COUNTERSIGN_ACCESS_TEAM", ""),
        ("COUNTERSIGN_ACCESS_AUDIENCE", ""),
    ];
    let sentence = configured(&nothing).unwrap_err();
    assert!(sentence.contains("COUNTERSIGN_JWT_ISSUER") && sentence.contains("COUNTERSIGN_ACCESS_TEAM"), "{sentence}");
    let development = [nothing.as_slice(), &[("COUNTERSIGN_DEV_SIGN_IN", "insecure-development-only")]].concat();
    assert!(configured(&development).is_ok());
    assert!(configured(&nothing[..3]).is_ok(), "Access is enough");
    assert!(configured(&nothing[3..]).is_ok(), "an issuer is enough");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    for (name, value) in [
        ("COUNTERSIGN_JWT_ISSUER", ""),
        ("COUNTERSIGN_JWT_ISSUER", " "),
        ("COUNTERSIGN_JWT_AUDIENCE", ""),
        ("COUNTERSIGN_JWT_AUDIENCE", "  "),
        ("COUNTERSIGN_JWT_JWKS_URL", ""),
        ("COUNTERSIGN_JWT_JWKS_URL", "http://issuer.example/keys"),
        ("COUNTERSIGN_JWT_JWKS_URL", "http://127.0.0.1:1/keys"),
        ("COUNTERSIGN_JWT_JWKS_URL", "https://"),
        ("COUNTERSIGN_JWT_JWKS_URL", "https:///keys"),
        ("COUNTERSIGN_JWT_JWKS_URL", "https://user@issuer.example/keys"),
        ("COUNTERSIGN_JWT_JWKS_URL", "https://issuer.example/keys#x"),
        ("COUNTERSIGN_JWT_JWKS_URL", "issuer.example/keys"),
        ("COUNTERSIGN_JWT_JWKS_URL", "file:///keys"),
        ("COUNTERSIGN_JWT_SUBJECT_PREFIX", "operator:"),
        ("COUNTERSIGN_JWT_SUBJECT_PREFIX", "support:"),
        ("COUNTERSIGN_JWT_SUBJECT_PREFIX", "ann"),
        ("COUNTERSIGN_JWT_SUBJECT_PREFIX", "user:/"),
        ("COUNTERSIGN_ACCESS_TEAM", ""),
        ("COUNTERSIGN_ACCESS_TEAM", "https://acme.cloudflareaccess.com"),
        ("COUNTERSIGN_ACCESS_TEAM", "evil.example/"),
        ("COUNTERSIGN_ACCESS_TEAM", ".cloudflareaccess.com"),
        ("COUNTERSIGN_ACCESS_AUDIENCE", ""),
        ("COUNTERSIGN_SESSION_KEY", "a key of 31 characters is short"),
        ("COUNTERSIGN_OPERATORS", "olga"),
        ("COUNTERSIGN_OPERATORS", "user:olga"),
        ("COUNTERSIGN_OPERATORS", "operator:"),
        ("COUNTERSIGN_OPERATORS", "operator:a=b"),
        ("COUNTERSIGN_OPERATORS", "operator:a=operator:b"),
        ("COUNTERSIGN_SUPPORT", "operator:a=user:b"),
        ("COUNTERSIGN_DEV_SIGN_IN", "true"),
    ] {
        let sentence = configured(&[(name, value)]).expect_err(value);
        let part = name.rsplit('_').next().unwrap_or_default();
        assert!(sentence.contains(name) || sentence.contains(part), "{name}={value}: {sentence}");
    }
    let two = [("COUNTERSIGN_OPERATORS", "operator:a=user:x"), ("COUNTERSIGN_SUPPORT", "support:b=user:x")];
    assert!(configured(&two).unwrap_err().contains("`user:x`"));
}

#[test]
fn keys_come_from_this_machine_in_development_alone() {
    let development = ("COUNTERSIGN_DEV_SIGN_IN", "insecure-development-only");
    for (url, expected) in [
        ("http://127.0.0.1:8080/keys", true),
        ("http://localhost/keys", true),
        ("http://[::1]:8080/keys", true),
        ("http://localhost.evil.example/keys", false),
        ("http://127.0.0.1@evil.example/keys", false),
        ("http://127.0.0.1.evil.example/keys", false),
        ("http://10.0.0.1/keys", false),
    ] {
        let config = configured(&[development, ("COUNTERSIGN_JWT_JWKS_URL", url)]);
        assert_eq!(config.is_ok(), expected, "{url}");
    }
}

#[test]
fn access_is_a_preset() {
    for team in ["acme", "acme.cloudflareaccess.com"] {
        let access = configured(&[("COUNTERSIGN_ACCESS_TEAM", team)]).unwrap().sign_in.access.unwrap();
        assert_eq!(access.name, TEAM);
        assert_eq!(access.keys_url, "https://acme.cloudflareaccess.com/cdn-cgi/access/certs");
        assert_eq!((access.claim.as_str(), access.prefix.as_str()), ("email", "user:"));
    }
}
