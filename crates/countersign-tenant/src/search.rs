//! Searches: which members may do something here, and on which registered resources somebody may.
//!
//! Each candidate is asked about by the engine itself, so that what is found is what a check would allow. A part of a
//! list may be short or empty and yet go on: only so many candidates are looked at in one call.

use crate::authority::Rights;
use crate::doc;
use crate::held::{self, Held};
use crate::query::{Asker, Shown};
use crate::requests::given;
use crate::state::{Fault, State};
use crate::stop::{Stop, forbidden};
use countersign_core::sorted::Map;
use countersign_core::{Attributes, Grants, Path, Policy, Question, Registry, Subject};
use countersign_wire::api::Search;
use countersign_wire::record::SubjectRecord;
use countersign_wire::seal::subject_key;
use serde_json::json;

/// How many candidates are looked at in one call.
const MEMBERS: usize = 2_000;
const RESOURCES: usize = 20_000;
/// How many are read at a time.
const AT_ONCE: usize = 500;

/// The members of a kind that may do something, ascending: those of them that the asker may ask about.
pub(crate) fn subjects<S: State>(asker: &Asker<'_, S>, search: &Search) -> Result<Shown, Stop> {
    if !asker.rights.may("evaluate", "/", "access:subjects") {
        return Err(forbidden(
            "You may not look for who may do something. Ask an administrator of this account for `access:evaluate`.",
        ));
    }
    let policy = asker.policy();
    let (supplied, now) = (supplied(policy, search, &search.resource)?, search.now.unwrap_or(asker.now));
    let question = Question { action: &search.action, path: &search.resource, supplied: &supplied, now };
    let mut crowd = Crowd::of(asker.state, policy)?;
    let prefix = subject_key(&format!("{}:", search.subject));
    let mut list = List::new(search, MEMBERS);
    // Nobody's kind is written with a slash, and no key of somebody else's may be met.
    if search.subject.contains(['/', ':']) {
        return Ok(list.shown());
    }
    let mut after = if search.after.is_empty() { prefix.clone() } else { subject_key(&search.after) };
    loop {
        let keys = asker.state.keys(&prefix, &after, AT_ONCE)?;
        let last = keys.len() < AT_ONCE;
        for key in keys {
            let id = key.strip_prefix(&subject_key("")).unwrap_or_default();
            let record = held::subject(asker.state, id)?;
            let allowed = record.map(|record| crowd.may(id, &record, &question)).transpose()?.unwrap_or(false);
            if list.is_full_before(id, allowed && may_ask(&asker.rights, id)) {
                return Ok(list.goes_on());
            }
            after = key;
        }
        if last {
            return Ok(list.shown());
        }
    }
}

/// The registered resources of a type on which a subject may do something, ascending by path.
pub(crate) fn resources<S: State>(asker: &Asker<'_, S>, search: &Search) -> Result<Shown, Stop> {
    if search.subject != asker.subject && !may_ask(&asker.rights, &search.subject) {
        return Err(forbidden(
            "You may ask about yourself only. Ask an administrator of this account for `access:evaluate`.",
        ));
    }
    let policy = asker.policy();
    let now = search.now.unwrap_or(asker.now);
    let held = Held::of(asker.state, policy, &search.subject)?.without_approvals();
    let on = policy.type_named(&search.resource);
    let last_is = format!("{}:", search.resource);
    let mut list = List::new(search, RESOURCES);
    // What is supplied depends on the type alone.
    let mut known: Option<Attributes> = None;
    let mut after = format!("{}{}", doc::RESOURCE, search.after);
    loop {
        let registered = asker.state.docs(doc::RESOURCE, &after, AT_ONCE)?;
        let last = registered.len() < AT_ONCE;
        for (key, _) in registered {
            let path = key.strip_prefix(doc::RESOURCE).unwrap_or_default();
            let of_type = path.rsplit('/').next().is_some_and(|segment| segment.starts_with(&last_is));
            let of_type = of_type && Path::parse(path).and_then(|path| policy.locate(&path)).ok() == on;
            let allowed = of_type && {
                if known.is_none() {
                    known = Some(supplied(policy, search, path)?);
                }
                let supplied = known.as_ref().unwrap_or(Attributes::NONE);
                let question = Question { action: &search.action, path, supplied, now };
                held.ask(|subject| policy.check(subject, &question)).is_allow()
            };
            if list.is_full_before(path, allowed) {
                return Ok(list.goes_on());
            }
            after.clone_from(&key);
        }
        if last {
            return Ok(list.shown());
        }
    }
}

/// Whether the asker may ask about a subject.
fn may_ask(rights: &Rights, subject: &str) -> bool {
    rights.may("evaluate", "/", &format!("access:{subject}"))
}

fn supplied(policy: &Policy, search: &Search, path: &str) -> Result<Attributes, Fault> {
    let Search { subject_attributes, action_attributes, attributes, context, .. } = search;
    Ok(given(subject_attributes, action_attributes, attributes, context)?.attributes(policy, path))
}

/// What is found, and how much was looked at.
struct List {
    found: Vec<String>,
    most: usize,
    left: usize,
    /// Behind what the next part begins
    after: String,
}

impl List {
    fn new(search: &Search, looks: usize) -> Self {
        Self {
            found: Vec::new(),
            most: search.limit.min(Search::MOST) as usize,
            left: looks,
            after: search.after.clone(),
        }
    }

    /// Takes a candidate in. Whether the list ends here although there is more: a result that is not in it any more, or
    /// candidates for another call. What would be no result is not told of.
    fn is_full_before(&mut self, id: &str, allowed: bool) -> bool {
        if self.left == 0 || (allowed && self.found.len() == self.most) {
            return true;
        }
        self.left -= 1;
        if allowed {
            self.found.push(id.to_owned());
        }
        // A list that has all its results goes on behind the last of them.
        if self.found.len() < self.most || allowed {
            id.clone_into(&mut self.after);
        }
        false
    }

    fn goes_on(self) -> Shown {
        (json!({ "items": self.found, "next": self.after }), None)
    }

    fn shown(self) -> Shown {
        (json!({ "items": self.found }), None)
    }
}

/// What many members have in common, read once.
struct Crowd<'a, S> {
    state: &'a S,
    policy: &'a Policy,
    resources: Registry,
    groups: Map<String, Grants>,
}

impl<'a, S: State> Crowd<'a, S> {
    fn of(state: &'a S, policy: &'a Policy) -> Result<Self, Fault> {
        let stored =
            if policy.stores_resources() { held::resources(state)?.registry(policy) } else { Registry::default() };
        Ok(Self { state, policy, resources: stored, groups: Map::new() })
    }

    /// Whether a member may, approvals left aside.
    fn may(&mut self, id: &str, record: &SubjectRecord, question: &Question<'_>) -> Result<bool, Fault> {
        let fault = |error| Fault(format!("{id}: {error}"));
        for name in &record.groups {
            if !self.groups.contains_key(name) {
                let group = held::group(self.state, name)?.unwrap_or_default();
                self.groups.insert(name.clone(), group.grants(self.policy).map_err(fault)?);
            }
        }
        let groups: Vec<&Grants> = record.groups.iter().filter_map(|name| self.groups.get(name)).collect();
        let (own, attributes) = (record.grants(self.policy).map_err(fault)?, record.attributes(self.policy));
        let subject = Subject {
            attributes: &attributes,
            resources: &self.resources,
            ..Subject::new(id, Some(record.status.into()), &own, &groups)
        };
        Ok(self.policy.check(&subject, question).is_allow())
    }
}
