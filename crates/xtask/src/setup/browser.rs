//! A browser for the tests: one that is installed, or one that can be without asking.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::system;
use crate::command::Run;
use crate::screen::{Step, step};
use crate::workspace::Workspace;

const NAMES: &[&str] = &["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Finds or installs a browser and tells where it is.
pub(crate) fn browser(workspace: &Workspace) -> Result<PathBuf> {
    step("a browser for the tests", |step| {
        if let Some(named) = std::env::var_os("CHROME_PATH").map(PathBuf::from) {
            if !named.is_file() {
                bail!("CHROME_PATH names {}, which is not there; correct or unset it", named.display());
            }
            step.note(named.display().to_string());
            return Ok(named);
        }
        let found = match installed(workspace) {
            Some(found) => Some(found),
            None => fetched(workspace, step)?,
        };
        let Some(found) = found else {
            bail!("no Chrome or Chromium here and none could be installed; install one, or set CHROME_PATH");
        };
        step.note(found.display().to_string());
        Ok(found)
    })
}

fn installed(workspace: &Workspace) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    NAMES
        .iter()
        .find_map(|name| std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file()))
        .or_else(|| Some(PathBuf::from(MAC)).filter(|file| file.is_file()))
        .or_else(|| playwrights(workspace))
}

/// The browser that Playwright keeps for itself, if it has been downloaded.
fn playwrights(workspace: &Workspace) -> Option<PathBuf> {
    let ask = "console.log(require('playwright-core').chromium.executablePath())";
    let path = Run::new("node").args(["-e", ask]).dir(workspace.root()).capture()?;
    Some(PathBuf::from(path)).filter(|file| file.is_file())
}

fn fetched(workspace: &Workspace, step: &Step) -> Result<Option<PathBuf>> {
    if is_debian() && system::apt(&["chromium"], step)? {
        return Ok(installed(workspace));
    }
    let playwright = workspace.node_bin("playwright-core");
    let fetch = Run::new(playwright).args(["install", "chromium"]).dir(workspace.root());
    let fetched = fetch.finish(Some(step)).is_ok_and(|finished| finished.success);
    Ok(if fetched { playwrights(workspace) } else { None })
}

/// Ubuntu's `chromium` package is a stub that wants snap, so it does not count.
fn is_debian() -> bool {
    Path::new("/etc/debian_version").is_file()
        && std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}
