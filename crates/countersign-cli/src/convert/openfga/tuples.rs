//! OpenFGA's tuples: a JSON list of `{ user, relation, object }`, or of `{ key: … }` as its API reads them out.

use super::super::Refusals;
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A tuple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tuple {
    pub(super) user: User,
    pub(super) relation: String,
    pub(super) object: String,
}

/// Who is related.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum User {
    /// `user:anne`, or an object
    One(String),
    /// `group:contoso#member`
    Set(String, String),
    /// `user:*`
    Everybody(String),
}

/// Reads tuples.
pub(super) fn read(text: &str, refusals: &mut Refusals) -> Result<Vec<Tuple>> {
    let json: Value = serde_json::from_str(text).context("tuples are JSON: a list of { user, relation, object }")?;
    let list = json.get("tuples").unwrap_or(&json).as_array().context("tuples are a list")?;
    let mut tuples = Vec::new();
    for (one, number) in list.iter().zip(1..) {
        let one = one.get("key").unwrap_or(one);
        let text =
            |key: &str| one.get(key).and_then(Value::as_str).with_context(|| format!("tuple {number} has no `{key}`"));
        let (user, relation, object) = (text("user")?, text("relation")?, text("object")?);
        if one.get("condition").is_some_and(|condition| !condition.is_null()) {
            refusals.push(format!("tuple {number}: its condition"));
        }
        if !user.contains(':') || !object.contains(':') {
            bail!("tuple {number}: a user and an object are written type:id");
        }
        let user = match (user.split_once('#'), user.strip_suffix(":*")) {
            (Some((object, relation)), _) => User::Set(object.to_owned(), relation.to_owned()),
            (None, Some(kind)) => User::Everybody(kind.to_owned()),
            (None, None) => User::One(user.to_owned()),
        };
        tuples.push(Tuple { user, relation: relation.to_owned(), object: object.to_owned() });
    }
    Ok(tuples)
}
