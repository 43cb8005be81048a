//! Sessions: begun by a token, good for pages of the own host, and for nothing that another site caused.

use super::*;
use crate::identity::{for_origin, session};

const COOKIE: &str = "__Host-countersign-session";

/// A worker with its issuer.
struct Page {
    callers: Callers,
    config: Config,
    bench: Bench,
}

impl Page {
    fn new(changes: &[(&str, &str)]) -> Self {
        Self { callers: Callers::default(), config: configured(changes).unwrap(), bench: Bench::new() }
    }

    fn session(&self, request: &Request) -> Answer {
        let answer = session(&self.callers, &self.config, request, self.bench.ports()).now_or_never();
        answer.expect("nothing waits here").unwrap_or_else(|refused| refused)
    }

    /// Begins a session; the `Set-Cookie`.
    fn begin(&self, claims: Value) -> String {
        let bearer = format!("Bearer {}", token(claims));
        let answer = self.session(&request("POST", &[("authorization", &bearer)]));
        let set = answer.headers.iter().find(|(name, _)| *name == "set-cookie").map(|(_, value)| value.clone());
        set.unwrap_or_else(|| panic!("{} {}", answer.status, answer.code))
    }

    fn who(&self, request: &Request) -> String {
        match identify(&self.callers, &self.bench, &self.config, request) {
            Ok(identity) => identity.subject,
            Err(answer) => format!("{} {}", answer.status, answer.code),
        }
    }

    fn by_cookie(&self, cookie: &str) -> String {
        self.who(&request("GET", &[("cookie", cookie)]))
    }
}

fn pair(set_cookie: &str) -> String {
    set_cookie.split(';').next().unwrap().to_owned()
}

#[test]
fn a_session_is_what_its_token_was_and_ends_with_it() {
    let page = Page::new(&[]);
    let set = page.begin(json!({ "exp": NOW + 300, "org": "acme" }));
    let attributes = "; Path=/; Max-Age=300; Secure; HttpOnly; SameSite=Strict";
    assert!(set.starts_with(&format!("{COOKIE}=")) && set.ends_with(attributes), "{set}");
    let cookie = pair(&set);
    assert_eq!(page.by_cookie(&cookie), "user:ann");
    assert_eq!(page.by_cookie(&format!("a=b; {cookie};c=d")), "user:ann");
    let identity = identify(&page.callers, &page.bench, &page.config, &request("GET", &[("cookie", &cookie)])).unwrap();
    assert_eq!((identity.claim("org"), identity.expires), (Some("acme"), Some((NOW + 300) * 1_000)));
    page.bench.world.now.set((NOW + 300) * 1_000 - 1);
    assert_eq!(page.by_cookie(&cookie), "user:ann");
    page.bench.pass(1);
    assert_eq!(page.by_cookie(&cookie), "401 session_expired");
}

#[test]
fn no_session_lasts_longer_than_eight_hours() {
    let page = Page::new(&[]);
    let set = page.begin(json!({ "exp": NOW + 1_000_000 }));
    assert!(set.contains("; Max-Age=28800;"), "{set}");
    page.bench.pass(8 * 3_600_000);
    assert_eq!(page.by_cookie(&pair(&set)), "401 session_expired");
    // A token that is good by the leeway alone begins none.
    let bearer = format!("Bearer {}", token(json!({ "exp": page.bench.world.now.get() / 1_000 - 5 })));
    assert_eq!(page.session(&request("POST", &[("authorization", &bearer)])).code, "token_expired");
}

#[test]
fn what_was_not_signed_here_is_no_session() {
    let page = Page::new(&[]);
    let cookie = pair(&page.begin(json!({})));
    let (_, value) = cookie.split_once('=').unwrap();
    for place in 0..value.len() {
        for other in ["A", "b", "_"] {
            let mut broken = value.to_owned();
            broken.replace_range(place..=place, other);
            let answer = page.by_cookie(&format!("{COOKIE}={broken}"));
            assert!(broken == value || answer == "401 session_unsound", "{place} {other}: {answer}");
        }
    }
    let (tail, head) = (value.get(1..).unwrap(), value.get(..value.len() - 2).unwrap());
    for broken in ["", "=", "e30", "null", tail, head, &format!("{value}AA"), &"A".repeat(9_000)] {
        assert_eq!(page.by_cookie(&format!("{COOKIE}={broken}")), "401 session_unsound", "{broken}");
    }
    for (cookies, expected) in [
        (format!("{cookie}; {cookie}"), "401 session_repeated"),
        (format!("{cookie}; {COOKIE}=x"), "401 session_repeated"),
        (format!("countersign-session={value}"), "401 no_identity"),
        (format!("countersign-development-session={value}"), "401 no_identity"),
        (format!("__host-countersign-session={value}"), "401 no_identity"),
        (String::new(), "401 no_identity"),
    ] {
        assert_eq!(page.by_cookie(&cookies), expected, "{cookies}");
    }
    let other_key = Page::new(&[("COUNTERSIGN_SESSION_KEY", "another key of 32 characters, too")]);
    assert_eq!(other_key.by_cookie(&cookie), "401 session_unsound");
    let no_key = Page::new(&[("COUNTERSIGN_SESSION_KEY", "")]);
    assert_eq!(no_key.by_cookie(&cookie), "401 no_sessions");
    let other_issuer = Page::new(&[("COUNTERSIGN_JWT_ISSUER", "https://other.example")]);
    assert_eq!(other_issuer.by_cookie(&cookie), "401 session_issuer");
    // A record of a tenant's, sealed with the very same key, is no session.
    let header = countersign_wire::seal::Header {
        tenant: "acme".to_owned(),
        key: "session".to_owned(),
        epoch: 0,
        revision: 1 << 60,
        exists: true,
    };
    let said = br#"{"issuer":"https://issuer.example","subject":"user:olga","claims":{}}"#;
    let sealed = countersign_wire::seal::seal(b"a key of 32 characters for tests", &header, said).unwrap();
    assert_eq!(page.by_cookie(&format!("{COOKIE}={}", base64(&sealed))), "401 session_unsound");
}

#[test]
fn whoever_is_an_operator_is_looked_up_anew() {
    let page = Page::new(&[]);
    let cookie = pair(&page.begin(json!({ "sub": "olga" })));
    assert_eq!(page.by_cookie(&cookie), "operator:olga");
    let demoted = Page::new(&[("COUNTERSIGN_OPERATORS", "")]);
    assert_eq!(demoted.by_cookie(&cookie), "user:olga");
}

#[test]
fn sessions_are_begun_and_ended_by_those_who_may() {
    let page = Page::new(&[]);
    let cookie = pair(&page.begin(json!({})));
    let bearer = format!("Bearer {}", token(json!({})));
    let many = token((0..40).map(|number| (format!("claim-{number}"), json!("x".repeat(100)))).collect());
    let many = format!("Bearer {many}");
    let own: [(&str, &str); 2] = [("origin", "https://gate.example"), ("content-type", "application/json")];
    for (method, headers, expected) in [
        ("POST", vec![("authorization", bearer.as_str())], "200 ok"),
        ("POST", vec![], "401 no_identity"),
        ("POST", vec![("authorization", "Bearer x")], "401 token_form"),
        ("POST", vec![("authorization", "Dev user:ann")], "401 no_identity"),
        ("POST", vec![("cookie", cookie.as_str()), own[0], own[1]], "401 session_needs_token"),
        ("POST", vec![("authorization", bearer.as_str()), ("content-length", "2")], "400 body"),
        ("POST", vec![("authorization", many.as_str())], "422 session_too_large"),
        ("GET", vec![("authorization", bearer.as_str())], "200 ok"),
        ("GET", vec![("cookie", cookie.as_str())], "200 ok"),
        ("GET", vec![], "401 no_identity"),
        ("DELETE", vec![("cookie", cookie.as_str()), own[0], own[1]], "204 ok"),
        ("DELETE", vec![own[0], own[1]], "204 ok"),
        ("DELETE", vec![("cookie", cookie.as_str())], "401 cross_site"),
        ("DELETE", vec![("cookie", cookie.as_str()), ("origin", "https://evil.example"), own[1]], "401 cross_site"),
        ("PUT", vec![("authorization", bearer.as_str())], "405 method"),
    ] {
        let answer = page.session(&request(method, &headers));
        assert_eq!(format!("{} {}", answer.status, answer.code), expected, "{method} {headers:?}");
        let sets = answer.headers.iter().filter(|(name, _)| *name == "set-cookie").count();
        assert_eq!(sets, usize::from(method != "GET" && answer.status < 300), "{method} {headers:?}");
    }
    let ended = page.session(&request("DELETE", &own));
    let (_, set) = ended.headers.iter().find(|(name, _)| *name == "set-cookie").unwrap();
    assert_eq!(set, &format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict"));
    let none = Page::new(&[("COUNTERSIGN_SESSION_KEY", "")]);
    assert_eq!(none.session(&request("POST", &[("authorization", &bearer)])).code, "no_sessions");
}

#[test]
fn in_development_a_session_needs_no_https_and_is_for_this_machine() {
    let page = Page::new(&[("COUNTERSIGN_DEV_SIGN_IN", "insecure-development-only")]);
    let local = |method: &str, headers: &[(&str, &str)]| Request {
        host: "localhost:8787".to_owned(),
        ..request(method, headers)
    };
    let answer = page.session(&local("POST", &[("authorization", "Dev operator:dev")]));
    let (_, set) = answer.headers.iter().find(|(name, _)| *name == "set-cookie").unwrap();
    assert!(set.starts_with("countersign-development-session=") && !set.contains("Secure"), "{set}");
    let cookie = pair(set);
    assert_eq!(page.who(&local("GET", &[("cookie", &cookie)])), "operator:dev");
    for (origin, expected) in [
        ("http://localhost:8787", "operator:dev"),
        ("https://localhost:8787", "operator:dev"),
        ("http://localhost:8788", "401 cross_site"),
        ("http://localhost", "401 cross_site"),
        ("http://127.0.0.1:8787", "401 cross_site"),
    ] {
        let headers = [("cookie", cookie.as_str()), ("origin", origin), ("content-type", "application/json")];
        assert_eq!(page.who(&local("POST", &headers)), expected, "{origin}");
    }
    // The same cookie is nothing elsewhere, under either name.
    let value = cookie.split_once('=').unwrap().1;
    assert_eq!(page.by_cookie(&cookie), "401 no_identity");
    assert_eq!(page.by_cookie(&format!("{COOKIE}={value}")), "401 no_identity");
    let off = Page::new(&[]);
    assert_eq!(off.who(&local("GET", &[("cookie", &format!("{COOKIE}={value}"))])), "401 no_identity");
}

/// Everything that another site can make a browser send with its cookies: 8 methods, 14 origins, 9 content types, with and
/// without what an upgrade brings. Only reads are believed, and what comes from a page of this host.
#[test]
fn what_another_site_caused_is_nobodys() {
    let page = Page::new(&[]);
    let cookie = pair(&page.begin(json!({})));
    let access = signed(
        "rsa",
        "RS256",
        r#"{"alg":"RS256"}"#,
        &json!({ "iss": TEAM, "aud": ["0123abcd"], "email": "ann", "exp": NOW + 60 }).to_string(),
    );
    let origins = [
        None,
        Some("null"),
        Some(""),
        Some("https://evil.example"),
        Some("http://gate.example"),
        Some("https://gate.example:443"),
        Some("https://gate.example:8443"),
        Some("https://gate.example."),
        Some("https://gate.example/"),
        Some("https://gate.example.evil.example"),
        Some("https://evil.gate.example"),
        Some("https://GATE.example"),
        Some("https://gate.example https://evil.example"),
        Some("https://gate.example"),
    ];
    let kinds = [
        None,
        Some(""),
        Some("text/plain"),
        Some("text/plain; application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("text/json"),
        Some("application/json; charset=utf-8"),
    ];
    let (mut refused, mut believed) = (0, 0);
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "SPAM"] {
        for origin in origins {
            for kind in kinds {
                for upgrade in [false, true] {
                    let more =
                        [("origin", origin), ("content-type", kind), ("upgrade", upgrade.then_some("websocket"))];
                    let more = more.into_iter().filter_map(|(name, value)| Some((name, value?)));
                    for credential in [("cookie", cookie.as_str()), ("cf-access-jwt-assertion", &access)] {
                        let headers: Vec<_> = more.clone().chain([credential]).collect();
                        let reads = matches!(method, "GET" | "HEAD");
                        let own = origin == Some("https://gate.example");
                        let json = kind == Some("application/json; charset=utf-8");
                        let expected = if (reads && !upgrade) || (own && (reads || json)) {
                            believed += 1;
                            "user:ann"
                        } else {
                            refused += 1;
                            "401 cross_site"
                        };
                        assert_eq!(page.who(&request(method, &headers)), expected, "{method} {headers:?}");
                    }
                }
            }
        }
    }
    assert!(refused > 400 && believed > 0, "{refused} {believed}");
    // What a browser does not send by itself needs none of it.
    let bearer = format!("Bearer {}", token(json!({})));
    let evil = [("authorization", bearer.as_str()), ("origin", "https://evil.example"), ("cookie", cookie.as_str())];
    assert_eq!(page.who(&request("POST", &evil)), "user:ann");
}

#[test]
fn the_origin_gets_no_cookie_that_it_could_use_here() {
    let sent = |cookies: &[&str]| {
        let headers: Vec<_> = cookies.iter().map(|value| ("cookie", *value)).collect();
        for_origin(&request("GET", &headers))
    };
    let kept = |text: &str| Some(Some(text.to_owned()));
    assert_eq!(sent(&[]), None);
    assert_eq!(sent(&["a=b; c=d"]), None);
    assert_eq!(sent(&[&format!("a=b; {COOKIE}=x;c=d")]), kept("a=b; c=d"));
    assert_eq!(sent(&[&format!("{COOKIE}=x")]), Some(None));
    assert_eq!(sent(&["CF_Authorization=x; a=b"]), kept("a=b"));
    assert_eq!(sent(&["countersign-development-session=x; a=b"]), kept("a=b"));
    assert_eq!(sent(&[&format!("{COOKIE} =x; a=b"), "c=d"]), kept("a=b; c=d"));
    assert_eq!(sent(&[&format!("a=1, {COOKIE}=x")]), Some(None));
    assert_eq!(sent(&[&format!("a=\"{COOKIE}=x\"; b=c")]), Some(None));
}
