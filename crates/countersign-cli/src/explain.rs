//! `countersign explain`: one question, what decided it, what that beat, and what would flip it.

use crate::check::Question;
use crate::exit;
use crate::tell::{FAINT, STRONG, outcome, styled};
use anstream::println;
use anyhow::Result;
use countersign_core::{Effect, Explanation, Until};
use countersign_tenant::{Asked, World};
use countersign_wire::explain::{Word, Words};
use countersign_wire::time;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Explain a decision: what decided, what it beat, when it changes by itself, what would flip it
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  countersign explain --model model.toml --tenant tenant.toml user:ann edit project:p1/sign:42

Moments in JSON are milliseconds since 1970.
Exit codes: 0 allow, 1 deny or approval needed, 2 it could not be asked")]
#[group(skip)]
pub(crate) struct Args {
    #[command(flatten)]
    question: Question,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    args.question.ask(|world, asked| {
        let explanation = world.explain(asked);
        if args.question.json {
            println!("{}", world.words(asked, |words| words.json(&explanation)));
        } else {
            world.words(asked, |words| tell(world, asked, words, &explanation));
        }
        Ok(exit::found(!explanation.decision.is_allow()))
    })
}

/// The explanation as lines.
fn tell(world: &World, asked: &Asked<'_>, words: &Words<'_>, explanation: &Explanation) {
    let Explanation { decision, trace, until, flip } = explanation;
    let said = match decision.effect {
        Effect::Allow => "may",
        Effect::Deny => "may not",
        Effect::Approval => "needs an approval to",
    };
    let head = format!("{} {said} {} {}", asked.subject, asked.action, asked.resource);
    println!("{}", styled(outcome(decision.effect.as_str()), &head));
    let by = trace.decide().by.and_then(|at| trace.steps.get(at));
    match by {
        Some(step) => println!("{} {}", styled(STRONG, "decided by:"), line(words, step)),
        None => {
            let reason = world.reason(*decision, asked);
            let detail = reason.get("detail").map_or("", String::as_str);
            println!("decided by: {}: {detail}", decision.stage.as_str());
        }
    }
    for step in trace.steps.iter().filter(|step| step.lost.is_some()) {
        println!("  {} {}", styled(FAINT, "beat:"), line(words, step));
    }
    match until {
        Until::Never => println!("does not change by itself"),
        Until::Unknown => println!("depends on the clock: it may change at any moment"),
        Until::At(moment, then) => println!("from {} on: {}", at(*moment), then.as_str()),
    }
    match flip.as_deref() {
        None => println!("no change of grants would turn it round"),
        Some(changes) => {
            println!("the smallest change that would turn it round:");
            for change in changes {
                let mut detail = details(|put| words.change(*change, put));
                let rule = detail.remove("rule").map_or_else(String::new, |rule| format!("rule {rule}: "));
                let text = detail.remove("text").unwrap_or_default();
                println!("  - {rule}{text}");
            }
        }
    }
}

/// A step as a line: `deny by override at project:p1`.
fn line(words: &Words<'_>, step: &countersign_core::Step) -> String {
    let detail = details(|put| words.step(step, put));
    let of = |key: &str, before: &str| detail.get(key).map_or_else(String::new, |text| format!("{before}{text}"));
    let mut line = format!("{} by {}", of("says", ""), of("stage", ""));
    line += &[of("role", " "), of("rule", " rule "), of("policy", " policy "), of("scope", " at ")].concat();
    line += &[of("group", " through group "), of("from", " from "), of("until", " until "), of("why", ": ")].concat();
    if detail.get("holds").is_some_and(|holds| holds == "cannot be told") && step.lost.is_none() {
        line += " (its condition cannot be told)";
    }
    line + &of("lost", ", but ")
}

/// Details by key, moments as people write them.
fn details(tell: impl FnOnce(&mut dyn FnMut(&str, Word<'_>))) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    tell(&mut |key, word| {
        let text = match word {
            Word::Text(text) => text.to_owned(),
            Word::Number(moment) if matches!(key, "from" | "until") => at(moment),
            Word::Number(number) => number.to_string(),
            Word::Flag(flag) => flag.to_string(),
        };
        all.insert(key.to_owned(), text);
    });
    all
}

fn at(moment: i64) -> String {
    time::format(moment).unwrap_or_else(|| moment.to_string())
}
