//! `countersign import`: a tenant file of any size into an account on a worker, part by part.

mod cut;
mod run;

use crate::files;
use crate::remote::{Place, Refused, Remote};
use anyhow::{Context, Result, anyhow};
use countersign_compile::tenant;
use countersign_wire::diagnostic::Source;
use cut::Cut;
use run::Run;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What is imported, and where to.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The model file
    #[arg(long)]
    model: PathBuf,
    /// Leave the account as it is, and add the file's members or bring them up to date
    #[arg(long)]
    only_members: bool,
    /// The tenant file
    file: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let remote = Remote::open(&args.place)?;
    let (model, text) = (files::text(&args.model)?, files::text(&args.file)?);
    let name = args.file.display().to_string();
    let source = Source { name: &name, text: &text };
    // All that is wrong is said at once, with its place in the file, before anything is sent.
    let compiled = tenant(&files::model(&args.model)?, source).map_err(|problems| anyhow!("{problems}"))?;
    let groups: Vec<String> = compiled.groups.into_keys().collect();
    let Cut { base, parts, members } = cut::cut(countersign_tenant::as_json(source), &groups, !args.only_members);
    let mut run =
        Run::open(&args.file, &[&args.place.url, &args.place.tenant, &model, &text, &args.only_members.to_string()])?;
    if run.done > 0 {
        eprintln!("going on where the import was interrupted");
    }
    let begun = Instant::now();
    let mut progress = Progress { begun, members, before: 0, shown: None };
    let mut sums = [0_u64; 3];
    let mut revision = 0;
    let mut done = 0;
    // Members alone are brought into an account as it is.
    let name = (!args.only_members && !parts.is_empty()).then(|| run.name());
    if run.done == 0 && !args.only_members {
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
    let seconds = begun.elapsed().as_secs_f64();
    let base = if args.only_members { "" } else { "The account was replaced. " };
    println!(
        "{base}{done} of {members} members were imported in {seconds:.1} s: {added} added, {changed} changed. The account \
         `{}` is at revision {revision}.",
        args.place.tenant
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
