//! Numbers that look random and are the same in every run with the same seed (SplitMix64).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, panic, thread};

pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("small");
        usize::try_from(self.next() % bound).expect("below a usize")
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of the texts.
    pub(crate) fn text(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    /// Some of them, at most `most`, each once, in any order.
    pub(crate) fn some<T: Clone>(&mut self, from: &[T], most: usize) -> Vec<T> {
        let mut all = from.to_vec();
        self.shuffle(&mut all);
        all.truncate(self.below(most + 1));
        all
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

/// The seeds of a run of `count` worlds: from `first`, or from `COUNTERSIGN_SEED`, which a failure prints.
pub(crate) fn seeds(first: u64, count: u64) -> impl Iterator<Item = u64> {
    let first = env::var("COUNTERSIGN_SEED").map_or(first, |seed| seed.parse().expect("COUNTERSIGN_SEED is a number"));
    (0..count).map(move |step| first.wrapping_add(step))
}

/// What `work` makes of each seed, in the order of the seeds; on as many threads as there are cores.
pub(crate) fn parallel<R: Send>(first: u64, count: u64, work: impl Fn(u64) -> R + Sync) -> Vec<R> {
    let seeds: Vec<u64> = seeds(first, count).collect();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, R)> = Vec::new();
    thread::scope(|scope| {
        let one = || {
            let mut done = Vec::new();
            while let at = next.fetch_add(1, Ordering::Relaxed)
                && let Some(seed) = seeds.get(at)
            {
                done.push((at, work(*seed)));
            }
            done
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        for thread in running {
            match thread.join() {
                Ok(done) => all.extend(done),
                Err(failure) => panic::resume_unwind(failure),
            }
        }
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, made)| made).collect()
}
