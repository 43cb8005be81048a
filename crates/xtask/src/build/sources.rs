//! What a wasm module was made from. Cargo lists the sources once it has compiled them, so that the next time they tell
//! whether anything has to be compiled at all.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::setup::compiler;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// The record of one module's last build.
pub(super) struct Record<'a> {
    workspace: &'a Workspace,
    name: &'a str,
    toolchain: Option<&'a str>,
    options: Vec<String>,
}

impl<'a> Record<'a> {
    /// The record of the module of that name.
    pub(super) fn new(
        workspace: &'a Workspace,
        name: &'a str,
        toolchain: Option<&'a str>,
        options: Vec<String>,
    ) -> Self {
        Self { workspace, name, options, toolchain }
    }

    /// Whether the results are there and would come out the same.
    pub(super) fn holds(&self, results: &[PathBuf]) -> Result<bool> {
        Ok(self.stamp().matches(&self.inputs()?, results))
    }

    /// Forgets the last build, before the next.
    pub(super) fn clear(&self) {
        self.stamp().clear();
    }

    /// Keeps what cargo has listed in that file, and with it that the build is complete.
    pub(super) fn write(&self, listing: &Path) -> Result<()> {
        let kept = self.listing();
        if let Some(directory) = kept.parent() {
            let _ = std::fs::create_dir_all(directory);
        }
        let _ = std::fs::copy(listing, kept);
        self.stamp().write(&self.inputs()?)
    }

    fn stamp(&self) -> Stamp {
        Stamp::at(self.workspace.target().join("xtask/stamps").join(self.name))
    }

    fn listing(&self) -> PathBuf {
        self.workspace.target().join("xtask/sources").join(format!("{}.d", self.name))
    }

    fn inputs(&self) -> Result<Inputs> {
        let sources = sources(&std::fs::read_to_string(self.listing()).unwrap_or_default());
        let mut inputs = Inputs::of(self.name)
            .text(&self.options.join(" "))
            .text(&compiler(self.toolchain))
            .text(&std::env::var("RUSTFLAGS").unwrap_or_default())
            .text(&self.workspace.read("package-lock.json")?)
            .text(&self.workspace.read("Cargo.lock")?)
            .text(&self.workspace.read("Cargo.toml")?);
        for file in manifests(&sources).iter().chain(&sources) {
            inputs = inputs.file(file);
        }
        Ok(inputs)
    }
}

/// The files in a listing of cargo's: `target: file file …`, blanks in names escaped.
fn sources(listing: &str) -> Vec<PathBuf> {
    let Some((_, files)) = listing.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let protected = files.replace("\\ ", "\0");
    protected.split_whitespace().map(|file| PathBuf::from(file.replace('\0', " "))).collect()
}

/// The manifests of the crates that the sources belong to.
fn manifests(sources: &[PathBuf]) -> Vec<PathBuf> {
    let mut manifests: Vec<PathBuf> = sources
        .iter()
        .filter_map(|source| source.ancestors().find(|directory| directory.ends_with("src")).and_then(Path::parent))
        .map(|directory| directory.join("Cargo.toml"))
        .collect();
    manifests.sort();
    manifests.dedup();
    manifests
}

#[cfg(test)]
mod tests;
