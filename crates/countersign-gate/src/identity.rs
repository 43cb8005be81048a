//! Who is calling.

use crate::config::Config;
use crate::request::Request;
use countersign_core::Millis;
use countersign_wire::time;

/// A caller whose identity was established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The subject
    pub subject: String,
    /// Whether it is one of the platform's operators
    pub operator: bool,
    /// A moment that replaces the clock for decisions; the development sign-in alone can set it
    pub now: Option<Millis>,
}

/// Establishes who is calling; nothing for nobody.
///
/// The development sign-in believes `Authorization: Dev user:ann`, if it is switched on and the request is to a
/// loopback host: a worker that can be reached from elsewhere cannot be asked for one.
#[must_use]
pub fn identify(config: &Config, request: &Request) -> Option<Identity> {
    let credential = request.header("authorization")?;
    let subject = credential.strip_prefix("Dev ").filter(|_| config.dev_sign_in && request.is_loopback())?;
    let (kind, id) = subject.split_once(':')?;
    let sound = !id.is_empty() && !subject.chars().any(|other| other.is_control() || other == '/' || other == ',');
    if !sound || !matches!(kind, "user" | "service" | "support" | "operator") {
        return None;
    }
    let now = match request.header("countersign-dev-now") {
        None => None,
        // A moment that cannot be read must not become the present one.
        Some(moment) => Some(time::parse(moment)?),
    };
    let operator = config.operators.iter().any(|operator| operator == subject);
    Some(Identity { subject: subject.to_owned(), operator, now })
}
