//! A small fuzzer: good input, changed at random, for some seconds a target. What it once found is in the corpus.

use crate::rng::Rng;
use crate::targets::{ALL, Target};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs};

/// How long one input may take; a few times more under the test's profile, on a busy machine.
const TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });
/// The longest input.
const BYTES: usize = 16_384;

const WORDS: [&str; 44] = [
    "true",
    "false",
    "null",
    "0",
    "-1",
    "9223372036854775808",
    "1e999",
    "0.1",
    "''",
    "\"",
    "'''",
    "\"\"\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "&&",
    "||",
    "!",
    "?",
    ":",
    ",",
    ".",
    "==",
    "in",
    "has(",
    ".exists(x, x",
    ".map(x, x)",
    "size(",
    "resource",
    "subject",
    "context.cost",
    "now",
    "*",
    "/",
    "\n",
    "\u{0}",
    "\u{feff}",
    "\u{1F600}",
    "[[rules]]",
    "when = ",
    "2026-02-30T25:61:61Z",
];

/// Seconds a target: `COUNTERSIGN_FUZZ_SECONDS`, else so many that all together stay within what everybody will wait.
fn seconds() -> u64 {
    env::var("COUNTERSIGN_FUZZ_SECONDS").map_or(2, |seconds| seconds.parse().expect("a number of seconds"))
}

#[test]
fn nothing_panics_and_nothing_takes_long() {
    for target in &ALL {
        let seeds = seeds(target);
        for seed in &seeds {
            one(target, seed, 0).unwrap_or_else(|problem| panic!("{problem}"));
        }
        let started = Instant::now();
        let cases = hunt(target, &seeds, |_| started.elapsed() < Duration::from_secs(seconds()));
        let cases = cases.unwrap_or_else(|problem| panic!("{problem}"));
        let line = format!("{}: {cases} cases from {} seeds\n", target.name, seeds.len());
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).expect("an open stderr");
        assert!(cases > 20, "{}: only {cases} cases", target.name);
    }
}

/// What readers get wrong: one planted bug a target, which the same hunt must find.
#[test]
fn planted_bugs_are_found() {
    type Planted = (&'static str, fn(&[u8]));
    let planted: [Planted; 8] = [
        // Every string is taken to have an end.
        ("model", |bytes| assert!(bytes.iter().filter(|byte| **byte == b'"').count().is_multiple_of(2))),
        // Slow where much is nested.
        ("condition", |bytes| {
            let nested = bytes.iter().filter(|byte| **byte == b'(').count();
            std::thread::sleep(if nested > 40 { TIME * 2 } else { Duration::ZERO });
        }),
        // A key twice.
        ("tenant", |bytes| assert!(String::from_utf8_lossy(bytes).matches("\nsubject = ").count() < 3)),
        // Bytes are counted, and characters cut.
        ("path", |bytes| drop(String::from_utf8_lossy(bytes)[..bytes.len().min(9)].to_owned())),
        ("supplied", |bytes| assert!(!String::from_utf8_lossy(bytes).contains("-9"), "an overflow")),
        // Lengths and places that are believed.
        ("snapshot", |bytes| assert!(bytes.get(usize::from(bytes[0])).is_some())),
        ("record", |bytes| assert!(bytes.first() != Some(&0xff))),
        ("bytecode", |bytes| drop(bytes[..usize::from(bytes[1])].to_vec())),
    ];
    for (name, run) in planted {
        let target = ALL.iter().find(|target| target.name == name).expect("a target");
        let target = Target { run, ..*target };
        let found = hunt(&target, &seeds(&target), |cases| cases < 20_000);
        assert!(found.is_err(), "{name}: not found in {found:?} cases");
    }
}

fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let mut seeds = (target.seeds)();
    seeds.extend(corpus(target));
    seeds
}

/// Feeds changed input while more is wanted, and gives how many cases there were, or what was found.
fn hunt(target: &Target, seeds: &[Vec<u8>], wanted: impl Fn(u64) -> bool) -> Result<u64, String> {
    let mut rng = Rng::new(crate::rng::seeds(1, 1).next().unwrap_or(1));
    let mut cases = 0_u64;
    while wanted(cases) {
        one(target, &mutated(&mut rng, target, seeds), cases)?;
        cases += 1;
    }
    Ok(cases)
}

/// Runs one input; a failure leaves it in a file.
fn one(target: &Target, input: &[u8], case: u64) -> Result<(), String> {
    let mut took = Duration::MAX;
    for _ in 0..3 {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
        took = took.min(started.elapsed());
        if outcome.is_err() {
            return Err(format!("{}: case {case} panics: {}", target.name, keep(target, input)));
        }
        if took <= TIME {
            return Ok(());
        }
    }
    Err(format!("{}: case {case} takes {took:?}: {}", target.name, keep(target, input)))
}

/// Where the input was written to.
fn keep(target: &Target, input: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", target.name));
    fs::write(&path, input).expect("a directory for what tests leave");
    path.display().to_string()
}

/// The files of `corpus/` whose names begin with the target's.
fn corpus(target: &Target) -> Vec<Vec<u8>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let files = fs::read_dir(directory).expect("the corpus").map(|entry| entry.expect("a file").path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(target.name)))
        .collect();
    files.sort();
    files.iter().map(|path| fs::read(path).expect("a file of the corpus")).collect()
}

fn mutated(rng: &mut Rng, target: &Target, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut input = rng.pick(seeds).clone();
    for _ in 0..1 + rng.below(5) {
        if target.is_text && rng.chance(75) {
            input = words(rng, &String::from_utf8_lossy(&input), seeds);
        } else {
            bytes(rng, &mut input, seeds);
        }
    }
    input.truncate(BYTES);
    input
}

fn range(rng: &mut Rng, length: usize) -> std::ops::Range<usize> {
    let start = rng.below(length + 1);
    let most = if rng.chance(80) { 8 } else { length };
    start..(start + rng.below(most + 1)).min(length)
}

fn bytes(rng: &mut Rng, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let part = range(rng, input.len());
    let any = |rng: &mut Rng| u8::try_from(rng.below(256)).expect("a byte");
    match rng.below(8) {
        0 if !input.is_empty() => {
            let at = rng.below(input.len());
            input[at] ^= 1 << rng.below(8);
        }
        1 if !input.is_empty() => {
            let at = rng.below(input.len());
            input[at] = *rng.pick(&[0, 1, 2, 0x7f, 0x80, 0xff]);
        }
        2 if !input.is_empty() => {
            let at = rng.below(input.len());
            input[at] = any(rng);
        }
        3 => drop(input.drain(part)),
        4 => {
            let copy = input[part.clone()].to_vec();
            input.splice(part.start..part.start, copy);
        }
        5 => {
            let other = rng.pick(seeds);
            let from = range(rng, other.len());
            input.splice(part, other[from].iter().copied());
        }
        6 => {
            // A length or an index of several bytes, as large as it may be.
            let large = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
            let length = rng.below(large.len());
            input.splice(part.start..part.start, large[length..].iter().copied());
        }
        _ => {
            let one = any(rng);
            input.insert(part.start, one);
        }
    }
}

/// The text with a word taken out, put in, repeated or exchanged.
fn words(rng: &mut Rng, text: &str, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut tokens = tokens(text);
    let at = rng.below(tokens.len() + 1);
    let end = (at + 1 + rng.below(4)).min(tokens.len());
    match rng.below(6) {
        0 if at < end => drop(tokens.drain(at..end)),
        1 if at < end => {
            let times = *rng.pick(&[1, 1, 2, 40, 300]);
            let part: Vec<String> = (0..times).flat_map(|_| tokens[at..end].to_vec()).collect();
            tokens.splice(at..at, part);
        }
        2 if at < end => tokens[at] = (*rng.pick(&WORDS)).to_owned(),
        3 if at < end => {
            let seed: &Vec<u8> = rng.pick(seeds);
            let other = self::tokens(&String::from_utf8_lossy(seed));
            if !other.is_empty() {
                tokens[at].clone_from(rng.pick(&other));
            }
        }
        4 if at < end => {
            let with = rng.below(tokens.len());
            tokens.swap(at, with);
        }
        _ => tokens.insert(at, (*rng.pick(&WORDS)).to_owned()),
    }
    tokens.concat().into_bytes()
}

/// Runs of letters and digits, runs of blanks, and single others.
fn tokens(text: &str) -> Vec<String> {
    let class = |letter: char| match letter {
        letter if letter.is_alphanumeric() || letter == '_' => 1,
        ' ' => 2,
        _ => 0,
    };
    let mut all: Vec<String> = Vec::new();
    let mut last = 0;
    for letter in text.chars() {
        match all.last_mut() {
            Some(token) if class(letter) == last && last != 0 => token.push(letter),
            _ => all.push(letter.into()),
        }
        last = class(letter);
    }
    all
}
