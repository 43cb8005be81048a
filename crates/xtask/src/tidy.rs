//! `tidy`: the structural invariants of the workspace, each a pure function over its files.

mod crates;
mod entrances;
mod layers;
mod manifests;
mod shape;
mod tree;
mod words;

use std::fmt;

use anyhow::{Result, anyhow, bail};

use crate::command::Failure;
use crate::screen::step;
use crate::workspace::Workspace;
use tree::Tree;

/// Something that is wrong in a file, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    file: String,
    wrong: String,
    remedy: String,
}

impl Finding {
    fn new(file: impl Into<String>, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { file: file.into(), wrong: wrong.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.wrong, self.remedy)
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    crates::arrows,
    crates::core_stands_alone,
    layers::only_wire_derives_serde,
    layers::core_knows_no_serde,
    layers::only_glue_knows_javascript,
    layers::core_is_no_std,
    entrances::workers_have_one_entrance,
    shape::files_open_with_a_sentence,
    shape::files_are_small,
    manifests::libraries_inherit_the_lints,
    manifests::the_changelog_is_current,
    manifests::the_npm_lock_has_no_addresses,
    manifests::the_package_matches_the_workspace,
    words::no_paths_of_one_machine,
    words::no_leftovers,
];

/// Checks the workspace and prints one line for each finding.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step("tidy", |step| {
        let tree = Tree::read(workspace)?;
        let findings: Vec<String> =
            RULES.iter().flat_map(|rule| rule(&tree)).map(|finding| finding.to_string()).collect();
        step.note(format!("{} rules, {} files", RULES.len(), tree.files.len()));
        if findings.is_empty() {
            return Ok(());
        }
        let sentence = format!("tidy found {}; each line says what to do", findings.len());
        bail!(anyhow!(Failure { sentence, tail: findings.join("\n") }))
    })
}

#[cfg(test)]
mod tests;
