//! Where allowed requests go: a service binding, or a URL; one of them, and never both.

use crate::request::is_loopback;

/// The variable with the URL.
const URL: &str = "COUNTERSIGN_ORIGIN_URL";

/// Where the origin is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Another worker, by the binding `ORIGIN`: nobody else need be able to reach it
    Service,
    /// An address: scheme, host and port, without a slash at the end
    Url(String),
}

impl Origin {
    /// Reads where the origin is. `bound` is whether the worker has the binding `ORIGIN`; `development` whether the
    /// development sign-in is switched on, which alone allows plain HTTP, and that to this machine only.
    ///
    /// # Errors
    /// The sentence that says what is missing, contradictory or wrong.
    pub fn read(url: Option<&str>, bound: bool, development: bool) -> Result<Self, String> {
        match (url, bound) {
            (None, true) => Ok(Self::Service),
            (None, false) => Err(format!("bind the origin's worker as `ORIGIN`, or set {URL} to the origin's address")),
            (Some(_), true) => Err(format!("there are two origins: remove the binding `ORIGIN`, or do not set {URL}")),
            (Some(url), false) => address(url, development).map(Self::Url),
        }
    }

    /// The URL of a request for `host` by `scheme`, as the origin gets it.
    #[must_use]
    pub fn url(&self, scheme: &str, host: &str, path_and_query: &str) -> String {
        match self {
            // The other worker sees the request as the client made it.
            Self::Service => [scheme, "://", host, path_and_query].concat(),
            Self::Url(address) => [address, path_and_query].concat(),
        }
    }

    /// Headers that say what the URL does not.
    #[must_use]
    pub fn headers(&self, scheme: &str, host: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Service => Vec::new(),
            Self::Url(_) => vec![("x-forwarded-host", host.to_owned()), ("x-forwarded-proto", scheme.to_owned())],
        }
    }
}

/// The address without its last slash, if it is one.
fn address(url: &str, development: bool) -> Result<String, String> {
    let wrong = |what: &str| Err(format!("{URL} is `{url}`; {what}"));
    let rest = url.strip_suffix('/').unwrap_or(url);
    let (scheme, host) = rest.split_once("://").unwrap_or_default();
    // What a URL's reader would have to change is no address: what is written is what is asked.
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if is_port(port) { name } else { host });
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    let sound = !name.is_empty() && name.bytes().all(plain) && !name.starts_with(['.', '-']);
    match scheme {
        "https" | "http" if !(sound || name == "[::1]") => {
            wrong("an origin's address is `https://` and a host in lower case, with a port if need be and no path")
        }
        "https" => Ok(rest.to_owned()),
        "http" if development && is_loopback(host) => Ok(rest.to_owned()),
        "http" => wrong("without TLS anybody on the way may read and change what passes: use https"),
        _ => wrong("it must begin with `https://`"),
    }
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[track_caller]
    fn check(url: &str, development: bool, expected: Option<&str>) {
        let read = Origin::read(Some(url), false, development);
        assert_eq!(read.clone().ok(), expected.map(|url| Origin::Url(url.to_owned())), "{url}: {read:?}");
    }

    #[test]
    fn there_is_one_origin() {
        let url = Some("https://origin.example.com");
        assert_eq!(Origin::read(None, true, false), Ok(Origin::Service));
        assert!(Origin::read(url, false, false).is_ok());
        assert!(Origin::read(url, true, false).is_err(), "two origins");
        assert!(Origin::read(None, false, false).is_err(), "none");
        assert!(Origin::read(Some(""), true, false).is_err(), "an empty variable is a mistake, not none");
    }

    #[test]
    fn an_address_is_https_and_a_host() {
        for url in
            ["https://origin.example.com", "https://origin.example.com:8443", "https://10.0.0.1", "https://[::1]:1"]
        {
            check(url, false, Some(url));
            check(&format!("{url}/"), false, Some(url));
        }
        for url in [
            "",
            "origin.example.com",
            "https://",
            "https:///",
            "https://user@origin.example.com",
            "https://user:pass@origin.example.com",
            "https://origin.example.com/base",
            "https://origin.example.com//",
            "https://origin.example.com?x",
            "https://origin.example.com#x",
            "https://origin.example.com:0",
            "https://origin.example.com:65536",
            "https://origin.example.com:080",
            "https://origin.example.com:",
            "https://ORIGIN.example.com",
            "https://origin example.com",
            "https://origin.example.com\\x",
            "https://%6frigin.example.com",
            "https://.example.com",
            "HTTPS://origin.example.com",
            "ftp://origin.example.com",
            "http://origin.example.com",
            "http://127.0.0.1.example.com",
        ] {
            check(url, true, None);
        }
    }

    #[test]
    fn plain_http_is_for_development_on_this_machine() {
        for url in ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"] {
            check(url, true, Some(url));
            check(url, false, None);
        }
    }
}
