//! OpenFGA's authorization model, of its language or of JSON: relations that are unions of what is direct, of other
//! relations and of a parent's.

use super::super::Refusals;
use super::text;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;

/// The types, each with its relations.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) types: BTreeMap<String, BTreeMap<String, Relation>>,
}

/// A relation: any of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Relation {
    /// Who may be directly related
    pub(super) direct: Vec<Direct>,
    /// Other relations of the same object
    pub(super) same: Vec<String>,
    /// A relation of what this relation leads to: `(viewer, parent)`
    pub(super) from: Vec<(String, String)>,
}

/// A type restriction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Direct {
    /// `[user]`
    One(String),
    /// `[group#member]`
    Set(String, String),
    /// `[user:*]`
    Everybody(String),
}

/// Reads a model; what cannot be said is refused.
pub(super) fn read(source: &str, refusals: &mut Refusals) -> Result<Schema> {
    if source.trim_start().starts_with('{') { json(source, refusals) } else { text::read(source, refusals) }
}

fn json(source: &str, refusals: &mut Refusals) -> Result<Schema> {
    let model: Value = serde_json::from_str(source).context("the model is JSON, or OpenFGA's language")?;
    if model.get("conditions").and_then(Value::as_object).is_some_and(|all| !all.is_empty()) {
        refusals.push("the model's conditions".to_owned());
    }
    let mut schema = Schema::default();
    let types = model.get("type_definitions").and_then(Value::as_array).context("there are no `type_definitions`")?;
    for definition in types {
        let name = definition.get("type").and_then(Value::as_str).context("a type has no name")?;
        let mut relations = BTreeMap::new();
        for (relation, rewrite) in definition.get("relations").and_then(Value::as_object).into_iter().flatten() {
            let mut read = Relation::default();
            let at = format!("`{name}#{relation}`");
            let restrictions = definition
                .pointer("/metadata/relations")
                .and_then(|all| all.get(relation)?.get("directly_related_user_types")?.as_array());
            union(rewrite, &at, restrictions, &mut read, refusals);
            relations.insert(relation.clone(), read);
        }
        schema.types.insert(name.to_owned(), relations);
    }
    Ok(schema)
}

fn union(rewrite: &Value, at: &str, direct: Option<&Vec<Value>>, into: &mut Relation, refusals: &mut Refusals) {
    // Unions in unions are no deeper than JSON's reader allows.
    let text =
        |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some((key, of)) = rewrite.as_object().and_then(|rewrite| rewrite.iter().next()) else {
        refusals.push(format!("{at}: it says nothing"));
        return;
    };
    match key.as_str() {
        "this" => into.direct.extend(direct.into_iter().flatten().filter_map(|one| restriction(one, at, refusals))),
        "computedUserset" => into.same.push(text(of, "/relation")),
        "tupleToUserset" => into.from.push((text(of, "/computedUserset/relation"), text(of, "/tupleset/relation"))),
        "union" => {
            for child in of.get("child").and_then(Value::as_array).into_iter().flatten() {
                union(child, at, direct, into, refusals);
            }
        }
        other => refusals.push(format!("{at}: `{other}`; a relation is a union (`or`) here")),
    }
}

fn restriction(one: &Value, at: &str, refusals: &mut Refusals) -> Option<Direct> {
    let text = |key: &str| one.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(condition) = text("condition") {
        refusals.push(format!("{at}: the condition `{condition}`"));
    }
    let kind = text("type")?;
    Some(match (text("relation"), one.get("wildcard")) {
        (Some(relation), _) => Direct::Set(kind, relation),
        (None, Some(_)) => Direct::Everybody(kind),
        (None, None) => Direct::One(kind),
    })
}
