//! The gate's configuration: from the worker's variables, and the bounds that are the same for all. What weakens a check must be explicit, and what is missing
//! keeps the worker from serving.

use crate::identity::{SignIn, acting};
use crate::notes::Logging;
use crate::request::Request;
use countersign_core::Millis;
use countersign_core::condition::Decimal;
use countersign_wire::api::call::is_tenant;
use countersign_wire::assertion::{ASSERTION_KEY_BYTES, Signer};
use countersign_wire::seal::KEY_BYTES;

/// The one value that switches the development sign-in on.
const DEVELOPMENT: &str = "insecure-development-only";

/// The one value that puts subjects and resources into the log.
const PERSONAL: &str = "personal-data";

/// Whom assertions are for, where nothing else is said.
const AUDIENCE: &str = "countersign-origin";

/// How the gate is configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// The key of the seals in KV
    pub mac_key: Vec<u8>,
    /// What signs the assertions for the origin
    pub signer: Signer,
    /// Whom they are for
    pub audience: String,
    /// What is logged
    pub logging: Logging,
    /// Who runs the platform
    pub operators: Vec<String>,
    /// Whether `Authorization: Dev user:ann` is believed, on requests to a loopback host
    pub dev_sign_in: bool,
    /// How everybody else signs in
    pub sign_in: SignIn,
    /// What stands before and behind the tenant in the name of a tenant's own host; nothing where tenants have none
    pub tenant_host: Option<(String, String)>,
    /// Types of AuthZEN's subjects that are called otherwise here, with what they are called
    pub subject_types: Vec<(String, String)>,
    /// How long a head may be believed on bounded routes, in milliseconds
    pub bound: Millis,
    /// How much longer, if the object cannot be reached, in milliseconds
    pub grace: Millis,
    /// How long a browser's snapshot is good for, in milliseconds
    pub snapshot_ttl: Millis,
}

impl Config {
    /// Whether what is for development alone counts for this request: it is switched on, and the request is to a loopback
    /// host.
    pub(crate) fn is_development(&self, request: &Request) -> bool {
        self.dev_sign_in && request.is_loopback()
    }

    /// Reads the configuration from variables by name.
    ///
    /// # Errors
    /// The sentence that says which variable is missing or wrong.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mac_key = variable("COUNTERSIGN_MAC_KEY").unwrap_or_default().into_bytes();
        if mac_key.len() < KEY_BYTES {
            return Err(format!("set the secret COUNTERSIGN_MAC_KEY to {KEY_BYTES} random characters or more"));
        }
        let signer = Signer::new(variable("COUNTERSIGN_ASSERTION_KEY").unwrap_or_default().as_bytes()).ok_or_else(|| {
            format!("set the secret COUNTERSIGN_ASSERTION_KEY to {ASSERTION_KEY_BYTES} random characters or more; the origin needs it too")
        })?;
        let audience = variable("COUNTERSIGN_ASSERTION_AUDIENCE").unwrap_or_else(|| AUDIENCE.to_owned());
        if audience.is_empty() {
            return Err("COUNTERSIGN_ASSERTION_AUDIENCE is empty; leave it out, or name the origin".to_owned());
        }
        let operators = acting(&variable, "COUNTERSIGN_OPERATORS", "operator:")?;
        let operators = operators.into_iter().map(|(operator, _)| operator).collect();
        let dev_sign_in = match variable("COUNTERSIGN_DEV_SIGN_IN") {
            None => false,
            Some(value) if value == DEVELOPMENT => true,
            Some(_) => return Err(format!("COUNTERSIGN_DEV_SIGN_IN is `{DEVELOPMENT}`, or is not set at all")),
        };
        let tenant_host = match variable("COUNTERSIGN_TENANT_HOST") {
            None => None,
            Some(pattern) => Some(tenant_host(&pattern)?),
        };
        let subject_types = subject_types(&variable("COUNTERSIGN_SUBJECT_TYPES").unwrap_or_default())?;
        let sign_in = SignIn::read(&variable, dev_sign_in)?;
        let logging = logging(&variable)?;
        Ok(Self {
            tenant_host,
            subject_types,
            mac_key,
            signer,
            audience,
            logging,
            operators,
            dev_sign_in,
            sign_in,
            bound: 5_000,
            grace: 30_000,
            snapshot_ttl: 300_000,
        })
    }

    /// The tenant whose own host this is.
    #[must_use]
    pub fn tenant_of(&self, host: &str) -> Option<String> {
        let (before, behind) = self.tenant_host.as_ref()?;
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        let name = name.map_or(host, |(name, _)| name).to_ascii_lowercase();
        let tenant = name.strip_prefix(before.as_str())?.strip_suffix(behind.as_str())?;
        is_tenant(tenant).then(|| tenant.to_owned())
    }

    /// What subjects of this type are called here.
    #[must_use]
    pub fn subject_kind<'a>(&'a self, kind: &'a str) -> &'a str {
        self.subject_types.iter().find(|(from, _)| from == kind).map_or(kind, |(_, to)| to)
    }
}

/// `{tenant}.example.com`: what stands before and behind the tenant.
fn tenant_host(pattern: &str) -> Result<(String, String), String> {
    let parts = pattern.split_once("{tenant}").filter(|(before, behind)| {
        let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        before.bytes().chain(behind.bytes()).all(sound) && behind.starts_with('.') && behind.len() > 1
    });
    let parts = parts.ok_or_else(|| {
        format!("COUNTERSIGN_TENANT_HOST is `{pattern}`; write it as `{{tenant}}.example.com`, in small letters")
    })?;
    Ok((parts.0.to_owned(), parts.1.to_owned()))
}

/// `identity=user,robot=service`.
fn subject_types(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let read = pair.split_once('=').filter(|(from, to)| {
                !from.is_empty() && !from.contains([':', '/']) && matches!(*to, "user" | "service" | "support")
            });
            let (from, to) = read.ok_or_else(|| {
                format!("COUNTERSIGN_SUBJECT_TYPES names `{pair}`; write `type=user`, `type=service` or `type=support`")
            })?;
            Ok((from.to_owned(), to.to_owned()))
        })
        .collect()
}

fn logging(variable: &impl Fn(&str) -> Option<String>) -> Result<Logging, String> {
    let allows = match variable("COUNTERSIGN_LOG_ALLOWS") {
        None => Logging::default().allows,
        Some(text) => {
            let part = fraction(&text).filter(|part| (0.0..=1.0).contains(part));
            part.ok_or("COUNTERSIGN_LOG_ALLOWS is the part of allowed requests to log, from 0 to 1")?
        }
    };
    let identities = match variable("COUNTERSIGN_LOG_IDENTITIES") {
        None => false,
        Some(value) if value == PERSONAL => true,
        Some(_) => return Err(format!("COUNTERSIGN_LOG_IDENTITIES is `{PERSONAL}`, or is not set at all")),
    };
    Ok(Logging { allows, identities })
}

/// A number with digits after its point. The standard library reads the longest ones exactly, with tables of 15 KB.
fn fraction(text: &str) -> Option<f64> {
    let number = Decimal::parse(text)?;
    Some(number.units() as f64 / 10_f64.powi(number.scale().into()))
}
