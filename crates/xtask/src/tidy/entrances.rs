//! Ways round the gate: what must not be deployed, because it would be a second entrance.

use super::Finding;
use super::tree::Tree;

/// What every worker's configuration says before its first table, and why.
const CLOSED: &[(&str, &str)] = &[
    ("workers_dev=false", "a workers.dev address goes round the zone's rules"),
    ("preview_urls=false", "a preview URL goes round the zone's rules"),
];

/// What must not be written anywhere: each opens again what is closed.
const OPEN: &[&str] = &["workers_dev=true", "preview_urls=true", "run_worker_first=false"];

/// What lets requests through to the origin when the worker fails. Written apart, for this is a source, too.
const PASSES: &[&str] = &[concat!("passThrough", "OnException"), concat!("pass_through", "_on_exception")];

/// A deployed worker is reached by its zone's route alone, before any asset, and answers itself when it fails.
pub(super) fn workers_have_one_entrance(tree: &Tree) -> Vec<Finding> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let configured = tree.matching(|path| name(path).starts_with("wrangler.") && path.ends_with(".toml"));
    let mut findings: Vec<Finding> = configured.flat_map(|(path, text)| configuration(path, text)).collect();
    let sources = tree.matching(|path| [".rs", ".js", ".mjs", ".ts"].iter().any(|end| path.ends_with(end)));
    for (path, text) in sources {
        for word in PASSES.iter().filter(|word| text.contains(**word)) {
            let wrong = format!("calls `{word}`, which lets requests through when the worker fails");
            findings.push(Finding::new(path, wrong, "answer 503 instead"));
        }
    }
    findings
}

fn configuration(path: &str, text: &str) -> Vec<Finding> {
    let lines: Vec<String> =
        text.lines().map(|line| line.split('#').next().unwrap_or_default().replace(' ', "")).collect();
    let before_tables = || lines.iter().take_while(|line| !line.starts_with('['));
    let mut findings = Vec::new();
    for (wanted, why) in CLOSED {
        if !before_tables().any(|line| line == wanted) {
            findings.push(Finding::new(path, format!("does not say `{wanted}`"), format!("add it: {why}")));
        }
    }
    for word in OPEN.iter().filter(|word| lines.iter().any(|line| line == *word)) {
        findings.push(Finding::new(path, format!("says `{word}`"), "remove it: it is a way round the gate"));
    }
    let assets = lines.iter().any(|line| line == "[assets]");
    if assets && !lines.iter().any(|line| line == "run_worker_first=true") {
        let remedy = "add `run_worker_first = true`: assets are served before the worker is asked";
        findings.push(Finding::new(path, "has assets before its worker", remedy));
    }
    findings
}
