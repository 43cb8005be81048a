//! The worker and the demo's origin in workerd, started through wrangler and stopped with everything they started.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, PipeReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::http::{Answer, Request};
use crate::command::failure;
use crate::interrupt;
use crate::screen::{Step, say, step};
use crate::workspace::Workspace;

const CONFIGURATION: &str = "wrangler.toml";
const ORIGIN: &str = "www/origin";
/// How long the worker may take until it answers.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long one wait between two looks takes.
const PAUSE: Duration = Duration::from_millis(150);

/// A running worker; dropping it stops it.
pub(crate) struct Server {
    child: Child,
    port: u16,
    url: String,
    log: PathBuf,
    shown: Arc<AtomicBool>,
}

impl Server {
    /// Starts the worker and waits until it answers.
    pub(crate) fn start(workspace: &Workspace, port: u16, state: &Path) -> Result<Self> {
        step("the worker in workerd", |step| {
            require_free(port)?;
            let log = workspace.target().join("xtask/log").join(format!("worker-{port}.log"));
            let (reader, writer) = std::io::pipe().context("cannot open a pipe")?;
            let mut command = command(workspace, port, state)?;
            command.stdin(Stdio::null()).stdout(writer.try_clone().context("cannot open a pipe")?).stderr(writer);
            let Ok(child) = interrupt::spawn(&mut command) else {
                bail!("wrangler cannot be started; remove node_modules and run this again");
            };
            // The command holds the writing ends of the pipe.
            drop(command);
            let shown = Arc::new(AtomicBool::new(false));
            record(reader, &log, Arc::clone(&shown))?;
            let mut server = Self { child, port, url: format!("http://127.0.0.1:{port}"), log, shown };
            server.until_ready(step)?;
            Ok(server)
        })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The file that holds what it prints.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// Sends a request to it.
    pub(super) fn request(&self, request: &Request<'_>) -> Result<Answer> {
        request.send(self.port)
    }

    /// From now on the worker's output goes to the screen as well.
    pub(super) fn show(&self) {
        self.shown.store(true, Ordering::Relaxed);
    }

    /// Stays as long as it runs; Ctrl-C ends this process from elsewhere.
    pub(super) fn wait(&mut self) -> Result<()> {
        while self.is_running() {
            std::thread::sleep(PAUSE);
        }
        interrupt::settle();
        bail!("the worker ended by itself; see above, then run this again")
    }

    fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn until_ready(&mut self, step: &Step) -> Result<()> {
        let started = Instant::now();
        let probe = Request { method: "GET", path: "/", subject: None, body: None };
        while started.elapsed() < PATIENCE {
            if !self.is_running() {
                interrupt::settle();
                return Err(failure("the worker did not start; see above", &self.printed()));
            }
            // Any answer of the gate will do; while wrangler is still starting there is none, or it is wrangler's own.
            if probe.send(self.port).is_ok_and(|answer| answer.status < 500) {
                return Ok(());
            }
            step.line(self.printed().lines().last().unwrap_or_default());
            std::thread::sleep(PAUSE);
        }
        let sentence = format!("the worker does not answer after {} s; see above", PATIENCE.as_secs());
        Err(failure(&sentence, &self.printed()))
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        interrupt::end(&mut self.child);
    }
}

/// The development variables are given here and in no file, so that a deployment cannot have them.
fn command(workspace: &Workspace, port: u16, state: &Path) -> Result<Command> {
    fs::create_dir_all(state).with_context(|| format!("cannot create {}; check its permissions", state.display()))?;
    let mut command = Command::new(workspace.node_bin("wrangler"));
    let assertion_key = key(&state.join("countersign-assertion-key"))?;
    command
        .args(["dev", "-c", CONFIGURATION, "-c"])
        .arg(origin(workspace, state, &assertion_key)?)
        .args(["--local", "--ip", "127.0.0.1", "--port", &port.to_string()])
        .args(["--inspector-port", &free_port()?.to_string()])
        .arg("--persist-to")
        .arg(state)
        .args(["--var", "COUNTERSIGN_DEV_SIGN_IN:insecure-development-only"])
        .args(["--var", "COUNTERSIGN_OPERATORS:operator:dev"])
        .args(["--var", "COUNTERSIGN_TENANT_HOST:{tenant}.countersign.example"])
        .args(["--var", "COUNTERSIGN_SUBJECT_TYPES:identity=user"])
        .args(["--var", &format!("COUNTERSIGN_MAC_KEY:{}", key(&state.join("countersign-mac-key"))?)])
        .args(["--var", &format!("COUNTERSIGN_CHECKPOINT_KEY:{}", key(&state.join("countersign-checkpoint-key"))?)])
        .args(["--var", &format!("COUNTERSIGN_ASSERTION_KEY:{assertion_key}")])
        .env("WRANGLER_SEND_METRICS", "false")
        // Neither the news of wrangler nor a `Request.cf` is worth waiting for a network that may not be there.
        .env("WRANGLER_HIDE_BANNER", "true")
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        // Two workers of these names on one machine must not find each other.
        .env("WRANGLER_REGISTRY_PATH", state.join("registry"))
        .env("NO_COLOR", "1")
        .env("FORCE_COLOR", "0")
        .current_dir(workspace.root());
    Ok(command)
}

/// The origin's configuration with the key that it verifies with: on the command line wrangler takes variables for the
/// first worker alone.
fn origin(workspace: &Workspace, state: &Path, key: &str) -> Result<PathBuf> {
    let directory = workspace.path(ORIGIN);
    let text = workspace.read(&format!("{ORIGIN}/wrangler.toml"))?;
    let main = format!("main = {:?}", directory.join("worker.js"));
    let text = text.replace("main = \"worker.js\"", &main);
    let path = state.join("origin.toml");
    let text = format!("{text}\n[vars]\nCOUNTERSIGN_ASSERTION_KEY = \"{key}\"\n");
    fs::write(&path, text).with_context(|| format!("cannot write {}; check its permissions", path.display()))?;
    Ok(path)
}

/// A secret of this state's: it lives and dies with the state.
fn key(path: &Path) -> Result<String> {
    if let Ok(key) = fs::read_to_string(path) {
        return Ok(key);
    }
    let mut bytes = [0_u8; 32];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(path, &key).with_context(|| format!("cannot write {}; check its permissions", path.display()))?;
    Ok(key)
}

/// Copies what the worker prints to its log, and to the screen once it is shown.
fn record(reader: PipeReader, log: &Path, shown: Arc<AtomicBool>) -> Result<()> {
    if let Some(directory) = log.parent() {
        let _ = fs::create_dir_all(directory);
    }
    let mut file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    std::thread::spawn(move || {
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            let _ = writeln!(file, "{line}");
            if shown.load(Ordering::Relaxed) {
                say(&line);
            }
        }
    });
    Ok(())
}

/// Fails unless the port can be listened on.
pub(super) fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("port {port} needs more rights than this user has; choose one from 1024 up with `--port`")
        }
        Err(_) => bail!("port {port} is taken; stop what listens there, or choose another with `--port`"),
    }
}

/// A port that nobody listens on at the moment.
pub(super) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr().context("no free port")?.port())
}

#[cfg(test)]
mod tests;
