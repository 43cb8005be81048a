//! What a direct relation allows, on its object and on all that stands below it.

use super::super::Refusals;
use super::model::Schema;
use super::relations::Shape;
use std::collections::{BTreeMap, BTreeSet};

/// Relations that somebody has on an object.
type Held = BTreeSet<String>;

/// A direct relation as a role.
#[derive(Debug)]
pub(super) struct Role {
    pub(super) on: String,
    pub(super) relation: String,
    /// Permissions on the object and on everything below
    pub(super) everywhere: BTreeSet<String>,
    /// Permissions that end at the next object of the same type
    pub(super) here: BTreeSet<String>,
}

impl Role {
    pub(super) fn id(&self) -> String {
        format!("{}-{}", self.on, self.relation)
    }

    pub(super) fn id_here(&self) -> String {
        format!("{}-{}-here", self.on, self.relation)
    }
}

/// The roles of a model.
pub(super) fn roles(schema: &Schema, shape: &Shape, refusals: &mut Refusals) -> Vec<Role> {
    let mut roles = Vec::new();
    for (on, relations) in schema.types.iter().filter(|(on, _)| shape.is_resource(on)) {
        for (relation, rewrite) in relations {
            if !rewrite.direct.is_empty() && shape.parent_of(on) != Some(relation) {
                roles.extend(role(schema, shape, on, relation, refusals));
            }
        }
    }
    roles
}

fn role(schema: &Schema, shape: &Shape, on: &str, relation: &str, refusals: &mut Refusals) -> Option<Role> {
    // What is held on each type, on ways on which the scope's type does not come again, and on those on which it does.
    let mut held: [BTreeMap<&str, BTreeSet<Held>>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let mut waiting = vec![(on, follow(schema, on, BTreeSet::from([relation.to_owned()])), false)];
    while let Some((kind, of, again)) = waiting.pop() {
        let [first, later] = &mut held;
        let known = if again { later } else { first };
        if !known.entry(kind).or_default().insert(of.clone()) {
            continue;
        }
        for below in schema.types.keys().filter(|below| shape.parents(schema, below).contains(kind)) {
            let relations = schema.types.get(below)?;
            let inherits = |(_, rewrite): &(&String, &super::model::Relation)| {
                rewrite.from.iter().any(|(theirs, _)| of.contains(theirs))
            };
            let start = relations.iter().filter(inherits).map(|(name, _)| name.clone()).collect();
            waiting.push((below, follow(schema, below, start), again || below == on));
        }
    }
    let [first, later] = &held;
    let mut one = |ways: &BTreeMap<&str, BTreeSet<Held>>| -> BTreeSet<String> {
        let mut permissions = BTreeSet::new();
        for (kind, sets) in ways {
            if sets.len() > 1 {
                refusals.push(format!(
                    "`{on}#{relation}`: what it gives on `{kind}` depends on the way there, and a role reaches everything below"
                ));
            }
            permissions.extend(sets.iter().flatten().map(|name| format!("{kind}:{name}")));
        }
        permissions
    };
    let (near, far) = (one(first), one(later));
    if !shape.parents(schema, on).is_empty() && later.contains_key(on) {
        if !far.is_subset(&near) {
            refusals.push(format!("`{on}#{relation}`: it gives more deeper down than on the object itself"));
        }
        let here = near.difference(&far).cloned().collect();
        return Some(Role { on: on.to_owned(), relation: relation.to_owned(), everywhere: far, here });
    }
    Some(Role { on: on.to_owned(), relation: relation.to_owned(), everywhere: near, here: BTreeSet::new() })
}

/// What follows from relations on one object.
fn follow(schema: &Schema, kind: &str, mut held: Held) -> Held {
    let Some(relations) = schema.types.get(kind) else { return held };
    loop {
        let before = held.len();
        let more: Vec<String> = relations
            .iter()
            .filter(|(_, rewrite)| rewrite.same.iter().any(|name| held.contains(name)))
            .map(|(name, _)| name.clone())
            .collect();
        held.extend(more);
        if held.len() == before {
            return held;
        }
    }
}
