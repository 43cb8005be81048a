//! What the engine lets an actor do, and what the actor can hand on: nobody hands out or gains what they do not hold.
//!
//! Two ways lead to handing something on:
//! - *by role*: the actor holds, at the scope or above, a live role that `assigns` the role in question;
//! - *by coverage*: the actor holds the permission itself, at the scope and everywhere below, without a condition that
//!   could end it, and for at least as long.
//!
//! Coverage is read from the grants and errs towards no: what a condition gives or takes, and what a permit gives, does
//! not count; a denial of the permission anywhere at, above or below the scope ends it.

use crate::held::Held;
use crate::state::{Fault, State};
use countersign_core::condition::{Condition, Reference};
use countersign_core::{
    Held as Given, Millis, Owner, Policy, Question, RoleId, RoleSpec, RuleSpec, Scope, Status, TypeId,
};
use std::rc::Rc;

/// What an actor holds while a command is authorised.
pub(crate) struct Rights {
    policy: Rc<Policy>,
    held: Held,
    now: Millis,
    operator: bool,
}

/// Permissions of one type.
pub(crate) type Row = (TypeId, u64);

impl Rights {
    /// What `actor` holds in this tenant. Operators stand above it: they may everything, and the log says that it was
    /// they.
    pub(crate) fn of(
        state: &impl State,
        policy: Rc<Policy>,
        actor: &str,
        operator: bool,
        now: Millis,
    ) -> Result<Self, Fault> {
        let held = Held::of(state, &policy, actor)?;
        Ok(Self { policy, held, now, operator })
    }

    /// What it is read against.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether the actor is one of the platform's operators.
    pub(crate) fn is_operator(&self) -> bool {
        self.operator
    }

    /// Whether the engine allows `action` on the built-in resource `resource` below `scope`.
    pub(crate) fn may(&self, action: &str, scope: &str, resource: &str) -> bool {
        self.operator || self.asks(&Question::new(action, &below(scope, resource), self.now))
    }

    fn asks(&self, question: &Question<'_>) -> bool {
        self.held.ask(|subject| self.policy.check(subject, question)).is_allow()
    }

    /// Until when the actor may give `role` at `scope`. Nothing if it may not.
    ///
    /// A custom role can be given by whoever could hand on all that it holds: no role of the model can name it.
    pub(crate) fn may_give_until(&self, role: RoleId, scope: &str, custom: bool) -> Option<Millis> {
        if self.operator {
            return Some(Millis::MAX);
        }
        let by_role = self.assigns_until(role, scope);
        if by_role.is_some() || !custom {
            return by_role;
        }
        self.could_give_until(self.policy.role(role)?.spec(), scope)
    }

    /// Until when the actor could hand on all that a role holds: what it allows, and the roles that it lets its holder
    /// give.
    pub(crate) fn could_give_until(&self, role: &RoleSpec, scope: &str) -> Option<Millis> {
        let rows: Vec<Row> = all_rows(role).map(|(on, allow, _)| (on, allow)).collect();
        let own = self.hands_on_until(&rows, scope)?;
        let assigned = role.assigns.iter().map(|role| self.may_give_until(*role, scope, false));
        assigned.chain([Some(own)]).min().flatten()
    }

    /// Until when the actor can hand on all of these permissions at `scope`. Nothing if it cannot.
    pub(crate) fn hands_on_until(&self, rows: &[Row], scope: &str) -> Option<Millis> {
        if self.operator {
            return Some(Millis::MAX);
        }
        if self.held.status != Some(Status::Active) {
            return None;
        }
        let bits = rows.iter().flat_map(|(on, mask)| bits(*mask).map(|bit| (*on, bit)));
        let mut until = Millis::MAX;
        for (on, bit) in bits {
            let (own, by_role) = (self.covers_until(on, bit, scope), self.lends_until(on, bit, scope));
            until = until.min(own.max(by_role)?);
        }
        Some(until)
    }

    /// Until when a live role lets its holder give `role` at `scope`: the latest end of those, held there or above.
    fn assigns_until(&self, role: RoleId, scope: &str) -> Option<Millis> {
        let at = below(scope, "assignment:new");
        self.held.ask(|subject| {
            let live = self.live(scope);
            live.filter(|held| self.policy.gives(subject, held, role, &at, self.now))
                .map(|held| held.window.until)
                .max()
        })
    }

    /// Until when some role that the actor may give at `scope` allows the permission there without conditions.
    fn lends_until(&self, on: TypeId, bit: u64, scope: &str) -> Option<Millis> {
        let allows = |role: &RoleSpec| role.masks.iter().any(|(of, allow, _)| *of == on && allow & bit != 0);
        let roles = (0..).zip(self.policy.roles()).map(|(number, role)| (RoleId(number), role.spec()));
        let there = roles.filter(|(role, spec)| allows(spec) && self.policy.may_assign_at(*role, scope) == Ok(true));
        there.filter_map(|(role, _)| self.assigns_until(role, scope)).max()
    }

    /// Until when the actor holds the permission at `scope` and everywhere below, whatever comes.
    fn covers_until(&self, on: TypeId, bit: u64, scope: &str) -> Option<Millis> {
        let near = |at: &str| reaches(at, scope) || reaches(scope, at);
        let hits = |of: TypeId, mask: u64| of == on && mask & bit != 0;
        if self.policy.rules().iter().any(|rule| !rule.permit && self.singles_out(rule, on, bit)) {
            return None;
        }
        let mut until = None;
        for (of, allow, deny, at, window) in self.held.own.overrides() {
            if hits(of, deny) && near(at) && window.until > self.now {
                return None;
            }
            if hits(of, allow) && reaches(at, scope) && window.is_live(self.now) {
                until = until.max(Some(window.until));
            }
        }
        let denied = |held: &Given<'_>| {
            let role = self.policy.role(held.role).map(|role| role.spec());
            role.is_some_and(|role| all_rows(role).any(|(of, _, deny)| hits(of, deny)))
        };
        if self.held.assignments().any(|held| near(held.scope) && held.window.until > self.now && denied(&held)) {
            return until;
        }
        let at = below(scope, "assignment:new");
        let by_role = self.held.ask(|subject| {
            let live = self.live(scope).filter(|held| self.firmly_allows(held, on, bit));
            live.filter(|held| self.policy.acts(subject, held, &at, self.now)).map(|held| held.window.until).max()
        });
        until.max(by_role)
    }

    /// Whether a held role allows the permission under no condition but its own, which is asked about apart.
    fn firmly_allows(&self, held: &Given<'_>, on: TypeId, bit: u64) -> bool {
        let Some(role) = self.policy.role(held.role).map(|role| role.spec()) else { return false };
        let own = |when: &[countersign_core::ConditionId]| when.iter().all(|id| Some(*id) == role.when);
        let parts = role.parts.iter().filter(|part| own(&part.when)).flat_map(|part| &part.masks);
        role.masks.iter().chain(parts).any(|(of, allow, _)| *of == on && allow & bit != 0)
    }

    /// Whether a rule about the permission looks at who asks: it may spare the one and forbid the other.
    fn singles_out(&self, rule: &RuleSpec, on: TypeId, bit: u64) -> bool {
        let targets = rule.targets.iter().any(|(of, mask)| *of == on && mask & bit != 0);
        targets
            && rule
                .when
                .and_then(|when| self.policy.condition(when))
                .is_some_and(|when| reads_subject(&self.policy, when))
    }

    fn live<'s>(&'s self, scope: &'s str) -> impl Iterator<Item = Given<'s>> {
        self.held.assignments().filter(move |held| held.window.is_live(self.now) && reaches(held.scope, scope))
    }
}

/// The resource `resource` below `scope`.
pub(crate) fn below(scope: &str, resource: &str) -> String {
    if scope == "/" { resource.to_owned() } else { format!("{scope}/{resource}") }
}

/// Whether a grant at `scope` reaches `at`.
pub(crate) fn reaches(scope: &str, at: &str) -> bool {
    Scope::parse(scope).is_ok_and(|scope| scope.reaches(at))
}

/// Whether a condition reads who asks.
pub(crate) fn reads_subject(policy: &Policy, condition: &Condition) -> bool {
    let of_subject = |slot| policy.attribute(slot).is_some_and(|spec| spec.owner == Owner::Subject);
    condition.references.iter().any(|reference| match reference {
        Reference::SubjectId => true,
        Reference::Slot(slot) => of_subject(*slot),
        _ => false,
    })
}

/// All that a role says, whatever the conditions: type, allowed, denied.
pub(crate) fn all_rows(role: &RoleSpec) -> impl Iterator<Item = (TypeId, u64, u64)> {
    role.masks.iter().chain(role.parts.iter().flat_map(|part| &part.masks)).copied()
}

fn bits(mask: u64) -> impl Iterator<Item = u64> {
    (0..64).map(|place| 1 << place).filter(move |bit| mask & bit != 0)
}
