//! Explanations for whoever may see the whole tenant.

use super::{Asked, World};
use countersign_core::{Explanation, Question};
use countersign_wire::explain::Words;

impl World {
    /// Decides one question and explains it.
    #[must_use]
    pub fn explain(&self, asked: &Asked<'_>) -> Explanation {
        let supplied = asked.given.attributes(&self.policy, asked.resource);
        let question = Question { action: asked.action, path: asked.resource, supplied: &supplied, now: asked.now };
        self.ask(asked.subject, |subject| self.policy.explain(subject, &question))
    }

    /// The explanation as the JSON object that [`Words::json`] describes, with the names of groups.
    #[must_use]
    pub fn explain_json(&self, asked: &Asked<'_>) -> String {
        let explanation = self.explain(asked);
        self.words(asked, |words| words.json(&explanation))
    }

    /// What the indexes and depths of an explanation mean.
    pub fn words<T>(&self, asked: &Asked<'_>, tell: impl FnOnce(&Words<'_>) -> T) -> T {
        let names = self.members.get(asked.subject).map(|member| &*member.groups).unwrap_or_default();
        let groups: Vec<&str> =
            names.iter().filter_map(|group| self.group_names.get(*group)).map(String::as_str).collect();
        let supplied = asked.given.attributes(&self.policy, asked.resource);
        let question = Question { action: asked.action, path: asked.resource, supplied: &supplied, now: asked.now };
        self.ask(asked.subject, |subject| {
            tell(&Words { policy: &self.policy, subject, question: &question, groups: &groups })
        })
    }
}
