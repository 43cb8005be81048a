//! Scenario files with the models and tenants that they name, and their run.

use crate::files;
use anyhow::{Context, Result, anyhow};
use countersign_compile::Model;
use countersign_core::Decision;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::reader::Placed;
use countersign_wire::scenario::{self, Expectation, ScenarioFile};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A text with its name.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Text {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Ok(Self { name: path.display().to_string(), text: files::text(path)? })
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: &self.text }
    }

    /// `file:line:column` of a place.
    pub(crate) fn place<T>(&self, placed: &Placed<T>) -> String {
        let problem = self.source().problem(placed.at.span.clone(), "", String::new());
        format!("{}:{}:{}", self.name, problem.line, problem.column)
    }
}

/// A scenario file.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) text: Text,
    pub(crate) file: ScenarioFile,
    /// The paths of what it names, the same for the same file
    pub(crate) model: PathBuf,
    pub(crate) tenant: PathBuf,
}

/// Scenario files and what they name.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    pub(crate) cases: Vec<Case>,
    pub(crate) models: BTreeMap<PathBuf, Text>,
    pub(crate) tenants: BTreeMap<PathBuf, Text>,
}

/// An expectation that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) id: String,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn line(&self) -> String {
        format!("{}:{}:{}: {}: {}", self.file, self.line, self.column, self.id, self.message)
    }
}

/// What came of a run.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) passed: usize,
    pub(crate) failed: Vec<Failure>,
    pub(crate) worlds: BTreeMap<(PathBuf, PathBuf), World>,
}

impl Suite {
    /// Reads the scenario files among `paths`, and what they name.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut suite = Self::default();
        for path in scenario_files(paths)? {
            let text = Text::read(&path)?;
            let file = scenario::parse(text.source()).map_err(|found| files::problems(&found))?;
            let folder = path.parent().unwrap_or(Path::new("."));
            let (model, tenant) = (folder.join(&file.model.value), folder.join(&file.tenant.value));
            let (model, tenant) = (plain(model), plain(tenant));
            for (path, of) in [(&model, &mut suite.models), (&tenant, &mut suite.tenants)] {
                if !of.contains_key(path) {
                    of.insert(path.clone(), Text::read(path).with_context(|| format!("{} names it", text.name))?);
                }
            }
            suite.cases.push(Case { text, file, model, tenant });
        }
        Ok(suite)
    }

    /// Asks everything.
    pub(crate) fn run(&self) -> Result<Ran> {
        let mut ran = Ran::default();
        let mut models = BTreeMap::new();
        for case in &self.cases {
            let key = (case.model.clone(), case.tenant.clone());
            if !ran.worlds.contains_key(&key) {
                if !models.contains_key(&case.model) {
                    models.insert(&case.model, load_model(self.models.get(&case.model))?);
                }
                let model = models.get(&case.model).context("the model was read")?;
                ran.worlds.insert(key.clone(), load_world(model, self.tenants.get(&case.tenant))?);
            }
            let world = ran.worlds.get(&key).context("the tenant was read")?;
            for expectation in &case.file.expect {
                match judge(world, &case.file, expectation) {
                    Ok(None) => ran.passed += 1,
                    Ok(Some(message)) => ran.failed.push(failure(&case.text, expectation, message)),
                    Err(error) => return Err(error.context(format!("{}: {}", case.text.name, expectation.id.value))),
                }
            }
        }
        Ok(ran)
    }
}

fn load_model(text: Option<&Text>) -> Result<Model> {
    let text = text.context("the model was read")?;
    Model::parse(text.source()).map_err(|found| files::problems(&found))
}

fn load_world(model: &Model, text: Option<&Text>) -> Result<World> {
    let text = text.context("the tenant was read")?;
    World::load(model, text.source()).map_err(|found| files::problems(&found))
}

fn failure(text: &Text, asked: &Expectation, message: String) -> Failure {
    let problem = text.source().problem(asked.id.at.span.clone(), "", String::new());
    Failure { file: text.name.clone(), line: problem.line, column: problem.column, id: asked.id.value.clone(), message }
}

/// The question of an expectation.
pub(crate) fn question<'a>(file: &ScenarioFile, asked: &'a Expectation) -> Result<Asked<'a>> {
    let now = asked.now.or(file.now).context("neither the file nor the expectation says `now`")?;
    let Expectation { subject, action, resource, given, .. } = asked;
    Ok(Asked { subject, action, resource, given, now })
}

/// What came out otherwise than expected; nothing if all is as it should be.
pub(crate) fn judge(world: &World, file: &ScenarioFile, asked: &Expectation) -> Result<Option<String>> {
    let question = question(file, asked)?;
    let decision = world.check(&question);
    let (effect, stage) = (decision.effect.as_str(), decision.stage.as_str());
    let title = asked.title.as_ref().and_then(|_| world.reason(decision, &question).remove("title"));
    let agrees = |expected: &Option<String>, got: Option<&str>| expected.is_none() || expected.as_deref() == got;
    if effect == asked.decision && agrees(&asked.stage, Some(stage)) && agrees(&asked.title, title.as_deref()) {
        return Ok(None);
    }
    Ok(Some(difference(asked, decision, title.as_deref())))
}

fn difference(asked: &Expectation, decision: Decision, title: Option<&str>) -> String {
    let Expectation { subject, action, resource, .. } = asked;
    let called = |title: Option<&str>| title.map_or_else(String::new, |title| format!(" as {title}"));
    let expected = asked.stage.as_ref().map_or_else(String::new, |stage| format!(" at stage {stage}"));
    let expected = format!("{}{expected}{}", asked.decision, called(asked.title.as_deref()));
    let got = format!("{} at stage {}{}", decision.effect.as_str(), decision.stage.as_str(), called(title));
    format!("may {subject} {action} {resource}? expected {expected}, got {got}")
}

/// A path without `.` and with `..` taken back, where that is known: files named in two ways are one.
fn plain(path: PathBuf) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir
                if out.file_name().is_some_and(|name| name != "..") && !path.is_symlink() =>
            {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The scenario files among `paths`; of a folder and the folders in it, the TOML files that have an `[[expect]]`.
fn scenario_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting: Vec<(PathBuf, bool)> = paths.iter().map(|path| (path.clone(), true)).collect();
    while let Some((path, named)) = waiting.pop() {
        // A link is not followed: it may lead in a circle.
        if path.is_dir() && (named || !path.is_symlink()) {
            let entries = fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            for entry in entries {
                waiting.push((entry?.path(), false));
            }
            continue;
        }
        if path.is_dir() {
            continue;
        }
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        if named || (is_toml && files::text(&path)?.lines().any(|line| line.trim() == "[[expect]]")) {
            found.push(path);
        }
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Err(anyhow!("there is no scenario file in these folders: none has an [[expect]]"));
    }
    Ok(found)
}
