//! What comes out: a decision, always with its reason.

use crate::{Millis, PathError, RoleId};

/// A member's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Invited, and not yet able to do anything
    Invited,
    /// The only status in which anything is allowed
    Active,
    /// Switched off, with its history kept
    Deactivated,
    /// Locked until somebody unlocks it
    Locked,
}

impl Status {
    /// The word used in documents and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Locked => "locked",
        }
    }
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It may not
    Deny,
    /// It may
    Allow,
    /// It may once somebody has approved
    Approval,
}

impl Effect {
    /// The word used in documents and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Allow => "allow",
            Self::Approval => "approval",
        }
    }
}

/// The stage of the evaluation that decided, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The subject's status
    Status = 1,
    /// A forbid rule
    Forbid = 2,
    /// An override of the subject
    Override = 3,
    /// A role assigned to the subject or a group of it
    Role = 4,
    /// A permit rule
    Permit = 5,
    /// Nothing else decided
    Default = 6,
    /// An approval policy
    Approval = 7,
}

impl Stage {
    /// The word used in documents and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Forbid => "forbid",
            Self::Override => "override",
            Self::Role => "role",
            Self::Permit => "permit",
            Self::Default => "default",
            Self::Approval => "approval",
        }
    }
}

/// What it was, within the stage, that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The subject is no member
    UnknownSubject,
    /// The member's status is not active
    NotActive(Status),
    /// What is known of the subject is too old to say anything
    Expired,
    /// An override at the ancestor that has `depth` segments (0 is the root)
    Override {
        /// Segments of the scope
        depth: u8,
    },
    /// An assignment at the ancestor that has `depth` segments
    Role {
        /// The role that decided; the first in the policy's order where several did
        role: RoleId,
        /// Segments of the scope; the nearest where several decided
        depth: u8,
        /// Whether the assignment is a group's
        through_group: bool,
    },
    /// A rule, by its place in the model
    Rule {
        /// The rule
        rule: u16,
        /// Whether it counts because its condition could not be told
        errored: bool,
    },
    /// An approval policy, by its place in the policy
    Approval {
        /// The approval policy
        policy: u16,
        /// Whether it counts because its condition could not be told
        errored: bool,
    },
    /// No grant reaches the resource
    NoGrant,
    /// No grant that holds reaches the resource; one might, but its condition cannot be told
    Unclear {
        /// The role
        role: RoleId,
        /// Segments of the scope
        depth: u8,
    },
    /// The resource path is not one of this policy
    Path(PathError),
    /// The resource's type declares no such action
    UnknownAction,
}

impl Cause {
    /// Why a subject with this status is denied.
    pub(crate) fn of_status(status: Option<Status>) -> Self {
        status.map_or(Self::UnknownSubject, Self::NotActive)
    }
}

/// The answer with its reason.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer
    pub effect: Effect,
    /// The stage that decided
    pub stage: Stage,
    /// What decided within that stage
    pub cause: Cause,
    /// The first moment at which the decision may change by itself; [`Millis::MAX`] for never
    pub valid_until: Millis,
}

impl Decision {
    /// Whether the answer is a plain allow.
    #[must_use]
    pub fn is_allow(self) -> bool {
        self.effect == Effect::Allow
    }

    /// A denial that nothing but new knowledge can change.
    pub fn deny(stage: Stage, cause: Cause) -> Self {
        Self { effect: Effect::Deny, stage, cause, valid_until: Millis::MAX }
    }
}
