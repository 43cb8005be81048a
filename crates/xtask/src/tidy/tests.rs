//! Every rule catches a violation that is seeded into a clean workspace, and finds nothing in the clean one.

use super::tree::{Crate, Dependency, Tree};
use super::{Finding, RULES, Rule, crates, entrances, layers, manifests, shape, words};

const CRATES: &[(&str, &[&str])] = &[
    ("countersign-core", &[]),
    ("countersign-wire", &["countersign-core", "serde"]),
    ("countersign-compile", &["countersign-core", "countersign-wire"]),
    ("countersign-tenant", &["countersign-compile"]),
    ("countersign-gate", &["countersign-wire"]),
    ("countersign-edge", &["countersign-gate", "countersign-tenant", "worker"]),
    ("countersign-wasm", &["countersign-core", "countersign-wire", "?countersign-tenant", "wasm-bindgen"]),
    ("countersign-cli", &["countersign-tenant"]),
    ("xtask", &["anyhow"]),
];

fn krate(name: &str, dependencies: &[&str]) -> Crate {
    let dependency =
        |text: &&str| Dependency { name: text.trim_start_matches('?').to_owned(), optional: text.starts_with('?') };
    Crate {
        name: name.to_owned(),
        version: "1.2.3".to_owned(),
        is_library: name != "xtask",
        dependencies: dependencies.iter().map(dependency).collect(),
    }
}

/// A workspace in which everything is as it should be.
fn clean() -> Tree {
    let mut tree = Tree {
        crates: CRATES.iter().map(|(name, dependencies)| krate(name, dependencies)).collect(),
        ..Tree::default()
    };
    let lints = "[package]\n\n[lints]\nworkspace = true\n\n[dependencies]\n";
    for (name, _) in CRATES {
        tree.files.insert(format!("crates/{name}/Cargo.toml"), lints.to_owned());
    }
    for (path, text) in [
        ("crates/countersign-core/src/lib.rs", "//! The decision; serde is elsewhere.\n#![no_std]\n"),
        ("crates/countersign-wire/src/lib.rs", "//! The documents.\n#[derive(Serialize, Deserialize)]\nstruct A;\n"),
        ("crates/countersign-edge/src/lib.rs", "//! The worker.\nuse worker::Env;\n"),
        ("crates/countersign-gate/src/lib.rs", "//! The gate; no worker::Env here.\nlet worker = 1;\n"),
        ("crates/countersign-wasm/npm/package.json", "{\"version\": \"1.2.3\"}"),
        ("config/routes.toml", "# Routes.\n"),
        ("www/demo/app.js", "// The page.\n"),
        ("tests/e2e/run.mjs", "#!/usr/bin/env node\n// Runs.\n"),
        ("package-lock.json", "{}"),
        ("CHANGELOG.md", "## 1.2.3\n"),
    ] {
        tree.files.insert(path.to_owned(), text.to_owned());
    }
    tree
}

/// What the rule says about the clean workspace with one file changed or added.
fn with(rule: Rule, path: &str, text: &str) -> Vec<String> {
    let mut tree = clean();
    tree.files.insert(path.to_owned(), text.to_owned());
    rule(&tree).into_iter().map(|finding| finding.file).collect()
}

/// What the rule says about the clean workspace with a dependency added to a crate.
fn with_dependency(rule: Rule, name: &str, dependency: &str) -> Vec<Finding> {
    let mut tree = clean();
    let target = tree.crates.iter_mut().find(|krate| krate.name == name).unwrap();
    target.dependencies.extend(krate("", &[dependency]).dependencies);
    rule(&tree)
}

#[test]
fn the_clean_workspace_has_no_findings() {
    let tree = clean();
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    assert_eq!(findings, []);
}

#[test]
fn a_finding_is_one_line_that_says_what_to_do() {
    let findings = with_dependency(crates::arrows, "countersign-wire", "countersign-gate");
    assert_eq!(
        findings[0].to_string(),
        "crates/countersign-wire/Cargo.toml: countersign-wire must not depend on countersign-gate; \
         move what is needed to a crate that both may use"
    );
}

#[test]
fn an_arrow_against_the_direction_is_caught() {
    for (from, to) in [
        ("countersign-core", "countersign-wire"),
        ("countersign-wire", "countersign-compile"),
        ("countersign-gate", "countersign-compile"),
        ("countersign-gate", "countersign-tenant"),
        ("countersign-tenant", "countersign-gate"),
        ("countersign-gate", "countersign-edge"),
        ("countersign-wasm", "countersign-gate"),
        ("countersign-wasm", "countersign-edge"),
        ("xtask", "countersign-core"),
    ] {
        assert_eq!(with_dependency(crates::arrows, from, to).len(), 1, "{from} -> {to}");
    }
}

#[test]
fn what_an_allowed_crate_uses_is_allowed_too() {
    for (from, to) in [
        ("countersign-edge", "countersign-core"),
        ("countersign-cli", "countersign-wire"),
        ("countersign-wasm", "?countersign-compile"),
    ] {
        assert_eq!(with_dependency(crates::arrows, from, to), [], "{from} -> {to}");
    }
}

#[test]
fn the_compiler_in_the_browser_package_must_be_optional() {
    assert_eq!(with_dependency(crates::arrows, "countersign-wasm", "countersign-tenant").len(), 1);
    assert_eq!(with_dependency(crates::arrows, "countersign-wasm", "countersign-compile").len(), 1);
}

#[test]
fn a_crate_without_a_place_is_caught() {
    let mut tree = clean();
    tree.crates.push(krate("countersign-extra", &[]));
    assert_eq!(crates::arrows(&tree).len(), 1);
}

#[test]
fn a_dependency_of_the_core_is_caught() {
    assert_eq!(with_dependency(crates::core_stands_alone, "countersign-core", "smallvec").len(), 1);
}

#[test]
fn serde_outside_of_wire_is_caught() {
    let path = "crates/countersign-gate/src/a.rs";
    let rule = layers::only_wire_derives_serde;
    assert_eq!(with(rule, path, "//! A.\n#[derive(Debug,\n    serde::Deserialize)]\nstruct A;\n"), [path]);
    assert_eq!(with(rule, path, "//! A.\n#[derive(Debug)]\nstruct Serialized;\n"), [""; 0]);
}

#[test]
fn serde_in_the_core_is_caught_but_not_its_absence_in_a_comment() {
    let rule = layers::core_knows_no_serde;
    let (source, manifest) = ("crates/countersign-core/src/a.rs", "crates/countersign-core/Cargo.toml");
    assert_eq!(with(rule, source, "//! A.\nuse serde_json::Value;\n"), [source]);
    assert_eq!(with(rule, manifest, "[dependencies]\nserde = \"1\"\n"), [manifest]);
    assert_eq!(with(rule, source, "//! No serde here.\n"), [""; 0]);
}

#[test]
fn javascript_outside_of_the_glue_is_caught() {
    let path = "crates/countersign-tenant/src/a.rs";
    for line in [
        "use wasm_bindgen::prelude::*;",
        "let now = js_sys::Date::now();",
        "#[wasm_bindgen]",
        "use worker;",
        "pub use worker::Env;",
    ] {
        assert_eq!(with(layers::only_glue_knows_javascript, path, &format!("//! A.\n{line}\n")), [path], "{line}");
    }
    for line in ["let worker = 1;", "// worker::Env", "self.worker.run()", "use co_worker::A;"] {
        assert_eq!(with(layers::only_glue_knows_javascript, path, &format!("//! A.\n{line}\n")), [""; 0], "{line}");
    }
    assert_eq!(with_dependency(layers::only_glue_knows_javascript, "countersign-gate", "js-sys").len(), 1);
}

#[test]
fn a_core_with_std_is_caught() {
    let path = "crates/countersign-core/src/lib.rs";
    assert_eq!(with(layers::core_is_no_std, path, "//! Core.\n// #![no_std]\n"), [path]);
}

#[test]
fn a_file_that_opens_without_a_sentence_is_caught() {
    for (path, text) in [
        ("crates/xtask/src/a.rs", "use std::fs;\n//! Late.\n"),
        ("www/a.ts", "import a from 'a';\n"),
        ("tests/a.mjs", "#!/usr/bin/env node\nimport a from 'a';\n"),
        ("www/a.css", "body {}\n"),
        ("presets/a/model.toml", "model = 'm'\n"),
        ("config/routes.toml", "[[routes]]\n"),
    ] {
        assert_eq!(with(shape::files_open_with_a_sentence, path, text), [path]);
    }
    for (path, text) in [("wrangler.toml", "name = 'a'\n"), ("README.md", "a\n"), ("www/a.js", "/** A. */\n")] {
        assert_eq!(with(shape::files_open_with_a_sentence, path, text), [""; 0]);
    }
}

#[test]
fn a_long_file_is_caught_and_glue_sooner() {
    let lines = |count: usize| "//\n".repeat(count);
    let rule = shape::files_are_small;
    assert_eq!(with(rule, "crates/xtask/src/a.rs", &lines(501)), ["crates/xtask/src/a.rs"]);
    assert_eq!(with(rule, "crates/countersign-edge/src/a.rs", &lines(301)), ["crates/countersign-edge/src/a.rs"]);
    assert_eq!(with(rule, "crates/countersign-wasm/src/a.rs", &lines(301)), ["crates/countersign-wasm/src/a.rs"]);
    for exempt in ["crates/xtask/src/tests.rs", "crates/a/tests/it.rs", "tests/e2e/a.mjs", "package-lock.json"] {
        assert_eq!(with(rule, exempt, &lines(501)), [""; 0]);
    }
    assert_eq!(with(rule, "crates/xtask/src/a.rs", &lines(500)), [""; 0]);
}

#[test]
fn a_library_without_the_lints_is_caught() {
    let path = "crates/countersign-gate/Cargo.toml";
    assert_eq!(
        with(manifests::libraries_inherit_the_lints, path, "[lints]\n[dependencies]\nworkspace = true\n"),
        [path]
    );
    let own = with(manifests::libraries_inherit_the_lints, "crates/xtask/Cargo.toml", "[lints.rust]\n");
    assert_eq!(own, [""; 0], "a program may have lints of its own");
}

#[test]
fn an_old_changelog_is_caught() {
    assert_eq!(with(manifests::the_changelog_is_current, "CHANGELOG.md", "## 1.2.2\n"), ["CHANGELOG.md"]);
    assert_eq!(with(manifests::the_changelog_is_current, "CHANGELOG.md", "## Unreleased\n"), [""; 0]);
}

#[test]
fn a_second_entrance_is_caught() {
    const SOUND: &str = "workers_dev = false # why\npreview_urls = false\n[assets]\nrun_worker_first = true\n";
    let rule = entrances::workers_have_one_entrance;
    let path = "www/other/wrangler.toml";
    assert_eq!(with(rule, path, SOUND), [""; 0]);
    for (from, to) in [
        ("workers_dev = false", "workers_dev = true"),
        ("workers_dev = false", ""),
        ("workers_dev = false", "# workers_dev = false"),
        ("preview_urls = false", ""),
        ("run_worker_first = true", "run_worker_first = false"),
        ("run_worker_first = true", ""),
        ("run_worker_first = true\n", "run_worker_first = true\n[env.staging]\nworkers_dev = true\n"),
        ("workers_dev = false # why\n", "[vars]\nworkers_dev = false\n"),
    ] {
        let findings = with(rule, path, &SOUND.replace(from, to));
        assert!(!findings.is_empty() && findings.iter().all(|file| file == path), "{from} -> {to}: {findings:?}");
    }
    for text in [concat!("ctx.passThrough", "OnException();"), concat!("context.pass_through", "_on_exception();")] {
        assert_eq!(with(rule, "www/a.js", text), ["www/a.js"]);
    }
}

#[test]
fn download_addresses_are_caught() {
    let text = "{\"resolved\": \"https://registry.example/a.tgz\"}";
    assert_eq!(with(manifests::the_npm_lock_has_no_addresses, "package-lock.json", text), ["package-lock.json"]);
}

#[test]
fn a_package_that_differs_or_drags_something_in_is_caught() {
    let path = "crates/countersign-wasm/npm/package.json";
    let rule = manifests::the_package_matches_the_workspace;
    assert_eq!(with(rule, path, "{\"version\": \"1.2.2\"}"), [path]);
    assert_eq!(with(rule, path, "{\"version\": \"1.2.3\", \"dependencies\": {\"a\": \"1\"}}"), [path]);
    assert_eq!(with(rule, path, "{\"version\": \"1.2.3\", \"dependencies\": {}}"), [""; 0]);
    assert_eq!(with(rule, path, "{"), [path]);
}

#[test]
fn a_path_of_one_machine_is_caught_with_its_line() {
    for path in
        [concat!("/ho", "me/ann/a"), concat!("/ro", "ot/a"), concat!("/Us", "ers/ann"), concat!("/wo", "rk/main")]
    {
        let text = format!("a\nsee `{path}`\n");
        assert_eq!(with(words::no_paths_of_one_machine, "README.md", &text), ["README.md:2"], "{path}");
    }
    for fine in
        [concat!("https://a.example/ho", "me/x"), concat!("my/wo", "rk/a"), concat!("/ho", "me/<user>/"), "/home"]
    {
        assert_eq!(with(words::no_paths_of_one_machine, "README.md", fine), [""; 0], "{fine}");
    }
}

#[test]
fn a_leftover_is_caught_with_its_line() {
    for word in [concat!("TO", "DO: later"), concat!("// FIX", "ME"), concat!("db", "g!(a)")] {
        assert_eq!(with(words::no_leftovers, "www/a.js", &format!("// A.\n{word}\n")), ["www/a.js:2"], "{word}");
    }
    assert_eq!(with(words::no_leftovers, "www/a.js", concat!("// MASTO", "DON and TO", "DOS\n")), [""; 0]);
}
