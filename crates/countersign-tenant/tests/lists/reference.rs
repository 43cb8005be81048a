//! A small evaluator of plans, written from their description; a [`Bug`] makes it wrong on purpose.

use countersign_core::condition::{Facts, Reference, Truth, Value};
use countersign_core::{Attributes, Filter, Node, Owner, Plan, Policy, Registry, Slot};

/// A mistake to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// What is taken out of a scope is not: a nearer override does not count
    NearestIgnored,
    /// What cannot be told counts as not holding
    MayHoldAsHolds,
    /// `project:p1` reaches `project:p10`
    UnderWithoutSlash,
}

/// A resource: its path, what is stored, and what is supplied of it.
pub(crate) struct Resource<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) path: &'a str,
    pub(crate) stored: &'a Registry,
    pub(crate) supplied: &'a Attributes,
}

impl Resource<'_> {
    /// The ancestor's path at the last segment of the type, or the resource's.
    fn nearest(&self, kind: &str) -> Option<&str> {
        let mut found = None;
        let mut end = 0;
        for segment in self.path.split('/') {
            end += segment.len();
            if segment.split_once(':').is_some_and(|(name, _)| name == kind) {
                found = Some(&self.path[..end]);
            }
            end += 1;
        }
        found
    }

    fn slot(&self, slot: Slot) -> Option<Value<'_>> {
        let spec = self.policy.attribute(slot)?;
        let Owner::Type(of) = spec.owner else { panic!("a residual reads {spec:?}") };
        let at = self.nearest(self.policy.resource_type(of)?.name())?;
        let value = if !spec.from_request {
            self.stored.value(at, slot)
        } else if at == self.path {
            self.supplied.get(slot)
        } else {
            None
        };
        value.map(Value::borrowed)
    }

    fn find(&self, reference: &Reference) -> Option<Value<'_>> {
        let id =
            |path: &str| path.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, id)| Value::text(id));
        match reference {
            Reference::Slot(slot) => self.slot(*slot),
            Reference::ResourceId => id(self.path),
            Reference::SegmentId(of) => id(self.nearest(self.policy.resource_type(*of)?.name())?),
            other => panic!("a residual reads {other:?}"),
        }
    }
}

impl Facts for Resource<'_> {
    fn value(&self, reference: &Reference) -> Value<'_> {
        self.find(reference).unwrap_or(Value::Error)
    }

    fn has(&self, reference: &Reference) -> bool {
        self.find(reference).is_some()
    }
}

pub(crate) fn admits(plan: &Plan, resource: &Resource<'_>, bug: Option<Bug>) -> bool {
    match plan {
        Plan::Always => true,
        Plan::Never => false,
        Plan::When(filter) => node(filter, filter.nodes.len() - 1, resource, bug),
    }
}

fn node(filter: &Filter, at: usize, resource: &Resource<'_>, bug: Option<Bug>) -> bool {
    let child = |at: &u32| node(filter, *at as usize, resource, bug);
    let truth = |at: &u32| filter.residuals[*at as usize].condition.holds(resource);
    match &filter.nodes[at] {
        Node::Is(path) => **path == *resource.path,
        Node::Under(scope) if bug == Some(Bug::UnderWithoutSlash) => resource.path.starts_with(&**scope),
        Node::Under(scope) => resource.path == &**scope || resource.path.starts_with(&format!("{scope}/")),
        Node::Holds(at) => truth(at) == Truth::True,
        Node::MayHold(at) if bug == Some(Bug::MayHoldAsHolds) => truth(at) == Truth::True,
        Node::MayHold(at) => truth(at) != Truth::False,
        Node::Not(inner) => {
            let ignored = bug == Some(Bug::NearestIgnored) && matches!(filter.nodes[*inner as usize], Node::Under(_));
            ignored || !child(inner)
        }
        Node::And(all) => all.iter().all(child),
        Node::Or(any) => any.iter().any(child),
    }
}
