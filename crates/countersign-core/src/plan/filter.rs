//! What a plan is made of.

use crate::condition::{Condition, Facts, Truth};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// On which resources of a type an action is allowed.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// On all of them
    Always,
    /// On none
    Never,
    /// On those that the filter admits
    When(Filter),
}

/// A filter of resources of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Its nodes: each names earlier ones only, and the last is the whole
    pub nodes: Box<[Node]>,
    /// The conditions that the nodes name
    pub residuals: Box<[Residual]>,
}

/// A node of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// The resource is this one
    Is(Box<str>),
    /// The resource is this one or stands below it
    Under(Box<str>),
    /// The residual condition holds
    Holds(u32),
    /// The residual condition holds, or cannot be told
    MayHold(u32),
    /// The node does not admit the resource
    Not(u32),
    /// All of the nodes admit the resource; two at least
    And(Box<[u32]>),
    /// Any of the nodes admits the resource; two at least
    Or(Box<[u32]>),
}

/// What is left of a condition: it reads nothing but the resource and those above it.
///
/// Its code runs as any condition's does; attributes of the resource itself are named by their slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Residual {
    /// The condition
    pub condition: Condition,
    /// Whether it might exceed [`CONDITION_STEPS`](crate::limits::CONDITION_STEPS), and so come to an error whatever it
    /// says: only running it tells
    pub heavy: bool,
}

impl Filter {
    /// Whether the filter admits the resource at `path` of which `facts` speaks.
    #[must_use]
    pub fn admits(&self, path: &str, facts: &dyn Facts) -> bool {
        let mut found: Vec<bool> = Vec::with_capacity(self.nodes.len());
        // A residual that is not there cannot be told.
        let truth = |at: &u32| {
            let residual = self.residuals.get(*at as usize);
            residual.map_or(Truth::Error, |residual| residual.condition.holds(facts))
        };
        for node in &self.nodes {
            // A node that is not there admits nothing, wherever it is asked.
            let is = |at: &u32| found.get(*at as usize).copied();
            let admits = match node {
                Node::Is(is) => **is == *path,
                Node::Under(scope) => super::reaches(scope, path),
                Node::Holds(at) => truth(at) == Truth::True,
                Node::MayHold(at) => truth(at) != Truth::False,
                Node::Not(at) => is(at) == Some(false),
                Node::And(all) => all.iter().all(|at| is(at) == Some(true)),
                Node::Or(any) => any.iter().any(|at| is(at) == Some(true)),
            };
            found.push(admits);
        }
        found.last() == Some(&true)
    }
}

impl Plan {
    /// Whether the action is allowed on the resource at `path` of which `facts` speaks.
    #[must_use]
    pub fn admits(&self, path: &str, facts: &dyn Facts) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::When(filter) => filter.admits(path, facts),
        }
    }
}
