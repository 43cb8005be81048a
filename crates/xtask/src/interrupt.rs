//! Ctrl-C: stops every process that we started and removes every half-made directory before we leave.
//!
//! Each child runs in a process group of its own, so that the group can be stopped as a whole, grandchildren included.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::screen::say;

/// How long a group may take to end by itself before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED_EXIT: i32 = 130;

static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());
static SCRATCH: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static EXIT_CODE: AtomicI32 = AtomicI32::new(INTERRUPTED_EXIT);

/// Listens for Ctrl-C and for requests to end.
pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        say("\nStopping.");
        let groups: Vec<i32> = lock(&GROUPS).iter().copied().collect();
        stop(&groups);
        for directory in lock(&SCRATCH).iter() {
            let _ = std::fs::remove_dir_all(directory);
        }
        std::process::exit(EXIT_CODE.load(Ordering::SeqCst));
    })
    .context("cannot listen for Ctrl-C")
}

/// From now on Ctrl-C is the expected end, not an interruption.
pub(crate) fn is_the_normal_end() {
    EXIT_CODE.store(0, Ordering::SeqCst);
}

/// Waits for the handler to end this process if Ctrl-C came; what fails meanwhile fails because of it.
pub(crate) fn settle() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Starts a command in a process group that Ctrl-C will stop.
pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Child> {
    use std::os::unix::process::CommandExt;
    let child = command.process_group(0).spawn()?;
    lock(&GROUPS).insert(group(&child));
    Ok(child)
}

/// Forgets a child that has ended.
pub(crate) fn forget(child: &Child) {
    lock(&GROUPS).remove(&group(child));
}

/// Stops a child and everything it started, first politely.
pub(crate) fn end(child: &mut Child) {
    let group = group(child);
    // The child is our own: until it is waited for, its id (and so its group's) cannot be given to anyone else.
    stop_while(&[group], || matches!(child.try_wait(), Ok(None)));
    let _ = child.wait();
    lock(&GROUPS).remove(&group);
}

/// Whether a process of that id is alive.
pub(crate) fn is_alive(pid: i32) -> bool {
    nix::sys::signal::kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH)
}

fn stop(groups: &[i32]) {
    stop_while(groups, || true);
}

/// Asks the groups to end, and kills what is left when patience runs out.
fn stop_while(groups: &[i32], mut leader_alive: impl FnMut() -> bool) {
    for group in groups {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGTERM);
    }
    let asked = Instant::now();
    loop {
        // Reaps the leader where it is ours: a zombie would count as a member of its group.
        let _ = leader_alive();
        if !groups.iter().any(|group| has_members(*group)) {
            return;
        }
        if asked.elapsed() > PATIENCE {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    for group in groups {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
}

fn has_members(group: i32) -> bool {
    killpg(Pid::from_raw(group), None) != Err(Errno::ESRCH)
}

fn group(child: &Child) -> i32 {
    i32::try_from(child.id()).unwrap_or(i32::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A directory that exists only as long as this value, and not beyond Ctrl-C.
pub(crate) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes the directory, empty.
    pub(crate) fn new(path: PathBuf) -> Result<Self> {
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot create {}; check its permissions", path.display()))?;
        lock(&SCRATCH).insert(path.clone());
        Ok(Self { path })
    }

    /// Makes a directory of our own in the system's place for temporary files.
    pub(crate) fn temporary(name: &str) -> Result<Self> {
        Self::new(std::env::temp_dir().join(format!("countersign-{name}-{}", std::process::id())))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
        lock(&SCRATCH).remove(&self.path);
    }
}
