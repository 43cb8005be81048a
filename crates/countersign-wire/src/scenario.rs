//! The scenario file: what must come out, given a model and a tenant.

use crate::diagnostic::{Diagnostics, Source, suggest};
use crate::given::Given;
use crate::reader::{self, Placed, Problems, Table};
use countersign_core::Millis;

/// A scenario file.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFile {
    /// The model file, relative to the scenario file
    pub model: Placed<String>,
    /// The tenant file, relative to the scenario file
    pub tenant: Placed<String>,
    /// The moment at which all questions are asked
    pub now: Option<Millis>,
    /// The questions
    pub expect: Vec<Expectation>,
}

/// An entry of `expect`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The row that it proves
    pub id: Placed<String>,
    /// Who asks
    pub subject: String,
    /// For what
    pub action: String,
    /// On what
    pub resource: String,
    /// `allow`, `deny` or `approval`
    pub decision: String,
    /// The stage that must have decided
    pub stage: Option<String>,
    /// What the role that decided must be called there
    pub title: Option<String>,
    /// What is supplied with the question: `context`, `attributes` of the resource, `subject_attributes`,
    /// `action_attributes`
    pub given: Given,
    /// A moment of its own
    pub now: Option<Millis>,
}

const DECISIONS: [&str; 3] = ["allow", "deny", "approval"];
const STAGES: [&str; 7] = ["status", "forbid", "override", "role", "permit", "default", "approval"];

/// Reads a scenario file.
///
/// # Errors
/// Everything that is wrong with its form.
pub fn parse(source: Source<'_>) -> Result<ScenarioFile, Diagnostics> {
    reader::read(source, |root, problems| {
        let model = root.required("model", problems);
        let tenant = root.required("tenant", problems);
        let now = root.time("now", problems).map(|now| now.value);
        let mut expect = Vec::new();
        for mut table in root.tables("expect", problems) {
            expect.push(expectation(&mut table, problems));
            table.finish(problems);
        }
        ScenarioFile { model, tenant, now, expect }
    })
}

fn expectation(table: &mut Table, problems: &mut Problems<'_>) -> Expectation {
    let decision = table.required("decision", problems);
    one_of(&decision, &DECISIONS, "decision", problems);
    let stage = table.string("stage", problems);
    if let Some(stage) = &stage {
        one_of(stage, &STAGES, "stage", problems);
    }
    let mut bag = |key: &'static str| {
        table.named(key, problems).into_iter().map(|(name, node)| (name.value, node.value)).collect()
    };
    let given = Given {
        context: bag("context"),
        resource: bag("attributes"),
        subject: bag("subject_attributes"),
        action: bag("action_attributes"),
    };
    Expectation {
        id: table.required("id", problems),
        subject: table.required("subject", problems).value,
        action: table.required("action", problems).value,
        resource: table.required("resource", problems).value,
        decision: decision.value,
        stage: stage.map(|stage| stage.value),
        title: table.string("title", problems).map(|title| title.value),
        given,
        now: table.time("now", problems).map(|now| now.value),
    }
}

fn one_of(word: &Placed<String>, known: &[&'static str], what: &str, problems: &mut Problems<'_>) {
    if !known.contains(&word.value.as_str()) && !problems.is_doubtful(&word.at.path) {
        let help = suggest(&word.value, known.iter().copied());
        problems.add_with_help(&word.at, format!("`{}` is no {what}", word.value), help);
    }
}
