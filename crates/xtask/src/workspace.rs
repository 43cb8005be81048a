//! Where things are in this workspace, and the versions it has locked.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

/// The root of the checkout and the paths that tasks share.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace that this program was built in.
    pub(crate) fn find() -> Result<Self> {
        // `cargo run` sets the variable; a copied binary falls back to where it was compiled.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).ancestors().nth(2).map(Path::to_path_buf);
        let root = root.filter(|root| root.join("Cargo.lock").is_file());
        Ok(Self { root: root.ok_or_else(|| anyhow!("no Cargo.lock here; run this inside a checkout"))? })
    }

    /// A path relative to the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The root itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A program that npm installed.
    pub(crate) fn node_bin(&self, name: &str) -> PathBuf {
        self.path("node_modules/.bin").join(name)
    }

    /// Cargo's directory for what it builds.
    pub(crate) fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(directory) => self.root.join(directory),
            None => self.root.join("target"),
        }
    }

    /// The text of a file of the workspace.
    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        std::fs::read_to_string(self.path(relative)).with_context(|| format!("cannot read {relative}"))
    }

    /// The version of a package in Cargo.lock.
    pub(crate) fn locked(&self, package: &str) -> Result<String> {
        locked_version(&self.read("Cargo.lock")?, package)
            .ok_or_else(|| anyhow!("Cargo.lock has no package `{package}`; run `cargo metadata` once to update it"))
    }

    /// Files directly in a directory whose names end so, sorted; none if there is no such directory.
    pub(crate) fn files(&self, directory: &str, suffix: &str) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.path(directory))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(suffix))
            .map(|name| format!("{directory}/{name}"))
            .collect();
        names.sort();
        names
    }
}

/// Finds a package's version in the text of a Cargo.lock; the highest if there are several.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name_line = format!("name = \"{package}\"");
    let lines: Vec<&str> = lock.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == name_line)
        .filter_map(|pair| pair[1].strip_prefix("version = \"")?.strip_suffix('"'))
        .max_by_key(|version| numbers(version))
        .map(str::to_owned)
}

/// The numbers of a dotted version, for comparing.
pub(crate) fn numbers(version: &str) -> Vec<u64> {
    version.trim_start_matches('v').split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests;
