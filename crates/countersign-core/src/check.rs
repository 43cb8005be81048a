//! The evaluation: one walk from the root to the resource.

use crate::decision::{Cause, Decision, Effect, Stage, Status};
use crate::grants::Here;
use crate::policy::Masks;
use crate::{Action, Grants, Millis, Path, PathError, Policy, RoleId, TypeId, Window};

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
    /// Whether the answer is the same for every well-formed id in the place of the path's last one
    pub uniform: bool,
}

/// What the walk gathered, by action bit; and of one action, where it was decided.
struct Gathered {
    override_allow: u64,
    override_deny: u64,
    role_allow: u64,
    role_deny: u64,
    valid_until: Millis,
    /// The scope of the nearest override of the action
    override_depth: u8,
    allowing: Option<Witness>,
    denying: Option<Witness>,
}

/// An assignment that speaks of the action.
#[derive(Clone, Copy)]
struct Witness {
    depth: u8,
    role: RoleId,
    through_group: bool,
}

impl Gathered {
    const NOTHING: Self = Self {
        override_allow: 0,
        override_deny: 0,
        role_allow: 0,
        role_deny: 0,
        valid_until: Millis::MAX,
        override_depth: 0,
        allowing: None,
        denying: None,
    };

    fn allowed(&self) -> u64 {
        self.override_allow | (self.role_allow & !self.role_deny & !self.override_deny)
    }

    /// Whether a grant is live, noting when that may change.
    fn is_live(&mut self, window: Window, now: Millis) -> bool {
        if window == Window::ALWAYS {
            return true;
        }
        self.valid_until = self.valid_until.min(window.next_change(now));
        window.is_live(now)
    }

    /// Takes in the overrides at one scope; the walk goes inwards, so what is decided here replaces what was decided
    /// further out. Deny beats allow.
    fn overrides(&mut self, here: &Here<'_>, on: TypeId, bit: u64, now: Millis) {
        let (mut allow, mut deny) = (0, 0);
        for (allows, denies, window) in here.overrides(on) {
            if self.is_live(window, now) {
                allow |= allows;
                deny |= denies;
            }
        }
        self.override_allow = (self.override_allow | allow) & !deny;
        self.override_deny = (self.override_deny & !allow) | deny;
        if (allow | deny) & bit != 0 {
            self.override_depth = here.depth;
        }
    }

    /// Takes in a live role.
    fn role(&mut self, masks: Masks, witness: Witness, bit: u64) {
        self.role_allow |= masks.allow;
        self.role_deny |= masks.deny;
        if masks.allow & bit != 0 {
            self.allowing = Some(witness.or_nearer(self.allowing));
        }
        if masks.deny & bit != 0 {
            self.denying = Some(witness.or_nearer(self.denying));
        }
    }
}

impl Witness {
    /// The one at the nearer scope; at one scope the first in role order.
    fn or_nearer(self, other: Option<Self>) -> Self {
        let place = |witness: &Self| (core::cmp::Reverse(witness.depth), witness.role, witness.through_group);
        match other {
            Some(other) if place(&other) < place(&self) => other,
            _ => self,
        }
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
            return Ok(Answer { on, allow: 0, valid_until: Millis::MAX, uniform: true });
        }
        let gathered = self.gather(subject, &path, on, 0, now);
        let family = path.family();
        let uniform = subject.own.bare_below(family) && subject.groups.iter().all(|group| group.bare_below(family));
        Ok(Answer { on, allow: gathered.allowed(), valid_until: gathered.valid_until, uniform })
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

    /// The stages behind status, in the order that the crate's documentation gives.
    fn decide(&self, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, action: Action, now: Millis) -> Decision {
        let bit = action.mask();
        let gathered = self.gather(subject, path, on, bit, now);
        let effect = if gathered.allowed() & bit == 0 { Effect::Deny } else { Effect::Allow };
        let (stage, cause) = if (gathered.override_allow | gathered.override_deny) & bit != 0 {
            (Stage::Override, Cause::Override { depth: gathered.override_depth })
        } else if let Some(Witness { depth, role, through_group }) = gathered.denying.or(gathered.allowing) {
            (Stage::Role, Cause::Role { role, depth, through_group })
        } else {
            (Stage::Default, Cause::NoGrant)
        };
        Decision { effect, stage, cause, valid_until: gathered.valid_until }
    }

    /// Walks from the root to the resource and gathers what lives there at `now`; `bit` is the action whose reason is
    /// wanted, or nothing.
    fn gather(&self, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, bit: u64, now: Millis) -> Gathered {
        let mut all = Gathered::NOTHING;
        subject.own.walk(path, |here| {
            all.overrides(&here, on, bit, now);
            self.roles_here(&mut all, &here, on, bit, now, false);
        });
        for group in subject.groups {
            group.walk(path, |here| self.roles_here(&mut all, &here, on, bit, now, true));
        }
        all
    }

    fn roles_here(&self, all: &mut Gathered, here: &Here<'_>, on: TypeId, bit: u64, now: Millis, through_group: bool) {
        for (role, window) in here.roles() {
            if all.is_live(window, now) {
                all.role(self.masks(role, on), Witness { depth: here.depth, role, through_group }, bit);
            }
        }
    }
}
