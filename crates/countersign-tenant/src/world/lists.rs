//! Lists: what may be done here, who may do it, and on which resources.

use super::World;
use countersign_core::{Attributes, Decision, Millis, Path, Plan, Question, Subject, project};
use countersign_wire::given::{Bag, Given};
use countersign_wire::plan::wanted;

impl World {
    /// The actions of the resource's type that the subject may do there, in the order of the model.
    ///
    /// A path that is none of this policy's has no actions.
    #[must_use]
    pub fn actions(&self, subject: &str, resource: &str, given: &Given, now: Millis) -> Vec<String> {
        let on = Path::parse(resource).and_then(|path| self.policy.locate(&path)).ok();
        let kind = on.and_then(|on| self.policy.resource_type(on));
        let supplied = given.attributes(&self.policy, resource);
        self.ask(subject, |subject| {
            let names = kind.iter().flat_map(|kind| kind.actions());
            let allowed = names.filter(|action| self.decides(subject, action, resource, &supplied, now).is_allow());
            allowed.map(ToString::to_string).collect()
        })
    }

    /// Those of the resources on which the subject may do the action, by index; each comes with what is given for it.
    #[must_use]
    pub fn filter(&self, subject: &str, action: &str, resources: &[(&str, &Given)], now: Millis) -> Vec<usize> {
        self.ask(subject, |subject| {
            let allowed = resources.iter().enumerate().filter(|(_, (resource, given))| {
                let supplied = given.attributes(&self.policy, resource);
                self.decides(subject, action, resource, &supplied, now).is_allow()
            });
            allowed.map(|(index, _)| index).collect()
        })
    }

    /// The members that may do the action on the resource, sorted.
    #[must_use]
    pub fn subjects(&self, action: &str, resource: &str, given: &Given, now: Millis) -> Vec<String> {
        let supplied = given.attributes(&self.policy, resource);
        let may = |id: &&str| self.ask(id, |of| self.decides(of, action, resource, &supplied, now).is_allow());
        let mut allowed: Vec<String> = self.members().filter(may).map(ToOwned::to_owned).collect();
        allowed.sort_unstable();
        allowed
    }

    /// The registered resources of the type on which the subject may do the action, sorted.
    ///
    /// `given` is supplied for each of them: what it says of the resource, too.
    #[must_use]
    pub fn resources(&self, subject: &str, action: &str, on: &str, given: &Given, now: Millis) -> Vec<String> {
        let Some(of) = self.policy.type_named(on) else { return Vec::new() };
        let of_type = |path: &&str| Path::parse(path).and_then(|path| self.policy.locate(&path)) == Ok(of);
        // What is supplied depends on the type alone.
        let supplied = self.registered().find(of_type).map(|first| given.attributes(&self.policy, first));
        let supplied = supplied.unwrap_or_default();
        let mut allowed: Vec<String> = self.ask(subject, |subject| {
            let may = |path: &&str| self.decides(subject, action, path, &supplied, now).is_allow();
            self.registered().filter(of_type).filter(may).map(ToOwned::to_owned).collect()
        });
        allowed.sort_unstable();
        allowed.dedup();
        allowed
    }

    /// On which resources of the type the subject may do the action; what is given of resources is not looked at.
    #[must_use]
    pub fn plan(&self, subject: &str, action: &str, on: &str, given: &Given, now: Millis) -> Plan {
        let supplied = given.attributes(&self.policy, "");
        self.ask(subject, |subject| self.policy.plan(subject, action, on, &supplied, now))
    }

    /// Whether the subject may do the action on at least one resource of the type, with the attributes in `with`.
    ///
    /// The same as its snapshot says: what the subject may not know of does not count.
    /// Names that the type does not declare, and values that are none of theirs, are on no resource.
    #[must_use]
    pub fn anywhere(&self, subject: &str, action: &str, on: &str, with: &Bag, given: &Given, now: Millis) -> bool {
        let supplied = given.attributes(&self.policy, "");
        let Some(wanted) = wanted(&self.policy, on, with) else { return false };
        self.ask(subject, |subject| {
            let Ok(known) = project(&self.policy, subject, now) else { return false };
            known.policy.anywhere(&known.subject(subject.id, subject.status), action, on, &wanted, &supplied, now)
        })
    }

    fn decides(&self, subject: &Subject<'_>, action: &str, path: &str, supplied: &Attributes, now: Millis) -> Decision {
        self.policy.check(subject, &Question { action, path, supplied, now })
    }
}
