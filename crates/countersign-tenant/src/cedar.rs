//! A tenant in Cedar: schema, policies and entities that decide as Countersign does, and a list of what cannot be said so.
//!
//! What is exported: members and groups, roles with allowances and denials, scopes, overrides, windows, statuses, rules,
//! and conditions that compare. What is not is listed with its [`Reason`], and left out on the safe side: an allowance is
//! dropped, a denial holds always. Decisions of such a partial export are never wider than Countersign's.
//!
//! Whoever asks Cedar must do what the engine does by itself:
//! - give the moment as `now` in the context, in milliseconds; without it, all is denied;
//! - give what is supplied under the names that conditions use: `"context.cost"`, `"subject.mfa"`, `"resource.size"`;
//! - give the entities of the resource and all above it ([`Export::entities_on`]), with paths that the model allows;
//! - validate the request against the schema: a value of the wrong type is no error here, but a policy that is skipped.

mod condition;
mod entities;
mod policies;
mod schema;

use countersign_compile::Compiled;
use countersign_core::{Policy, TypeId};

/// Why something cannot be said in Cedar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Cedar answers yes or no: what needs an approval is denied
    Approval,
    /// The condition reads or makes values that Cedar does not have exactly: decimals, addresses, spans of time
    Kind,
    /// The condition computes, matches, chooses or walks through lists
    Operation,
    /// The condition reads an attribute or the id of a resource above the one asked about
    Ancestor,
    /// The condition reads the action's name
    ActionName,
    /// Cedar reserves the type's name
    ReservedName,
}

impl Reason {
    /// The reason in a sentence's middle.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "Cedar answers yes or no, and what needs an approval is denied",
            Self::Kind => "the condition uses values that Cedar does not have exactly",
            Self::Operation => "the condition does more than compare values",
            Self::Ancestor => "the condition reads a resource above the one asked about",
            Self::ActionName => "the condition reads the action's name",
            Self::ReservedName => "the type's name is reserved in Cedar",
        }
    }
}

/// Something that the export does not say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// What: a rule by its number, an assignment by its holder, role and scope
    pub what: String,
    /// Whether it is a denial, which then holds always; an allowance is dropped
    pub denies: bool,
    /// Why
    pub why: Reason,
}

/// A tenant in Cedar's languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The schema, in Cedar's own syntax
    pub schema: String,
    /// The policies
    pub policies: String,
    /// The entities, as JSON: members, groups, registered resources and scopes, and all above these
    pub entities: String,
    /// What is not exported, each once
    pub left_out: Vec<LeftOut>,
}

impl Export {
    /// The export of a tenant.
    #[must_use]
    pub fn of(tenant: &Compiled) -> Self {
        let mut left_out = Vec::new();
        let policies = policies::write(tenant, &mut left_out);
        let reserved = tenant.policy.types().iter().filter(|kind| is_reserved(kind.name()));
        left_out.extend(reserved.map(|kind| LeftOut {
            what: format!("the type `{}`", kind.name()),
            denies: false,
            why: Reason::ReservedName,
        }));
        left_out.sort();
        left_out.dedup();
        Self {
            schema: schema::write(&tenant.policy),
            policies,
            entities: entities::write(tenant, &entities::named(tenant)),
            left_out,
        }
    }

    /// The entities of these resources and of all above them, with those of [`Export::entities`], as JSON.
    #[must_use]
    pub fn entities_on<'a>(tenant: &Compiled, paths: impl Iterator<Item = &'a str>) -> String {
        let mut all = entities::named(tenant);
        all.extend(paths.map(str::to_owned));
        entities::write(tenant, &all)
    }
}

/// Whether Cedar does not let an entity type have this name.
fn is_reserved(name: &str) -> bool {
    const WORDS: [&str; 18] = [
        "true",
        "false",
        "if",
        "then",
        "else",
        "in",
        "is",
        "like",
        "has",
        "__cedar",
        "Bool",
        "Boolean",
        "Entity",
        "Extension",
        "Long",
        "Record",
        "Set",
        "String",
    ];
    WORDS.contains(&name)
}

/// The name of a resource type's entities; nothing for one that Cedar cannot have.
fn type_name(policy: &Policy, on: TypeId) -> Option<String> {
    let name = policy.resource_type(on)?.name();
    (!is_reserved(name)).then(|| format!("Resource::{name}"))
}

/// The entity of a resource, by its path.
fn resource(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let kind = last.split_once(':').map_or("", |(kind, _)| kind);
    format!("Resource::{kind}::{}", quoted(path))
}

/// A string literal.
fn quoted(text: &str) -> String {
    let mut all = String::from('"');
    for each in text.chars() {
        match each {
            '"' | '\\' => all.extend(['\\', each]),
            each if each.is_control() => all.extend(each.escape_unicode()),
            each => all.push(each),
        }
    }
    all.push('"');
    all
}
