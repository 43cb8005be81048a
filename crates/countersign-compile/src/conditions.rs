//! The conditions of one policy: each compiled once, named by its number.

use crate::condition::{self, Place};
use countersign_core::condition::Condition;
use countersign_core::limits::CONDITIONS;
use countersign_core::{ConditionId, Policy, PolicySpec, TypeId};
use countersign_wire::reader::{Placed, Problems};
use countersign_wire::record::{ConditionForm, encode};

/// Gathers the conditions of a policy.
pub(crate) struct Conditions<'a> {
    /// Types and attributes
    pub(crate) words: &'a Policy,
    all: Vec<Condition>,
}

/// A condition that was gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gathered {
    pub(crate) id: ConditionId,
    /// What it always comes to, if that is known
    pub(crate) constant: Option<bool>,
}

impl<'a> Conditions<'a> {
    pub(crate) fn new(words: &'a Policy) -> Self {
        Self { words, all: Vec::new() }
    }

    /// Compiles a condition that guards permissions of these types (any, if there are none).
    pub(crate) fn add(
        &mut self,
        text: Option<&Placed<String>>,
        types: Vec<TypeId>,
        problems: &mut Problems<'_>,
    ) -> Option<Gathered> {
        let (condition, constant) = compile(self.words, text?, types, problems)?;
        let known = self.all.iter().position(|known| *known == condition);
        let number = known.unwrap_or_else(|| {
            self.all.push(condition);
            self.all.len() - 1
        });
        // One that has no number must not be taken for another, or for none: the document is refused.
        let id = u16::try_from(number).ok().filter(|_| number < CONDITIONS);
        if id.is_none()
            && let Some(text) = text
        {
            let message = format!("a policy has at most {CONDITIONS} different conditions");
            problems.add_with_help(&text.at, message, "write equal conditions alike: they count once");
        }
        Some(Gathered { id: ConditionId(id.unwrap_or(u16::MAX)), constant })
    }

    /// The conditions in an order of their own, which does not tell where each was first written; and by old number the
    /// new one.
    pub(crate) fn finish(self) -> (Vec<Condition>, Vec<ConditionId>) {
        let content = |condition: &Condition| encode(&ConditionForm::of(condition, self.words)).unwrap_or_default();
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        order.sort_by_cached_key(|number| self.all.get(*number).map(content));
        let place = |number| order.iter().position(|other| *other == number).and_then(|at| u16::try_from(at).ok());
        let renumbered = (0..self.all.len()).map(|number| ConditionId(place(number).unwrap_or(u16::MAX))).collect();
        (order.iter().filter_map(|number| self.all.get(*number).cloned()).collect(), renumbered)
    }
}

/// Puts the new numbers of conditions into a policy.
pub(crate) fn renumber(spec: &mut PolicySpec, numbers: &[ConditionId]) {
    let new = |id: &mut ConditionId| {
        *id = numbers.get(usize::from(id.0)).copied().unwrap_or(ConditionId(u16::MAX));
    };
    for role in &mut spec.roles {
        role.when.iter_mut().for_each(new);
        role.titles.iter_mut().flat_map(|title| &mut title.when).for_each(new);
        for part in &mut role.parts {
            part.when.iter_mut().for_each(new);
            part.when.sort_unstable();
        }
        role.parts.sort_by(|a, b| a.when.cmp(&b.when));
    }
    spec.rules.iter_mut().flat_map(|rule| &mut rule.when).for_each(new);
    spec.approvals.iter_mut().flat_map(|policy| &mut policy.when).for_each(new);
}

/// Compiles one condition; nothing, with problems, if it is none.
pub(crate) fn compile(
    words: &Policy,
    text: &Placed<String>,
    types: Vec<TypeId>,
    problems: &mut Problems<'_>,
) -> Option<(Condition, Option<bool>)> {
    match condition::compile(words, &Place { types, doubts: Some(problems.doubts()) }, &text.value) {
        Ok(compiled) => Some(compiled),
        Err(wrong) => {
            problems.doubt(&text.at.path);
            for wrong in wrong {
                problems.add_within(text, wrong.span, wrong.message, wrong.help);
            }
            None
        }
    }
}
