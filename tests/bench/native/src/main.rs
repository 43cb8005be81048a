//! Compares and times the engines, prints a table and, where a file is named, writes the same figures there as JSON.
//!
//! `countersign-bench-native [FILE]` measures everything; `… loads` only what loading takes;
//! `… load ENGINE DOCUMENT` is one load, in a process of its own.

use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use countersign_bench_native::clock::timed;
use countersign_bench_native::engines::{CONTENDERS, Contender, Engine, loadable};
use countersign_bench_native::world::{ASSIGNMENTS, Member, Question, members, questions};
use serde_json::{Value, json};

const SIZES: [u32; 3] = [100, 10_000, 100_000];
const LARGEST: u32 = 100_000;
const QUESTIONS: usize = 20_000;
/// Questions asked of one engine before it is the next one's turn.
const TURN: usize = 1_000;
const ROUNDS: usize = 40;
const WARMUP: usize = 5;
const LOADS: usize = 5;
/// Nanoseconds a question from which on an engine is asked a tenth of the questions, or nothing would end.
const SLOW: f64 = 20_000.0;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["load", engine, document] => load(engine, document),
        ["loads"] => loads().map(|_| ()),
        [file] => {
            let figures = measure()?;
            std::fs::write(file, format!("{figures:#}\n")).with_context(|| format!("cannot write {file}"))
        }
        [] => measure().map(|_| ()),
        _ => bail!("give a file, or `loads`, or `load ENGINE DOCUMENT`, or nothing"),
    }
}

fn measure() -> Result<Value> {
    let mut checks = serde_json::Map::new();
    for count in SIZES {
        println!("\nnative checks, {count} members with {ASSIGNMENTS} assignments each, random questions");
        checks.insert(count.to_string(), check(count)?);
    }
    println!("\nloading {LARGEST} members with {ASSIGNMENTS} assignments each");
    Ok(json!({ "checks": checks, "load": loads()? }))
}

/// All engines at one size: compared, then timed in turn.
fn check(count: u32) -> Result<Value> {
    let members = members(count);
    let questions = questions(&members, QUESTIONS);
    let engines = CONTENDERS.iter().map(|contender| loaded(contender, &members)).collect::<Result<Vec<_>>>()?;
    drop(members);
    compare(&engines, &questions)?;

    let mut times = vec![Vec::new(); engines.len()];
    let mut share = vec![TURN; engines.len()];
    for round in 0..ROUNDS + WARMUP {
        let begin = round * TURN % QUESTIONS;
        // The first of a round pays for what the one before left behind, so each is first in turn.
        for turn in 0..engines.len() {
            let index = (turn + round) % engines.len();
            let asked = &questions[begin..begin + share[index]];
            let time = time(&*engines[index], asked)?;
            if round >= WARMUP {
                times[index].push(time);
            } else if round == WARMUP - 1 && time > SLOW {
                share[index] = TURN / 10;
            }
        }
    }
    let mut figures = serde_json::Map::new();
    let floor = statistics(&times[0])[1];
    for (contender, times) in CONTENDERS.iter().zip(&times) {
        let [low, median, high] = statistics(times);
        let ratio = median / floor;
        println!("  {:<14} {median:>10.0} ns  {low:>8.0} to {high:<8.0} {ratio:>9.2} x", contender.name);
        figures.insert(contender.name.to_owned(), json!({ "median": median, "low": low, "high": high }));
    }
    Ok(figures.into())
}

fn loaded(contender: &Contender, members: &[Member]) -> Result<Box<dyn Engine>> {
    (contender.load)(&(contender.document)(members)).with_context(|| format!("{} does not load", contender.name))
}

/// All of them give the same answers, or nothing is measured.
fn compare(engines: &[Box<dyn Engine>], questions: &[Question]) -> Result<()> {
    let mut allowed = 0;
    for question in questions {
        let wanted = engines[0].check(question)?;
        allowed += usize::from(wanted);
        for (contender, engine) in CONTENDERS.iter().zip(engines) {
            let said = engine.check(question).with_context(|| contender.name)?;
            if said != wanted {
                let Question { subject, path, .. } = question;
                bail!("{} says {said}, by hand {wanted}: {subject} {} {path}", contender.name, question.action());
            }
        }
    }
    // Questions that are all denied would compare nothing.
    if allowed == 0 || allowed == questions.len() { Err(anyhow!("the questions have one answer")) } else { Ok(()) }
}

/// Nanoseconds a question.
fn time(engine: &dyn Engine, questions: &[Question]) -> Result<f64> {
    let (answers, spent) = timed(|| {
        questions
            .iter()
            .try_fold(0_usize, |yes, question| Ok::<_, anyhow::Error>(yes + usize::from(engine.check(question)?)))
    });
    black_box(answers?);
    Ok(spent / questions.len() as f64)
}

/// Every engine loads in fresh processes, in turn; memory is counted by another program, whose allocator keeps count.
fn loads() -> Result<Value> {
    let program = std::env::current_exe()?;
    let counting = program.with_file_name(format!("memory{}", std::env::consts::EXE_SUFFIX));
    let directory = Directory::new()?;
    let members = members(LARGEST);
    let document = |contender: &Contender| directory.0.join(contender.name.replace(' ', "-"));
    for contender in loadable() {
        std::fs::write(document(contender), (contender.document)(&members))?;
    }
    drop(members);
    let mut times = vec![Vec::new(); loadable().count()];
    for _ in 0..LOADS {
        for (contender, times) in loadable().zip(&mut times) {
            let load = output(Command::new(&program).args(["load", contender.name]).arg(document(contender)))?;
            times.extend(load["seconds"].as_f64());
        }
    }
    let mut figures = serde_json::Map::new();
    for (contender, times) in loadable().zip(&times) {
        let [low, median, high] = statistics(times);
        let memory = output(Command::new(&counting).arg(contender.name).arg(document(contender)))?;
        let megabytes = |key: &str| memory[key].as_f64().unwrap_or(f64::NAN) / 1e6;
        let (kept, peak) = (megabytes("kept"), megabytes("peak"));
        println!(
            "  {:<20} {median:>8.3} s  {low:>6.3} to {high:<6.3} {kept:>8.0} MB kept {peak:>8.0} MB while loading",
            contender.name
        );
        let seconds = json!({ "median": median, "low": low, "high": high });
        figures.insert(contender.name.to_owned(), json!({ "seconds": seconds, "kept": kept, "peak": peak }));
    }
    Ok(figures.into())
}

/// A directory for documents that is gone when it is dropped, whatever happened.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("countersign-bench-{}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What cannot be removed is left: there is nobody to tell.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a program prints, as JSON.
fn output(command: &mut Command) -> Result<Value> {
    let output = command.output().context("a program of this crate does not start; build all of its binaries")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Loads one engine and prints the seconds from its document to its first answer.
fn load(engine: &str, document: &str) -> Result<()> {
    let contender = loadable().find(|contender| contender.name == engine).context("there is no such engine")?;
    let document = std::fs::read(document)?;
    let project = "project:p0".to_owned();
    let state = format!("{project}/state:s0");
    let first =
        Question { subject: "user:member-0".to_owned(), action: 0, path: format!("{state}/sign:1"), project, state };
    let (answer, spent) = timed(|| (contender.load)(&document).and_then(|engine| engine.check(&first)));
    black_box(answer?);
    println!("{}", json!({ "seconds": spent / 1e9 }));
    Ok(())
}

/// The lower quartile, the median and the upper quartile.
fn statistics(times: &[f64]) -> [f64; 3] {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: usize| sorted[(sorted.len() * share / 4).min(sorted.len() - 1)];
    [at(1), at(2), at(3)]
}
