//! What the engine lets an actor do, and what the actor can hand on: nobody hands out or gains what they do not hold.
//!
//! Two ways lead to handing something on:
//! - *by role*: the actor holds, at the scope or above, a live role that `assigns` the role in question;
//! - *by coverage*: the actor holds the permission itself, at the scope and everywhere below, without a condition that
//!   could end it, and for at least as long.
//!
//! Coverage is read from the grants and errs towards no: what a condition gives or takes, and what a permit gives, does
//! not count; a denial of the permission anywhere at, above or below the scope ends it. A condition counts where it is
//! settled: it comes to the same at the scope and everywhere below it, whatever is supplied, asked and when.

use crate::approval_policies::may_name;
use crate::held::Held;
use crate::settled::is_settled;
use crate::state::{Fault, State};
use crate::{doc, settings};
use countersign_core::condition::{Condition, Reference};
use countersign_core::limits::ROLES;
use countersign_core::sorted::Set;
use countersign_core::{
    ConditionId, Effect, Held as Given, Millis, Owner, Policy, Question, Role, RoleId, RoleSpec, Scope, Status, TypeId,
};
use std::rc::Rc;

/// What an actor holds while a command is authorised.
pub(crate) struct Rights {
    policy: Rc<Policy>,
    held: Held,
    now: Millis,
    operator: bool,
    /// Roles that nobody of the tenant can give: nothing is handed on by way of them
    sealed: Set<String>,
    /// Roles that the tenant made itself
    custom: Set<String>,
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
        let held = Held::of(state, &policy, actor)?.without_approvals();
        let sealed = settings::of(state)?.sealed_roles.0.into_keys().collect();
        let custom = state.docs(doc::ROLE, "", ROLES)?;
        let custom = custom.iter().filter_map(|(key, _)| key.strip_prefix(doc::ROLE)).map(str::to_owned).collect();
        Ok(Self { policy, held, now, operator, sealed, custom })
    }

    /// The policy that the actor is held against.
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

    /// Whether the engine allows `action` on the resource at `path` while nothing is supplied, or would once it is
    /// approved.
    pub(crate) fn sees(&self, action: &str, path: &str) -> bool {
        let question = Question::new(action, path, self.now);
        self.operator || self.held.ask(|subject| self.policy.check(subject, &question)).effect != Effect::Deny
    }

    fn asks(&self, question: &Question<'_>) -> bool {
        self.held.ask(|subject| self.policy.check(subject, question)).is_allow()
    }

    /// Until when the actor may give `role` at `scope`. Nothing if it may not.
    ///
    /// A custom role can be given by whoever could hand on all that it holds, because no role of the model can name it;
    /// and where whoever has it approves requests, by those alone who say who does.
    pub(crate) fn may_give_until(&self, role: RoleId, scope: &str, custom: bool) -> Option<Millis> {
        if self.operator {
            return Some(Millis::MAX);
        }
        let spec = self.policy.role(role)?.spec();
        if custom && !may_name(&self.policy, self, &format!("role:{}", spec.id)) {
            return None;
        }
        let by_role = self.assigns_until(role, scope);
        if by_role.is_some() || !custom {
            return by_role;
        }
        self.could_give_until(&self.policy, spec, scope)
    }

    /// Until when the actor may take `role` away at `scope`: what it denies is handed on by that.
    pub(crate) fn may_take_until(&self, role: RoleId, scope: &str, custom: bool) -> Option<Millis> {
        if self.operator {
            return Some(Millis::MAX);
        }
        let by_role = self.assigns_until(role, scope);
        if by_role.is_some() || !custom {
            return by_role;
        }
        let spec = self.policy.role(role)?.spec();
        let freed: Vec<Row> = all_rows(spec).map(|(on, _, deny)| (on, deny)).collect();
        Some(self.could_give_until(&self.policy, spec, scope)?.min(self.hands_on_until(&freed, scope)?))
    }

    /// Until when the actor could hand on all that a role of `policy` holds: what it allows, and the roles that it lets
    /// its holder give and take away, and what those allow and deny. `policy` has the actor's types, and perhaps other
    /// roles.
    pub(crate) fn could_give_until(&self, policy: &Policy, role: &RoleSpec, scope: &str) -> Option<Millis> {
        let mut until = Millis::MAX;
        let (mut seen, mut open) = (Set::new(), vec![(role, 0)]);
        while let Some((role, taken)) = open.pop() {
            let rows: Vec<Row> = all_rows(role).map(|(on, allow, deny)| (on, allow | (deny & taken))).collect();
            until = until.min(self.hands_on_until(&rows, scope)?);
            for given in role.assigns.iter().filter_map(|given| policy.role(*given)) {
                let known = self.policy.role_named(given.id());
                match known.and_then(|known| self.assigns_until(known, scope)) {
                    Some(by_role) => until = until.min(by_role),
                    // A role of the model is given by those alone whom the model lets.
                    None if known.is_some() && !self.custom.contains(given.id()) => return self.as_operator(),
                    None if seen.insert(given.id()) => open.push((given.spec(), u64::MAX)),
                    None => {}
                }
            }
        }
        Some(until)
    }

    fn as_operator(&self) -> Option<Millis> {
        self.operator.then_some(Millis::MAX)
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
            let live = self.live(scope).filter(|held| self.is_firm(held, scope));
            live.filter(|held| self.policy.gives(subject, held, role, &at, self.now))
                .map(|held| held.window.until)
                .max()
        })
    }

    /// Until when some role that the actor may give at `scope` allows the permission there without conditions.
    fn lends_until(&self, on: TypeId, bit: u64, scope: &str) -> Option<Millis> {
        let allows = |role: &RoleSpec| {
            let denied = all_rows(role).any(|(of, _, deny)| of == on && deny & bit != 0);
            !denied && role.masks.iter().any(|(of, allow, _)| *of == on && allow & bit != 0)
        };
        let roles = (0..).zip(self.policy.roles()).map(|(number, role)| (RoleId(number), role.spec()));
        let there = roles.filter(|(role, spec)| allows(spec) && self.policy.may_assign_at(*role, scope) == Ok(true));
        let open = there.filter(|(_, spec)| !self.sealed.contains(&*spec.id));
        let until = open.filter_map(|(role, _)| self.assigns_until(role, scope)).max()?;
        // Whoever may not give roles there can hand nothing on by one.
        let create = self.policy.permission("assignment:create")?;
        Some(until.min(self.covers_until(create.on, create.action.mask(), scope)?))
    }

    /// Until when the actor holds the permission at `scope` and everywhere below, whatever comes.
    pub(crate) fn covers_until(&self, on: TypeId, bit: u64, scope: &str) -> Option<Millis> {
        if self.held.status != Some(Status::Active) || self.singles_out(on, bit) {
            return None;
        }
        let hits = |of: TypeId, mask: u64| of == on && mask & bit != 0;
        let mut until = None;
        for (of, allow, deny, at, window) in self.held.own.overrides() {
            if hits(of, deny) && near(at, scope) && window.until > self.now {
                return None;
            }
            if hits(of, allow) && reaches(at, scope) && window.is_live(self.now) {
                until = until.max(Some(window.until));
            }
        }
        if self.is_denied_by_role(on, bit, scope) {
            return until;
        }
        let at = below(scope, "assignment:new");
        let by_role = self.held.ask(|subject| {
            let live = self.live(scope).filter(|held| self.firmly_allows(held, on, bit) && self.is_firm(held, scope));
            live.filter(|held| self.policy.acts(subject, held, &at, self.now)).map(|held| held.window.until).max()
        });
        until.max(by_role)
    }

    /// Whether the actor has a role, now or later, itself or through a group.
    pub(crate) fn has_role(&self, role: RoleId) -> bool {
        self.held.assignments().any(|held| held.role == role && held.window.until > self.now)
    }

    /// Whether the permission is denied to the actor itself anywhere at, above or below `scope`, now or later.
    pub(crate) fn is_denied(&self, (on, mask): Row, scope: &str) -> bool {
        let set = self.held.own.overrides().any(|(of, _, deny, at, window)| {
            of == on && deny & mask != 0 && near(at, scope) && window.until > self.now
        });
        set || self.is_denied_by_role(on, mask, scope)
    }

    fn is_denied_by_role(&self, on: TypeId, mask: u64, scope: &str) -> bool {
        let denies = |held: &Given<'_>| {
            let role = self.policy.role(held.role).map(Role::spec);
            role.is_some_and(|role| all_rows(role).any(|(of, _, deny)| of == on && deny & mask != 0))
        };
        let mut held = self.held.assignments();
        held.any(|held| near(held.scope, scope) && held.window.until > self.now && denies(&held))
    }

    /// Whether a held role allows the permission under no condition but its own, which is asked about apart.
    fn firmly_allows(&self, held: &Given<'_>, on: TypeId, bit: u64) -> bool {
        let Some(role) = self.policy.role(held.role).map(Role::spec) else { return false };
        let own = |when: &[ConditionId]| when.iter().all(|id| Some(*id) == role.when);
        let parts = role.parts.iter().filter(|part| own(&part.when)).flat_map(|part| &part.masks);
        role.masks.iter().chain(parts).any(|(of, allow, _)| *of == on && allow & bit != 0)
    }

    /// Whether the conditions of what is held come to the same everywhere at and below `scope`.
    fn is_firm(&self, held: &Given<'_>, scope: &str) -> bool {
        let own = self.policy.role(held.role).and_then(|role| role.spec().when);
        let own =
            own.is_none_or(|own| self.policy.condition(own).is_some_and(|own| is_settled(&self.policy, own, scope)));
        own && held.when.is_none_or(|when| is_settled(&self.policy, when, scope))
    }

    /// Whether a rule or an approval policy about the permission looks at who asks: it may spare the one and stop the
    /// other.
    fn singles_out(&self, on: TypeId, bit: u64) -> bool {
        let rules = self.policy.rules().iter().filter(|rule| !rule.permit).map(|rule| (&rule.targets, rule.when));
        let policies = self.policy.approvals().iter().map(|policy| (&policy.targets, policy.when));
        let about =
            rules.chain(policies).filter(|(on_all, _)| on_all.iter().any(|(of, mask)| *of == on && mask & bit != 0));
        let mut conditions = about.filter_map(|(_, when)| self.policy.condition(when?));
        conditions.any(|when| reads_subject(&self.policy, when))
    }

    fn live<'s>(&'s self, scope: &'s str) -> impl Iterator<Item = Given<'s>> {
        self.held.assignments().filter(move |held| held.window.is_live(self.now) && reaches(held.scope, scope))
    }
}

/// The resource `resource` below `scope`.
pub(crate) fn below(scope: &str, resource: &str) -> String {
    if scope == "/" { resource.to_owned() } else { format!("{scope}/{resource}") }
}

/// Whether one of the scopes reaches the other.
fn near(one: &str, other: &str) -> bool {
    reaches(one, other) || reaches(other, one)
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
