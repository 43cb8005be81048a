//! The evaluation: one walk from the root to the resource.

use crate::decision::{Cause, Decision, Effect, Stage, Status};
use crate::{Action, Grants, Millis, Path, PathError, Policy, RoleId, TypeId};

/// A subject as a checker sees it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its status; nothing for a subject that is no member
    pub status: Option<Status>,
    /// What it holds itself
    pub own: &'a Grants,
    /// What its groups hold; their overrides do not count, for overrides are a subject's own
    pub groups: &'a [&'a Grants],
}

/// The answer for all actions of one resource at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The resource's type
    pub on: TypeId,
    /// The allowed actions, by bit
    pub allow: u64,
    /// The first moment at which the answer may change by itself
    pub valid_until: Millis,
}

/// What the walk gathered, by action bit.
#[derive(Clone, Copy, Default)]
struct Gathered {
    override_allow: u64,
    override_deny: u64,
    role_allow: u64,
    role_deny: u64,
}

impl Gathered {
    fn allowed(self) -> u64 {
        self.override_allow | (self.role_allow & !self.role_deny & !self.override_deny)
    }
}

impl Policy {
    /// Answers for all actions of the resource at `path`.
    ///
    /// # Errors
    /// When the path is malformed or not one of this policy: nothing is allowed there.
    pub fn answer(&self, subject: &Subject<'_>, path: &str, now: Millis) -> Result<Answer, PathError> {
        let path = Path::parse(path)?;
        let on = self.locate(&path)?;
        if subject.status != Some(Status::Active) {
            return Ok(Answer { on, allow: 0, valid_until: Millis::MAX });
        }
        let (gathered, valid_until) = self.gather(subject, &path, on, now);
        Ok(Answer { on, allow: gathered.allowed(), valid_until })
    }

    /// Decides one question and says why.
    ///
    /// An unknown action, an unknown type and a malformed path are denials with that reason.
    pub fn check(&self, subject: &Subject<'_>, action: &str, path: &str, now: Millis) -> Decision {
        match subject.status {
            Some(Status::Active) => {}
            Some(status) => return Decision::deny(Stage::Status, Cause::NotActive(status)),
            None => return Decision::deny(Stage::Status, Cause::UnknownSubject),
        }
        let parsed = Path::parse(path).and_then(|path| Ok((path, self.locate(&path)?)));
        let (path, on) = match parsed {
            Ok(located) => located,
            Err(error) => return Decision::deny(Stage::Default, Cause::Path(error)),
        };
        match self.resource_type(on).and_then(|kind| kind.action(action)) {
            Some(action) => self.decide(subject, &path, on, action, now),
            None => Decision::deny(Stage::Default, Cause::UnknownAction),
        }
    }

    /// Stages 2 to 7, in the order of section 2 of the design.
    fn decide(&self, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, action: Action, now: Millis) -> Decision {
        let (gathered, valid_until) = self.gather(subject, path, on, now);
        let bit = action.mask();
        let effect = if gathered.allowed() & bit == 0 { Effect::Deny } else { Effect::Allow };
        let (stage, cause) = if (gathered.override_allow | gathered.override_deny) & bit != 0 {
            (Stage::Override, self.overriding(subject, path, on, bit, now))
        } else if (gathered.role_allow | gathered.role_deny) & bit != 0 {
            (Stage::Role, self.granting(subject, path, on, bit, now, gathered.role_deny & bit != 0))
        } else {
            (Stage::Default, Cause::NoGrant)
        };
        Decision { effect, stage, cause, valid_until }
    }

    /// Walks from the root to the resource and gathers what lives there at `now`.
    fn gather(&self, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, now: Millis) -> (Gathered, Millis) {
        let mut all = Gathered::default();
        let mut valid_until = Millis::MAX;
        for (_, here) in subject.own.walk(path) {
            let (mut allow, mut deny) = (0, 0);
            for (allows, denies, window) in here.overrides(on) {
                valid_until = valid_until.min(window.next_change(now));
                if window.is_live(now) {
                    allow |= allows;
                    deny |= denies;
                }
            }
            // The walk goes inwards, so what is decided here replaces what was decided further out; deny beats allow.
            all.override_allow = (all.override_allow & !deny) | (allow & !deny);
            all.override_deny = (all.override_deny & !allow) | deny;
        }
        for grants in core::iter::once(&subject.own).chain(subject.groups) {
            for (_, here) in grants.walk(path) {
                for (role, window) in here.roles() {
                    valid_until = valid_until.min(window.next_change(now));
                    if window.is_live(now) {
                        let masks = self.masks(role, on);
                        all.role_allow |= masks.allow;
                        all.role_deny |= masks.deny;
                    }
                }
            }
        }
        (all, valid_until)
    }

    /// The scope of the override that decided: the nearest with a live one.
    fn overriding(&self, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, bit: u64, now: Millis) -> Cause {
        let deciding = subject.own.walk(path).filter(|(_, here)| {
            here.overrides(on).any(|(allow, deny, window)| (allow | deny) & bit != 0 && window.is_live(now))
        });
        Cause::Override { depth: deciding.last().map_or(0, |(depth, _)| depth) }
    }

    /// The assignment that decided: a denying one if any denies, at the nearest scope, the first in role order.
    fn granting(
        &self,
        subject: &Subject<'_>,
        path: &Path<'_>,
        on: TypeId,
        bit: u64,
        now: Millis,
        denies: bool,
    ) -> Cause {
        let mut best: Option<(u8, RoleId, bool)> = None;
        let own = core::iter::once((false, &subject.own));
        for (through_group, grants) in own.chain(subject.groups.iter().map(|grants| (true, grants))) {
            for (depth, here) in grants.walk(path) {
                for (role, window) in here.roles().filter(|(_, window)| window.is_live(now)) {
                    let _ = window;
                    let masks = self.masks(role, on);
                    let counts = if denies { masks.deny } else { masks.allow } & bit != 0;
                    let nearer =
                        best.is_none_or(|(nearest, first, _)| depth > nearest || (depth == nearest && role < first));
                    if counts && nearer {
                        best = Some((depth, role, through_group));
                    }
                }
            }
        }
        match best {
            Some((depth, role, through_group)) => Cause::Role { role, depth, through_group },
            None => Cause::NoGrant,
        }
    }
}
