//! The presets and the demo's routes: each line's key misspelt and each line's value of another form, alone and two at a
//! time.

use countersign_compile::{Model, tenant};
use countersign_gate::routes::Routes;
use countersign_wire::diagnostic::{Diagnostics, Source};

/// Keys that are words of ours, so that no other line needs them as they are written.
const KEYS: &[&str] = &[
    "parent",
    "actions",
    "at",
    "title",
    "when",
    "allow",
    "deny",
    "includes",
    "assigns",
    "effect",
    "permissions",
    "why",
    "subject",
    "name",
    "email",
    "status",
    "attributes",
    "groups",
    "id",
    "to",
    "role",
    "scope",
    "from",
    "until",
    "permission",
    "path",
    "approvers",
    "quorum",
    "method",
    "action",
    "resource",
    "denied",
    "visible_by",
    "public",
];

type Reader<'a> = &'a dyn Fn(&str) -> Result<(), Diagnostics>;

/// The line with a mistake in it.
type Planted = (usize, String);

/// Every line with its mistakes, of those that hold a key and its whole value.
fn planted(text: &str) -> Vec<Planted> {
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some((key, value)) = line.split_once(" = ").filter(|(key, _)| !key.starts_with([' ', '#', '"'])) else {
            continue;
        };
        if value.ends_with(['[', '{', ',']) {
            continue;
        }
        if KEYS.contains(&key) {
            all.push((number, format!("{key}_ = {value}")));
        }
        let other = if value.starts_with(|first: char| first.is_ascii_digit()) { "true" } else { "5" };
        all.push((number, format!("{key} = {other}")));
    }
    all
}

fn with(text: &str, mistakes: &[&Planted]) -> String {
    let lines = text.lines().enumerate().map(|(number, line)| {
        mistakes.iter().find(|(at, _)| *at == number).map_or(line, |(_, planted)| planted.as_str())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is said: on which line, and what.
fn said(read: Reader<'_>, text: &str) -> Vec<(usize, String)> {
    let found = read(text).err();
    found.iter().flat_map(Diagnostics::all).map(|problem| (problem.line - 1, problem.message.clone())).collect()
}

fn check(name: &str, text: &str, read: Reader<'_>) -> usize {
    assert_eq!(said(read, text), [], "{name} is sound");
    let all = planted(text);
    let alone: Vec<_> = all.iter().map(|mistake| said(read, &with(text, &[mistake]))).collect();
    for ((number, line), said) in all.iter().zip(&alone) {
        assert!(!said.is_empty(), "{name}:{}: `{line}` is not told", number + 1);
        assert!(said.iter().all(|(at, _)| at == number), "{name}:{}: `{line}`: {said:#?}", number + 1);
    }
    for (first, (mistake, said_first)) in all.iter().zip(&alone).enumerate() {
        let second = (first * 7 + 13) % all.len();
        let (Some(other), Some(said_second)) = (all.get(second), alone.get(second)) else { continue };
        if mistake.0 == other.0 {
            continue;
        }
        let mut expected: Vec<_> = said_first.iter().chain(said_second).cloned().collect();
        expected.sort();
        let mut both = said(read, &with(text, &[mistake, other]));
        both.sort();
        assert_eq!(both, expected, "{name}: {mistake:?} and {other:?}");
    }
    all.len()
}

#[test]
fn a_mistake_on_any_line_is_told_there_and_nowhere_else() {
    let read = |path: &str| {
        let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let mut planted = 0;
    for preset in ["assuresign", "portal", "signagent", "signet", "signpath"] {
        let name = format!("presets/{preset}/model.toml");
        let text = read(&name);
        planted += check(&name, &text, &|text| Model::parse(Source { name: "", text }).map(|_| ()));
        let model = Model::parse(Source { name: &name, text: &text }).unwrap_or_else(|problems| panic!("{problems}"));
        let name = format!("presets/{preset}/tenant.toml");
        planted += check(&name, &read(&name), &|text| tenant(&model, Source { name: "", text }).map(|_| ()));
        if preset == "signagent" {
            let routes = read("config/routes.toml");
            let check_routes = |text: &str| Routes::checked(Source { name: "", text }, model.policy()).map(|_| ());
            planted += check("config/routes.toml", &routes, &check_routes);
        }
    }
    assert!(planted >= 900, "{planted} mistakes");
}
