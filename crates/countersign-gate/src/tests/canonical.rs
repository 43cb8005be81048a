//! One form of a path is read, all others are refused.

use crate::canonical::CanonicalPath;

#[track_caller]
fn check(path: &str, expected: Option<&[&str]>) {
    let parsed = CanonicalPath::parse(path);
    let parsed = parsed.ok();
    let segments = parsed.as_ref().map(|path| path.segments().iter().map(|text| &**text).collect::<Vec<_>>());
    assert_eq!(segments.as_deref(), expected, "{path:?}");
    if let Some(parsed) = parsed {
        assert_eq!(parsed.as_str(), path, "what is forwarded is what was read");
    }
}

#[test]
fn canonical_paths_are_read() {
    check("/", Some(&[]));
    check("/a/b", Some(&["a", "b"]));
    check("/members/user:ann@example.com", Some(&["members", "user:ann@example.com"]));
    check("/sign%20room", Some(&["sign room"]));
    check("/%C3%A9t%C3%A9", Some(&["été"]));
    check("/a.b/...", Some(&["a.b", "..."]));
}

#[test]
fn everything_else_is_refused() {
    let refused = [
        "",
        "a",
        "//",
        "//a",
        "/a//b",
        "/a/",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/%2e",
        "/%2E%2E/a",
        "/.%2e/a",
        "/a%2fb",
        "/a%2Fb",
        "/a\\b",
        "/a%5Cb",
        "/a%5cb",
        "/%61",
        "/%2561",
        "/%252e",
        "/a%",
        "/a%4",
        "/a%zz",
        "/a%00",
        "/a%0A",
        "/a;x=1",
        "/a%3Bx",
        "/a b",
        "/a\u{e9}",
        "/%C3",
        "/%FF",
        "/%c3%a9",
        "/a%3Fb",
        "/a%23b",
        "/a?b",
        "/a#b",
        "/a\u{0}",
        "/%7F",
        "/%C2%85",
        "/a\"b",
        "/<a>",
        "/a|b",
        "/[a]",
        "/a^b",
        "/a`b",
        "/{a}",
    ];
    for path in refused {
        check(path, None);
    }
    check(&format!("/{}", "a".repeat(4_096)), None);
}
