//! `countersign validate`: is every document sound, and does each fit those that it speaks of?

use crate::exit;
use crate::files;
use crate::kind::{self, Kind};
use crate::tell::{GOOD, styled};
use anstream::{eprintln, println};
use anyhow::{Result, bail};
use countersign_compile::Model;
use countersign_gate::routes::Routes;
use countersign_tenant::World;
use countersign_wire::diagnostic::{Diagnostic, Diagnostics, Source};
use countersign_wire::scenario;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Check models, tenants, scenarios and route files; all that is wrong is reported at once, with file, line and column
///
/// What a file is, is told by its keys. A tenant and a route file are checked against --model, else against the model
/// among the files that stands in the same folder or is the only one, else against `model.toml` beside it. A scenario
/// is checked with the model and the tenant that it names.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign validate model.toml
  countersign validate model.toml tenant.toml
  countersign validate --model model.toml tenants/*.toml routes.toml --json

Exit codes: 0 sound, 1 something is wrong, 2 a file cannot be read")]
pub(crate) struct Args {
    /// Model, tenant, scenario and route files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The model that tenants and route files are checked against
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Answer as JSON: `{ "sound": …, "problems": [{ "file", "line", "column", "path", "message", "help" }] }`
    #[arg(long)]
    json: bool,
}

/// A file that was read.
struct File<'a> {
    path: &'a Path,
    name: String,
    text: String,
}

impl<'a> File<'a> {
    fn read(path: &'a Path) -> Result<Self> {
        Ok(Self { path, name: path.display().to_string(), text: files::text(path)? })
    }

    fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: &self.text }
    }
}

/// What was found out.
#[derive(Default)]
struct Report {
    sound: Vec<String>,
    problems: Vec<Diagnostic>,
}

impl Report {
    /// What came out, with what is wrong noted.
    fn take<T>(&mut self, result: Result<T, Diagnostics>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(found) => {
                for problem in found.all() {
                    // A model may be read for each of its tenants.
                    if !self.problems.contains(problem) {
                        self.problems.push(problem.clone());
                    }
                }
                None
            }
        }
    }

    fn tell(&self, as_json: bool) -> ExitCode {
        if as_json {
            let problems: Vec<Value> = self.problems.iter().map(written).collect();
            println!("{:#}", json!({ "sound": problems.is_empty(), "problems": problems }));
        } else {
            self.sound.iter().for_each(|line| println!("{}", styled(GOOD, line)));
            if !self.problems.is_empty() {
                eprintln!("{}", Diagnostics::new(self.problems.clone()));
            }
        }
        exit::found(!self.problems.is_empty())
    }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let read = args.files.iter().map(|path| File::read(path)).collect::<Result<Vec<_>>>()?;
    let mut report = Report::default();
    let mut kinds = Vec::new();
    for file in &read {
        kinds.extend(report.take(kind::of(&file.source())).map(|kind| (file, kind)));
    }
    let models: Vec<&Path> = kinds.iter().filter(|(_, kind)| *kind == Kind::Model).map(|(file, _)| file.path).collect();
    for (file, kind) in &kinds {
        match kind {
            Kind::Model => {
                if let Some(model) = report.take(Model::parse(file.source())) {
                    report.sound.push(format!("{}: the model `{}` is sound", file.name, model.name()));
                }
            }
            Kind::Tenant => {
                let model = model_of(args.model.as_deref(), &models, file)?;
                tenant(&mut report, &File::read(&model)?, file);
            }
            Kind::Scenario => expectations(&mut report, file)?,
            Kind::Routes => {
                let model = model_of(args.model.as_deref(), &models, file)?;
                routes(&mut report, &File::read(&model)?, file);
            }
        }
    }
    Ok(report.tell(args.json))
}

/// A route file under its model.
pub(crate) fn route_file(model: &Path, file: &Path, as_json: bool) -> Result<ExitCode> {
    let mut report = Report::default();
    routes(&mut report, &File::read(model)?, &File::read(file)?);
    Ok(report.tell(as_json))
}

/// The model of a tenant or of a route file.
fn model_of(named: Option<&Path>, models: &[&Path], file: &File<'_>) -> Result<PathBuf> {
    let beside = file.path.with_file_name("model.toml");
    let near = models.iter().find(|model| model.parent() == file.path.parent());
    match (named, near, models) {
        (Some(model), ..) => Ok(model.to_owned()),
        (None, Some(model), _) => Ok((*model).to_owned()),
        (None, None, [model]) => Ok((*model).to_owned()),
        _ if beside.is_file() => Ok(beside),
        _ => bail!("{}: which model is this of? name it with --model", file.name),
    }
}

fn tenant(report: &mut Report, model: &File<'_>, tenant: &File<'_>) -> Option<World> {
    let model = report.take(Model::parse(model.source()))?;
    let world = report.take(World::load(&model, tenant.source()))?;
    let members = world.members().count();
    let line = format!("{}: the tenant fits the model `{}`, with {members} members", tenant.name, model.name());
    if !report.sound.contains(&line) {
        report.sound.push(line);
    }
    Some(world)
}

fn routes(report: &mut Report, model: &File<'_>, file: &File<'_>) {
    let Some(model) = report.take(Model::parse(model.source())) else { return };
    if let Some(routes) = report.take(Routes::checked(file.source(), model.policy())) {
        let number = routes.all().len();
        report.sound.push(format!("{}: {number} routes, sound against the model `{}`", file.name, model.name()));
    }
}

fn expectations(report: &mut Report, file: &File<'_>) -> Result<()> {
    let Some(read) = report.take(scenario::parse(file.source())) else { return Ok(()) };
    let folder = file.path.parent().unwrap_or(Path::new("."));
    let (model, tenant_file) = (folder.join(&read.model.value), folder.join(&read.tenant.value));
    if tenant(report, &File::read(&model)?, &File::read(&tenant_file)?).is_some() {
        report.sound.push(format!("{}: {} expectations", file.name, read.expect.len()));
    }
    Ok(())
}

/// A problem as JSON.
pub(crate) fn written(problem: &Diagnostic) -> Value {
    json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
        "help": problem.help,
    })
}
