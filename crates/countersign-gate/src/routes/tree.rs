//! The routes by their paths, as a tree: finding one takes steps by the path's length, not by how many routes there are.

use super::pattern::{self, Piece};
use std::borrow::Cow;

/// A node: the routes whose patterns lead here, and where they go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree {
    /// By segment, sorted
    literals: Vec<(String, Self)>,
    any: Option<Box<Self>>,
    /// Routes that end here, in their order
    ends: Vec<usize>,
    /// Routes that any rest fits from here on, in their order
    rests: Vec<usize>,
    /// The first route in all of it
    first: usize,
}

impl Default for Tree {
    fn default() -> Self {
        Self { literals: Vec::new(), any: None, ends: Vec::new(), rests: Vec::new(), first: usize::MAX }
    }
}

impl Tree {
    /// Adds a route; they come in their order.
    pub(super) fn add(&mut self, pattern: &[Piece], route: usize) {
        self.first = self.first.min(route);
        match pattern.split_first() {
            None => self.ends.push(route),
            Some((Piece::Rest, _)) => self.rests.push(route),
            Some((Piece::Literal(text), rest)) => {
                let at = match self.literals.binary_search_by(|(known, _)| known.as_str().cmp(text)) {
                    Ok(at) => at,
                    Err(at) => {
                        self.literals.insert(at, (text.clone(), Self::default()));
                        at
                    }
                };
                if let Some((_, tree)) = self.literals.get_mut(at) {
                    tree.add(rest, route);
                }
            }
            Some((Piece::Parameter(_) | Piece::Ignored, rest)) => self.any.get_or_insert_default().add(rest, route),
        }
    }

    /// The first route that fits the segments and that `takes` says yes to.
    pub(super) fn find(&self, segments: &[Cow<'_, str>], takes: &impl Fn(usize) -> bool) -> Option<usize> {
        let mut best = usize::MAX;
        self.search(segments, takes, &mut best);
        (best != usize::MAX).then_some(best)
    }

    /// As deep as the longest pattern; each node is looked at once at most.
    fn search(&self, segments: &[Cow<'_, str>], takes: &impl Fn(usize) -> bool, best: &mut usize) {
        if self.first >= *best {
            return;
        }
        let better = |routes: &[usize], best: &mut usize| {
            let found = routes.iter().take_while(|route| **route < *best).find(|route| takes(**route));
            *best = found.copied().unwrap_or(*best);
        };
        better(&self.rests, best);
        let Some((segment, rest)) = segments.split_first() else { return better(&self.ends, best) };
        if let Ok(at) = self.literals.binary_search_by(|(known, _)| known.as_str().cmp(segment))
            && let Some((_, tree)) = self.literals.get(at)
        {
            tree.search(rest, takes, best);
        }
        if let Some(any) = &self.any {
            any.search(rest, takes, best);
        }
    }
}

impl<'a> FromIterator<&'a [Piece]> for Tree {
    fn from_iter<I: IntoIterator<Item = &'a [Piece]>>(patterns: I) -> Self {
        let mut tree = Self::default();
        for (route, pattern) in patterns.into_iter().enumerate() {
            debug_assert!(pattern.len() <= pattern::LONGEST, "a pattern is bounded when it is read");
            tree.add(pattern, route);
        }
        tree
    }
}
