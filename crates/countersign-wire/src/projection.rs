//! The browser's snapshot: what one subject needs, with version, revision, expiry and checksum.
//!
//! Layout: `CSP` and the format version (4 bytes), a checksum (FNV-1a, 8 bytes, little endian) over all that follows,
//! the form. The checksum finds accidents, not attackers: whoever changes his own projection changes what his own page
//! shows him, and no decision of a server.

use crate::packed::{Packed, Unpack, fields, unpack};
use crate::record::{RecordError, StatusForm, TypeForm};
use core::fmt;
use countersign_core::{
    Action, Answer, Assignment, Cause, Decision, GrantError, Grants, GrantsBuilder, Millis, Override, Path, PathError,
    Permission, Policy, RoleId, RoleSpec, Scope, Stage, Status, Subject, TypeId, TypeSpec, Window, project,
};
use serde::Serialize;

const MAGIC: &[u8; 3] = b"CSP";
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 8;

/// What a projection is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The tenant
    pub tenant: String,
    /// The subject
    pub subject: String,
    /// The tenant's revision that it shows
    pub revision: u64,
    /// The first moment at which it says nothing any more
    pub expires: Millis,
}

/// A projection that was read.
#[derive(Clone, Debug)]
pub struct Projection {
    /// What it is of
    pub stamp: Stamp,
    /// The subject's status; nothing for a subject that is no member
    pub status: Option<Status>,
    /// The vocabulary, and the roles that the subject holds
    pub policy: Policy,
    /// What the subject holds, its groups' grants included
    pub grants: Grants,
}

impl Projection {
    /// The subject, as the core asks for it.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { status: self.status, own: &self.grants, groups: &[] }
    }

    /// Decides one question. From its expiry on the projection denies everything.
    pub fn check(&self, action: &str, path: &str, now: Millis) -> Decision {
        if now >= self.stamp.expires {
            return Decision::deny(Stage::Status, Cause::Expired);
        }
        let decision = self.policy.check(&self.subject(), action, path, now);
        Decision { valid_until: decision.valid_until.min(self.stamp.expires), ..decision }
    }

    /// Answers for all actions of one resource; a path whose types are known but out of place has none that is allowed.
    ///
    /// # Errors
    /// When the path is malformed or names an unknown type.
    pub fn answer(&self, path: &str, now: Millis) -> Result<Answer, PathError> {
        let answer = match self.policy.answer(&self.subject(), path, now) {
            Err(PathError::Parent) => {
                let (name, _) = Path::parse(path)?.segments().last().ok_or(PathError::Empty)?;
                let on = self.policy.type_named(name).ok_or(PathError::UnknownType)?;
                // Which types stand where does not depend on ids.
                Answer { on, allow: 0, valid_until: Millis::MAX, uniform: true }
            }
            other => other?,
        };
        Ok(if now >= self.stamp.expires {
            Answer { allow: 0, valid_until: Millis::MAX, ..answer }
        } else {
            Answer { valid_until: answer.valid_until.min(self.stamp.expires), ..answer }
        })
    }
}

/// Why a projection was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectionError {
    /// The bytes are no projection, cut off or changed
    Corrupt,
    /// The projection is of another format version
    Version(u8),
}

impl fmt::Display for ProjectionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt => out.write_str("the snapshot is damaged"),
            Self::Version(version) => {
                write!(out, "the snapshot has format version {version}; this package reads {VERSION}")
            }
        }
    }
}

impl std::error::Error for ProjectionError {}

#[derive(Serialize)]
struct Form {
    tenant: String,
    subject: String,
    revision: u64,
    expires: i64,
    status: Option<StatusForm>,
    types: Vec<TypeForm>,
    roles: Vec<HeldRole>,
    assignments: Vec<Held>,
    overrides: Vec<Set>,
}

#[derive(Serialize)]
struct HeldRole {
    id: String,
    masks: Vec<(u16, u64, u64)>,
}

#[derive(Serialize)]
struct Held {
    role: u16,
    scope: String,
    window: Option<(i64, i64)>,
}

#[derive(Serialize)]
struct Set {
    on: u16,
    allow: u64,
    deny: u64,
    scope: String,
    window: Option<(i64, i64)>,
}

fields! {
    Form { tenant subject revision expires status types roles assignments overrides }
    HeldRole { id masks }
    Held { role scope window }
    Set { on allow deny scope window }
    TypeForm { name at_root parents actions }
}

impl Unpack for StatusForm {
    fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Deactivated, Self::Locked]
            .get(usize::try_from(from.variant()?).ok()?)
            .copied()
    }
}

/// Makes the projection of a subject as of `now`.
///
/// # Errors
/// When the grants do not belong to the policy.
pub fn encode(policy: &Policy, subject: &Subject<'_>, stamp: &Stamp, now: Millis) -> Result<Vec<u8>, RecordError> {
    let nothing = Grants::default();
    // Whoever may do nothing learns nothing of what he once held.
    let active = subject.status == Some(Status::Active);
    let shown = if active { *subject } else { Subject { status: subject.status, own: &nothing, groups: &[] } };
    let (policy, grants) = project(policy, &shown, now).map_err(|_| RecordError::Form)?;
    let form = Form {
        tenant: stamp.tenant.clone(),
        subject: stamp.subject.clone(),
        revision: stamp.revision,
        expires: stamp.expires,
        status: subject.status.map(StatusForm::from),
        types: policy
            .types()
            .iter()
            .filter(|kind| !kind.is_builtin())
            .map(|kind| TypeForm::from(kind.spec()))
            .collect(),
        roles: policy.roles().iter().map(|role| HeldRole::from(role.spec())).collect(),
        assignments: grants
            .assignments()
            .map(|(role, scope, window)| Held { role: role.0, scope: scope.to_owned(), window: ends(window) })
            .collect(),
        overrides: grants
            .overrides()
            .map(|(on, allow, deny, scope, window)| Set {
                on: on.0,
                allow,
                deny,
                scope: scope.to_owned(),
                window: ends(window),
            })
            .collect(),
    };
    let body = postcard::to_allocvec(&form).map_err(|_| RecordError::Form)?;
    Ok([MAGIC.as_slice(), &[VERSION], &checksum(&body).to_le_bytes(), &body].concat())
}

/// Reads a projection.
///
/// # Errors
/// When it is damaged or of another version.
pub fn decode(bytes: &[u8]) -> Result<Projection, ProjectionError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(ProjectionError::Corrupt)?;
    let (version, rest) = rest.split_first().ok_or(ProjectionError::Corrupt)?;
    if *version != VERSION {
        return Err(ProjectionError::Version(*version));
    }
    let (sum, body) = rest.split_at_checked(CHECKSUM_BYTES).ok_or(ProjectionError::Corrupt)?;
    if sum != checksum(body).to_le_bytes() {
        return Err(ProjectionError::Corrupt);
    }
    unpack::<Form>(body).and_then(Form::read).ok_or(ProjectionError::Corrupt)
}

impl Form {
    fn read(self) -> Option<Projection> {
        let types = self.types.into_iter().map(TypeSpec::from).collect();
        let roles = self.roles.into_iter().map(RoleSpec::from).collect();
        let policy = Policy::new(types, roles).ok()?;
        let grants = grants(&policy, self.assignments, self.overrides).ok()?;
        let stamp =
            Stamp { tenant: self.tenant, subject: self.subject, revision: self.revision, expires: self.expires };
        Some(Projection { stamp, status: self.status.map(Status::from), policy, grants })
    }
}

fn grants(policy: &Policy, held: Vec<Held>, sets: Vec<Set>) -> Result<Grants, GrantError> {
    let mut builder = GrantsBuilder::default();
    for held in held {
        let scope = Scope::parse(&held.scope)?;
        builder.assign(Assignment { role: RoleId(held.role), scope, window: window(held.window) });
    }
    for set in sets {
        let scope = Scope::parse(&set.scope)?;
        let actions = (0..u64::BITS as usize).filter_map(Action::new);
        for action in actions.filter(|action| (set.allow | set.deny) & action.mask() != 0) {
            let permission = Permission { on: TypeId(set.on), action };
            for (mask, allow) in [(set.allow, true), (set.deny, false)] {
                if mask & action.mask() != 0 {
                    builder.set(Override { permission, scope: scope.clone(), allow, window: window(set.window) });
                }
            }
        }
    }
    builder.build(policy)
}

impl From<&RoleSpec> for HeldRole {
    fn from(spec: &RoleSpec) -> Self {
        Self {
            id: spec.id.to_string(),
            masks: spec.masks.iter().map(|(on, allow, deny)| (on.0, *allow, *deny)).collect(),
        }
    }
}

impl From<HeldRole> for RoleSpec {
    fn from(held: HeldRole) -> Self {
        let masks = held.masks.into_iter().map(|(on, allow, deny)| (TypeId(on), allow, deny)).collect();
        Self { id: held.id.into(), masks, ..Self::default() }
    }
}

fn ends(window: Window) -> Option<(i64, i64)> {
    (window != Window::ALWAYS).then_some((window.from, window.until))
}

fn window(ends: Option<(i64, i64)>) -> Window {
    ends.map_or(Window::ALWAYS, |(from, until)| Window { from, until })
}

/// FNV-1a, 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
