//! What a change does: which subject gains or loses which permission at which scope.
//!
//! Two worlds are compared as wholes, so that it does not matter what was changed: the model, a role, a group, a status,
//! an assignment. For one subject and one permission the decision is the same for all resources of a region: those at or
//! below a path that somebody names (in a grant of the subject or its groups, or in the registry where conditions read
//! stored attributes) and not below a deeper one. Each region is asked about by one representative in both worlds.
//!
//! Where a condition reads what is supplied, or what is stored of resources that nobody has registered, the question is
//! asked with every value that the conditions can tell apart. Conditions for which that cannot be listed (they compute,
//! or match patterns) are compared as they are written when no value was found on which the worlds differ.

mod grid;
mod region;
mod shape;
mod spot;
mod tree;

use crate::World;
use countersign_core::sorted::Set;
use countersign_core::{Effect, Millis, Subject};
use region::Found;
use shape::Side;
use spot::Spot;
use tree::{Chains, Tree};

/// What may come out for all resources of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Always no
    Deny,
    /// Always yes
    Allow,
    /// Always once somebody has approved
    Approval,
    /// It depends: on what is supplied, on what is stored of resources that are not registered, on their ids, or on the
    /// way from the scope to the resource
    Depends,
}

impl Outcome {
    /// The word used in documents and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Allow => "allow",
            Self::Approval => "approval",
            Self::Depends => "depends",
        }
    }
}

impl From<Effect> for Outcome {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Deny => Self::Deny,
            Effect::Allow => Self::Allow,
            Effect::Approval => Self::Approval,
        }
    }
}

/// Which resources of the permission's type a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Those at and below the scope
    Tree,
    /// The scope itself alone
    Itself,
    /// Those below the scope, and not the scope itself
    Below,
}

impl Reach {
    /// The word used in documents and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Itself => "itself",
            Self::Below => "below",
        }
    }
}

/// One subject's permission at one scope, before and after.
///
/// The changes of a subject and permission do not overlap: a resource is in at most one, and in none if nothing changes
/// for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Whose
    pub subject: String,
    /// `type:action`
    pub permission: String,
    /// `/`, or a resource path
    pub scope: String,
    /// Which resources at the scope
    pub reach: Reach,
    /// Scopes below this one that it does not reach: there, nothing changes or another change says what does
    pub except: Vec<String>,
    /// What came out
    pub before: Outcome,
    /// What comes out
    pub after: Outcome,
    /// Whether a question is known that is answered differently; if not, conditions are written differently, and their
    /// values are too many to try
    pub proved: bool,
}

/// All that changes from one world to another at `now`, sorted.
///
/// Permissions are those of either model, the built-in types included; subjects are the members of either world.
#[must_use]
pub fn impact(before: &World, after: &World, now: Millis) -> Vec<Change> {
    let comparison = Comparison::new(before, after, now);
    let subjects: Set<&str> = before.members().chain(after.members()).collect();
    let mut changes = Vec::new();
    for subject in subjects {
        before.ask(subject, |old| after.ask(subject, |new| comparison.of_subject(old, new, &mut changes)));
    }
    changes.sort();
    changes
}

/// Two worlds, with what is the same for all subjects.
struct Comparison<'a> {
    before: &'a World,
    after: &'a World,
    now: Millis,
    /// Whether the policies are equal, and what is stored of resources
    same_world: bool,
    /// Whether paths mean the same in both, and what is stored of resources is the same
    same_ground: bool,
    registered: Set<&'a str>,
    chains: Chains,
    permissions: Set<(&'a str, &'a str)>,
}

impl<'a> Comparison<'a> {
    fn new(before: &'a World, after: &'a World, now: Millis) -> Self {
        let (old, new) = (before.policy(), after.policy());
        let registered: Set<&str> = before.registered().chain(after.registered()).collect();
        let same_stored = before.registered().collect::<Set<_>>() == after.registered().collect::<Set<_>>()
            && shape::stored(before) == shape::stored(after);
        let permissions = [old, new].into_iter().flat_map(|policy| {
            policy.types().iter().flat_map(|kind| kind.actions().iter().map(|action| (kind.name(), &**action)))
        });
        Self {
            before,
            after,
            now,
            same_world: old == new && same_stored,
            same_ground: tree::same_types(old, new) && same_stored,
            permissions: permissions.collect(),
            chains: Chains::new([before, after], &registered),
            registered,
        }
    }

    fn of_subject(&self, old: &Subject<'_>, new: &Subject<'_>, changes: &mut Vec<Change>) {
        let same = old.status == new.status
            && old.own == new.own
            && old.attributes == new.attributes
            && old.groups.len() == new.groups.len()
            && old.groups.iter().zip(new.groups).all(|(one, other)| one == other);
        if self.same_world && same {
            return;
        }
        let sides = [
            Side { policy: self.before.policy(), subject: old, registered: &self.registered, now: self.now },
            Side { policy: self.after.policy(), subject: new, registered: &self.registered, now: self.now },
        ];
        if sides.iter().all(Side::refuses_all) {
            return;
        }
        let scopes: Set<&str> = sides.iter().flat_map(Side::scopes).collect();
        let named = Tree::new(scopes.iter().copied());
        let known = Tree::new(scopes.iter().chain(&self.registered).copied());
        let same_subject = old.status == new.status && sides[0].attributes() == sides[1].attributes();
        for (kind, action) in &self.permissions {
            if self.same_ground && same_subject && sides[0].signature(kind, action) == sides[1].signature(kind, action)
            {
                continue;
            }
            let stored = sides.iter().any(|side| side.reads_stored(kind, action));
            let tree = if stored { &known } else { &named };
            self.of_permission(&sides, tree, (kind, action), changes);
        }
    }

    /// Walks the tree from the root; a scope that does as the one above it needs no line of its own.
    fn of_permission(&self, sides: &[Side<'_>; 2], tree: &Tree, asked: (&str, &str), changes: &mut Vec<Change>) {
        let (kind, action) = asked;
        let permission = format!("{kind}:{action}");
        // For each node: the line in force there, by index into `changes`; or none.
        let mut standing: Vec<Option<usize>> = Vec::new();
        for (at, node) in tree.nodes().enumerate() {
            let above = tree.parent(at).and_then(|parent| standing.get(parent).copied()).flatten();
            let itself = node.is(kind).then(|| region::compare(sides, tree, &[Spot::of(node.path)], action));
            let spots: Vec<Spot> = self.chains.below(node.path, kind).collect();
            let spots: Vec<Spot> = spots.into_iter().filter(|spot| sides.iter().any(|side| side.knows(spot))).collect();
            let below = (!spots.is_empty()).then(|| region::compare(sides, tree, &spots, action));
            let now = match (itself, below) {
                (None, None) => {
                    standing.push(above);
                    continue;
                }
                (Some(found), None) | (None, Some(found)) => [(Reach::Tree, found), (Reach::Tree, found)],
                (Some(itself), Some(below)) if itself == below => [(Reach::Tree, itself), (Reach::Tree, itself)],
                (Some(itself), Some(below)) => [(Reach::Itself, itself), (Reach::Below, below)],
            };
            let [(reach, found), (_, rest)] = now;
            if reach == Reach::Tree && found == above.and_then(|line| changes.get(line)).map(Found::of) {
                standing.push(above);
                continue;
            }
            if let Some(line) = above.and_then(|line| changes.get_mut(line)) {
                line.except.push(node.scope().to_owned());
            }
            let mut line = |reach: Reach, found: Found| {
                changes.push(Change {
                    subject: sides[0].subject.id.to_owned(),
                    permission: permission.clone(),
                    scope: node.scope().to_owned(),
                    reach,
                    except: Vec::new(),
                    before: found.before,
                    after: found.after,
                    proved: found.proved,
                });
                changes.len() - 1
            };
            match reach {
                Reach::Tree => standing.push(found.map(|found| line(Reach::Tree, found))),
                _ => {
                    if let Some(found) = found {
                        line(Reach::Itself, found);
                    }
                    standing.push(rest.map(|rest| line(Reach::Below, rest)));
                }
            }
        }
    }
}
