//! Who gives a command, and what the engine lets that actor do.

use crate::state::{Fault, Held, State};
use countersign_core::{Millis, Policy, Question, RoleId, Scope};

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The subject, such as `user:ann` or `operator:eve`
    pub subject: String,
    /// Whether it is one of the platform's operators, who stand above tenants
    pub operator: bool,
}

/// What an actor holds while a command is authorised.
pub(crate) struct Rights<'a> {
    policy: &'a Policy,
    held: Held,
    now: Millis,
}

impl<'a> Rights<'a> {
    /// What `actor` holds in this tenant. Being an operator gives nothing here.
    pub(crate) fn of(state: &impl State, policy: &'a Policy, actor: &Actor, now: Millis) -> Result<Self, Fault> {
        Ok(Self { policy, held: Held::of(state, policy, &actor.subject)?, now })
    }

    /// Whether the engine allows `action` on the built-in resource `resource` below `scope`.
    pub(crate) fn may(&self, action: &str, scope: &str, resource: &str) -> bool {
        let path = if scope == "/" { resource.to_owned() } else { format!("{scope}/{resource}") };
        self.held.ask(|subject| self.policy.check(subject, &Question::new(action, &path, self.now))).is_allow()
    }

    /// Until when the actor may give `role` at `scope`: the latest end of the live roles, held there or above, that may.
    /// Nothing if none may.
    pub(crate) fn may_give_until(&self, role: RoleId, scope: &str) -> Option<Millis> {
        let at = if scope == "/" { "assignment:new".to_owned() } else { format!("{scope}/assignment:new") };
        let reaches = |at: &str| Scope::parse(at).is_ok_and(|at| at.reaches(scope));
        let live = self.held.assignments().filter(|held| held.window.is_live(self.now) && reaches(held.scope));
        self.held.ask(|subject| {
            let giving = live.filter(|held| self.policy.gives(subject, held, role, &at, self.now));
            giving.map(|held| held.window.until).max()
        })
    }
}
