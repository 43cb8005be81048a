//! What each type of a model is here: a kind of subject, a kind of group, or a type of resources with one parent.

use super::super::Refusals;
use super::model::{Direct, Schema};
use super::names_fit;
use std::collections::{BTreeMap, BTreeSet};

/// The types by what they are.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Types whose objects are groups
    pub(super) groups: BTreeSet<String>,
    /// Types whose objects are resources, with the relation that leads to their parent
    resources: BTreeMap<String, Option<String>>,
}

impl Shape {
    pub(super) fn of(schema: &Schema, refusals: &mut Refusals) -> Self {
        let mut shape = Self::default();
        let all = schema.types.values().flat_map(BTreeMap::values);
        let sets: BTreeSet<(&String, &String)> = all
            .flat_map(|relation| &relation.direct)
            .filter_map(|direct| match direct {
                Direct::Set(kind, relation) => Some((kind, relation)),
                _ => None,
            })
            .collect();
        for (kind, relations) in &schema.types {
            // Groups are asked for their members by others, and for nothing else.
            let is_group = relations.keys().all(|name| sets.contains(&(kind, name)))
                && relations.values().all(|relation| relation.from.is_empty());
            let parents: BTreeSet<&String> =
                relations.values().flat_map(|relation| &relation.from).map(|(_, tupleset)| tupleset).collect();
            if relations.is_empty() {
                continue;
            }
            if is_group {
                shape.groups.insert(kind.clone());
                continue;
            }
            if parents.len() > 1 {
                refusals.push(format!(
                    "`{kind}`: it takes relations from several others, and a resource has one parent here"
                ));
            }
            names_fit(schema, kind, refusals);
            for (name, relation) in relations {
                for other in relation.same.iter().chain(relation.from.iter().map(|(_, tupleset)| tupleset)) {
                    if !relations.contains_key(other) {
                        refusals.push(format!("`{kind}#{name}`: there is no relation `{other}`"));
                    }
                }
            }
            shape.resources.insert(kind.clone(), parents.first().map(|name| (*name).clone()));
        }
        shape
    }

    pub(super) fn is_resource(&self, kind: &str) -> bool {
        self.resources.contains_key(kind)
    }

    /// The relation that leads to a type's parents.
    pub(super) fn parent_of(&self, kind: &str) -> Option<&str> {
        self.resources.get(kind)?.as_deref()
    }

    /// The types that a type stands below.
    pub(super) fn parents(&self, schema: &Schema, kind: &str) -> BTreeSet<String> {
        let relation = self.parent_of(kind).and_then(|name| schema.types.get(kind)?.get(name));
        let direct = relation.into_iter().flat_map(|relation| &relation.direct);
        direct
            .filter_map(|direct| match direct {
                Direct::One(kind) if self.is_resource(kind) => Some(kind.clone()),
                _ => None,
            })
            .collect()
    }

    /// The relations of a type that can be asked about.
    pub(super) fn actions<'a>(&'a self, schema: &'a Schema, kind: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let parent = self.parent_of(kind).map(str::to_owned);
        let names = schema.types.get(kind).into_iter().flat_map(BTreeMap::keys);
        names.map(String::as_str).filter(move |name| Some(*name) != parent.as_deref())
    }
}
