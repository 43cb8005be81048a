//! API tokens of services: secrets that one tenant gave out, and that act there and nowhere else.

use super::{Identity, LookedUp, Place, nobody};
use crate::answer::Answer;
use crate::config::Config;
use crate::fresh::{self, Cache, Need};
use crate::ports::{Clock as _, Platform, Ports};

/// What every token begins with.
const PREFIX: &str = "countersign_";
/// Hexadecimal digits of the random part: 256 bits.
const RANDOM: usize = 64;
/// Characters of the longest id.
const LONGEST_ID: usize = 16;

/// Whether a bearer token is one of these, good or not; a JWT never is, for its header begins with `{`.
pub(super) fn is_one(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// The service that the token stands for.
///
/// # Errors
/// 401 where it is none of the tenant's, or has ended; 503 where that cannot be known fresh enough.
pub(super) async fn holder<P: Platform>(
    config: &Config,
    cache: &Cache,
    secret: &str,
    place: Place<'_>,
    ports: Ports<'_, P>,
) -> Result<Identity, Answer> {
    // What cannot be a token costs no look-up.
    let id = id(secret).ok_or_else(|| nobody("api_token_form"))?;
    let tenant = place.tenant.ok_or_else(|| nobody("api_token_without_tenant"))?;
    let need = Need {
        tenant,
        subject: "",
        freshness: place.freshness,
        at_least: place.at_least,
        grace: config.grace,
        mac_key: &config.mac_key,
    };
    let (record, head) = fresh::token(cache, ports, need, id).await?;
    let record = record.filter(|record| record.is_of(secret)).ok_or_else(|| nobody("api_token_unknown"))?;
    if !record.is_live(ports.clock.now()) {
        return Err(nobody("api_token_ended"));
    }
    if !record.subject.starts_with("service:") {
        return Err(nobody("api_token_unknown"));
    }
    let looked_up = Some(LookedUp { tenant: tenant.to_owned(), head });
    Ok(Identity { subject: record.subject, expires: record.expires, looked_up, ..Identity::default() })
}

/// The id in a token: `countersign_t12_…`.
fn id(secret: &str) -> Option<&str> {
    let (id, random) = secret.strip_prefix(PREFIX)?.split_once('_')?;
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let numbered = id.strip_prefix('t').filter(|number| !number.is_empty() && !number.starts_with('0'));
    let sound = id.len() <= LONGEST_ID
        && numbered.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        && random.len() == RANDOM
        && random.bytes().all(digit);
    sound.then_some(id)
}
