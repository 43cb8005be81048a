//! Builds what is shipped: the npm package and the worker. A part whose inputs have not changed is left alone.

mod package;
mod site;
mod wasm;
mod worker;

use anyhow::{Result, bail};

use crate::setup::Machine;
use crate::workspace::Workspace;

/// What can be built by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The npm package, and the demo's pages that use it.
    Package,
    /// The Cloudflare Worker.
    Worker,
}

impl Part {
    /// Reads the names on the command line; none means everything.
    pub(crate) fn parse(names: &[String]) -> Result<Vec<Self>> {
        if names.is_empty() {
            return Ok(vec![Self::Package, Self::Worker]);
        }
        names
            .iter()
            .map(|name| match name.as_str() {
                "package" => Ok(Self::Package),
                "worker" => Ok(Self::Worker),
                other => bail!("there is no part `{other}`; build `package`, `worker`, or both by naming none"),
            })
            .collect()
    }
}

/// Builds the parts.
pub(crate) fn run(workspace: &Workspace, machine: &Machine, parts: &[Part]) -> Result<()> {
    if parts.contains(&Part::Package) {
        package::build(workspace, &machine.tools)?;
        site::build(workspace)?;
    }
    if parts.contains(&Part::Worker) {
        worker::build(workspace, machine)?;
    }
    Ok(())
}
