//! Node and the packages of package-lock.json.

use anyhow::{Result, anyhow, bail};

use crate::command::Run;
use crate::screen::step;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::{Workspace, numbers};

/// The oldest Node whose module loader and test runner do what we use.
const OLDEST: &str = "20.19.0";

/// Node and npm must be there already.
pub(super) fn check() -> Result<()> {
    step("Node and npm", |step| {
        let version = Run::new("node").arg("--version").capture();
        let version = version
            .ok_or_else(|| anyhow!("Node is not on the PATH; install Node {OLDEST} or newer, then run this again"))?;
        if !recent_enough(&version) {
            bail!("Node {version} is too old; install Node {OLDEST} or newer, then run this again");
        }
        if Run::new("npm").arg("--version").capture().is_none() {
            bail!("npm is not on the PATH; install it (it comes with Node), then run this again");
        }
        step.note(version);
        Ok(())
    })
}

/// The packages, exactly as locked.
pub(super) fn packages(workspace: &Workspace) -> Result<()> {
    // The stamp lives in the directory that it speaks of, so that removing the one removes the other.
    let stamp = Stamp::at(workspace.path("node_modules/.countersign-stamp"));
    let inputs =
        Inputs::of("npm ci").text(&workspace.read("package-lock.json")?).text(&workspace.read("package.json")?);
    step("npm packages", |step| {
        if stamp.matches(&inputs, &[workspace.node_bin("wrangler"), workspace.node_bin("esbuild")]) {
            step.note("already there");
            return Ok(());
        }
        stamp.clear();
        let advice = "npm could not install the packages; check the network, then run this again";
        Run::new("npm").args(["ci", "--no-audit", "--no-fund"]).dir(workspace.root()).check(step, advice)?;
        stamp.write(&inputs)
    })
}

/// The hosts and bundlers in which the npm package is tried: a package of their own, because nothing else needs them.
pub(super) fn hosts(workspace: &Workspace) -> Result<()> {
    const FOLDER: &str = "tests/packaging/hosts";
    let folder = workspace.path(FOLDER);
    let stamp = Stamp::at(folder.join("node_modules/.countersign-stamp"));
    let inputs = ["package-lock.json", "package.json"].iter().try_fold(Inputs::of("npm ci"), |inputs, file| {
        anyhow::Ok(inputs.text(&workspace.read(&format!("{FOLDER}/{file}"))?))
    })?;
    step("npm packages of the hosts", |step| {
        if stamp.matches(&inputs, &[folder.join("node_modules/vite"), folder.join("node_modules/webpack")]) {
            step.note("already there");
            return Ok(());
        }
        stamp.clear();
        let advice = "npm could not install the hosts; check the network, then run this again";
        // What they need of this machine comes as packages: no script of theirs has to run.
        let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        Run::new("npm").args(args).dir(&folder).check(step, advice)?;
        stamp.write(&inputs)
    })
}

fn recent_enough(version: &str) -> bool {
    numbers(version) >= numbers(OLDEST)
}

#[cfg(test)]
mod tests;
