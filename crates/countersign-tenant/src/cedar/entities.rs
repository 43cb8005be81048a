//! The entities: members, groups and resources with what is stored of them and what they stand in.

use super::{is_reserved, schema};
use countersign_compile::Compiled;
use countersign_core::condition::Value;
use countersign_core::sorted::Set;
use countersign_core::{Attributes, Policy, Status};
use serde_json::{Map, Value as Json, json};

/// The paths that the tenant names: of registered resources, and in scopes.
pub(super) fn named(tenant: &Compiled) -> Set<String> {
    let members = tenant.members.values().map(|member| &member.grants);
    let holders = members.chain(tenant.groups.values().map(|group| &group.grants));
    let scopes = holders.flat_map(|grants| {
        grants.assignments().map(|held| held.scope).chain(grants.overrides().map(|(_, _, _, scope, _)| scope))
    });
    let all = scopes.filter(|scope| *scope != "/").chain(tenant.registered.iter().map(String::as_str));
    all.map(str::to_owned).collect()
}

/// All entities of the tenant, with the resources at these paths and above them.
pub(super) fn write(tenant: &Compiled, paths: &Set<String>) -> String {
    let mut all = Vec::new();
    for id in tenant.groups.keys() {
        all.push(entity(("Countersign::Group", id), Map::new(), Vec::new()));
    }
    for (id, member) in &tenant.members {
        let status: Status = member.record.status.into();
        let mut attributes = values(&tenant.policy, &member.record.attributes(&tenant.policy));
        attributes.insert("id".to_owned(), json!(id));
        attributes.insert("status".to_owned(), json!(status.as_str()));
        let groups = member.record.groups.iter().map(|group| ("Countersign::Group".to_owned(), group.as_str()));
        all.push(entity(("Countersign::Subject", id), attributes, groups.collect()));
    }
    let mut with_above: Set<&str> = Set::new();
    for path in paths {
        let mut path = Some(path.as_str());
        while let Some(here) = path.filter(|here| with_above.insert(here)) {
            path = above(here);
        }
    }
    let registry = tenant.registry();
    for path in with_above {
        let last = path.rsplit('/').next().and_then(|last| last.split_once(':'));
        let Some((kind, id)) = last.filter(|(kind, _)| !is_reserved(kind)) else { continue };
        let mut attributes = registry.get(path).map(|known| values(&tenant.policy, known)).unwrap_or_default();
        attributes.insert("id".to_owned(), json!(id));
        let parents = above(path).map(|above| (type_of(above), above)).into_iter().collect();
        all.push(entity((&format!("Resource::{kind}"), path), attributes, parents));
    }
    format!("{:#}\n", Json::Array(all))
}

fn above(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(above, _)| above)
}

fn type_of(path: &str) -> String {
    let last = path.rsplit('/').next().and_then(|last| last.split_once(':'));
    format!("Resource::{}", last.map_or("", |(kind, _)| kind))
}

fn entity((kind, id): (&str, &str), attributes: Map<String, Json>, parents: Vec<(String, &str)>) -> Json {
    let parents: Vec<Json> = parents.into_iter().map(|(kind, id)| json!({ "type": kind, "id": id })).collect();
    json!({ "uid": { "type": kind, "id": id }, "attrs": attributes, "parents": parents })
}

/// Values by name; those of kinds that Cedar does not have are left out, as in the schema.
fn values(policy: &Policy, attributes: &Attributes) -> Map<String, Json> {
    let mut all = Map::new();
    for (slot, value) in attributes.all() {
        let spec = policy.attribute(slot).filter(|spec| schema::kind(spec.kind).is_some());
        if let Some((spec, value)) = spec.and_then(|spec| Some((spec, written(value)?))) {
            all.insert(spec.name.to_string(), value);
        }
    }
    all
}

fn written(value: &Value<'_>) -> Option<Json> {
    match value {
        Value::Bool(value) => Some(json!(value)),
        Value::Int(value) | Value::Timestamp(value) => Some(json!(value)),
        Value::String(text) => Some(json!(text)),
        Value::List(items) => items.all().iter().map(written).collect::<Option<Vec<_>>>().map(Json::Array),
        _ => None,
    }
}
