//! What the user sees: one line a step with its time, and a sign of life while a step takes long.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

/// Without a terminal, a step that takes long says so this often.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// On a terminal, the line of running steps is drawn this often.
const REDRAW: Duration = Duration::from_millis(250);
const LINE_WIDTH: usize = 100;

struct Running {
    id: u64,
    label: String,
    started: Instant,
    beats: u32,
    last_line: String,
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());
static NEXT_ID: AtomicU64 = AtomicU64::new(1);
static TICKER: Once = Once::new();

/// A step in progress; whoever runs a command for it reports the command's output here.
pub(crate) struct Step {
    id: u64,
    note: Mutex<String>,
}

impl Step {
    /// Remembers the newest line of output, shown while the step runs.
    pub(crate) fn line(&self, line: &str) {
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        if let Some(running) = running().iter_mut().find(|running| running.id == self.id) {
            running.last_line = line.chars().filter(|c| !c.is_control()).collect();
        }
    }

    /// Adds a remark to the step's final line.
    pub(crate) fn note(&self, note: impl Into<String>) {
        *lock(&self.note) = note.into();
    }
}

/// Runs one step of a task and prints one line about it.
pub(crate) fn step<T>(label: &str, work: impl FnOnce(&Step) -> Result<T>) -> Result<T> {
    TICKER.call_once(|| {
        std::thread::spawn(tick);
    });
    let step = Step { id: NEXT_ID.fetch_add(1, Ordering::Relaxed), note: Mutex::new(String::new()) };
    let started = Instant::now();
    running().push(Running { id: step.id, label: label.to_owned(), started, beats: 0, last_line: String::new() });
    let outcome = work(&step);
    running().retain(|running| running.id != step.id);

    let mark = if outcome.is_ok() { "ok  " } else { "FAIL" };
    let note = lock(&step.note).clone();
    let what = if note.is_empty() { label.to_owned() } else { format!("{label}: {note}") };
    say(&format!("  {mark} {what:<62} {:>7}", seconds(started.elapsed())));
    outcome
}

/// Prints a line to standard output. A closed pipe is not an error worth a panic.
pub(crate) fn say(line: &str) {
    let _ = writeln!(stdout(), "{}{line}", clear());
    let _ = stdout().flush();
}

/// Prints a line to standard error.
pub(crate) fn complain(line: &str) {
    let _ = stdout().flush();
    let _ = writeln!(stderr(), "{}{line}", clear());
}

/// A duration as the steps show it.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn running() -> MutexGuard<'static, Vec<Running>> {
    lock(&RUNNING)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the line of running steps, so that what is printed next starts on a clean line.
fn clear() -> &'static str {
    if stdout().is_terminal() { "\r\x1b[2K" } else { "" }
}

fn tick() {
    loop {
        std::thread::sleep(REDRAW);
        if stdout().is_terminal() {
            redraw();
        } else {
            beat();
        }
    }
}

fn redraw() {
    let steps: Vec<String> = running().iter().map(describe).collect();
    if steps.is_empty() {
        return;
    }
    let line: String = steps.join(" | ").chars().take(LINE_WIDTH).collect();
    let _ = write!(stdout(), "{}  ... {line}", clear());
    let _ = stdout().flush();
}

fn beat() {
    let mut lines = Vec::new();
    for step in running().iter_mut() {
        if step.started.elapsed() >= HEARTBEAT * (step.beats + 1) {
            step.beats += 1;
            lines.push(describe(step));
        }
    }
    for line in lines {
        say(&format!("  ... {line}"));
    }
}

fn describe(step: &Running) -> String {
    let last: String = step.last_line.chars().take(60).collect();
    let separator = if last.is_empty() { "" } else { ": " };
    format!("{} ({} s){separator}{last}", step.label, step.started.elapsed().as_secs())
}
