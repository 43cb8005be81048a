//! Plans as callers see them: what is wanted of a resource, typed, and a plan's form in JSON.

mod json;

pub use json::{scopes, to_json};

use crate::given::{Bag, Given, typed};
use crate::projection::Projection;
use countersign_core::condition::Value;
use countersign_core::{Millis, Owner, Plan, Policy, Slot};

/// The attributes that a resource of the type shall have; nothing where no resource can: the type or a name is not
/// declared, or a value is none that the attribute may have.
#[must_use]
pub fn wanted(policy: &Policy, on: &str, with: &Bag) -> Option<Vec<(Slot, Value<'static>)>> {
    let owner = Owner::Type(policy.type_named(on)?);
    let one = |(name, value): &(String, crate::document::Value)| {
        let slot = policy.slot(owner, name)?;
        let value = typed(policy.attribute(slot)?, value);
        (value != Value::Error).then_some((slot, value))
    };
    with.iter().map(one).collect()
}

impl Projection {
    /// On which resources of the type the subject may do the action; what is given of resources is not looked at.
    /// From its expiry on the projection denies everything.
    #[must_use]
    pub fn plan(&self, action: &str, on: &str, given: &Given, now: Millis) -> Plan {
        if !self.is_good(now) {
            return Plan::Never;
        }
        let supplied = given.attributes(self.policy(), "");
        self.policy().plan(&self.subject(), action, on, &supplied, now)
    }

    /// Whether the subject may do the action on at least one resource of the type, with the attributes in `with`: see
    /// [`Policy::anywhere`]. From its expiry on the projection denies everything.
    #[must_use]
    pub fn anywhere(&self, action: &str, on: &str, with: &Bag, given: &Given, now: Millis) -> bool {
        let (true, Some(wanted)) = (self.is_good(now), wanted(self.policy(), on, with)) else { return false };
        let supplied = given.attributes(self.policy(), "");
        self.policy().anywhere(&self.subject(), action, on, &wanted, &supplied, now)
    }
}
