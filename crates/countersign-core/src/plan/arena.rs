//! A filter while it is put together: every node stands once, and what cannot matter is left out.

use super::{Filter, Node, Plan, Residual};
use crate::path::tree_order;
use crate::sort::sorted;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A node of the arena, or one of the two that are none.
pub(super) type Id = u32;
/// Admits nothing.
pub(super) const NEVER: Id = 0;
/// Admits everything.
pub(super) const ALWAYS: Id = 1;
/// How many ids are no nodes.
const FIRST: usize = 2;

/// How deep [`Arena::outside`] looks.
const LOOK: u8 = 4;

/// Whether a scope is `path` or an ancestor of it.
pub(super) fn reaches(scope: &str, path: &str) -> bool {
    scope == "/" || path.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[derive(Default)]
pub(super) struct Arena {
    /// Invariant (children first): a node names earlier ones only.
    nodes: Vec<Node>,
    residuals: Vec<Residual>,
}

impl Arena {
    fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get((id as usize).checked_sub(FIRST)?)
    }

    pub(super) fn intern(&mut self, node: Node) -> Id {
        let at = self.nodes.iter().position(|known| *known == node).unwrap_or_else(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        });
        // A policy is far from having so many grants that this could not be counted; if it were, nothing is admitted.
        Id::try_from(at + FIRST).unwrap_or(NEVER)
    }

    pub(super) fn under(&mut self, scope: &str) -> Id {
        if scope == "/" { ALWAYS } else { self.intern(Node::Under(Box::from(scope))) }
    }

    /// When a residual holds, and when it may hold.
    pub(super) fn residual(&mut self, residual: Residual) -> (Id, Id) {
        let at = self.residuals.iter().position(|known| *known == residual).unwrap_or_else(|| {
            self.residuals.push(residual);
            self.residuals.len() - 1
        });
        let Ok(at) = Id::try_from(at) else { return (NEVER, ALWAYS) };
        (self.intern(Node::Holds(at)), self.intern(Node::MayHold(at)))
    }

    pub(super) fn not(&mut self, id: Id) -> Id {
        match (id, self.node(id)) {
            (NEVER, _) => ALWAYS,
            (ALWAYS, _) => NEVER,
            (_, Some(Node::Not(inner))) => *inner,
            _ => self.intern(Node::Not(id)),
        }
    }

    /// All of the parts, or any of them.
    pub(super) fn join(&mut self, all: bool, parts: &[Id]) -> Id {
        let (neutral, decisive) = if all { (ALWAYS, NEVER) } else { (NEVER, ALWAYS) };
        let mut flat = self.flatten(all, parts);
        if flat.contains(&decisive) {
            return decisive;
        }
        flat = sorted(flat, |a, b| self.order(*a, *b));
        flat.dedup();
        let opposite = |id: &Id| matches!(self.node(*id), Some(Node::Not(inner)) if flat.contains(inner));
        if flat.iter().any(opposite) {
            return decisive;
        }
        let kept = if all { self.narrow(&flat) } else { Some(self.widen(&flat)) };
        let Some(kept) = kept else { return NEVER };
        match kept.as_slice() {
            [] => neutral,
            [one] => *one,
            _ if all => self.intern(Node::And(kept.into_boxed_slice())),
            _ => self.intern(Node::Or(kept.into_boxed_slice())),
        }
    }

    /// The parts without nesting and without what is neutral.
    fn flatten(&mut self, all: bool, parts: &[Id]) -> Vec<Id> {
        let neutral = if all { ALWAYS } else { NEVER };
        let mut open = parts.to_vec();
        let mut flat = Vec::new();
        while let Some(part) = open.pop() {
            // `not (a or b)` is `not a and not b`, and the other way round.
            let (inner, negated) = match self.node(part) {
                Some(Node::Not(inner)) => (*inner, true),
                _ => (part, false),
            };
            match self.node(inner) {
                Some(Node::And(children)) if all != negated => open.extend_from_slice(children),
                Some(Node::Or(children)) if all == negated => open.extend_from_slice(children),
                _ => {
                    flat.extend((part != neutral).then_some(part));
                    continue;
                }
            }
            if negated {
                let begin = open.len() - self.children(inner);
                let negated: Vec<Id> = open.split_off(begin).into_iter().map(|child| self.not(child)).collect();
                open.extend(negated);
            }
        }
        flat
    }

    fn children(&self, id: Id) -> usize {
        match self.node(id) {
            Some(Node::And(children) | Node::Or(children)) => children.len(),
            _ => 0,
        }
    }

    /// Kinds of nodes one after the other; scopes in tree order, the rest in the order in which it came to be.
    fn order(&self, left: Id, right: Id) -> Ordering {
        let rank = |id: Id| match self.node(id) {
            None => 0,
            Some(Node::Under(_)) => 1,
            Some(Node::Is(_)) => 2,
            Some(Node::Holds(_) | Node::MayHold(_)) => 3,
            Some(Node::And(_) | Node::Or(_)) => 4,
            Some(Node::Not(_)) => 5,
        };
        let inner = |id: Id| match self.node(id) {
            Some(Node::Not(inner)) => *inner,
            _ => id,
        };
        match (self.node(inner(left)), self.node(inner(right))) {
            (Some(Node::Under(a)), Some(Node::Under(b))) | (Some(Node::Is(a)), Some(Node::Is(b)))
                if rank(left) == rank(right) =>
            {
                tree_order(a.as_bytes(), b.as_bytes())
            }
            _ => (rank(left), left).cmp(&(rank(right), right)),
        }
    }

    /// The parts of a conjunction without those that follow from the innermost scope; nothing if they contradict it.
    fn narrow(&self, parts: &[Id]) -> Option<Vec<Id>> {
        let scopes = parts.iter().filter_map(|id| self.scope(*id));
        let Some(inmost) = scopes.clone().next_back() else { return Some(parts.to_vec()) };
        if !scopes.clone().all(|scope| reaches(scope, inmost)) {
            return None;
        }
        let mut kept = Vec::new();
        for part in parts {
            match self.node(*part) {
                Some(Node::Under(scope)) if **scope != *inmost => {}
                Some(Node::Not(inner)) => match self.scope(*inner) {
                    Some(scope) if reaches(scope, inmost) => return None,
                    _ if self.outside(*inner, inmost, LOOK) => {}
                    _ => kept.push(*part),
                },
                _ if self.outside(*part, inmost, LOOK) => return None,
                _ => kept.push(*part),
            }
        }
        Some(kept)
    }

    /// The parts of a disjunction without those that another covers.
    fn widen(&self, parts: &[Id]) -> Vec<Id> {
        let mut kept: Vec<Id> = Vec::new();
        let mut scopes: Vec<&str> = Vec::new();
        for part in parts {
            let covered = match self.node(*part) {
                // In tree order what covers a scope stands before it, and what stands between is covered too.
                Some(Node::Under(scope)) => scopes.last().is_some_and(|last| reaches(last, scope)),
                Some(Node::Is(path)) => scopes.iter().any(|scope| reaches(scope, path)),
                Some(Node::And(all)) => all.iter().any(|child| {
                    parts.contains(child)
                        || self.scope(*child).is_some_and(|inner| scopes.iter().any(|scope| reaches(scope, inner)))
                }),
                _ => false,
            };
            if !covered {
                kept.push(*part);
                scopes.extend(self.scope(*part));
            }
        }
        kept
    }

    fn scope(&self, id: Id) -> Option<&str> {
        match self.node(id) {
            Some(Node::Under(scope)) => Some(scope),
            _ => None,
        }
    }

    /// Whether the node certainly admits nothing under the scope; looks a few levels deep only.
    fn outside(&self, id: Id, inmost: &str, levels: u8) -> bool {
        let Some(levels) = levels.checked_sub(1) else { return false };
        match self.node(id) {
            Some(Node::Under(scope)) => !reaches(scope, inmost) && !reaches(inmost, scope),
            Some(Node::Is(path)) => !reaches(inmost, path),
            Some(Node::And(children)) => children.iter().any(|child| self.outside(*child, inmost, levels)),
            Some(Node::Or(children)) => children.iter().all(|child| self.outside(*child, inmost, levels)),
            _ => false,
        }
    }

    /// The plan: what the node names, renumbered.
    pub(super) fn finish(self, root: Id) -> Plan {
        if root == ALWAYS {
            return Plan::Always;
        }
        let Some(last) = (root as usize).checked_sub(FIRST) else { return Plan::Never };
        let mut needed: Vec<bool> = alloc::vec![false; last + 1];
        let mut mark = alloc::vec![root];
        while let Some(id) = mark.pop() {
            let Some(slot) = (id as usize).checked_sub(FIRST).and_then(|at| needed.get_mut(at)) else { continue };
            if core::mem::replace(slot, true) {
                continue;
            }
            match self.node(id) {
                Some(Node::And(children) | Node::Or(children)) => mark.extend_from_slice(children),
                Some(Node::Not(inner)) => mark.push(*inner),
                _ => {}
            }
        }
        let mut places: Vec<u32> = Vec::new();
        let mut nodes = Vec::new();
        let mut atoms: Vec<u32> = Vec::new();
        for (node, needed) in self.nodes.into_iter().zip(needed) {
            places.push(nodes.len() as u32);
            if !needed {
                continue;
            }
            let place = |id: &Id| (*id as usize).checked_sub(FIRST).and_then(|at| places.get(at)).copied();
            let list = |children: &[Id]| children.iter().filter_map(place).collect();
            let mut atom = |at: u32| {
                let known = atoms.iter().position(|atom| *atom == at).unwrap_or_else(|| {
                    atoms.push(at);
                    atoms.len() - 1
                });
                known as u32
            };
            nodes.push(match node {
                Node::And(children) => Node::And(list(&children)),
                Node::Or(children) => Node::Or(list(&children)),
                // A node that is nowhere is not admitted by anything that asks for it.
                Node::Not(inner) => Node::Not(place(&inner).unwrap_or(u32::MAX)),
                Node::Holds(at) => Node::Holds(atom(at)),
                Node::MayHold(at) => Node::MayHold(atom(at)),
                other => other,
            });
        }
        let mut residuals = self.residuals.into_iter().map(Some).collect::<Vec<_>>();
        let residuals = atoms.iter().filter_map(|at| residuals.get_mut(*at as usize)?.take()).collect();
        Plan::When(Filter { nodes: nodes.into_boxed_slice(), residuals })
    }
}
