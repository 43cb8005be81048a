//! The conformance tests of the CEL specification: every case of the files that we took is run here, or listed with the
//! reason why not.

use super::world::with_context;
use crate::condition::{Place, compile};
use countersign_core::condition::{Truth, Value};
use countersign_wire::diagnostic::Source;
use countersign_wire::document::{self, Node, Value as Document};
use std::collections::BTreeMap;

const RUN: &str = include_str!("../../../../../tests/conformance/cel/run.toml");
const SKIPPED: &str = include_str!("../../../../../tests/conformance/cel/skipped.toml");

/// The entries of a table.
fn table(node: &Node) -> BTreeMap<&str, &Node> {
    let Document::Table(entries) = &node.value else { panic!("a table was expected: {node:?}") };
    entries.iter().map(|(key, value)| (key.text.as_str(), value)).collect()
}

fn text(node: &Node) -> &str {
    match &node.value {
        Document::String(text) | Document::Number(text) => text,
        other => panic!("a string was expected: {other:?}"),
    }
}

fn read(name: &str, text: &str) -> Node {
    document::parse(&Source { name, text }).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

/// What a case comes to: a truth, or nothing if it is refused.
fn outcome(condition: &str, context: Option<&Node>) -> Option<Truth> {
    let value = |node: &Node| match &node.value {
        Document::Bool(value) => Value::Bool(*value),
        Document::Number(number) => Value::Int(number.parse().expect("an integer")),
        Document::String(text) => Value::text(text),
        other => panic!("no value of an attribute: {other:?}"),
    };
    let values: Vec<_> = context.map(table).into_iter().flatten().map(|(name, node)| (name, value(node))).collect();
    let (policy, world) = with_context(&values);
    compile(&policy, &Place::default(), condition).ok().map(|(condition, _)| condition.holds(&world))
}

/// A case of the file: its name, what is asked, and what must come of it.
struct Case<'a> {
    name: String,
    condition: &'a str,
    context: Option<&'a Node>,
    expected: Option<Truth>,
}

fn cases(all: &Node) -> Vec<Case<'_>> {
    let mut every = Vec::new();
    for (file, cases) in table(all) {
        for (name, case) in table(cases) {
            let case = table(case);
            let (holds, error, refused) = (case.get("holds"), case.get("error"), case.get("refused"));
            let (condition, expected) = match (holds, error, refused) {
                (Some(condition), None, None) => (condition, Some(Truth::True)),
                (None, Some(condition), None) => (condition, Some(Truth::Error)),
                // What CEL notices when it runs, we notice when we compile.
                (None, None, Some(condition)) => (condition, None),
                _ => panic!("{file}: {name}: a case holds, is an error, or is refused"),
            };
            let (name, context) = (format!("{file}: {name}"), case.get("context").copied());
            every.push(Case { name, condition: text(condition), context, expected });
        }
    }
    every
}

#[test]
fn every_case_comes_to_what_the_specification_says() {
    let all = read("run.toml", RUN);
    let cases = cases(&all);
    for Case { name, condition, context, expected } in &cases {
        assert_eq!(outcome(condition, *context), *expected, "{name}: {condition}");
    }
    assert!(cases.len() > 400, "only {} cases were run", cases.len());
}

/// What an engine that takes some words for others would find; where that is no condition at all, what ours finds.
fn mistaken(case: &Case<'_>, (from, to): (&str, &str)) -> Option<Truth> {
    let right = || outcome(case.condition, case.context);
    outcome(&case.condition.replace(from, to), case.context).or_else(right)
}

/// Makes another result of one.
type Misread = fn(Option<Truth>) -> Option<Truth>;

#[test]
fn the_cases_find_every_seeded_bug() {
    // An operator or a function that means another one.
    let words = [
        (" < ", " <= "),
        (" > ", " >= "),
        (" <= ", " < "),
        (" >= ", " > "),
        (" == ", " != "),
        (" + ", " - "),
        (" * ", " + "),
        (" / ", " % "),
        (" % ", " / "),
        ("&&", "||"),
        ("||", "&&"),
        ("!", "!!"),
        (" ? ", " && false ? "),
        (".exists(", ".all("),
        (".all(", ".exists("),
        (".exists_one(", ".exists("),
        (".filter(", ".map("),
        (".startsWith(", ".contains("),
        (".endsWith(", ".contains("),
        (".contains(", ".startsWith("),
        (".matches(", ".contains("),
        ("size(", "1 + size("),
        (".getFullYear(", ".getMonth("),
        (".getDate(", ".getDayOfMonth("),
        (".getDayOfMonth(", ".getDate("),
        (".getDayOfWeek(", ".getMonth("),
        (".getDayOfYear(", ".getDayOfMonth("),
        (".getHours(", ".getMinutes("),
        (".getMinutes(", ".getSeconds("),
        (".getSeconds(", ".getMinutes("),
    ];
    // A result that is taken for another one.
    let results: [(&str, Misread); 4] = [
        ("an error is false", |found| found.map(|truth| if truth == Truth::Error { Truth::False } else { truth })),
        ("an error is true", |found| found.map(|truth| if truth == Truth::Error { Truth::True } else { truth })),
        ("what is refused is an error", |found| found.or(Some(Truth::Error))),
        ("what errs is refused", |found| found.filter(|truth| *truth != Truth::Error)),
    ];
    let all = read("run.toml", RUN);
    let cases = cases(&all);
    for word in words {
        let touched = cases.iter().filter(|case| case.condition.contains(word.0));
        let found = touched.clone().position(|case| mistaken(case, word) != case.expected);
        assert!(found.is_some(), "{word:?} is not found in {} cases", touched.count());
    }
    for (name, result) in results {
        let found = cases.iter().position(|case| result(outcome(case.condition, case.context)) != case.expected);
        assert!(found.is_some(), "not found: {name}");
    }
}

/// What is wrong with the lists of what is run and what is not.
fn forgotten(run: &str, skipped: &str) -> Vec<String> {
    let (run, skipped) = (read("run.toml", run), read("skipped.toml", skipped));
    let (run, skipped) = (table(&run), table(&skipped));
    let (reasons, totals) = (table(skipped["reasons"]), table(skipped["totals"]));
    let (whole, cases) = (table(skipped["whole"]), table(skipped["cases"]));
    let mut used: Vec<&str> = whole.values().map(|reason| text(reason)).collect();
    let mut wrong = Vec::new();
    let mut must = |holds: bool, what: String| wrong.extend((!holds).then_some(what));
    for (file, total) in &totals {
        let total: usize = text(total).parse().expect("a number");
        let ours = run.get(file).map(|cases| table(cases)).unwrap_or_default();
        let listed = cases.get(file).map(|cases| table(cases)).unwrap_or_default();
        if whole.contains_key(file) {
            must(ours.is_empty() && listed.is_empty(), format!("{file} is skipped as a whole"));
            continue;
        }
        must(!ours.keys().any(|name| listed.contains_key(name)), format!("{file}: run or skipped, not both"));
        must(ours.len() + listed.len() == total, format!("{file}: {} and {}", ours.len(), listed.len()));
        used.extend(listed.values().map(|reason| text(reason)));
    }
    let known = |file: &&str| totals.contains_key(*file);
    must(run.keys().chain(whole.keys()).chain(cases.keys()).all(known), "a file without a total".to_owned());
    for reason in &used {
        must(reasons.contains_key(reason), format!("there is no reason `{reason}`"));
    }
    for reason in reasons.keys() {
        must(used.contains(reason), format!("the reason `{reason}` is given for nothing"));
    }
    wrong
}

#[test]
fn no_case_is_forgotten() {
    assert_eq!(forgotten(RUN, SKIPPED), Vec::<String>::new());
    // A case that is taken out of either list is missed.
    let without = |text: &str, mark: &str| {
        let at = text.lines().position(|line| line.contains(mark)).expect("the list has cases");
        text.lines()
            .enumerate()
            .filter(|(line, _)| *line != at)
            .map(|(_, line)| format!("{line}\n"))
            .collect::<String>()
    };
    assert_eq!(forgotten(&without(RUN, "{ holds = "), SKIPPED).len(), 1);
    let case = SKIPPED.lines().skip_while(|line| !line.starts_with("[cases")).find(|line| line.starts_with('"'));
    assert_eq!(forgotten(RUN, &without(SKIPPED, case.expect("the list has cases"))).len(), 1);
}
