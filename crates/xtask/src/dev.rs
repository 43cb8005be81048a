//! `dev`: everything from a fresh checkout to a running worker with demo data, until Ctrl-C.

mod demo;
mod http;
mod server;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};

pub(crate) use demo::verify as verify_the_tour;
pub(crate) use server::Server;

use crate::build::{self, Part};
use crate::command::Run;
use crate::interrupt::{self, Scratch};
use crate::screen::{say, seconds};
use crate::setup;
use crate::workspace::Workspace;

/// What the command line may choose.
pub(crate) struct Options {
    /// Where to listen.
    pub(crate) port: u16,
    /// Where the objects and the key-value store are kept between runs.
    pub(crate) state: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 8787, state: PathBuf::from(".wrangler/state") }
    }
}

/// Sets up, builds, starts, loads the demo, and stays until Ctrl-C.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let started = Instant::now();
    server::require_free(options.port)?;
    let machine = setup::all(workspace)?;
    build::run(workspace, &machine, &Part::parse(&[])?)?;
    let mut server = Server::start(workspace, options.port, &workspace.path(&options.state.to_string_lossy()))?;
    demo::load(workspace, &server)?;

    say(&format!("\nReady after {}.\n", seconds(started.elapsed())));
    say(&demo::tour(server.url()));
    say("Ctrl-C stops it. What the worker prints follows.\n");
    interrupt::is_the_normal_end();
    server.show();
    server.wait()
}

/// A worker of its own for tests: a free port, and a state that is gone afterwards.
pub(crate) struct TestServer {
    // Stopped before its state is removed: fields are dropped in this order.
    server: Server,
    state: Scratch,
}

impl TestServer {
    /// Starts it, with nothing in it.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self> {
        let state = Scratch::temporary("state")?;
        let server = Server::start(workspace, server::free_port()?, state.path())?;
        Ok(Self { server, state })
    }

    /// Loads what `dev` loads.
    pub(crate) fn load_demo(&self, workspace: &Workspace) -> Result<()> {
        demo::load(workspace, &self.server)
    }

    /// What a test needs to know of it.
    pub(crate) fn env(&self) -> [(&'static str, String); 3] {
        let state = self.state.path().display().to_string();
        let log = self.server.log().display().to_string();
        [("COUNTERSIGN_URL", self.server.url().to_owned()), ("COUNTERSIGN_STATE", state), ("COUNTERSIGN_LOG", log)]
    }

    /// The worker itself.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }
}

/// `with-worker`: runs a command against a fresh worker, for whoever works on one test.
pub(crate) fn with_worker(workspace: &Workspace, command: &[String]) -> Result<()> {
    let [program, args @ ..] = command else {
        bail!("name the command to run, for example `cargo xtask with-worker node --test tests/e2e/`");
    };
    let machine = setup::all(workspace)?;
    build::run(workspace, &machine, &Part::parse(&[])?)?;
    let server = TestServer::start(workspace)?;
    let run = Run::new(Path::new(program)).args(args).dir(workspace.root());
    let mut run = server.env().into_iter().fold(run, |run, (name, value)| run.env(name, value));
    if std::env::var_os("CHROME_PATH").is_none()
        && let Ok(browser) = setup::browser(workspace)
    {
        run = run.env("CHROME_PATH", OsString::from(browser));
    }
    if let Ok(program) = setup::schemathesis(workspace) {
        run = run.env("COUNTERSIGN_SCHEMATHESIS", OsString::from(program));
    }
    if run.shown()? {
        return Ok(());
    }
    bail!("`{program}` failed; see above")
}
