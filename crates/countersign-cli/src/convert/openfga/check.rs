//! OpenFGA's own answer, and whether a conversion gives it too.

use super::super::{Converted, Refusals, world};
use super::model::{Direct, Schema};
use super::relations::Shape;
use super::tuples::{Tuple, User};
use anyhow::Result;
use countersign_tenant::Asked;
use countersign_wire::given::Given;
use std::collections::{BTreeMap, BTreeSet};

/// Differences that are told.
const TOLD: usize = 10;

/// A model with its tuples.
pub(super) struct Store<'a> {
    pub(super) schema: &'a Schema,
    pub(super) tuples: &'a [Tuple],
}

impl Store<'_> {
    /// Whether a tuple is one that the model allows.
    pub(super) fn fits(&self, tuple: &Tuple) -> Result<(), String> {
        let Tuple { user, relation, object } = tuple;
        let kind = |of: &str| of.split_once(':').map_or(of, |(kind, _)| kind).to_owned();
        let direct = match user {
            User::One(user) => Direct::One(kind(user)),
            User::Set(object, relation) => Direct::Set(kind(object), relation.clone()),
            User::Everybody(kind) => Direct::Everybody(kind.clone()),
        };
        let known = self.schema.types.get(&kind(object)).and_then(|relations| relations.get(relation));
        match known {
            Some(of) if of.direct.contains(&direct) => Ok(()),
            _ => Err(format!("the tuple of `{relation}` on `{object}`: the model does not allow it")),
        }
    }

    /// The users that the tuples name: what has no relations of its own.
    pub(super) fn users(&self) -> BTreeSet<String> {
        let named = self.tuples.iter().filter_map(|tuple| match &tuple.user {
            User::One(user) => Some(user),
            _ => None,
        });
        let is_user = |user: &&String| {
            user.split_once(':').and_then(|(kind, _)| self.schema.types.get(kind)).is_none_or(BTreeMap::is_empty)
        };
        named.filter(is_user).cloned().collect()
    }

    /// Whether the user has the relation to the object.
    pub(super) fn check(&self, user: &str, relation: &str, object: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![(relation.to_owned(), object.to_owned())];
        // All that would give it is looked at once: unions need no more.
        while let Some((relation, object)) = waiting.pop() {
            if !seen.insert((relation.clone(), object.clone())) {
                continue;
            }
            let kind = object.split_once(':').map_or("", |(kind, _)| kind);
            let Some(rewrite) = self.schema.types.get(kind).and_then(|of| of.get(&relation)) else { continue };
            for tuple in self.tuples.iter().filter(|tuple| tuple.object == object && tuple.relation == relation) {
                match &tuple.user {
                    User::One(one) if one == user => return true,
                    User::Everybody(kind) if user.split_once(':').is_some_and(|(of, _)| of == kind) => return true,
                    User::Set(object, relation) => waiting.push((relation.clone(), object.clone())),
                    _ => {}
                }
            }
            waiting.extend(rewrite.same.iter().map(|other| (other.clone(), object.clone())));
            for (theirs, tupleset) in &rewrite.from {
                let parents = self.tuples.iter().filter(|tuple| tuple.object == object && tuple.relation == *tupleset);
                for tuple in parents {
                    if let User::One(parent) = &tuple.user {
                        waiting.push((theirs.clone(), parent.clone()));
                    }
                }
            }
        }
        false
    }
}

/// Asks everything of both; what differs is refused.
pub(super) fn agrees(
    store: &Store<'_>,
    shape: &Shape,
    paths: &BTreeMap<String, String>,
    users: &BTreeSet<String>,
    converted: &Converted,
) -> Result<Result<(), Refusals>> {
    let world = match world(&converted.model, &converted.tenant) {
        Ok(world) => world,
        Err(problems) => return Ok(Err(vec![format!("{problems:#}")])),
    };
    let mut refusals = Refusals::new();
    let given = Given::default();
    for (object, path) in paths {
        let kind = object.split_once(':').map_or("", |(kind, _)| kind);
        for relation in shape.actions(store.schema, kind) {
            for user in users {
                let asked = Asked { subject: user, action: relation, resource: path, given: &given, now: 0 };
                let (theirs, ours) = (store.check(user, relation, object), world.check(&asked).is_allow());
                if theirs != ours && refusals.len() < TOLD {
                    let verb = if theirs { "has" } else { "has not" };
                    refusals
                        .push(format!("`{user}` {verb} `{relation}` on `{object}`, and would be told otherwise here"));
                }
            }
        }
    }
    Ok(if refusals.is_empty() { Ok(()) } else { Err(refusals) })
}
