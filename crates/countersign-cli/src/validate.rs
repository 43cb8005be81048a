//! `countersign validate`: is the model sound, and does the tenant fit it?

use crate::files;
use anyhow::Result;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(model: &Path, tenant: Option<&Path>) -> Result<ExitCode> {
    let checked = files::model(model)?;
    println!("{}: the model `{}` is sound", model.display(), checked.name());
    if let Some(tenant) = tenant {
        let world = files::tenant(&checked, tenant)?;
        println!("{}: the tenant fits it, with {} members", tenant.display(), world.members().count());
    }
    Ok(ExitCode::SUCCESS)
}
