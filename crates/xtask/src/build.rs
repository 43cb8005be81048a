//! Builds what is shipped: the npm package and the worker. A part whose inputs have not changed is left alone.

mod package;
mod site;
mod sources;
mod wasm;
mod worker;

use std::thread::ScopedJoinHandle;

use anyhow::{Result, anyhow, bail};

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

/// Builds the parts side by side: each spends half its time in steps that use one processor only.
pub(crate) fn run(workspace: &Workspace, machine: &Machine, parts: &[Part]) -> Result<()> {
    std::thread::scope(|scope| {
        let worker = parts.contains(&Part::Worker).then(|| scope.spawn(|| worker::build(workspace, machine)));
        let package = match parts.contains(&Part::Package) {
            true => package::build(workspace, machine).and_then(|()| site::build(workspace)),
            false => Ok(()),
        };
        let worker = worker.map_or(Ok(()), joined);
        package.and(worker)
    })
}

fn joined(build: ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    build.join().unwrap_or_else(|_| Err(anyhow!("the worker's build ended unexpectedly; run this again")))
}
