//! The description of the API, for programs and for people: files that everybody may read, with nothing of any tenant.

use crate::answer::Answer;

/// A deployed file, and how it is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name
    pub name: &'static str,
    /// Headers of the answer
    pub headers: Vec<(&'static str, String)>,
}

/// Path below `/v1/`, file, and what it is.
const FILES: [(&str, &str, &str); 3] = [
    ("openapi.json", "openapi.json", "application/json"),
    ("docs", "generated/docs.html", "text/html; charset=utf-8"),
    ("docs.css", "docs.css", "text/css; charset=utf-8"),
];

/// The page needs its style sheet and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The file that is asked for, if it is one of these.
pub(crate) fn file(method: &str, segments: &[&str]) -> Result<Option<File>, Answer> {
    let ["v1", name] = segments else { return Ok(None) };
    let Some((_, name, kind)) = FILES.iter().find(|(path, _, _)| path == name) else { return Ok(None) };
    if !matches!(method, "GET" | "HEAD") {
        return Err(Answer::problem(405, "method").with("allow", "GET, HEAD".to_owned()));
    }
    let headers = [
        ("content-type", *kind),
        ("cache-control", "public, max-age=300"),
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ];
    Ok(Some(File { name, headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec() }))
}
