//! `countersign import`: a tenant file of any size into an account on a worker, part by part.

mod cut;
mod run;

use crate::convert::{self, Format, Options};
use crate::files;
use crate::remote::{Place, Refused, Remote};
use anstream::{eprint, eprintln, println};
use anyhow::{Context, Result, anyhow, bail};
use countersign_compile::tenant;
use countersign_wire::diagnostic::Source;
use cut::Cut;
use run::Run;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Bring a tenant file into an account on a worker, or another engine's files into files of Countersign's
///
/// With --url: a tenant file of any size is sent part by part, with progress; an interrupted import goes on. It is for
/// the platform's operators, whose token is COUNTERSIGN_TOKEN, or kept by `countersign login`.
///
/// With --from: what CASL, Casbin or OpenFGA has becomes model.toml and tenant.toml in the folder --out. What cannot be
/// said here is refused by name, and then nothing is written.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  countersign import --url https://access.example.com --tenant acme --model model.toml tenant.json
  countersign import --from casl rules.json --subject user:ann --out ann/
  countersign import --from casbin model.conf policy.csv --out converted/
  countersign import --from openfga model.fga tuples.json --out converted/

CASL: conditions of $eq, $ne, $in, $nin, $lt, $lte, $gt, $gte and $exists on attributes that come with the question.
Casbin: lists of who may do what on what, roles, roles of roles, domains, deny over allow.
OpenFGA: unions of direct relations, relations of the same object and `from` one parent; usersets as groups.

Exit codes: 0 imported, 1 refused, or the worker does not answer, 2 a file is not sound")]
pub(crate) struct Args {
    /// The worker's address
    #[arg(long, value_name = "URL", required_unless_present = "from", requires = "tenant")]
    url: Option<String>,
    /// The account's name
    #[arg(long, value_name = "NAME", requires = "url")]
    tenant: Option<String>,
    /// The model file
    #[arg(long, value_name = "FILE", required_unless_present = "from", requires = "url")]
    model: Option<PathBuf>,
    /// Leave the account as it is, and add the file's members or bring them up to date
    #[arg(long, requires = "url")]
    only_members: bool,
    /// The engine that the files are of
    #[arg(long, value_name = "ENGINE", conflicts_with = "url", requires = "out")]
    from: Option<Format>,
    /// The folder for model.toml and tenant.toml; nothing in it is overwritten
    #[arg(long, value_name = "DIR", requires = "from")]
    out: Option<PathBuf>,
    /// Whose rules CASL's are
    #[arg(long, value_name = "SUBJECT", default_value = "user:me")]
    subject: String,
    /// What CASL's rules mean by `all`, besides the types that they name
    #[arg(long, value_name = "TYPE,…", value_delimiter = ',', requires = "from")]
    types: Vec<String>,
    /// What CASL's rules mean by `manage`; if left out create, read, update, delete and whatever they name
    #[arg(long, value_name = "ACTION,…", value_delimiter = ',', requires = "from")]
    actions: Vec<String>,
    /// Answer as JSON: `{ "done": …, "revision", "members", "added", "changed" }`; with --from `{ "done": …, "files": [file] }`
    #[arg(long)]
    pub(crate) json: bool,
    /// The tenant file, or the other engine's files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if let (Some(format), Some(out)) = (args.from, &args.out) {
        let Args { subject, types, actions, .. } = args;
        let options = Options { name: "imported", subject, types, actions };
        return convert::run(format, &args.files, out, &options, args.json);
    }
    let (Some(url), Some(tenant), Some(model), [file]) = (&args.url, &args.tenant, &args.model, args.files.as_slice())
    else {
        bail!("one tenant file is imported, with --url, --tenant and --model");
    };
    let place = Place { url: url.clone(), tenant: tenant.clone() };
    upload(&place, model, file, args)
}

/// A tenant file into an account.
fn upload(place: &Place, model_file: &Path, file: &Path, args: &Args) -> Result<ExitCode> {
    let only_members = args.only_members;
    let remote = Remote::open(place)?;
    let (model, text) = (files::text(model_file)?, files::text(file)?);
    let name = file.display().to_string();
    let source = Source { name: &name, text: &text };
    // All that is wrong is said at once, with its place in the file, before anything is sent.
    let compiled = tenant(&files::model(model_file)?, source).map_err(|problems| anyhow!("{problems}"))?;
    let groups: Vec<String> = compiled.groups.into_keys().collect();
    let Cut { base, parts, members } = cut::cut(countersign_tenant::as_json(source), &groups, !only_members);
    let mut run = Run::open(file, &[&place.url, &place.tenant, &model, &text, &only_members.to_string()])?;
    if run.done > 0 {
        eprintln!("going on where the import was interrupted");
    }
    let begun = Instant::now();
    let mut progress = Progress { begun, members, before: 0, shown: None };
    let mut sums = [0_u64; 3];
    let mut revision = 0;
    let mut done = 0;
    // Members alone are brought into an account as it is.
    let name = (!only_members && !parts.is_empty()).then(|| run.name());
    if run.done == 0 && !only_members {
        let body = json!({ "model": model, "tenant": base.to_string(), "run": name });
        let refused = "nothing was imported";
        revision = remote.command("PUT", "", &run.key("base"), &body).context(refused)?.revision;
        run.note(1)?;
    }
    for (part, number) in parts.iter().zip(1..) {
        if run.done > number {
            progress.before += part.members;
        } else {
            let body = json!({ "tenant": part.text, "run": name, "last": number == parts.len() });
            let answer = remote.command("POST", "/import", &run.key(&number.to_string()), &body);
            let answer = answer.with_context(|| stopped(done, members)).inspect_err(|error| {
                // Going on would mix two accounts.
                if error.downcast_ref::<Refused>().is_some_and(|refused| refused.code == "other_import") {
                    run.finish();
                }
            })?;
            let number_of = |name: &str| answer.body.get(name).and_then(Value::as_u64).unwrap_or_default();
            for (sum, name) in sums.iter_mut().zip(["members", "added", "changed"]) {
                *sum += number_of(name);
            }
            revision = answer.revision;
            run.note(number + 1)?;
        }
        done += part.members;
        progress.show(done);
    }
    run.finish();
    progress.end();
    let [_, added, changed] = sums;
    if args.json {
        let answer = json!({
            "done": true,
            "tenant": place.tenant,
            "revision": revision,
            "replaced": !only_members,
            "members": done,
            "added": added,
            "changed": changed,
        });
        println!("{answer:#}");
        return Ok(ExitCode::SUCCESS);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let base = if only_members { "" } else { "The account was replaced. " };
    println!(
        "{base}{done} of {members} members were imported in {seconds:.1} s: {added} added, {changed} changed. The account \
         `{}` is at revision {revision}.",
        place.tenant
    );
    Ok(ExitCode::SUCCESS)
}

fn stopped(done: usize, members: usize) -> String {
    format!("the import stopped after {done} of {members} members; run it again, and it goes on there")
}

/// How far it is, on standard error: over itself on a terminal, else a line every few seconds.
struct Progress {
    begun: Instant,
    members: usize,
    /// Members that an earlier run brought in
    before: usize,
    shown: Option<Instant>,
}

impl Progress {
    fn show(&mut self, done: usize) {
        let terminal = std::io::stderr().is_terminal();
        let pause = Duration::from_secs(if terminal { 0 } else { 5 });
        if self.shown.is_some_and(|shown| shown.elapsed() < pause) {
            return;
        }
        self.shown = Some(Instant::now());
        let rate = (done - self.before) as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        let line = format!("{done} of {} members, {rate:.0} a second", self.members);
        if terminal {
            eprint!("\r{line}   ")
        } else {
            eprintln!("{line}")
        }
        let _ = std::io::stderr().flush();
    }

    fn end(&self) {
        if self.shown.is_some() && std::io::stderr().is_terminal() {
            eprintln!();
        }
    }
}
