//! Which crate may depend on which: arrows point one way.

use super::Finding;
use super::tree::{Crate, Tree};

/// What a crate may use besides what is always allowed to it, directly or through those it uses.
struct Place {
    name: &'static str,
    uses: &'static [&'static str],
    /// Only for a feature that is off by default.
    optional: &'static [&'static str],
}

const fn place(name: &'static str, uses: &'static [&'static str]) -> Place {
    Place { name, uses, optional: &[] }
}

const PLACES: &[Place] = &[
    place("countersign-core", &[]),
    place("countersign-wire", &["countersign-core"]),
    place("countersign-compile", &["countersign-wire"]),
    place("countersign-tenant", &["countersign-compile"]),
    place("countersign-gate", &["countersign-wire"]),
    place("countersign-edge", &["countersign-gate", "countersign-tenant"]),
    Place {
        name: "countersign-wasm",
        uses: &["countersign-wire"],
        optional: &["countersign-tenant", "countersign-gate"],
    },
    place("countersign-cli", &["countersign-tenant", "countersign-gate"]),
    place("xtask", &[]),
];

/// Crates outside the workspace that the core may use.
const CORE_ALLOWS: &[&str] = &[];

/// Every arrow between two crates of the workspace is one that ARCHITECTURE.md draws.
pub(super) fn arrows(tree: &Tree) -> Vec<Finding> {
    tree.crates.iter().flat_map(|krate| wrong_arrows(tree, krate)).collect()
}

fn wrong_arrows(tree: &Tree, krate: &Crate) -> Vec<Finding> {
    let Some(place) = PLACES.iter().find(|place| place.name == krate.name) else {
        let remedy = "draw it in ARCHITECTURE.md and add it to crates/xtask/src/tidy/crates.rs";
        return vec![Finding::new(krate.manifest(), format!("{} has no place among the crates", krate.name), remedy)];
    };
    let always = reachable(place.uses);
    let on_request = reachable(place.optional);
    let is_ours = |name: &str| tree.crates.iter().any(|krate| krate.name == name);
    let ours = krate.dependencies.iter().filter(|dependency| is_ours(&dependency.name));
    ours.filter_map(|dependency| {
        let name = dependency.name.as_str();
        if always.contains(&name) || (dependency.optional && on_request.contains(&name)) {
            return None;
        }
        let wrong = format!("{} must not depend on {name}", krate.name);
        let remedy = if on_request.contains(&name) {
            "make the dependency optional, for a feature that is off by default"
        } else {
            "move what is needed to a crate that both may use"
        };
        Some(Finding::new(krate.manifest(), wrong, remedy))
    })
    .collect()
}

/// These crates and what they may use in turn.
fn reachable(from: &[&'static str]) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut waiting = from.to_vec();
    while let Some(name) = waiting.pop() {
        if !found.contains(&name) {
            found.push(name);
            waiting.extend(PLACES.iter().filter(|place| place.name == name).flat_map(|place| place.uses));
        }
    }
    found
}

/// The core is everybody's: whatever it drags in, the browser downloads.
pub(super) fn core_stands_alone(tree: &Tree) -> Vec<Finding> {
    let core = tree.crates.iter().filter(|krate| krate.name == "countersign-core");
    core.flat_map(|krate| krate.dependencies.iter().map(|dependency| (krate.manifest(), &dependency.name)))
        .filter(|(_, name)| !CORE_ALLOWS.contains(&name.as_str()))
        .map(|(file, name)| {
            Finding::new(
                file,
                format!("the core depends on {name}"),
                "do without it, or argue for it in CORE_ALLOWS of crates/xtask/src/tidy/crates.rs",
            )
        })
        .collect()
}
