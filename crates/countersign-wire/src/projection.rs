//! The browser's snapshot: what one subject needs, with version, revision, expiry and checksum.
//!
//! Layout: `CSP` and the format version (4 bytes), a checksum (FNV-1a, 8 bytes, little endian) over all that follows,
//! the form. The checksum finds accidents, not attackers: whoever changes his own projection changes what his own page
//! shows him, and no decision of a server.

use crate::packed::{fields, unpack};
use crate::record::{ApprovedForm, ConditionForm, PolicyRecord, RecordError, StatusForm, ValueForm};
use crate::record::{approved, approved_forms, attributes, named};
use core::fmt;
use countersign_core::{
    Action, Answer, Approved, Assignment, Attributes, Cause, Decision, GrantError, Grants, GrantsBuilder, Millis,
    Override, Owner, Path, PathError, Permission, Policy, Prepared, Projected, Question, Registry, RoleId, Scope,
    Stage, Status, Subject, TypeId, Window, project,
};
use serde::Serialize;

const MAGIC: &[u8; 3] = b"CSP";
const VERSION: u8 = 2;
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
    /// What decides
    pub known: Projected,
}

impl Projection {
    /// The subject, as the core asks for it.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        self.known.subject(&self.stamp.subject, self.status)
    }

    /// The vocabulary, and what roles, rules and approval policies say.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.known.policy
    }

    /// Whether it still says something.
    #[must_use]
    pub fn is_good(&self, now: Millis) -> bool {
        now < self.stamp.expires
    }

    /// Decides one question. From its expiry on the projection denies everything.
    pub fn check(&self, question: &Question<'_>) -> Decision {
        if !self.is_good(question.now) {
            return Decision::deny(Stage::Status, Cause::Expired);
        }
        let decision = self.policy().check(&self.subject(), question);
        Decision { valid_until: decision.valid_until.min(self.stamp.expires), ..decision }
    }

    /// Decides a question about a resource that [`Policy::prepare`] has seen. From its expiry on the projection denies
    /// everything.
    pub fn resolve(&self, at: &Prepared, action: Action, supplied: &Attributes, now: Millis) -> Decision {
        if !self.is_good(now) {
            return Decision::deny(Stage::Status, Cause::Expired);
        }
        self.policy().resolve(&self.subject(), at, action, supplied, now)
    }

    /// Answers for all actions of one resource; a path whose types are known but out of place has none that is allowed.
    ///
    /// # Errors
    /// When the path is malformed or names an unknown type.
    pub fn answer(&self, path: &str, now: Millis) -> Result<Answer, PathError> {
        let answer = match self.policy().answer(&self.subject(), path, now) {
            Err(PathError::Parent) => {
                let (name, _) = Path::parse(path)?.segments().last().ok_or(PathError::Empty)?;
                let on = self.policy().type_named(name).ok_or(PathError::UnknownType)?;
                // Which types stand where does not depend on ids.
                Answer { on, allow: 0, dynamic: 0, valid_until: Millis::MAX, uniform: true }
            }
            other => other?,
        };
        Ok(if self.is_good(now) {
            Answer { valid_until: answer.valid_until.min(self.stamp.expires), ..answer }
        } else {
            Answer { allow: 0, dynamic: 0, valid_until: Millis::MAX, ..answer }
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
    policy: PolicyRecord,
    assignments: Vec<Held>,
    overrides: Vec<Set>,
    attributes: Vec<(String, ValueForm)>,
    resources: Vec<(String, Vec<(String, ValueForm)>)>,
    approved: Vec<ApprovedForm>,
}

#[derive(Serialize)]
struct Held {
    role: u16,
    scope: String,
    window: Option<(i64, i64)>,
    when: Option<ConditionForm>,
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
    Form { tenant subject revision expires status policy assignments overrides attributes resources approved }
    Held { role scope window when }
    Set { on allow deny scope window }
}

/// Makes the projection of a subject as of `now`.
///
/// # Errors
/// When the grants do not belong to the policy.
pub fn encode(policy: &Policy, subject: &Subject<'_>, stamp: &Stamp, now: Millis) -> Result<Vec<u8>, RecordError> {
    let nothing = Grants::default();
    // Whoever may do nothing learns nothing of what he once held.
    let active = subject.status == Some(Status::Active);
    let shown = if active { *subject } else { Subject::new(subject.id, subject.status, &nothing, &[]) };
    let known = project(policy, &shown, now).map_err(|_| RecordError::Form)?;
    let mut form = Form::of(&known, subject.status, stamp);
    // The order in which grants came to be, or through which group, is nobody's business.
    form.assignments.sort_by_cached_key(|held| postcard::to_allocvec(held).unwrap_or_default());
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
    fn of(known: &Projected, status: Option<Status>, stamp: &Stamp) -> Self {
        let Projected { policy, grants, attributes, resources, approved } = known;
        let held = |held: countersign_core::Held<'_>| Held {
            role: held.role.0,
            scope: held.scope.to_owned(),
            window: ends(held.window),
            when: held.when.map(|when| ConditionForm::of(when, policy)),
        };
        let set = |(on, allow, deny, scope, window): (TypeId, u64, u64, &str, Window)| Set {
            on: on.0,
            allow,
            deny,
            scope: scope.to_owned(),
            window: ends(window),
        };
        Self {
            tenant: stamp.tenant.clone(),
            subject: stamp.subject.clone(),
            revision: stamp.revision,
            expires: stamp.expires,
            status: status.map(StatusForm::from),
            policy: PolicyRecord::from(policy),
            assignments: grants.assignments().map(held).collect(),
            overrides: grants.overrides().map(set).collect(),
            attributes: named(policy, attributes),
            resources: resources.all().map(|(path, values)| (path.to_owned(), named(policy, values))).collect(),
            approved: approved_forms(policy, approved),
        }
    }

    fn read(self) -> Option<Projection> {
        let policy = self.policy.policy().ok()?;
        let grants = grants(&policy, self.assignments, self.overrides).ok()?;
        let resources = self.resources.iter().map(|(path, values)| {
            let on = policy.locate(&Path::parse(path).ok()?).ok()?;
            Some((path.as_str().into(), attributes(&policy, Owner::Type(on), values)))
        });
        let resources = Registry::new(resources.collect::<Option<_>>()?);
        let attributes = attributes(&policy, Owner::Subject, &self.attributes);
        let approved: Vec<Approved> = approved(&policy, &self.approved);
        let stamp =
            Stamp { tenant: self.tenant, subject: self.subject, revision: self.revision, expires: self.expires };
        let known = Projected { policy, grants, attributes, resources, approved };
        Some(Projection { stamp, status: self.status.map(Status::from), known })
    }
}

fn grants(policy: &Policy, held: Vec<Held>, sets: Vec<Set>) -> Result<Grants, GrantError> {
    let mut builder = GrantsBuilder::default();
    for held in held {
        let scope = Scope::parse(&held.scope)?;
        let when = match held.when {
            None => None,
            Some(form) => Some(form.condition(policy).ok_or(GrantError::Reference)?),
        };
        builder.assign(Assignment { role: RoleId(held.role), scope, window: window(held.window), when });
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
