//! Stamps: what a result was made from, so that a step whose inputs have not changed is skipped.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Gathers everything that a result depends on.
pub(crate) struct Inputs {
    hasher: DefaultHasher,
}

impl Inputs {
    /// Starts with the name of the step.
    pub(crate) fn of(step: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        step.hash(&mut hasher);
        Self { hasher }
    }

    /// Adds a version, an option, or anything else that is text.
    pub(crate) fn text(mut self, text: &str) -> Self {
        text.hash(&mut self.hasher);
        self
    }

    /// Adds a file by its path and content; a missing one counts as such.
    pub(crate) fn file(mut self, path: &Path) -> Self {
        path.hash(&mut self.hasher);
        std::fs::read(path).ok().hash(&mut self.hasher);
        self
    }

    /// Adds every file below a directory, in a fixed order, but those in directories of the given names.
    pub(crate) fn directory(mut self, directory: &Path, except: &[&str]) -> Self {
        for path in files_below(directory, except) {
            self = self.file(&path);
        }
        self
    }

    /// The stamp's text.
    pub(crate) fn digest(&self) -> String {
        format!("{:016x}", self.hasher.finish())
    }
}

/// Where a digest is kept between runs.
pub(crate) struct Stamp {
    path: PathBuf,
}

impl Stamp {
    /// The stamp in that file.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Whether the result was made from these inputs and is still there.
    pub(crate) fn matches(&self, inputs: &Inputs, results: &[PathBuf]) -> bool {
        results.iter().all(|result| result.exists())
            && std::fs::read_to_string(&self.path).is_ok_and(|text| text == inputs.digest())
    }

    /// Forgets the stamp before the result is made anew: an interrupted step must not look finished.
    pub(crate) fn clear(&self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// Records that the result was made from these inputs.
    pub(crate) fn write(&self, inputs: &Inputs) -> Result<()> {
        if let Some(parent) = self.path.parent() {
            let _ = std::fs::create_dir_all(parent);
        }
        std::fs::write(&self.path, inputs.digest()).with_context(|| format!("cannot write {}", self.path.display()))
    }
}

fn files_below(directory: &Path, except: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !except.iter().any(|name| entry.file_name() == *name) {
                    waiting.push(path);
                }
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests;
