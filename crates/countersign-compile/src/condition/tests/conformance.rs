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

#[test]
fn every_case_comes_to_what_the_specification_says() {
    let all = read("run.toml", RUN);
    let mut count = 0;
    for (file, cases) in table(&all) {
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
            let context = case.get("context").copied();
            assert_eq!(outcome(text(condition), context), expected, "{file}: {name}: {}", text(condition));
            count += 1;
        }
    }
    assert!(count > 400, "only {count} cases were run");
}

#[test]
fn no_case_is_forgotten() {
    let (run, skipped) = (read("run.toml", RUN), read("skipped.toml", SKIPPED));
    let (run, skipped) = (table(&run), table(&skipped));
    let (reasons, totals) = (table(skipped["reasons"]), table(skipped["totals"]));
    let (whole, cases) = (table(skipped["whole"]), table(skipped["cases"]));
    let mut used: Vec<&str> = whole.values().map(|reason| text(reason)).collect();
    for (file, total) in &totals {
        let total: usize = text(total).parse().expect("a number");
        let ours = run.get(file).map(|cases| table(cases)).unwrap_or_default();
        let listed = cases.get(file).map(|cases| table(cases)).unwrap_or_default();
        if whole.contains_key(file) {
            assert!(ours.is_empty() && listed.is_empty(), "{file} is skipped as a whole");
            continue;
        }
        assert!(!ours.keys().any(|name| listed.contains_key(name)), "{file}: run or skipped, not both");
        assert_eq!(ours.len() + listed.len(), total, "{file}");
        used.extend(listed.values().map(|reason| text(reason)));
    }
    let known = |file: &&str| totals.contains_key(*file);
    assert!(run.keys().chain(whole.keys()).chain(cases.keys()).all(known), "a file without a total");
    for reason in &used {
        assert!(reasons.contains_key(reason), "there is no reason `{reason}`");
    }
    for reason in reasons.keys() {
        assert!(used.contains(reason), "the reason `{reason}` is given for nothing");
    }
}
