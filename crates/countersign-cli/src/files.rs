//! Reading models, tenants and scenarios from files.

use anyhow::{Context, Result, anyhow};
use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use std::fs;
use std::path::Path;

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// A checked model.
pub(crate) fn model(path: &Path) -> Result<Model> {
    let text = text(path)?;
    let name = path.display().to_string();
    Model::parse(Source { name: &name, text: &text }).map_err(|problems| anyhow!("{problems}"))
}

/// A tenant under its model.
pub(crate) fn tenant(model: &Model, path: &Path) -> Result<World> {
    let text = text(path)?;
    let name = path.display().to_string();
    World::load(model, Source { name: &name, text: &text }).map_err(|problems| anyhow!("{problems}"))
}
