//! A compiled condition as records hold it: instructions as words, references by name.

use super::ValueForm;
use countersign_core::Policy;
use countersign_core::condition::{Condition, Op, Pattern, Reference, Step, Value};
use countersign_core::limits::CONDITION_CODE;
use serde::{Deserialize, Serialize};

/// A compiled condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionForm {
    /// The instructions
    pub code: Vec<u32>,
    /// The constants
    pub constants: Vec<ValueForm>,
    /// What it reads, as conditions write it: `subject.licensed`
    pub references: Vec<String>,
    /// The patterns
    pub patterns: Vec<PatternForm>,
}

/// The steps of a pattern, as words.
pub type PatternForm = Vec<[u32; 2]>;

impl ConditionForm {
    /// The form of a condition of this policy.
    #[must_use]
    pub fn of(condition: &Condition, policy: &Policy) -> Self {
        Self {
            code: condition.code.iter().map(|op| op.word()).collect(),
            constants: condition.constants.iter().map(ValueForm::from).collect(),
            references: condition.references.iter().map(|reference| policy.spelling(reference)).collect(),
            patterns: condition.patterns.iter().map(words).collect(),
        }
    }

    /// The condition, if it is one and the policy has what it reads.
    #[must_use]
    pub fn condition(self, policy: &Policy) -> Option<Condition> {
        if self.code.len() > CONDITION_CODE {
            return None;
        }
        let code = self.code.into_iter().map(Op::from_word).collect::<Option<_>>()?;
        let constants = self.constants.iter().map(Value::from).collect();
        let references: Option<Box<[Reference]>> = self.references.iter().map(|text| policy.reference(text)).collect();
        let patterns = self.patterns.into_iter().map(pattern).collect::<Option<_>>()?;
        Some(Condition { code, constants, references: references?, patterns })
    }
}

fn words(pattern: &Pattern) -> PatternForm {
    pattern.steps.iter().map(|step| step.to_words()).collect()
}

fn pattern(form: PatternForm) -> Option<Pattern> {
    let steps = form.into_iter().map(Step::from_words).collect::<Option<_>>()?;
    Some(Pattern { steps })
}
