//! What the demo's origin serves: the page and the built package, gathered by www/build.mjs.

use anyhow::Result;

use crate::command::Run;
use crate::screen::step;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// Gathers it in www/dist.
pub(super) fn build(workspace: &Workspace) -> Result<()> {
    let stamp = Stamp::at(workspace.target().join("xtask/stamps/site"));
    let inputs = Inputs::of("site")
        .directory(&workspace.path("www"), &["dist", ".wrangler"])
        .directory(&workspace.path("crates/countersign-wasm/npm/dist"), &[]);
    step("pages of the demo", |step| {
        if stamp.matches(&inputs, &[workspace.path("www/dist")]) {
            step.note("unchanged");
            return Ok(());
        }
        stamp.clear();
        let node = Run::new("node").arg(workspace.path("www/build.mjs")).dir(workspace.root());
        node.check(step, "the demo's pages could not be gathered; correct what is listed above")?;
        stamp.write(&inputs)
    })
}
