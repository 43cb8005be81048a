//! What another engine has, as a model and a tenant: `countersign import --from`.
//!
//! What Countersign cannot say is refused by name, all of it at once, and nothing is written: an import that left a
//! condition out would allow what its source denies.

mod casbin;
mod casl;
mod names;
mod openfga;
mod toml;

use crate::exit::Found;
use crate::tell::{BAD, FAINT, GOOD, styled};
use crate::{exit, files, fmt};
use anstream::{eprintln, println};
use anyhow::{Result, anyhow, bail};
use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The other engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// CASL: a JSON list of one user's rules
    Casl,
    /// Casbin: model.conf and policy.csv
    Casbin,
    /// OpenFGA: the model (its language or JSON), and tuples as JSON
    Openfga,
}

/// What a conversion needs besides its files.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    /// The model's name
    pub(crate) name: &'a str,
    /// Whose rules CASL's are
    pub(crate) subject: &'a str,
    /// Types and actions that CASL's rules mean by `all` and `manage`, besides those that they name
    pub(crate) types: &'a [String],
    pub(crate) actions: &'a [String],
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Converted {
    pub(crate) model: String,
    pub(crate) tenant: String,
    /// What somebody should know
    pub(crate) notes: Vec<String>,
}

/// What cannot be said, in sentences.
pub(crate) type Refusals = Vec<String>;

/// Converts files, and writes model.toml and tenant.toml into a folder.
pub(crate) fn run(
    format: Format,
    paths: &[PathBuf],
    out: &Path,
    options: &Options<'_>,
    as_json: bool,
) -> Result<ExitCode> {
    let texts = paths.iter().map(|path| files::text(path)).collect::<Result<Vec<_>>>()?;
    let converted = match convert(format, &texts, options)? {
        Ok(converted) => converted,
        Err(refusals) => {
            if !as_json {
                for refusal in &refusals {
                    eprintln!("{}", styled(BAD, &format!("not imported: {refusal}")));
                }
            }
            let found = Found::new("nothing was written: what cannot be said must not be left out");
            return Err(found.with("refusals", refusals).into());
        }
    };
    let targets = [("model.toml", &converted.model), ("tenant.toml", &converted.tenant)];
    for (name, _) in targets {
        let path = out.join(name);
        if path.exists() {
            bail!("{} is there already; nothing is overwritten", path.display());
        }
    }
    let mut written = Vec::new();
    for (name, text) in targets {
        let path = out.join(name);
        files::create(&path, text)?;
        written.push(path.display().to_string());
    }
    if as_json {
        println!("{:#}", json!({ "done": true, "files": written, "notes": converted.notes }));
    } else {
        written.iter().for_each(|file| println!("{}", styled(GOOD, &format!("{file} was written"))));
        converted.notes.iter().for_each(|note| println!("{}", styled(FAINT, note)));
    }
    Ok(exit::FINE)
}

/// Converts texts; the result is formatted, and sound.
pub(crate) fn convert(format: Format, texts: &[String], options: &Options<'_>) -> Result<Result<Converted, Refusals>> {
    let converted = match (format, texts) {
        (Format::Casl, [rules]) => casl::convert(rules, options)?,
        (Format::Casbin, [model, policy]) => casbin::convert(model, policy, options)?,
        (Format::Openfga, [model, tuples]) => openfga::convert(model, tuples, options)?,
        (Format::Casl, _) => bail!("CASL's rules are one file: rules.json"),
        (Format::Casbin, _) => bail!("Casbin's are two files: model.conf policy.csv"),
        (Format::Openfga, _) => bail!("OpenFGA's are two files: model.fga (or model.json) tuples.json"),
    };
    let Ok(Converted { model, tenant, notes }) = converted else { return Ok(converted) };
    let (model, tenant) = (fmt::format("model.toml", &model)?, fmt::format("tenant.toml", &tenant)?);
    // What the compiler refuses (a limit, a name) cannot be said either.
    if let Err(problems) = world(&model, &tenant) {
        return Ok(Err(vec![format!("{problems:#}")]));
    }
    Ok(Ok(Converted { model, tenant, notes }))
}

/// The world of a model and a tenant.
fn world(model: &str, tenant: &str) -> Result<World> {
    let model = Model::parse(Source { name: "model.toml", text: model }).map_err(|found| files::problems(&found))?;
    World::load(&model, Source { name: "tenant.toml", text: tenant }).map_err(|found| anyhow!("{found}"))
}

#[cfg(test)]
mod tests;
