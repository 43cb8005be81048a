//! Asking a tenant's head behind an answer, before somebody has to wait for it.

use super::cache::Cache;
use super::set::Wanted;
use super::{Freshness, Need, gather};
use crate::ports::{Platform, Ports};

/// A tenant whose head should be asked again, and what the question was about that showed it: what changed of that is read
/// at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// The tenant
    pub tenant: String,
    about: About,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    Subject(String),
    Record(String),
}

impl Refresh {
    pub(super) fn of(tenant: &str, wanted: &Wanted<'_>) -> Self {
        let about = match wanted {
            Wanted::Questions(subject) => About::Subject((*subject).to_owned()),
            Wanted::Record(key) => About::Record((*key).to_owned()),
        };
        Self { tenant: tenant.to_owned(), about }
    }
}

/// Brings what is held of a tenant up to its head. Where that fails, nothing was lost: whoever comes after the bound asks
/// for himself.
pub async fn refresh<P: Platform>(cache: &Cache, ports: Ports<'_, P>, due: &Refresh, mac_key: &[u8]) {
    let (wanted, subject) = match &due.about {
        About::Subject(subject) => (Wanted::Questions(subject), subject.as_str()),
        About::Record(key) => (Wanted::Record(key), ""),
    };
    let need = Need { tenant: &due.tenant, subject, freshness: Freshness::Strict, at_least: 0, grace: 0, mac_key };
    // A fault has been written down by the port that it came from.
    let _ = gather(cache, ports, &need, &wanted).await;
}
