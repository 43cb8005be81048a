//! The projection: what one subject needs, and nothing about anybody else.

mod known;

use crate::attribute::Attributes;
use crate::condition::{Condition, Reference};
use crate::policy::Action;
use crate::{
    ApprovalSpec, Approved, Assignment, AttributeSpec, ConditionId, GrantError, Grants, GrantsBuilder, Held, Millis,
    Override, Permission, Policy, PolicyError, PolicySpec, Registry, RoleId, RolePart, RoleSpec, RuleSpec, Scope, Slot,
    Status, Subject, Title, TypeId,
};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// A policy and a subject's grants and attributes, reduced to what decides that subject's questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    /// The vocabulary, the roles that the subject holds, the rules and approval policies that it may meet
    pub policy: Policy,
    /// What it holds, its groups' grants included
    pub grants: Grants,
    /// Its stored attributes that conditions read
    pub attributes: Attributes,
    /// The stored attributes that matter to it, of resources that it may know of
    pub resources: Registry,
    /// Its approved requests
    pub approved: Vec<Approved>,
}

impl Projected {
    /// The subject, as a checker asks for it.
    #[must_use]
    pub fn subject<'a>(&'a self, id: &'a str, status: Option<Status>) -> Subject<'a> {
        Subject {
            id,
            status,
            own: &self.grants,
            groups: &[],
            attributes: &self.attributes,
            approved: &self.approved,
            resources: &self.resources,
        }
    }
}

/// Reduces a policy and a subject's grants to what decides that subject's questions from `now` on.
///
/// Only the roles that reach the subject are kept, in an order that depends on nothing else; what came through groups
/// becomes the subject's own; grants that are over by `now` are dropped; who may give which role, and who approves, is
/// dropped. Attributes are kept where a kept condition reads them, and of resources only where that decides about
/// something that the subject might be allowed; the attributes with listed values also of the resources that its grants
/// name, if it might be allowed something there. Approval policies are kept for what it might be allowed.
/// The effects are those of the full policy, for this subject, at `now` and later; where nothing can be allowed, the
/// reason may be a poorer one.
///
/// # Errors
/// When the grants were not built against this policy.
pub fn project(policy: &Policy, subject: &Subject<'_>, now: Millis) -> Result<Projected, ProjectError> {
    let mut held: Vec<Held<'_>> = Vec::new();
    for grants in core::iter::once(&subject.own).chain(subject.groups) {
        held.extend(grants.assignments().filter(|held| now < held.window.until));
    }
    let mut roles: Vec<&crate::Role> = held.iter().filter_map(|held| policy.role(held.role)).collect();
    roles.sort_by_key(|role| role.id());
    roles.dedup_by_key(|role| role.id());

    let mut builder = GrantsBuilder::default();
    let mut given: Vec<Assignment> = Vec::with_capacity(held.len());
    for held in &held {
        let id = policy.role(held.role).map(crate::Role::id);
        let place = roles.iter().position(|kept| Some(kept.id()) == id).and_then(|place| u16::try_from(place).ok());
        let role = RoleId(place.ok_or(GrantError::Reference)?);
        let scope = Scope::parse(held.scope).map_err(GrantError::Scope)?;
        given.push(Assignment { role, scope, window: held.window, when: held.when.cloned() });
    }
    // What several groups give is given once, whatever else they give.
    given.sort_by(|a, b| (&a.scope, a.role, a.window).cmp(&(&b.scope, b.role, b.window)));
    let same = |a: &Assignment, b: &Assignment| (&a.scope, a.role, a.window) == (&b.scope, b.role, b.window);
    for alike in given.chunk_by(same) {
        for (at, assignment) in alike.iter().enumerate() {
            if !alike.iter().take(at).any(|earlier| earlier == assignment) {
                builder.assign(assignment.clone());
            }
        }
    }
    for (on, allow, deny, scope, window) in subject.own.overrides().filter(|(.., window)| now < window.until) {
        let scope = Scope::parse(scope).map_err(GrantError::Scope)?;
        for (mask, allows) in [(allow, true), (deny, false)] {
            for action in bits(mask) {
                let permission = Permission { on, action };
                builder.set(Override { permission, scope: scope.clone(), allow: allows, window });
            }
        }
    }
    let mut kept = Kept { policy, conditions: Vec::new(), ids: Vec::new() };
    // Whoever may do nothing at all learns nothing of rules and approval policies either.
    let active = subject.status == Some(Status::Active);
    let known::Known { resources, reach } =
        if active { known::known(policy, subject, &held, now) } else { known::Known::default() };
    let spec = PolicySpec {
        types: policy.types().iter().filter(|kind| !kind.is_builtin()).map(|kind| kind.spec().clone()).collect(),
        attributes: policy.attributes().to_vec(),
        roles: roles.iter().map(|role| kept.role(role.spec())).collect(),
        rules: policy.rules().iter().filter(|_| active).map(|rule| kept.rule(rule)).collect(),
        approvals: policy.approvals().iter().filter_map(|policy| kept.approval(policy, &reach)).collect(),
        conditions: Vec::new(),
    };
    let spec = PolicySpec { conditions: kept.conditions, ..spec };
    let read = Read::of(spec.conditions.iter().chain(held.iter().filter_map(|held| held.when)), policy);
    let reduced = Policy::new(spec)?;
    let grants = builder.build(&reduced)?;
    let mut attributes = Attributes::default();
    for (slot, value) in subject.attributes.all().filter(|(slot, _)| active && read.has(*slot)) {
        attributes.set(slot, value.clone());
    }
    let approved = if active { subject.approved.to_vec() } else { Vec::new() };
    Ok(Projected { policy: reduced, grants, attributes, resources, approved })
}

/// The actions whose bits are set in `mask`.
pub(crate) fn bits(mask: u64) -> impl Iterator<Item = Action> {
    (0..u64::BITS as usize).filter_map(Action::new).filter(move |action| mask & action.mask() != 0)
}

/// The attributes that conditions read.
struct Read(Vec<Slot>);

impl Read {
    fn of<'a>(conditions: impl Iterator<Item = &'a Condition>, policy: &Policy) -> Self {
        let mut slots = Vec::new();
        for reference in conditions.flat_map(|condition| &condition.references) {
            match reference {
                Reference::Slot(slot) => slots.push(*slot),
                Reference::Resource(of) => slots.extend_from_slice(of),
                _ => {}
            }
        }
        let stored = |slot: &Slot| policy.attribute(*slot).is_some_and(|spec: &AttributeSpec| !spec.from_request);
        slots.retain(stored);
        slots.sort_unstable();
        slots.dedup();
        Self(slots)
    }

    fn has(&self, slot: Slot) -> bool {
        self.0.binary_search(&slot).is_ok()
    }
}

/// Renumbers the conditions that are kept, in the order of their use.
struct Kept<'a> {
    policy: &'a Policy,
    conditions: Vec<Condition>,
    /// Their ids in the full policy
    ids: Vec<ConditionId>,
}

impl Kept<'_> {
    fn condition(&mut self, id: ConditionId) -> ConditionId {
        let same = |known: &Condition| Some(known) == self.policy.condition(id);
        let known = self.ids.iter().position(|known| *known == id).or_else(|| self.conditions.iter().position(same));
        let place = known.unwrap_or_else(|| {
            self.ids.push(id);
            self.conditions.extend(self.policy.condition(id).cloned());
            self.ids.len() - 1
        });
        ConditionId(u16::try_from(place).unwrap_or(u16::MAX))
    }

    /// What a condition says, in words that can be sorted.
    fn words(&self, id: ConditionId) -> String {
        self.policy.condition(id).map(|condition| alloc::format!("{condition:?}")).unwrap_or_default()
    }

    /// The role without what only its giving needs.
    fn role(&mut self, role: &RoleSpec) -> RoleSpec {
        // In which order conditions got their ids depends on everybody's roles; what they say does not.
        let mut parts: Vec<(Vec<(String, ConditionId)>, &RolePart)> = Vec::with_capacity(role.parts.len());
        for part in &role.parts {
            let mut whens: Vec<_> = part.when.iter().map(|when| (self.words(*when), *when)).collect();
            whens.sort();
            whens.dedup_by(|one, other| one.0 == other.0);
            parts.push((whens, part));
        }
        let says = |(whens, part): &(Vec<(String, ConditionId)>, &RolePart)| {
            (whens.iter().map(|(words, _)| words.clone()).collect::<Vec<_>>(), part.masks.clone())
        };
        parts.sort_by_cached_key(says);
        let parts = parts.into_iter().map(|(whens, part)| RolePart {
            when: whens.iter().map(|(_, when)| self.condition(*when)).collect(),
            masks: part.masks.clone(),
        });
        let parts = parts.collect();
        let titles = role.titles.iter();
        let titles =
            titles.map(|title| Title { when: title.when.map(|when| self.condition(when)), text: title.text.clone() });
        RoleSpec {
            id: role.id.clone(),
            titles: titles.collect(),
            masks: role.masks.clone(),
            parts,
            when: None,
            at_root: true,
            at: Vec::new(),
            assigns: Vec::new(),
        }
    }

    /// A rule: rules are the model's, whose words are for every member.
    fn rule(&mut self, rule: &RuleSpec) -> RuleSpec {
        RuleSpec { when: rule.when.map(|when| self.condition(when)), ..rule.clone() }
    }

    /// An approval policy, if it can be met: without those who approve.
    fn approval(&mut self, policy: &ApprovalSpec, reach: &[(TypeId, u64)]) -> Option<ApprovalSpec> {
        let targets = within(&policy.targets, reach);
        let when = (!targets.is_empty()).then(|| policy.when.map(|when| self.condition(when)))?;
        Some(ApprovalSpec { id: policy.id.clone(), targets, when, approvers: Vec::<Box<str>>::new(), quorum: 0 })
    }
}

/// The targets that are within reach.
fn within(targets: &[(TypeId, u64)], reach: &[(TypeId, u64)]) -> Vec<(TypeId, u64)> {
    let reached = targets.iter().map(|(on, mask)| (*on, mask & crate::check::targets(reach, *on)));
    reached.filter(|(_, mask)| *mask != 0).collect()
}

/// Why a projection could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectError {
    /// The grants do not belong to the policy
    Grants(GrantError),
    /// The reduced policy was refused
    Policy(PolicyError),
}

impl core::fmt::Display for ProjectError {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Grants(error) => error.fmt(out),
            Self::Policy(error) => error.fmt(out),
        }
    }
}

impl core::error::Error for ProjectError {}

impl From<GrantError> for ProjectError {
    fn from(error: GrantError) -> Self {
        Self::Grants(error)
    }
}

impl From<PolicyError> for ProjectError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}
