//! `openapi`: renews what is made of the table of endpoints and the types of their bodies.

use anyhow::Result;

use crate::command::Run;
use crate::screen::step;
use crate::setup;
use crate::workspace::Workspace;

/// Writes config/openapi.json, then the page and the TypeScript types that are made of it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::all(workspace)?;
    let document = Run::new("cargo")
        .args(["test", "--quiet", "-p", "countersign-gate", "--test", "openapi"])
        .env("COUNTERSIGN_RENEW", "1")
        .dir(workspace.root());
    step("the OpenAPI document", |step| document.check(step, "it cannot be made; correct what is listed above"))?;
    made_of_it(workspace)
}

/// The page and the types.
fn made_of_it(workspace: &Workspace) -> Result<()> {
    let script = workspace.path("crates/xtask/js/openapi.mjs");
    let made = Run::new("node").arg(script).dir(workspace.root());
    step("its page and its TypeScript types", |step| made.check(step, "they cannot be made; see above")).map(|_| ())
}
