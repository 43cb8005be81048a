//! What the rules look at: the text of every file, and what cargo says about the crates.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::command::Run;
use crate::workspace::Workspace;

/// The workspace in memory.
#[derive(Default)]
pub(super) struct Tree {
    /// Path to text, of everything that is or is about to be committed.
    pub(super) files: BTreeMap<String, String>,
    /// The crates.
    pub(super) crates: Vec<Crate>,
}

/// One crate of the workspace.
#[derive(Clone)]
pub(super) struct Crate {
    /// Its name.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// Whether others can depend on it.
    pub(super) is_library: bool,
    /// What it needs to run; not what its tests need.
    pub(super) dependencies: Vec<Dependency>,
}

/// A dependency of a crate.
#[derive(Clone)]
pub(super) struct Dependency {
    /// The package's name.
    pub(super) name: String,
    /// Whether a feature must ask for it.
    pub(super) optional: bool,
}

impl Crate {
    /// Its manifest's path.
    pub(super) fn manifest(&self) -> String {
        format!("crates/{}/Cargo.toml", self.name)
    }
}

impl Tree {
    /// Reads the workspace: what git tracks and what it would.
    pub(super) fn read(workspace: &Workspace) -> Result<Self> {
        let git = Run::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .dir(workspace.root());
        let listing =
            git.capture().ok_or_else(|| anyhow!("git cannot list the files; run this inside a git checkout"))?;
        let mut files = BTreeMap::new();
        for path in listing.split('\0').filter(|path| !path.is_empty()) {
            // What is not text, or deleted but still listed, has nothing to check.
            if let Ok(text) = std::fs::read_to_string(workspace.path(path)) {
                files.insert(path.to_owned(), text);
            }
        }
        let cargo = Run::new("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .dir(workspace.root());
        let metadata = cargo
            .capture()
            .ok_or_else(|| anyhow!("a Cargo.toml is broken; run `cargo metadata --no-deps` to see how"))?;
        Ok(Self { files, crates: crates(&metadata)? })
    }

    /// The files whose path fits, with their text.
    pub(super) fn matching(&self, fits: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).filter(move |(path, _)| fits(path))
    }

    /// The version that all crates share.
    pub(super) fn version(&self) -> &str {
        self.crates.first().map_or("", |krate| krate.version.as_str())
    }
}

/// Reads the answer of `cargo metadata --no-deps`.
fn crates(metadata: &str) -> Result<Vec<Crate>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
    Ok(list(&metadata["packages"]).map(krate).collect())
}

fn krate(package: &Value) -> Crate {
    let is_library =
        |target: &Value| list(&target["kind"]).any(|kind| matches!(kind.as_str(), Some("lib" | "rlib" | "cdylib")));
    Crate {
        name: text(&package["name"]),
        version: text(&package["version"]),
        is_library: list(&package["targets"]).any(is_library),
        dependencies: list(&package["dependencies"])
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| Dependency { name: text(&dependency["name"]), optional: dependency["optional"] == true })
            .collect(),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
