//! How sign-in is configured: by whom tokens are issued, for whom, under which keys, and whom they name.

use countersign_wire::seal::KEY_BYTES;

/// The header in which Cloudflare Access says who passed it.
pub(super) const ACCESS_HEADER: &str = "cf-access-jwt-assertion";

/// How callers sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// Whoever issues bearer tokens
    pub bearer: Option<Issuer>,
    /// Cloudflare Access, if the worker is behind it
    pub access: Option<Issuer>,
    /// The key under which sessions are signed; without one there are none
    pub session_key: Option<Vec<u8>>,
    /// Who acts as somebody else than the tokens name: operators and support
    pub acting: Vec<Acting>,
}

/// An issuer of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// What `iss` must be, byte for byte
    pub name: String,
    /// What `aud` must be or hold, byte for byte: one of these
    pub audiences: Vec<String>,
    /// Where its keys are
    pub keys_url: String,
    /// The claim that names the subject
    pub claim: String,
    /// What the subject begins with
    pub prefix: String,
    /// Whether an address that it names was proven; of others this is known only where `email_verified` says so
    pub proves_email: bool,
}

/// Somebody who acts as an operator or as support whenever the tokens name him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Who the tokens name
    pub signed_in: String,
    /// Who that is here
    pub subject: String,
}

impl SignIn {
    /// Reads the configuration from variables by name. Without the development sign-in, somebody must issue tokens.
    ///
    /// # Errors
    /// The sentence that says which variable is missing or wrong.
    pub(crate) fn read(variable: &impl Fn(&str) -> Option<String>, development: bool) -> Result<Self, String> {
        let bearer = bearer(variable, development)?;
        let access = access(variable)?;
        if bearer.is_none() && access.is_none() && !development {
            return Err("nobody could sign in: set COUNTERSIGN_JWT_ISSUER, COUNTERSIGN_JWT_AUDIENCE and \
                COUNTERSIGN_JWT_JWKS_URL, or COUNTERSIGN_ACCESS_TEAM and COUNTERSIGN_ACCESS_AUDIENCE"
                .to_owned());
        }
        let session_key = variable("COUNTERSIGN_SESSION_KEY").map(String::into_bytes);
        if session_key.as_ref().is_some_and(|key| key.len() < 2 * KEY_BYTES) {
            return Err(format!(
                "set the secret COUNTERSIGN_SESSION_KEY to {} random characters or more",
                2 * KEY_BYTES
            ));
        }
        let operators = acting(variable, "COUNTERSIGN_OPERATORS", "operator:")?;
        let support = acting(variable, "COUNTERSIGN_SUPPORT", "support:")?;
        let acting: Vec<Acting> = operators
            .into_iter()
            .chain(support)
            .filter_map(|(subject, signed_in)| Some(Acting { signed_in: signed_in?, subject }))
            .collect();
        for (place, one) in acting.iter().enumerate() {
            if acting.iter().skip(place + 1).any(|other| other.signed_in == one.signed_in) {
                return Err(format!("`{}` can act as one operator or support user, not as two", one.signed_in));
            }
        }
        Ok(Self { bearer, access, session_key, acting })
    }
}

/// The names in a list of `operator:ann=user:ann`, or of `operator:ann`, each with whom it is a name of.
pub(crate) fn acting(
    variable: &impl Fn(&str) -> Option<String>,
    name: &str,
    kind: &str,
) -> Result<Vec<(String, Option<String>)>, String> {
    let list = variable(name).unwrap_or_default();
    let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let (subject, signed_in) = match entry.split_once('=') {
                Some((subject, signed_in)) => (subject.trim(), Some(signed_in.trim())),
                None => (entry, None),
            };
            let sound = subject.starts_with(kind)
                && super::is_subject(subject)
                && signed_in.is_none_or(|who| super::is_subject(who) && who.starts_with("user:"));
            if !sound {
                return Err(format!(
                    "{name} names `{entry}`; write `{kind}ann=user:ann`, where `user:ann` is whom the tokens name"
                ));
            }
            Ok((subject.to_owned(), signed_in.map(str::to_owned)))
        })
        .collect()
}

/// Whoever issues bearer tokens.
fn bearer(variable: &impl Fn(&str) -> Option<String>, development: bool) -> Result<Option<Issuer>, String> {
    const NAMES: [&str; 3] = ["COUNTERSIGN_JWT_ISSUER", "COUNTERSIGN_JWT_AUDIENCE", "COUNTERSIGN_JWT_JWKS_URL"];
    const OTHERS: [&str; 2] = ["COUNTERSIGN_JWT_SUBJECT_CLAIM", "COUNTERSIGN_JWT_SUBJECT_PREFIX"];
    let [name, audiences, keys_url] = NAMES.map(variable);
    let [claim, prefix] = OTHERS.map(variable);
    if [&name, &audiences, &keys_url, &claim, &prefix].iter().all(|value| value.is_none()) {
        return Ok(None);
    }
    let needed = |variable: &str, value: Option<String>| {
        let value = value.filter(|value| !value.trim().is_empty());
        value.ok_or_else(|| format!("set {variable}; issuer, audience and the address of the keys are all needed"))
    };
    let name = needed(NAMES[0], name)?;
    let audiences = needed(NAMES[1], audiences)?.split_whitespace().map(str::to_owned).collect();
    let keys_url = needed(NAMES[2], keys_url)?;
    if !is_key_url(&keys_url, development) {
        return Err(format!(
            "{} is `{keys_url}`; write an address that begins with `https://`, without a user or a fragment",
            NAMES[2]
        ));
    }
    let claim = claim.unwrap_or_else(|| "sub".to_owned());
    if claim.is_empty() {
        return Err(format!("{} names no claim; leave it out for `sub`", OTHERS[0]));
    }
    let prefix = prefix.unwrap_or_else(|| "user:".to_owned());
    // Operators and support are named one by one.
    if !(prefix.starts_with("user:") || prefix.starts_with("service:")) || !super::is_subject(&format!("{prefix}x")) {
        return Err(format!("{} is `{prefix}`; write `user:` or `service:`, or one of them and more", OTHERS[1]));
    }
    Ok(Some(Issuer { name, audiences, keys_url, claim, prefix, proves_email: false }))
}

/// Cloudflare Access: the team's domain names the issuer and the place of its keys.
fn access(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<Issuer>, String> {
    let (team, audience) = match (variable("COUNTERSIGN_ACCESS_TEAM"), variable("COUNTERSIGN_ACCESS_AUDIENCE")) {
        (None, None) => return Ok(None),
        (Some(team), Some(audience)) => (team, audience),
        _ => return Err("set both COUNTERSIGN_ACCESS_TEAM and COUNTERSIGN_ACCESS_AUDIENCE, or neither".to_owned()),
    };
    let name = team.strip_suffix(".cloudflareaccess.com").unwrap_or(&team);
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(sound) {
        return Err(format!("COUNTERSIGN_ACCESS_TEAM is `{team}`; write it as `your-team.cloudflareaccess.com`"));
    }
    let audiences: Vec<String> = audience.split_whitespace().map(str::to_owned).collect();
    if audiences.is_empty() {
        return Err("set COUNTERSIGN_ACCESS_AUDIENCE to the application's audience tag".to_owned());
    }
    let issuer = format!("https://{name}.cloudflareaccess.com");
    let keys_url = format!("{issuer}/cdn-cgi/access/certs");
    let (claim, prefix) = ("email".to_owned(), "user:".to_owned());
    Ok(Some(Issuer { name: issuer, audiences, keys_url, claim, prefix, proves_email: true }))
}

/// Whether keys are fetched from there: by https, or in development from this machine.
fn is_key_url(url: &str, development: bool) -> bool {
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'@' | b'#' | b'\\'));
    let host = |rest: &str| rest.split(['/', '?']).next().unwrap_or_default().to_owned();
    let secure = url.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty());
    let own = url.strip_prefix("http://").is_some_and(|rest| crate::request::is_loopback(&host(rest)));
    plain && (secure || development && own)
}
