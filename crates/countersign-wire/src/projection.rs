//! The browser's snapshot: what one subject needs, with version, revision, expiry and checksum.
//!
//! Layout: `CSP` and the format version (4 bytes), a checksum (FNV-1a, 8 bytes, little endian) over all that follows,
//! the form. The checksum finds accidents, not attackers: whoever changes his own projection changes what his own page
//! shows him, and no decision of a server.

mod read;

pub use read::decode;
pub(crate) use read::{attributes, grants, policy, resources, scope};

use crate::record::{ApprovedForm, ConditionForm, PolicyRecord, RecordError, StatusForm, ValueForm};
use crate::record::{approved_forms, named};
use core::fmt;
use countersign_core::condition::Value;
use countersign_core::{
    Action, Answer, Attributes, Cause, Decision, Grants, Millis, Path, PathError, Plan, Policy, Prepared, Projected,
    Question, Slot, Stage, Status, Subject, TypeId, Window, project,
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
        let decision = self.policy().resolve(&self.subject(), at, action, supplied, now);
        Decision { valid_until: decision.valid_until.min(self.stamp.expires), ..decision }
    }

    /// [`Projection::plan`] with what is supplied by slot.
    #[must_use]
    pub fn plan_with(&self, action: &str, on: &str, supplied: &Attributes, now: Millis) -> Plan {
        if !self.is_good(now) {
            return Plan::Never;
        }
        self.policy().plan(&self.subject(), action, on, supplied, now)
    }

    /// [`Projection::anywhere`] with what is wanted and supplied by slot.
    #[must_use]
    pub fn anywhere_with(
        &self,
        action: &str,
        on: &str,
        wanted: &[(Slot, Value<'static>)],
        supplied: &Attributes,
        now: Millis,
    ) -> bool {
        self.is_good(now) && self.policy().anywhere(&self.subject(), action, on, wanted, supplied, now)
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
}

pub(crate) fn ends(window: Window) -> Option<(i64, i64)> {
    (window != Window::ALWAYS).then_some((window.from, window.until))
}

/// FNV-1a, 64 bits.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
