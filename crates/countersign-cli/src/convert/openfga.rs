//! OpenFGA's models and tuples: what is directly assignable becomes a role, what follows from it the role's permissions,
//! what is `from` a parent the hierarchy of the resources.
//!
//! Before anything is written, every user of the tuples is asked about every relation of every object, here and by
//! OpenFGA's own rules (`check.rs`): a difference is refused.

mod check;
mod model;
mod reach;
mod relations;
mod text;
mod tuples;

use super::names::{is_id, is_type, is_word};
use super::toml::{list, string};
use super::{Converted, Options, Refusals};
use anyhow::Result;
use check::Store;
use model::Schema;
use reach::Role;
use std::collections::{BTreeMap, BTreeSet};
use tuples::{Tuple, User};

pub(super) fn convert(model: &str, tuples: &str, options: &Options<'_>) -> Result<Result<Converted, Refusals>> {
    let mut refusals = Refusals::new();
    let schema = model::read(model, &mut refusals)?;
    let tuples = tuples::read(tuples, &mut refusals)?;
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    let shape = relations::Shape::of(&schema, &mut refusals);
    let roles = reach::roles(&schema, &shape, &mut refusals);
    let store = Store { schema: &schema, tuples: &tuples };
    let paths = paths(&schema, &shape, &tuples, &mut refusals);
    for tuple in &tuples {
        if let Err(why) = store.fits(tuple) {
            refusals.push(why);
        }
    }
    if !refusals.is_empty() {
        refusals.dedup();
        return Ok(Err(refusals));
    }
    let model = write_model(options.name, &schema, &shape, &roles);
    let users = store.users();
    let tenant = write_tenant(&store, &shape, &roles, &paths, &users);
    let mut notes = Vec::new();
    for name in &shape.groups {
        notes.push(format!("`{name}` becomes the tenant's groups, with the members that the tuples give them"));
    }
    if tuples.iter().any(|tuple| matches!(tuple.user, User::Everybody(_))) {
        notes.push(
            "`user:*` becomes a group `user.*` of everybody whom the tuples name; put new members into it".to_owned(),
        );
    }
    let converted = Converted { model, tenant, notes };
    Ok(check::agrees(&store, &shape, &paths, &users, &converted)?.map(|()| converted))
}

/// Each object's path: below its parent's, if it has one.
fn paths(
    schema: &Schema,
    shape: &relations::Shape,
    tuples: &[Tuple],
    refusals: &mut Refusals,
) -> BTreeMap<String, String> {
    let mut objects = BTreeSet::new();
    let mut parents: BTreeMap<&str, &str> = BTreeMap::new();
    for tuple in tuples {
        let (kind, id) = tuple.object.split_once(':').unwrap_or((&tuple.object, ""));
        if shape.is_resource(kind) {
            is_id(id, refusals);
            objects.insert(tuple.object.as_str());
        }
        if shape.parent_of(kind) != Some(tuple.relation.as_str()) {
            continue;
        }
        if let User::One(parent) = &tuple.user {
            objects.insert(parent);
            if parents.insert(&tuple.object, parent).is_some_and(|other| other != parent) {
                refusals.push(format!("`{}` stands below two: a resource has one place here", tuple.object));
            }
        }
    }
    let mut paths = BTreeMap::new();
    for object in objects {
        let mut path = object.to_owned();
        let mut at = object;
        let mut seen = BTreeSet::from([object]);
        while let Some(parent) = parents.get(at) {
            if !seen.insert(parent) {
                refusals.push(format!("`{object}` stands below itself"));
                break;
            }
            path = format!("{parent}/{path}");
            at = parent;
        }
        paths.insert(object.to_owned(), path);
    }
    for kind in schema.types.keys().filter(|kind| shape.is_resource(kind)) {
        is_type(kind, refusals);
    }
    paths
}

fn write_model(name: &str, schema: &Schema, shape: &relations::Shape, roles: &[Role]) -> String {
    let mut out = format!("name = {}\n", string(name));
    for kind in schema.types.keys().filter(|kind| shape.is_resource(kind)) {
        let parents = shape.parents(schema, kind);
        let parent = match parents.is_empty() {
            true => String::new(),
            false => format!("parent = {}\n", list(parents.iter().map(String::as_str).chain(["/"]))),
        };
        out.push_str(&format!("[types.{kind}]\n{parent}actions = {}\n", list(shape.actions(schema, kind))));
    }
    for role in roles {
        for (id, allow) in [(role.id(), &role.everywhere), (role.id_here(), &role.here)] {
            if !allow.is_empty() {
                let at = string(&role.on);
                out.push_str(&format!(
                    "[roles.{id}]\nat = [{at}]\nallow = {}\n",
                    list(allow.iter().map(String::as_str))
                ));
            }
        }
    }
    out
}

fn write_tenant(
    store: &Store<'_>,
    shape: &relations::Shape,
    roles: &[Role],
    paths: &BTreeMap<String, String>,
    users: &BTreeSet<String>,
) -> String {
    let mut groups: BTreeMap<String, BTreeSet<&String>> = BTreeMap::new();
    let mut assignments = String::new();
    let mut done = BTreeSet::new();
    for tuple in store.tuples {
        let Some((kind, path)) = tuple.object.split_once(':').map(|(kind, _)| kind).zip(paths.get(&tuple.object))
        else {
            continue;
        };
        let Some(role) = roles.iter().find(|role| role.on == kind && role.relation == tuple.relation) else { continue };
        if shape.parent_of(kind) == Some(tuple.relation.as_str()) {
            continue;
        }
        let to = match &tuple.user {
            User::One(user) => user.clone(),
            User::Everybody(kind) => {
                let all = users.iter().filter(|user| user.split_once(':').is_some_and(|(of, _)| of == kind));
                let name = format!("{kind}.*");
                groups.entry(name.clone()).or_default().extend(all);
                format!("group:{name}")
            }
            User::Set(object, relation) => {
                let all = users.iter().filter(|user| store.check(user, relation, object));
                // An id may have neither the word `group:` before it nor a `/`.
                let name = format!("{}#{relation}", object.replacen(':', ".", 1));
                groups.entry(name.clone()).or_default().extend(all);
                format!("group:{name}")
            }
        };
        let id = tuple.object.split_once(':').map_or("", |(_, id)| id);
        let here = format!("when = {}\n", string(&format!("{kind}.id == {}", cel(id))));
        for (role, when, has) in
            [(role.id(), "", !role.everywhere.is_empty()), (role.id_here(), here.as_str(), !role.here.is_empty())]
        {
            let line = format!(
                "[[assignments]]\nto = {}\nrole = {}\nscope = {}\n{when}",
                string(&to),
                string(&role),
                string(path)
            );
            if has && done.insert(line.clone()) {
                assignments.push_str(&line);
            }
        }
    }
    let mut out = String::new();
    for user in users {
        let theirs = groups.iter().filter(|(_, members)| members.contains(user)).map(|(name, _)| name.as_str());
        let theirs = list(theirs);
        let groups = if theirs == "[]" { String::new() } else { format!("groups = {theirs}\n") };
        out.push_str(&format!("[[members]]\nsubject = {}\n{groups}", string(user)));
    }
    for name in groups.keys() {
        out.push_str(&format!("[[groups]]\nid = {}\n", string(name)));
    }
    out.push_str(&assignments);
    for path in paths.values() {
        out.push_str(&format!("[[resources]]\npath = {}\n", string(path)));
    }
    out
}

/// An id as a string of CEL.
fn cel(id: &str) -> String {
    format!("'{}'", id.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Whether the relations of a type can be actions; those that cannot are refused.
fn names_fit(schema: &Schema, kind: &str, refusals: &mut Refusals) {
    for relation in schema.types.get(kind).into_iter().flat_map(BTreeMap::keys) {
        is_word(relation, "relation", refusals);
    }
}
