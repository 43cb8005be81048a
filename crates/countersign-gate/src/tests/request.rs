//! Headers, hosts and who is calling.

use super::world::{World, config};
use crate::config::Config;
use crate::fresh::{Cache, Freshness};
use crate::identity::{Callers, Identity, Place};
use crate::request::{Request, UrlParts};
use futures_util::FutureExt;

fn request(host: &str, headers: &[(&str, &str)]) -> Request {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: "GET".to_owned(), path: "/".to_owned(), host: host.to_owned(), headers, ..Request::default() }
}

fn identify(config: &Config, request: &Request) -> Option<Identity> {
    let (callers, world) = (Callers::default(), World::new("name = 'm'", ""));
    let place = Place { tenant: None, freshness: Freshness::Strict, at_least: 0 };
    callers
        .identify((config, &Cache::default()), request, place, world.ports())
        .now_or_never()
        .expect("nothing waits here")
        .ok()
}

#[test]
fn urls_are_split_and_not_changed() {
    let cases = [
        ("https://a.test/", ("https", "a.test", "/", None)),
        ("http://a.test:8787/x/%61%2f//;p=1/?q=1&r=?/", ("http", "a.test:8787", "/x/%61%2f//;p=1/", Some("q=1&r=?/"))),
        ("https://a.test/x?", ("https", "a.test", "/x", Some(""))),
        ("https://a.test/x#y?z", ("https", "a.test", "/x", None)),
        ("https://[::1]:1/x", ("https", "[::1]:1", "/x", None)),
    ];
    for (url, (scheme, host, path, query)) in cases {
        assert_eq!(UrlParts::split(url), Some(UrlParts { scheme, host, path, query }), "{url}");
    }
    for url in ["", "/x", "a.test/x", "https://a.test", "https://a.test?x=/", "https://a.test#/"] {
        assert_eq!(UrlParts::split(url), None, "{url}");
    }
}

#[test]
fn headers_that_speak_for_others_are_removed_in_every_spelling() {
    let hostile = [
        "Countersign-Subject",
        "countersign_subject",
        "X-Forwarded-For",
        "x_forwarded_user",
        "X-Forwarded-Uri",
        "Forwarded",
        "X-Original-URL",
        "X-Rewrite-URL",
        "x-middleware-subrequest",
        "X-HTTP-Method-Override",
        "Authorization",
        "Cf-Access-Jwt-Assertion",
        "X-Real-IP",
        "X-Forwarded",
        "Remote-User",
        "X_Remote_User",
        "X-Auth-Request-Email",
        "X-Goog-Authenticated-User-Email",
        "X-Ms-Client-Principal",
        "X-Amzn-Oidc-Identity",
        "True-Client-IP",
        "X-Client-IP",
        "X-Envoy-External-Address",
        "X-Host",
        "Proxy",
        "SSL-Client-Cert",
        "CF-Connecting-IP",
        "Countersign.Subject",
        "X-Request-ID",
    ];
    let harmless = ["accept", "content-type", "cookie", "x-requested-with", "if-none-match"];
    let all: Vec<_> = hostile.iter().chain(&harmless).map(|name| (*name, "x")).collect();
    let request = request("a.test", &all);
    assert_eq!(request.untrusted().collect::<Vec<_>>(), hostile);
}

#[test]
fn a_header_that_is_repeated_is_none() {
    assert_eq!(request("a", &[("A", "1")]).header("a"), Some("1"));
    assert_eq!(request("a", &[("A", "1"), ("a", "2")]).header("a"), None);
}

#[test]
fn the_development_sign_in_is_for_loopback_hosts_and_must_be_switched_on() {
    let on = config(true);
    let who = |host: &str, credential: &str| {
        identify(&on, &request(host, &[("authorization", credential)])).map(|identity| identity.subject)
    };
    for host in ["localhost", "localhost:8787", "127.0.0.1:1", "[::1]:8787"] {
        assert_eq!(who(host, "Dev user:ann").as_deref(), Some("user:ann"), "{host}");
    }
    for host in ["example.com", "localhost.example.com", "127.0.0.1.example.com", "", "[::2]:1", "10.0.0.1"] {
        assert_eq!(who(host, "Dev user:ann"), None, "{host}");
    }
    for credential in [
        "",
        "Dev",
        "Dev ",
        "Dev ann",
        "Dev user:",
        "dev user:ann",
        "Bearer user:ann",
        "Dev user:a/b",
        "Dev user:ann, Dev user:bob",
        "Dev group:a",
        "Dev user:a\u{7}",
    ] {
        assert_eq!(who("localhost", credential), None, "{credential}");
    }
    assert_eq!(identify(&config(false), &request("localhost", &[("authorization", "Dev user:ann")])), None);
}

#[test]
fn only_configured_operators_are_operators() {
    let operator = |subject: &str| {
        identify(&config(true), &request("localhost", &[("authorization", subject)])).map(|identity| identity.operator)
    };
    assert_eq!(operator("Dev operator:dev"), Some(true));
    assert_eq!(operator("Dev operator:eve"), Some(false));
    assert_eq!(operator("Dev user:ann"), Some(false));
}

#[test]
fn a_moment_that_cannot_be_read_is_no_moment() {
    let headers = [("authorization", "Dev user:ann"), ("countersign-dev-now", "yesterday")];
    assert_eq!(identify(&config(true), &request("localhost", &headers)), None);
}
