//! What an isolate holds of its tenants, in memory, between requests; and the view that a request gets.

use super::entry::Compiled;
use super::refresh::Refresh;
use super::set::{Set, Wanted};
use super::{Need, finish, is_fresh, is_half_over};
use crate::ports::Fault;
use countersign_core::{Grants, Millis, Policy, Registry, Status, Subject};
use countersign_wire::api::Head;
use countersign_wire::seal::{POLICY, RESOURCES, group_key, subject_key};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Tenants that an isolate holds at once; beyond that, the one whose head was asked longest ago goes.
const TENANTS: usize = if cfg!(test) { 3 } else { 512 };
/// What the records of all tenants may take of memory, in bytes; beyond that some are read anew. An isolate has 128 MB for
/// everything.
const WEIGHT: usize = if cfg!(test) { 16 << 10 } else { 32 << 20 };
/// How long nobody else refreshes a tenant after somebody was told to, in milliseconds. Whoever was told gives up before.
const CLAIM: Millis = 2_500;
/// Refreshes that wait for somebody to run them.
const WAITING: usize = 64;

/// The isolate's memory. No borrow of it lasts while anything is awaited.
#[derive(Debug, Default)]
pub struct Cache {
    tenants: RefCell<HashMap<String, Held>>,
    /// What all records take at most
    weight: Cell<usize>,
    /// What should be refreshed, until somebody takes it up
    due: RefCell<Vec<Refresh>>,
}

/// What is held of one tenant.
#[derive(Debug, Default)]
struct Held {
    set: Set,
    /// When somebody was last told to refresh it
    claimed: Option<Millis>,
}

impl Cache {
    /// What is held of a tenant and wanted: a set of the request's own.
    pub(super) fn take(&self, tenant: &str, wanted: &Wanted<'_>) -> Set {
        self.tenants.borrow().get(tenant).map(|held| held.set.part(wanted)).unwrap_or_default()
    }

    /// The view of what is held, where all of it is there, and so fresh that nobody has to ask.
    pub(super) fn at_hand(&self, need: &Need<'_>, now: Millis) -> Option<View> {
        let tenants = self.tenants.borrow();
        let set = &tenants.get(need.tenant)?.set;
        let rests = is_fresh(set, need, now) && !is_half_over(set, need, now);
        rests.then(|| finish(set, need).ok()).flatten()
    }

    /// Takes back a request's set, which went on to `head`, asked with `since`.
    ///
    /// What is held is never replaced by something older, and a tenant that does not exist is not held at all: whoever
    /// invents names must not push out those that are used.
    pub(super) fn give(&self, tenant: &str, since: Option<(u64, u64)>, head: &Head, set: &Set) {
        if head.epoch == 0 {
            return;
        }
        let mut tenants = self.tenants.borrow_mut();
        if tenants.len() >= TENANTS && !tenants.contains_key(tenant) {
            let oldest = tenants.iter().min_by_key(|(_, held)| held.set.checked()).map(|(name, _)| name.clone());
            oldest.and_then(|name| tenants.remove(&name));
        }
        let held = &mut tenants.entry(tenant.to_owned()).or_default().set;
        if held.advance_from(since, head, set.checked()) {
            let weight = self.weight.get() + held.join(set);
            self.weight.set(if weight > WEIGHT { thinned(&mut tenants) } else { weight });
        }
    }

    /// Says that a tenant should be refreshed, unless somebody is about to.
    pub(super) fn claim(&self, tenant: &str, wanted: &Wanted<'_>, now: Millis) {
        let (mut tenants, mut due) = (self.tenants.borrow_mut(), self.due.borrow_mut());
        let Some(held) = tenants.get_mut(tenant) else { return };
        let free = held.claimed.is_none_or(|claimed| now.abs_diff(claimed) >= CLAIM.unsigned_abs());
        if free && due.len() < WAITING {
            held.claimed = Some(now);
            due.push(Refresh::of(tenant, wanted));
        }
    }

    /// Takes up a refresh that is due. It must be over, or given up, within two seconds.
    pub fn due(&self) -> Option<Refresh> {
        self.due.borrow_mut().pop()
    }
}

/// Makes room: what was not used again goes, and if half is not free then, the records of the tenants whose heads were asked
/// longest ago. Says what is left.
fn thinned(tenants: &mut HashMap<String, Held>) -> usize {
    let weigh = |tenants: &HashMap<String, Held>| tenants.values().map(|held| held.set.weight()).sum::<usize>();
    let mut weight = weigh(tenants);
    // What was replaced or dropped meanwhile is counted no longer.
    if weight <= WEIGHT {
        return weight;
    }
    tenants.values_mut().for_each(|held| held.set.thin());
    weight = weigh(tenants);
    let mut oldest: Vec<_> = tenants.values_mut().collect();
    oldest.sort_by_key(|held| held.set.checked());
    for held in oldest {
        if weight <= WEIGHT / 2 {
            break;
        }
        weight -= held.set.weight();
        held.set.forget();
    }
    weight
}

/// Everything that decides one subject's questions, as of one revision.
#[derive(Clone, Debug)]
pub struct View {
    /// The policy
    pub policy: Rc<Policy>,
    /// The tenant's revision
    pub revision: u64,
    subject: String,
    status: Option<Status>,
    own: Rc<Compiled>,
    groups: Vec<Rc<Compiled>>,
    /// The stored attributes of resources; nothing where the model declares none
    resources: Option<Rc<Compiled>>,
}

impl View {
    /// The view of a set that holds all that is needed.
    ///
    /// # Errors
    /// When something is missing, or does not fit the policy.
    pub(super) fn of(set: &Set, subject: &str) -> Result<Self, Fault> {
        let (_, revision) = set.since().ok_or(Fault::Stale)?;
        let entry = |key: &str| set.get(key).ok_or(Fault::Stale).inspect(|entry| entry.used());
        // A tenant that was never set up has no policy, and nothing is allowed there.
        let policy = entry(POLICY)?.policy().unwrap_or_else(|| Rc::new(Policy::empty()));
        let member = entry(&subject_key(subject))?;
        let groups = member.groups().iter().map(|group| entry(&group_key(group))?.compiled(&policy));
        let resources = policy.stores_resources().then(|| entry(RESOURCES)?.compiled(&policy));
        Ok(Self {
            revision,
            subject: subject.to_owned(),
            status: member.status(),
            own: member.compiled(&policy)?,
            resources: resources.transpose()?,
            groups: groups.collect::<Result<_, _>>()?,
            policy,
        })
    }

    /// Whether the subject is a member of the tenant, in whatever status.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.status.is_some()
    }

    /// Whether it is a member who may do anything at all.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == Some(Status::Active)
    }

    /// Asks with the subject as the core wants it.
    pub fn ask<T>(&self, question: impl FnOnce(&Policy, &Subject<'_>) -> T) -> T {
        let groups: Vec<&Grants> = self.groups.iter().map(|group| &group.grants).collect();
        let subject = Subject {
            attributes: &self.own.attributes,
            approved: &self.own.approved,
            resources: self.resources.as_ref().map_or(Registry::NONE, |resources| &resources.resources),
            ..Subject::new(&self.subject, self.status, &self.own.grants, &groups)
        };
        question(&self.policy, &subject)
    }
}
