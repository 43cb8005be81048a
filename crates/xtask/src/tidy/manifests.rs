//! Manifests, lock files and the changelog: what they must say, and agree on.

use serde_json::Value;

use super::Finding;
use super::tree::Tree;

const CHANGELOG: &str = "CHANGELOG.md";
const NPM_PACKAGE: &str = "crates/countersign-wasm/npm/package.json";

/// The lints of the workspace hold only where a crate asks for them.
pub(super) fn libraries_inherit_the_lints(tree: &Tree) -> Vec<Finding> {
    let libraries = tree.crates.iter().filter(|krate| krate.is_library);
    libraries
        .filter(|krate| !tree.files.get(&krate.manifest()).is_some_and(|text| inherits_lints(text)))
        .map(|krate| {
            Finding::new(
                krate.manifest(),
                "does not inherit the workspace's lints",
                "add `[lints]` with `workspace = true`",
            )
        })
        .collect()
}

fn inherits_lints(manifest: &str) -> bool {
    let lints = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lints.take_while(|line| !line.starts_with('[')).any(|line| line.replace(' ', "") == "workspace=true")
}

/// A release without a line in the changelog is not one.
pub(super) fn the_changelog_is_current(tree: &Tree) -> Vec<Finding> {
    let current = |text: &String| text.contains("Unreleased") || text.contains(tree.version());
    if tree.files.get(CHANGELOG).is_some_and(current) {
        return Vec::new();
    }
    let wrong = format!("mentions neither version {} nor Unreleased", tree.version());
    vec![Finding::new(CHANGELOG, wrong, "add a heading and what has changed for the user")]
}

/// The lock file must install from whichever registry a user has.
pub(super) fn the_npm_lock_has_no_addresses(tree: &Tree) -> Vec<Finding> {
    tree.matching(|path| path.ends_with("package-lock.json"))
        .filter(|(_, text)| text.contains("\"resolved\": \"http"))
        .map(|(path, _)| {
            let remedy =
                "put `omit-lockfile-registry-resolved=true` in .npmrc and run `npm install --package-lock-only`";
            Finding::new(path, "has download addresses", remedy)
        })
        .collect()
}

/// One version for everything, and a package that brings nothing along.
pub(super) fn the_package_matches_the_workspace(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.files.get(NPM_PACKAGE) else {
        return vec![Finding::new(NPM_PACKAGE, "is missing", "the npm package is authored there")];
    };
    let Ok(package) = serde_json::from_str::<Value>(text) else {
        return vec![Finding::new(NPM_PACKAGE, "is not JSON", "correct it")];
    };
    let mut findings = Vec::new();
    if package["version"] != tree.version() {
        let wrong = format!("has version {} and the workspace has {}", package["version"], tree.version());
        findings.push(Finding::new(NPM_PACKAGE, wrong, "write the workspace's version there"));
    }
    if package["dependencies"].as_object().is_some_and(|dependencies| !dependencies.is_empty()) {
        findings.push(Finding::new(NPM_PACKAGE, "has dependencies", "make them optional peers, or do without"));
    }
    findings
}
