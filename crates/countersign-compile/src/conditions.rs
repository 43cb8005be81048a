//! The conditions of one policy: each compiled once, named by its number.

use crate::condition::{self, Place};
use countersign_core::condition::Condition;
use countersign_core::{ConditionId, Policy, TypeId};
use countersign_wire::reader::{Placed, Problems};

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
        // More conditions than can be numbered do not exist: roles, rules and approval policies are bounded.
        Some(Gathered { id: ConditionId(u16::try_from(number).unwrap_or(u16::MAX)), constant })
    }

    pub(crate) fn finish(self) -> Vec<Condition> {
        self.all
    }
}

/// Compiles one condition; nothing, with problems, if it is none.
pub(crate) fn compile(
    words: &Policy,
    text: &Placed<String>,
    types: Vec<TypeId>,
    problems: &mut Problems<'_>,
) -> Option<(Condition, Option<bool>)> {
    match condition::compile(words, &Place { types }, &text.value) {
        Ok(compiled) => Some(compiled),
        Err(wrong) => {
            for wrong in wrong {
                problems.add_within(text, wrong.span, wrong.message, wrong.help);
            }
            None
        }
    }
}
