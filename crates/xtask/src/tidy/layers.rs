//! What each layer may know of: documents, JavaScript, the operating system.

use super::Finding;
use super::tree::Tree;

/// All crates but wire, whose types alone are documents.
const PURE: &[&str] = &["core", "compile", "tenant", "gate", "edge", "wasm", "cli"];
const JAVASCRIPT: &[&str] = &["wasm_bindgen", "js_sys", "web_sys", "worker"];
const JAVASCRIPT_PACKAGES: &[&str] = &["wasm-bindgen", "js-sys", "web-sys", "worker"];
/// The crates that translate between Rust and JavaScript.
const GLUE: &[&str] = &["countersign-wasm", "countersign-edge"];

/// Serialized types are versioned and live in one crate.
pub(super) fn only_wire_derives_serde(tree: &Tree) -> Vec<Finding> {
    let pure = |path: &str| is_rust(path) && PURE.iter().any(|name| is_in(path, &format!("countersign-{name}")));
    tree.matching(pure)
        .filter(|(_, text)| derives(text).any(|derive| derive.contains("Serialize") || derive.contains("Deserialize")))
        .map(|(path, _)| {
            Finding::new(
                path,
                "derives serde outside of countersign-wire",
                "declare the document in countersign-wire and convert it by hand",
            )
        })
        .collect()
}

/// The contents of every `derive(…)`.
fn derives(text: &str) -> impl Iterator<Item = &str> {
    text.split("derive(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(names, _)| names)
}

/// The core does not even mention serialization.
pub(super) fn core_knows_no_serde(tree: &Tree) -> Vec<Finding> {
    let core = |path: &str| is_in(path, "countersign-core") && (is_rust(path) || path.ends_with("Cargo.toml"));
    tree.matching(core)
        .filter(|(_, text)| code(text).any(|line| words(line).any(|word| word.starts_with("serde"))))
        .map(|(path, _)| Finding::new(path, "the core uses serde", "do this in countersign-wire"))
        .collect()
}

/// Only the glue knows that JavaScript exists.
pub(super) fn only_glue_knows_javascript(tree: &Tree) -> Vec<Finding> {
    let remedy = "do this in countersign-wasm or countersign-edge, behind a port";
    // xtask names the tools that it installs, so for it only the dependencies are looked at.
    let others = |path: &str| {
        is_rust(path) && path.starts_with("crates/") && !GLUE.iter().chain(&["xtask"]).any(|glue| is_in(path, glue))
    };
    let sources = tree.matching(others).filter_map(|(path, text)| {
        let line = code(text).find(|line| JAVASCRIPT.iter().any(|name| is_path_to(line, name)))?;
        Some(Finding::new(path, format!("knows JavaScript: `{}`", line.trim()), remedy))
    });
    let manifests = tree.crates.iter().filter(|krate| !GLUE.contains(&krate.name.as_str())).flat_map(|krate| {
        let wrong =
            krate.dependencies.iter().filter(|dependency| JAVASCRIPT_PACKAGES.contains(&dependency.name.as_str()));
        wrong.map(|dependency| Finding::new(krate.manifest(), format!("depends on {}", dependency.name), remedy))
    });
    sources.chain(manifests).collect()
}

/// A line names a crate where it is followed by `::` or imported.
fn is_path_to(line: &str, name: &str) -> bool {
    let line = line.trim();
    let imported = line
        .strip_prefix("use ")
        .or_else(|| line.strip_prefix("pub use "))
        .is_some_and(|path| words(path).next() == Some(name));
    imported
        || line.match_indices(name).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let free = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | ':' | '.'));
            free && (line[at + name.len()..].starts_with("::") || line[..at].ends_with("#["))
        })
}

/// The core needs an allocator and nothing else.
pub(super) fn core_is_no_std(tree: &Tree) -> Vec<Finding> {
    let path = "crates/countersign-core/src/lib.rs";
    match tree.files.get(path) {
        Some(text) if code(text).any(|line| line.trim() == "#![no_std]") => Vec::new(),
        _ => vec![Finding::new(path, "is not `#![no_std]`", "add the attribute and use `alloc`")],
    }
}

/// The lines without what follows `//`.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn is_in(path: &str, krate: &str) -> bool {
    path.strip_prefix("crates/").and_then(|path| path.strip_prefix(krate)).is_some_and(|rest| rest.starts_with('/'))
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}
