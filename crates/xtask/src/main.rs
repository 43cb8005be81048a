//! The automation of the workspace: `cargo xtask <task>`.

mod bench;
mod build;
mod command;
mod dev;
mod interrupt;
mod openapi;
mod screen;
mod setup;
mod size;
mod stamp;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};

use build::Part;
use command::Failure;
use screen::{complain, say};
use size::Mode;
use workspace::Workspace;

const HELP: &str = "\
The automation of the Countersign workspace.

Usage: cargo xtask <task>

  dev [--port N] [--persist DIR]   from a fresh checkout to a running worker with demo data, until Ctrl-C
                                   (port 8787, state in .wrangler/state)
  test                             everything that CI runs
  build [package] [worker]         the npm package with the demo's pages, the worker, or both
  setup                            install what is missing; every other task does this for itself
  openapi                          renew the OpenAPI document, its page and its TypeScript types
  tidy                             check the structure of the workspace
  size [--check | --update]        measure what is downloaded, against size.json
  bench [NAME...]                  run the benchmarks, or those whose names contain a word
  with-worker COMMAND...           run a command with COUNTERSIGN_URL naming a fresh worker

Needs Rust (rustup) and Node 20.19 or newer. Compiled tools are kept in $COUNTERSIGN_CACHE, else
$XDG_CACHE_HOME/countersign, else ~/.cache/countersign. CHROME_PATH names a browser for the tests, which
also need Python 3.10 or newer.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = interrupt::listen().and_then(|()| run(&args));
    interrupt::settle();
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    if let Some(failure) = error.downcast_ref::<Failure>() {
        complain(&failure.tail);
    }
    if !error.is::<test::AlreadyReported>() {
        complain(&format!("error: {error:#}"));
    }
    ExitCode::FAILURE
}

fn run(args: &[String]) -> Result<()> {
    let Some((task, rest)) = args.split_first() else {
        say(HELP);
        return Ok(());
    };
    if matches!(task.as_str(), "help" | "-h" | "--help")
        || rest.iter().any(|arg| matches!(arg.as_str(), "-h" | "--help"))
    {
        say(HELP);
        return Ok(());
    }
    let workspace = Workspace::find()?;
    match task.as_str() {
        "setup" => no_arguments(task, rest).and_then(|()| setup::run(&workspace)),
        "build" => {
            let parts = Part::parse(rest)?;
            build::run(&workspace, &setup::all(&workspace)?, &parts)
        }
        "dev" => dev::run(&workspace, &dev_options(rest)?),
        "test" => no_arguments(task, rest).and_then(|()| test::run(&workspace)),
        "openapi" => no_arguments(task, rest).and_then(|()| openapi::run(&workspace)),
        "tidy" => no_arguments(task, rest).and_then(|()| tidy::run(&workspace)),
        "size" => size::run(&workspace, size_mode(rest)?),
        "bench" => bench::run(&workspace, rest),
        "with-worker" => dev::with_worker(&workspace, rest),
        other => bail!("there is no task `{other}`; `cargo xtask --help` lists them"),
    }
}

fn no_arguments(task: &str, rest: &[String]) -> Result<()> {
    match rest {
        [] => Ok(()),
        [first, ..] => bail!("`{task}` takes no `{first}`; `cargo xtask --help` tells more"),
    }
}

fn dev_options(args: &[String]) -> Result<dev::Options> {
    let mut options = dev::Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (name, inline) =
            arg.split_once('=').map_or((arg.as_str(), None), |(name, value)| (name, Some(value.to_owned())));
        let mut value =
            || inline.clone().or_else(|| args.next().cloned()).ok_or_else(|| anyhow!("`{name}` needs a value"));
        match name {
            "--port" => {
                let text = value()?;
                let port = text.parse().ok().filter(|port| *port != 0);
                options.port = port.ok_or_else(|| anyhow!("`{text}` is no port; use a number from 1 to 65535"))?;
            }
            "--persist" => options.state = value()?.into(),
            other => bail!("`dev` takes no `{other}`; `cargo xtask --help` tells more"),
        }
    }
    Ok(options)
}

fn size_mode(args: &[String]) -> Result<Mode> {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(Mode::Show),
        ["--check"] => Ok(Mode::Check),
        ["--update"] => Ok(Mode::Update),
        _ => bail!("`size` takes `--check` or `--update`; `cargo xtask --help` tells more"),
    }
}

#[cfg(test)]
mod tests;
