//! `countersign test`: do scenario files come out as they say?

use crate::files;
use anyhow::{Context, Result, anyhow};
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::scenario::{self, Expectation, ScenarioFile};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What came of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    /// A line for each expectation that failed
    pub(crate) failed: Vec<String>,
}

pub(crate) fn run(paths: &[PathBuf]) -> Result<ExitCode> {
    let mut tally = Tally::default();
    for path in scenario_files(paths)? {
        one(&path, &mut tally)?;
    }
    for line in &tally.failed {
        println!("{line}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed.len());
    let sound = tally.failed.is_empty() && tally.passed > 0;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one scenario file.
pub(crate) fn one(path: &Path, tally: &mut Tally) -> Result<()> {
    let file = read(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let model = files::model(&folder.join(&file.model.value))?;
    let world = files::tenant(&model, &folder.join(&file.tenant.value))?;
    for expectation in &file.expect {
        match judge(&world, &file, expectation) {
            Ok(None) => tally.passed += 1,
            Ok(Some(difference)) => {
                tally.failed.push(format!("{}: {}: {difference}", path.display(), expectation.id.value))
            }
            Err(error) => return Err(error.context(format!("{}: {}", path.display(), expectation.id.value))),
        }
    }
    Ok(())
}

/// What came out otherwise than expected; nothing if all is as it should be.
fn judge(world: &World, file: &ScenarioFile, asked: &Expectation) -> Result<Option<String>> {
    let now = asked.now.or(file.now).context("neither the file nor the expectation says `now`")?;
    let Expectation { subject, action, resource, given, .. } = asked;
    let question = Asked { subject, action, resource, given, now };
    let decision = world.check(&question);
    let (effect, stage) = (decision.effect.as_str(), decision.stage.as_str());
    let title = world.reason(decision, &question).remove("title");
    let agrees = |expected: &Option<String>, got: Option<&str>| expected.is_none() || expected.as_deref() == got;
    let as_expected =
        effect == asked.decision && agrees(&asked.stage, Some(stage)) && agrees(&asked.title, title.as_deref());
    Ok((!as_expected).then(|| {
        let called = |title: Option<&str>| title.map_or_else(String::new, |title| format!(" as {title}"));
        let expected = asked.stage.as_ref().map_or_else(String::new, |stage| format!(" at stage {stage}"));
        let expected = format!("{}{expected}{}", asked.decision, called(asked.title.as_deref()));
        let got = format!("{effect} at stage {stage}{}", called(title.as_deref()));
        format!("may {subject} {action} {resource}? expected {expected}, got {got}")
    }))
}

fn read(path: &Path) -> Result<ScenarioFile> {
    let text = files::text(path)?;
    let name = path.display().to_string();
    scenario::parse(Source { name: &name, text: &text }).map_err(|problems| anyhow!("{problems}"))
}

/// The scenario files among `paths`; of a folder and those in it, the TOML files that have an `[[expect]]`.
fn scenario_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for path in paths {
        let into = if path.is_dir() { &mut folders } else { &mut found };
        into.push(path.clone());
    }
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let entry = entry?;
            let file = entry.path();
            // A link is not followed: it may lead in a circle.
            if entry.file_type()?.is_dir() {
                folders.push(file);
                continue;
            }
            let is_toml = file.extension().is_some_and(|extension| extension == "toml");
            if is_toml && files::text(&file)?.lines().any(|line| line.trim() == "[[expect]]") {
                found.push(file);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
