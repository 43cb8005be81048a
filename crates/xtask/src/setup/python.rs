//! schemathesis, which holds the API against its description: in a virtual environment of its own, exactly as locked.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};

use super::system;
use crate::command::Run;
use crate::screen::{Step, step};
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

const LOCK: &str = "tests/api/requirements.txt";
/// What must be there already.
const NEEDED: &str = "install Python 3.10 or newer with its venv module (python3-venv on Debian), then run this again";

/// Installs it under `target`.
pub(crate) fn schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    let place = workspace.target().join("xtask/python");
    let program = place.join("bin/schemathesis");
    let stamp = Stamp::at(place.join("countersign-stamp"));
    let inputs = Inputs::of("pip install").text(&workspace.read(LOCK)?);
    step("schemathesis (Python packages)", |step| {
        if stamp.matches(&inputs, std::slice::from_ref(&program)) {
            step.note("already there");
            return Ok(());
        }
        stamp.clear();
        environment(&place, step)?;
        let advice = "pip could not install schemathesis; check the network, then run this again";
        Run::new(place.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", LOCK])
            .dir(workspace.root())
            .check(step, advice)?;
        stamp.write(&inputs)
    })?;
    Ok(program)
}

/// Makes an empty environment; where Debian left the module out, it may be added.
fn environment(place: &Path, step: &Step) -> Result<()> {
    let python = Run::new("python3").args(["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]);
    let recent = python.finish(Some(step)).map_err(|_| anyhow!("python3 is not on the PATH; {NEEDED}"))?;
    if !recent.success {
        bail!("python3 is too old; {NEEDED}");
    }
    let made = || -> Result<bool> {
        Ok(Run::new("python3").args(["-m", "venv", "--clear"]).arg(place).finish(Some(step))?.success)
    };
    if made()? || (system::apt(&["python3-venv"], step)? && made()?) {
        return Ok(());
    }
    bail!("python3 cannot make a virtual environment; {NEEDED}")
}
