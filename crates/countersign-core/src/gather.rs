//! What stands on the way from the root to a resource, gathered in one walk.

use crate::grants::{Given, Here};
use crate::policy::Masks;
use crate::{Grants, Millis, Path, Policy, RoleId, Subject, TypeId, Window};
use alloc::vec::Vec;

/// What the walk gathered, by action bit; and of one action, where it was decided.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    pub(crate) override_allow: u64,
    pub(crate) override_deny: u64,
    /// What live roles say whatever the conditions
    pub(crate) role_allow: u64,
    pub(crate) role_deny: u64,
    pub(crate) valid_until: Millis,
    /// The scope of the nearest override of the action
    pub(crate) override_depth: u8,
    pub(crate) allowing: Option<Witness>,
    pub(crate) denying: Option<Witness>,
    /// What live roles say under conditions
    pub(crate) terms: Vec<Term>,
}

/// What a live assignment says while its conditions hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) allow: u64,
    pub(crate) deny: u64,
    pub(crate) witness: Witness,
    /// Whose grants it is in: 0 the subject's own, n the n-th group's
    pub(crate) holder: u32,
    /// The assignment's condition in those grants, by index + 1; 0 for none
    pub(crate) when: u16,
    /// The part of the role, by index + 1; 0 for what the role says whatever its conditions
    pub(crate) part: u16,
}

/// An assignment that speaks of the action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Witness {
    pub(crate) depth: u8,
    pub(crate) role: RoleId,
    pub(crate) through_group: bool,
}

/// What is looked for.
#[derive(Clone, Copy)]
struct Asked {
    on: TypeId,
    /// The action whose reason is wanted, or nothing
    bit: u64,
    now: Millis,
}

impl Witness {
    /// The one at the nearer scope; at one scope the first in role order.
    pub(crate) fn or_nearer(self, other: Option<Self>) -> Self {
        let place = |witness: &Self| (core::cmp::Reverse(witness.depth), witness.role, witness.through_group);
        match other {
            Some(other) if place(&other) < place(&self) => other,
            _ => self,
        }
    }
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
        terms: Vec::new(),
    };

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
    fn overrides(&mut self, here: &Here<'_>, asked: Asked) {
        let (mut allow, mut deny) = (0, 0);
        for (allows, denies, window) in here.overrides(asked.on) {
            if self.is_live(window, asked.now) {
                allow |= allows;
                deny |= denies;
            }
        }
        self.override_allow = (self.override_allow | allow) & !deny;
        self.override_deny = (self.override_deny & !allow) | deny;
        if (allow | deny) & asked.bit != 0 {
            self.override_depth = here.depth;
        }
    }

    /// Takes in what a live role says whatever the conditions.
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

impl Policy {
    /// Walks from the root to the resource and gathers what lives there at `now`; `bit` is the action whose reason is
    /// wanted, or nothing.
    pub(crate) fn gather(&self, subject: &Subject<'_>, path: &Path<'_>, on: TypeId, bit: u64, now: Millis) -> Gathered {
        let mut all = Gathered::NOTHING;
        let asked = Asked { on, bit, now };
        subject.own.walk(path, |here| {
            all.overrides(&here, asked);
            self.roles_here(&mut all, &here, asked, 0);
        });
        for (group, holder) in subject.groups.iter().zip(1..) {
            group.walk(path, |here| self.roles_here(&mut all, &here, asked, holder));
        }
        all
    }

    fn roles_here(&self, all: &mut Gathered, here: &Here<'_>, asked: Asked, holder: u32) {
        for Given { role, window, when } in here.roles() {
            if !all.is_live(window, asked.now) {
                continue;
            }
            let witness = Witness { depth: here.depth, role, through_group: holder != 0 };
            let masks = self.masks(role, asked.on);
            if when == 0 {
                all.role(masks, witness, asked.bit);
            } else if masks != Masks::default() {
                let Masks { allow, deny } = masks;
                all.terms.push(Term { allow, deny, witness, holder, when, part: 0 });
            }
            for (part, masks) in self.parts(role, asked.on) {
                let Masks { allow, deny } = masks;
                all.terms.push(Term { allow, deny, witness, holder, when, part });
            }
        }
    }
}

/// Grants of which a [`Term`] speaks.
pub(crate) fn holder<'a>(subject: &Subject<'a>, holder: u32) -> Option<&'a Grants> {
    match holder.checked_sub(1) {
        None => Some(subject.own),
        Some(group) => subject.groups.get(group as usize).copied(),
    }
}
