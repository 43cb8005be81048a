//! The one part of this adapter that runs without a platform.

use super::split;

#[test]
fn a_url_is_split_and_not_changed() {
    let cases = [
        ("https://a.test/", ("https", "a.test", "/", None)),
        ("http://a.test:8787/x/%61%2f//;p=1/?q=1&r=?/", ("http", "a.test:8787", "/x/%61%2f//;p=1/", Some("q=1&r=?/"))),
        ("https://a.test/x?", ("https", "a.test", "/x", Some(""))),
        ("https://a.test/x#y?z", ("https", "a.test", "/x", None)),
        ("https://[::1]:1/x", ("https", "[::1]:1", "/x", None)),
    ];
    for (url, expected) in cases {
        assert_eq!(split(url), Some(expected), "{url}");
    }
}

#[test]
fn what_is_no_absolute_url_with_a_path_is_refused() {
    for url in ["", "/x", "a.test/x", "https://a.test", "https://a.test?x=/", "https://a.test#/"] {
        assert_eq!(split(url), None, "{url}");
    }
}
