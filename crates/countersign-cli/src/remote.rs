//! A countersign worker over HTTP: one request after the other, tried again where that is safe.

use crate::tokens;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use ureq::http::{Request, Response, Uri};
use ureq::{Agent, Proxy};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The waits between attempts, in milliseconds.
const PAUSES: [u64; 7] = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];
/// Bytes of the longest answer.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Where an account is.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// The worker's address; who asks is said by COUNTERSIGN_TOKEN, or by `countersign login`
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// The account's name
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: String,
}

/// An account on a worker.
pub(crate) struct Remote {
    agent: Agent,
    base: String,
    token: String,
}

/// An answer that is no refusal.
pub(crate) struct Answer {
    /// The body
    pub(crate) body: Value,
    /// The account's revision
    pub(crate) revision: u64,
}

impl Remote {
    /// The account at a place, asked as `COUNTERSIGN_TOKEN` says, or else as somebody has logged in there.
    pub(crate) fn open(Place { url, tenant }: &Place) -> Result<Self> {
        Self::open_as(url, tenant, &tokens::of(url)?)
    }

    /// The account at a place, asked with a token.
    pub(crate) fn open_as(url: &str, tenant: &str, token: &str) -> Result<Self> {
        let token = authorization(token).context("the token is empty")?;
        let agent = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
        let base = checked(url)?;
        // What is on this machine is not asked through another one.
        let proxy = if base.starts_with("http://") { None } else { Proxy::try_from_env() };
        let agent = agent.max_redirects(0).proxy(proxy).build().into();
        if !countersign_wire::api::call::is_tenant(tenant) {
            bail!("`{tenant}` cannot be an account's name: small letters, digits and `-`");
        }
        Ok(Self { agent, base: format!("{base}/v1/tenants/{tenant}"), token })
    }

    /// Reads.
    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        self.persist(|| {
            let request = self.request("GET", path).body(()).map_err(|error| anyhow!(error))?;
            Ok(self.agent.run(request)?)
        })
    }

    /// Gives a command, once: however often it is sent, its key makes it one.
    pub(crate) fn command(&self, method: &str, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let text = body.to_string();
        self.persist(|| {
            let request = self.request(method, path).header("content-type", "application/json");
            let request = request.header("idempotency-key", key).body(text.as_str()).map_err(|error| anyhow!(error))?;
            Ok(self.agent.run(request)?)
        })
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        request.header("authorization", &self.token).header("accept", "application/json")
    }

    /// Tries again after passing trouble, ever more patiently. A refusal is no trouble.
    fn persist(&self, attempt: impl Fn() -> Result<Response<ureq::Body>>) -> Result<Answer> {
        let mut pauses = PAUSES.into_iter();
        loop {
            let trouble = match attempt() {
                Ok(response) if passes(response.status().as_u16()) => anyhow!("it answers {}", response.status()),
                Ok(response) => return read(response),
                Err(error) => error,
            };
            let Some(pause) = pauses.next() else {
                return Err(
                    Unreached(format!("{} does not do its work; try again later: {trouble:#}", self.base)).into()
                );
            };
            std::thread::sleep(Duration::from_millis(pause));
        }
    }
}

/// Whether the answer of this status may be another one soon.
fn passes(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=504)
}

fn read(mut response: Response<ureq::Body>) -> Result<Answer> {
    let status = response.status().as_u16();
    let revision = response.headers().get("countersign-revision").and_then(|value| value.to_str().ok()?.parse().ok());
    let text = response.body_mut().with_config().limit(LONGEST).read_to_string().context("the answer breaks off")?;
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if (200..300).contains(&status) && body.is_object() {
        return Ok(Answer { body, revision: revision.unwrap_or_default() });
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let detail = text("detail").or_else(|| text("title")).unwrap_or_else(|| "no reason is given".to_owned());
    Err(Refused { status, code: text("code").unwrap_or_default(), detail }.into())
}

/// A worker that does not answer, however often it is asked.
#[derive(Debug)]
pub(crate) struct Unreached(String);

impl fmt::Display for Unreached {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Unreached {}

/// What the worker said no to.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The answer's status
    pub(crate) status: u16,
    /// The problem's code; empty where it has none
    pub(crate) code: String,
    detail: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "refused with status {}: {}", self.status, self.detail)
    }
}

impl std::error::Error for Refused {}

/// The value of `Authorization`: as it is with its scheme, or as a bearer token.
fn authorization(token: &str) -> Option<String> {
    let token = token.trim();
    match token {
        "" => None,
        whole if whole.contains(' ') => Some(whole.to_owned()),
        bearer => Some(format!("Bearer {bearer}")),
    }
}

/// The address without a `/` at its end. A token goes over the network under TLS alone.
pub(crate) fn checked(url: &str) -> Result<&str> {
    let url = url.trim_end_matches('/');
    // Read as it will be when it is asked, so that both see the same host.
    let read: Option<Uri> = url.parse().ok();
    let authority = read.as_ref().and_then(Uri::authority).filter(|authority| !authority.as_str().contains('@'));
    match (read.as_ref().and_then(Uri::scheme_str), authority.map(|authority| authority.host())) {
        (Some("https"), Some(_)) => Ok(url),
        (Some("http"), Some("localhost" | "127.0.0.1" | "[::1]")) => Ok(url),
        (Some("http"), Some(_)) => bail!("`{url}` would send the token over the network unencrypted; use https"),
        _ => bail!("this is no address; it begins with https:// and names a host, without user and password"),
    }
}

#[cfg(test)]
mod tests {
    use super::{authorization, checked};

    #[test]
    fn a_token_is_sent_as_what_it_is() {
        let check = |token: &str, sent: Option<&str>| assert_eq!(authorization(token).as_deref(), sent, "{token}");
        check("abc", Some("Bearer abc"));
        check(" abc\n", Some("Bearer abc"));
        check("Dev operator:dev", Some("Dev operator:dev"));
        check("", None);
        check("  ", None);
    }

    #[test]
    fn a_token_goes_nowhere_unencrypted() {
        let check = |url: &str, fine: bool| assert_eq!(checked(url).is_ok(), fine, "{url}");
        check("https://example.com", true);
        check("https://example.com/", true);
        check("http://127.0.0.1:8787", true);
        check("http://localhost:8787", true);
        check("http://example.com", false);
        check("http://127.0.0.1.example.com", false);
        check("http://[::1]:8787", true);
        check("http://localhost@example.com", false);
        check("http://localhost:x@203.0.113.9", false);
        check("http://127.0.0.1:@example.com", false);
        check("https://user:password@example.com", false);
        check("http://[::ffff:203.0.113.9]:8787", false);
        check("ftp://example.com", false);
        check("example.com", false);
    }
}
