//! Where a webhook may be: an https URL with a name that the public can look up.
//!
//! A name can still lead to a private address: whoever sends looks at that, and follows no redirect.

/// Bytes of the longest URL.
const LONGEST: usize = 2_000;
/// Last labels of names that are somebody's own network.
const PRIVATE: [&str; 6] = ["localhost", "local", "internal", "lan", "intranet", "home"];

/// Where a URL leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// To a public name, over https
    Public,
    /// To this machine: for development, where whoever sends allows it
    Here,
    /// Nowhere that a webhook may be
    Nowhere,
}

/// Where a URL leads.
pub(crate) fn place(url: &str) -> Place {
    let printable =
        url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'#'));
    if !printable || url.len() > LONGEST {
        return Place::Nowhere;
    }
    let Some((scheme, rest)) = url.split_once("://") else { return Place::Nowhere };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let port_is_sound = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    if !port_is_sound {
        return Place::Nowhere;
    }
    match scheme {
        "http" if host == "localhost" || host == "127.0.0.1" => Place::Here,
        "https" if is_public(host) => Place::Public,
        _ => Place::Nowhere,
    }
}

/// Whether a host is a name of at least two labels that is no address, whatever way addresses can be written.
fn is_public(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let sound = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    // A host whose last label begins with a digit is read as an IPv4 address: 127.1, 0x7f.0x1, 2130706433.
    let named = |last: &&str| last.starts_with(|first: char| first.is_ascii_alphabetic());
    let last = labels.last().copied().unwrap_or_default();
    host.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(sound)
        && named(&last)
        && !PRIVATE.contains(&last.to_ascii_lowercase().as_str())
        && !host.to_ascii_lowercase().ends_with(".home.arpa")
}

#[cfg(test)]
mod tests {
    use super::{Place, place};

    #[track_caller]
    fn check(url: &str, expected: Place) {
        assert_eq!(place(url), expected, "{url}");
    }

    #[test]
    fn webhooks_are_at_public_names() {
        for url in ["https://example.com", "https://a.example.com:8443/x?y=1", "https://xn--bcher-kva.example/"] {
            check(url, Place::Public);
        }
        for url in ["http://localhost", "http://localhost:8787/x", "http://127.0.0.1:80/"] {
            check(url, Place::Here);
        }
        for url in [
            "http://example.com",
            "HTTPS//example.com",
            "https:/example.com",
            "ftp://example.com",
            "example.com",
            "",
            "https://",
            "https:///x",
            "https://localhost",
            "https://localhost/",
            "https://a.localhost",
            "https://intra",
            "https://127.0.0.1",
            "https://127.1",
            "https://0x7f.0x1",
            "https://2130706433",
            "https://1.2.3.0x4",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]/",
            "https://user@example.com",
            "https://user:pw@example.com",
            "https://example.com@127.0.0.1",
            "https://example.com\\@127.0.0.1",
            "https://example.com#@127.0.0.1",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:",
            "https://example.com:+1",
            "https://example.com.",
            "https://.example.com",
            "https://a..example.com",
            "https://-a.example.com",
            "https://exa mple.com",
            "https://exämple.com",
            "https://%6cocalhost",
            "https://a.internal",
            "https://a.LOCAL",
            "https://x.home.arpa",
            "http://localhost@example.com",
            "http://127.0.0.2",
        ] {
            check(url, Place::Nowhere);
        }
    }
}
