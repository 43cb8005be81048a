//! The time that this thread has computed: on a machine that does other things too, the clock on the wall measures those.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of this thread's own time.
#[must_use]
pub fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Runs it and gives its result and its nanoseconds.
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let begun = now();
    let result = run();
    (result, now() - begun)
}
