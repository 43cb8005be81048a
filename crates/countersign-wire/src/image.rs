//! The image: a whole tenant in bytes, compiled and checked, as a server that only answers loads it at start.
//!
//! Layout: `CSI` and the format version (4 bytes), a checksum (FNV-1a, 8 bytes, little endian) over all that follows, the
//! form. The checksum finds accidents, not attackers: keep an image where you would keep the program.

mod read;

pub use read::decode;

use crate::projection::{checksum, ends};
use crate::record::{ConditionForm, PolicyRecord, RecordError, StatusForm, ValueForm, named};
use core::fmt;
use countersign_core::{Attributes, Grants, Policy, Registry, Status};
use serde::Serialize;
use std::collections::BTreeMap;

const MAGIC: &[u8; 3] = b"CSI";
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 8;

/// A tenant as a server needs it that only answers.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The model's policy with the tenant's own roles
    pub policy: Policy,
    /// The members, by subject; no subject twice
    pub members: Vec<(String, Member)>,
    /// The groups, ascending by id
    pub groups: Vec<(String, Grants)>,
    /// The stored attributes of resources
    pub resources: Registry,
    /// The paths of all registered resources, in the order of the file
    pub registered: Vec<String>,
}

/// A member as a server needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The status
    pub status: Status,
    /// Its stored attributes
    pub attributes: Attributes,
    /// The groups it is in, by index
    pub groups: Box<[usize]>,
    /// What it holds itself
    pub grants: Grants,
}

/// What an image is made of: [`Loaded`], borrowed, with members and groups ascending by subject and id.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    /// The policy
    pub policy: &'a Policy,
    /// The members
    pub members: Vec<(&'a str, &'a Member)>,
    /// The groups
    pub groups: Vec<(&'a str, &'a Grants)>,
    /// The stored attributes of resources
    pub resources: &'a Registry,
    /// The paths of all registered resources
    pub registered: &'a [String],
}

/// Why an image was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageError {
    /// The bytes are no image, cut off or changed
    Corrupt,
    /// The image is of another format version
    Version(u8),
}

impl fmt::Display for ImageError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt => out.write_str("the image is damaged"),
            Self::Version(version) => {
                write!(out, "the image has format version {version}; this version reads {VERSION}")
            }
        }
    }
}

impl std::error::Error for ImageError {}

#[derive(Serialize)]
struct Form<'a> {
    policy: PolicyRecord,
    registered: &'a [String],
    resources: Vec<(&'a str, Values)>,
    /// The scopes of all grants, each once, ascending by text: grants name them by index
    scopes: Vec<&'a str>,
    groups: Vec<(&'a str, Holding)>,
    members: Vec<MemberForm<'a>>,
}

type Values = Vec<(String, ValueForm)>;

#[derive(Serialize)]
struct MemberForm<'a> {
    subject: &'a str,
    status: StatusForm,
    groups: &'a [usize],
    attributes: Values,
    holding: Holding,
}

#[derive(Serialize)]
struct Holding {
    assignments: Vec<Assigned>,
    overrides: Vec<Set>,
}

#[derive(Serialize)]
struct Assigned {
    role: u16,
    scope: u32,
    window: Option<(i64, i64)>,
    when: Option<ConditionForm>,
}

#[derive(Serialize)]
struct Set {
    on: u16,
    allow: u64,
    deny: u64,
    scope: u32,
    window: Option<(i64, i64)>,
}

/// Writes an image. One tenant has one image, byte for byte.
///
/// # Errors
/// When there are more scopes than can be numbered.
pub fn encode(parts: &Parts<'_>) -> Result<Vec<u8>, RecordError> {
    let Parts { policy, members, groups, resources, registered } = parts;
    let mut numbers = BTreeMap::new();
    let all = groups.iter().map(|(_, grants)| *grants).chain(members.iter().map(|(_, member)| &member.grants));
    for grants in all {
        numbers.extend(grants.assignments().map(|held| (held.scope, 0_u32)));
        numbers.extend(grants.overrides().map(|(_, _, _, scope, _)| (scope, 0)));
    }
    for (number, at) in numbers.values_mut().zip(0_usize..) {
        *number = u32::try_from(at).map_err(|_| RecordError::Form)?;
    }
    let number = |scope: &str| numbers.get(scope).copied().unwrap_or(u32::MAX);
    let members = members.iter().map(|(subject, member)| MemberForm {
        subject,
        status: member.status.into(),
        groups: &member.groups,
        attributes: named(policy, &member.attributes),
        holding: Holding::of(&member.grants, policy, number),
    });
    let form = Form {
        policy: PolicyRecord::from(*policy),
        registered,
        resources: resources.all().map(|(path, values)| (path, named(policy, values))).collect(),
        scopes: numbers.keys().copied().collect(),
        groups: groups.iter().map(|(id, grants)| (*id, Holding::of(grants, policy, number))).collect(),
        members: members.collect(),
    };
    let body = postcard::to_allocvec(&form).map_err(|_| RecordError::Form)?;
    Ok([MAGIC.as_slice(), &[VERSION], &checksum(&body).to_le_bytes(), &body].concat())
}

impl Holding {
    fn of(grants: &Grants, policy: &Policy, number: impl Fn(&str) -> u32) -> Self {
        let assigned = |held: countersign_core::Held<'_>| Assigned {
            role: held.role.0,
            scope: number(held.scope),
            window: ends(held.window),
            when: held.when.map(|when| ConditionForm::of(when, policy)),
        };
        let overrides = grants.overrides().map(|(on, allow, deny, scope, window)| Set {
            on: on.0,
            allow,
            deny,
            scope: number(scope),
            window: ends(window),
        });
        Self { assignments: grants.assignments().map(assigned).collect(), overrides: overrides.collect() }
    }
}

#[cfg(test)]
mod tests;
