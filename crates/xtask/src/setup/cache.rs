//! The per-user cache of compiled tools, keyed by version: a second checkout, and CI, must not build them again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use crate::interrupt::{Scratch, is_alive};

/// The directory that holds one directory for each tool and version.
pub(super) fn tools() -> Result<PathBuf> {
    cache_root(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
        .map(|root| root.join("tools"))
        .ok_or_else(|| anyhow!("HOME is not set; set COUNTERSIGN_CACHE to a directory for compiled tools"))
}

fn cache_root(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    variable("COUNTERSIGN_CACHE")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&variable("XDG_CACHE_HOME")?).join("countersign")))
        .or_else(|| Some(Path::new(&variable("HOME")?).join(".cache/countersign")))
}

/// A directory beside the final one, in which a tool is made before it is moved into place as a whole.
pub(super) fn staging(tools: &Path, name: &str) -> Result<Scratch> {
    remove_abandoned(tools);
    Scratch::new(tools.join(format!(".{name}.{}.tmp", std::process::id())))
}

/// Moves a finished directory into place. If another process was quicker, its result stays.
pub(super) fn publish(finished: &Path, place: &Path, complete: impl Fn() -> bool) -> Result<()> {
    if !complete() {
        // What is there does not work: a cache of another machine, or one that was cut short.
        let _ = std::fs::remove_dir_all(place);
    }
    match std::fs::rename(finished, place) {
        Err(_) if complete() => Ok(()),
        moved => moved.with_context(|| format!("cannot write {}; check its permissions", place.display())),
    }
}

/// Removes what interrupted installations of processes that are gone have left.
fn remove_abandoned(tools: &Path) {
    for entry in std::fs::read_dir(tools).into_iter().flatten().flatten() {
        if staging_owner(&entry.file_name().to_string_lossy()).is_some_and(|pid| !is_alive(pid)) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The process that a staging directory belongs to.
fn staging_owner(name: &str) -> Option<i32> {
    name.strip_prefix('.')?.strip_suffix(".tmp")?.rsplit_once('.')?.1.parse().ok()
}

#[cfg(test)]
mod tests;
