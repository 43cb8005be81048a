//! The bodies of the OpenID AuthZEN Authorization API 1.0.

use crate::given::Supplied;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An entity of AuthZEN 1.0; what else it holds is ignored, as that specification demands.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entity {
    /// Its type
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id
    pub id: String,
    /// What the caller says of it; only attributes that the model declares so are looked at
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Bag"))]
    pub properties: Supplied,
}

/// An action of AuthZEN 1.0.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActionName {
    /// Its name
    pub name: String,
    /// What the caller says of it
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Bag"))]
    pub properties: Supplied,
}

/// An access evaluation request of AuthZEN 1.0.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evaluation {
    /// Who
    pub subject: Entity,
    /// What
    pub action: ActionName,
    /// On what
    pub resource: Entity,
    /// In which context
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Bag"))]
    pub context: Supplied,
}

/// An access evaluation response of AuthZEN 1.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvaluationAnswer {
    /// Whether it is allowed
    pub decision: bool,
    /// The explanation, when it was asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Explanation>,
}

/// Why a decision is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// `allow`, `deny` or `approval`
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Decision"))]
    pub decision: String,
    /// `stage`, and what decided there
    pub reason: BTreeMap<String, String>,
    /// The tenant's revision that decided
    pub revision: u64,
}
