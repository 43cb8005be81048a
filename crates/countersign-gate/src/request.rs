//! A request as the gate sees it.

/// Method, target and headers of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, as it was sent
    pub method: String,
    /// The path, as it was sent: neither decoded nor normalised
    pub path: String,
    /// What follows the `?`, as it was sent
    pub query: Option<String>,
    /// The host that the client asked for, with its port if it named one
    pub host: String,
    /// The headers; a repeated one stands here repeatedly, or joined with commas
    pub headers: Vec<(String, String)>,
}

/// The parts of an absolute URL, byte for byte: parsing it a second time could change what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlParts<'a> {
    /// `http` or `https`
    pub scheme: &'a str,
    /// The host, with its port if there is one
    pub host: &'a str,
    /// The path; it begins with a slash
    pub path: &'a str,
    /// What follows the first `?`
    pub query: Option<&'a str>,
}

impl<'a> UrlParts<'a> {
    /// Splits a URL; nothing if it has no scheme, host or path.
    #[must_use]
    pub fn split(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let rest = rest.strip_prefix("//")?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (host, path_and_query) = rest.find(['/', '?']).and_then(|at| rest.split_at_checked(at))?;
        let path_and_query = path_and_query.starts_with('/').then_some(path_and_query)?;
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        Some(Self { scheme, host, path, query })
    }
}

impl Request {
    /// The value of a header that stands here exactly once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// Whether a header of this name is there, however often.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name))
    }

    /// Whether it names another method than its own, for whoever reads that.
    pub(crate) fn names_another_method(&self) -> bool {
        METHODS.iter().any(|name| self.names(name))
    }

    /// Whether the body is announced as JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
    }

    /// Whether the client asked for a host on its own machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether the client announces a body.
    #[must_use]
    pub fn announces_body(&self) -> bool {
        let sized =
            |(name, value): &(String, String)| name.eq_ignore_ascii_case("content-length") && value.trim() != "0";
        self.headers.iter().any(|header| sized(header) || header.0.eq_ignore_ascii_case("transfer-encoding"))
    }

    /// The headers that must not reach the origin: whoever sends them speaks for the gate, for a proxy before it, or to
    /// the next server alone; or origins do not agree on how such a name is read.
    pub fn untrusted(&self) -> impl Iterator<Item = &str> {
        let upgrades = self.header("upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
        let names = self.headers.iter().map(|(name, _)| name.as_str());
        names.filter(move |name| !(reaches_origin(name) || upgrades && name.eq_ignore_ascii_case("upgrade")))
    }

    /// Whether `Connection` names nothing but what belongs to the connection itself. A server on the way removes what is
    /// named there (RFC 9110, section 7.6.1), which must not be a header that the origin relies on.
    #[must_use]
    pub fn connection_is_sound(&self) -> bool {
        let values = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
        values.flat_map(|(_, value)| value.split(',')).all(|option| {
            let option = option.trim().to_ascii_lowercase();
            matches!(option.as_str(), "" | "close" | "keep-alive" | "upgrade" | "te" | "http2-settings")
        })
    }
}

/// Whether a host, with its port if it names one, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = if host.starts_with('[') { host.split_inclusive(']').next() } else { host.split(':').next() };
    matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// What the name of a header that speaks for others begins with: for this gate, for the proxies and identity providers
/// that origins are known to believe, or for a framework to itself.
const PREFIXES: [&str; 47] = [
    "countersign-",
    "x-countersign-",
    "x-forwarded",
    "x-original-",
    "x-originating-",
    "x-rewrite-",
    "x-middleware-",
    "x-invoke-",
    "x-matched-",
    "x-now-route-",
    "cf-access-",
    "cf-client-cert",
    "x-auth-",
    "x-authenticated-",
    "x-authentik-",
    "x-authn-",
    "x-webauth-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-appengine-",
    "x-apigateway-api-userinfo",
    "x-endpoint-api-userinfo",
    "x-ms-client-principal",
    "x-ms-token-",
    "x-azure-",
    "x-arr-clientcert",
    "x-amzn-oidc-",
    "x-amzn-mtls-",
    "x-envoy-",
    "x-pomerium-",
    "x-vouch-",
    "x-oidc-",
    "oidc-",
    "x-jwt-",
    "x-consumer-",
    "x-credential-",
    "x-anonymous-consumer",
    "x-shib-",
    "shib-",
    "tailscale-",
    "impersonate-",
    "remote-",
    "x-remote-",
    "ssl-client-",
    "x-ssl-client-",
    "x-client-cert",
    "x-user",
];

/// The headers by which a client names another method than the request's own.
const METHODS: [&str; 3] = ["x-http-method", "x-http-method-override", "x-method-override"];

/// Such headers' whole names, and those that are for the next server alone (RFC 9110, section 7.6.1).
const NAMES: [&str; 33] = [
    "authorization",
    "x-request-id",
    "proxy-authorization",
    "forwarded",
    "x-real-ip",
    "true-client-ip",
    "client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "fastly-client-ip",
    "client-cert",
    "client-cert-chain",
    "x-client-dn",
    "x-client-verify",
    "x-email",
    "x-groups",
    "x-roles",
    "x-proxy-user",
    "x-token-subject",
    "x-host",
    "x-url",
    "proxy",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];

/// Whether a header of this name goes on to the origin. One whose name has other signs than letters, digits and `-` does
/// not: origins that follow the CGI convention cannot tell `_` or `.` from `-`.
pub(crate) fn reaches_origin(name: &str) -> bool {
    // Most names are in small letters already.
    let lower = name.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| name.to_ascii_lowercase());
    let name = lower.as_deref().unwrap_or(name);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let first = name.as_bytes().first();
    let mut prefixes = PREFIXES.iter().filter(|prefix| prefix.as_bytes().first() == first);
    plain && !prefixes.any(|prefix| name.starts_with(prefix)) && !NAMES.contains(&name) && !METHODS.contains(&name)
}
