//! Reading models, tenants and scenarios from files, and the moment that a question is asked at.

use anyhow::{Context, Result, anyhow};
use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::time;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Writes a file, and the folder that it stands in.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Writes a file that is not there yet, and the folder that it stands in.
pub(crate) fn create(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut file = fs::File::create_new(path).with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))
}

/// What is wrong with a document, as an error.
pub(crate) fn problems(problems: &Diagnostics) -> anyhow::Error {
    anyhow!("{problems}")
}

/// A checked model.
pub(crate) fn model(path: &Path) -> Result<Model> {
    let text = text(path)?;
    let name = path.display().to_string();
    Model::parse(Source { name: &name, text: &text }).map_err(|found| problems(&found))
}

/// A tenant under its model.
pub(crate) fn tenant(model: &Model, path: &Path) -> Result<World> {
    let text = text(path)?;
    let name = path.display().to_string();
    World::load(model, Source { name: &name, text: &text }).map_err(|found| problems(&found))
}

/// The moment that is named, in milliseconds since 1970; the present one if none is.
pub(crate) fn now(named: Option<&str>) -> Result<i64> {
    match named {
        Some(text) => time::parse(text).with_context(|| format!("`{text}` is no moment; write 2026-03-01T12:00:00Z")),
        None => Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?),
    }
}
