//! The named paths as a tree, and the ways in which a resource of a type can stand below one of them.

use super::shape;
use super::spot::Spot;
use crate::World;
use countersign_core::limits::PATH_DEPTH;
use countersign_core::sorted::{Map, Set};
use countersign_core::{Policy, TypeId};
use std::collections::VecDeque;

/// Ways that are looked for from one type to all others; a model with more differing ways is not compared in all of them.
const WAYS: usize = 4096;

/// The root, some paths and all between, every one behind the one above it.
pub(super) struct Tree {
    /// `""` for the root
    paths: Map<String, usize>,
    parents: Vec<Option<usize>>,
}

/// A place in the tree.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    /// Empty for the root
    pub(super) path: &'a str,
}

impl<'a> Node<'a> {
    /// The path as scopes are written.
    pub(super) fn scope(self) -> &'a str {
        if self.path.is_empty() { "/" } else { self.path }
    }

    /// Whether it is a resource of this type.
    pub(super) fn is(self, kind: &str) -> bool {
        last_type(self.path) == Some(kind)
    }
}

impl Tree {
    /// The tree of these scopes.
    pub(super) fn new<'a>(scopes: impl Iterator<Item = &'a str>) -> Self {
        let mut paths = Set::from([String::new()]);
        for scope in scopes.filter(|scope| *scope != "/") {
            let mut path = scope;
            while paths.insert(path.to_owned()) {
                path = above(path);
            }
        }
        // A path's text begins with that of the one above it, so it sorts behind it.
        let paths: Map<String, usize> = paths.into_iter().zip(0..).collect();
        let parents = paths.keys().map(|path| if path.is_empty() { None } else { paths.get(above(path)).copied() });
        Self { parents: parents.collect(), paths }
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.paths.keys().map(|path| Node { path })
    }

    pub(super) fn parent(&self, at: usize) -> Option<usize> {
        self.parents.get(at).copied().flatten()
    }

    pub(super) fn contains(&self, path: &str) -> bool {
        self.paths.contains_key(path)
    }
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

fn last_type(path: &str) -> Option<&str> {
    let last = path.rsplit('/').next()?;
    last.split_once(':').map(|(kind, _)| kind)
}

/// Whether both policies have the same types, below the same parents.
pub(super) fn same_types(one: &Policy, other: &Policy) -> bool {
    edges(one) == edges(other)
}

/// A parent, or nothing for the root, and a type that may stand below it.
type Edge = (String, String);

fn edges(policy: &Policy) -> Set<Edge> {
    let mut edges = Set::new();
    for kind in policy.types() {
        let parents = kind.spec().parents.iter().filter_map(|on| policy.resource_type(*on)).map(|parent| parent.name());
        let root = kind.spec().at_root.then_some("");
        edges.extend(parents.chain(root).map(|parent| (parent.to_owned(), kind.name().to_owned())));
    }
    edges
}

/// What tells one way from another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Passed {
    /// And whether the nearest of each is the first on the way: the others can have any id without being a named one
    types: Map<String, bool>,
    /// Whether the resource itself is the first
    first: bool,
    steps: Set<Edge>,
}

/// Types on the way from a scope to a resource, the resource's own last.
type Way = Vec<String>;

/// The ways from each type, or the root, to each type below it: of those that pass the same types that conditions read,
/// one of the shortest.
pub(super) struct Chains {
    ways: Map<String, Map<String, Set<Way>>>,
    /// An id that nobody uses
    fresh: String,
}

impl Chains {
    pub(super) fn new(worlds: [&World; 2], registered: &Set<&str>) -> Self {
        let mut ways: Map<String, Map<String, Set<Way>>> = Map::new();
        let read: Set<String> = worlds.iter().flat_map(|world| shape::read_types(world)).collect();
        let edges = worlds.map(|world| edges(world.policy()));
        let apart: Set<Edge> = edges[0].difference(&edges[1]).chain(edges[1].difference(&edges[0])).cloned().collect();
        for policy in worlds.map(World::policy) {
            let starts = (0_u16..).map(TypeId).zip(policy.types()).map(|(on, kind)| (Some(on), kind.name()));
            for (start, name) in starts.chain([(None, "")]) {
                let found = ways.or_default(name.to_owned());
                for way in search(policy, start, &read, &apart) {
                    if let Some(last) = way.last() {
                        found.or_default(last.clone()).insert(way);
                    }
                }
            }
        }
        let (scopes, words) = (worlds.map(shape::all_scopes), worlds.map(shape::all_texts));
        let paths = registered.iter().copied().chain(scopes.iter().flatten().map(String::as_str));
        let pieces = paths.flat_map(|path| path.split(['/', ':']));
        let used: Set<&str> = pieces.chain(words.iter().flatten().map(String::as_str)).collect();
        let mut fresh = "new".to_owned();
        while used.contains(fresh.as_str()) {
            fresh.push('_');
        }
        Self { ways, fresh }
    }

    /// Resources of the type below a path, none of whose further ids anybody names.
    pub(super) fn below<'a>(&'a self, path: &'a str, kind: &str) -> impl Iterator<Item = Spot> + 'a {
        let ways = self.ways.get(last_type(path).unwrap_or_default()).and_then(|ways| ways.get(kind));
        let spots = ways.into_iter().flatten().map(|way| Spot::below(path, way, &self.fresh));
        spots.filter(|spot| spot.depth() <= PATH_DEPTH)
    }
}

/// All ways from a type, or the root, that differ in the types they pass of those that are `read`, or in the steps they
/// take of those that only one of the policies has.
fn search(policy: &Policy, start: Option<TypeId>, read: &Set<String>, apart: &Set<Edge>) -> Vec<Way> {
    let name =
        |on: Option<TypeId>| on.and_then(|on| policy.resource_type(on)).map_or("", |kind| kind.name()).to_owned();
    let mut queue: VecDeque<(Option<TypeId>, Way, Passed)> = VecDeque::from([(start, Vec::new(), Passed::default())]);
    let mut seen: Set<(TypeId, Passed)> = Set::new();
    let mut found = Vec::new();
    while let Some((last, way, passed)) = queue.pop_front() {
        for (on, kind) in (0_u16..).map(TypeId).zip(policy.types()) {
            let stands =
                kind.is_builtin() || last.map_or(kind.spec().at_root, |last| kind.spec().parents.contains(&last));
            // A resource of a built-in type can stand anywhere; others cannot stand below it.
            if !stands || way.len() >= PATH_DEPTH || seen.len() >= WAYS {
                continue;
            }
            let longer: Way = way.iter().cloned().chain([kind.name().to_owned()]).collect();
            let mut passed = passed.clone();
            passed.first = way.is_empty();
            if read.contains(kind.name()) {
                passed.types.insert(kind.name().to_owned(), way.is_empty());
            }
            let step = (name(last), kind.name().to_owned());
            if apart.contains(&step) {
                passed.steps.insert(step);
            }
            if seen.insert((on, passed.clone())) {
                found.push(longer.clone());
                if !kind.is_builtin() || read.contains(kind.name()) {
                    queue.push_back((Some(on), longer, passed));
                }
            }
        }
    }
    found
}
