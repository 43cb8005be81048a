//! Reading cargo's listing of what a module was made from.

use std::path::PathBuf;

use super::{manifests, sources};

#[test]
fn the_listing_names_the_sources_and_through_them_the_manifests() {
    let listing = "/t/countersign_edge.wasm: /w/crates/core/src/lib.rs /w/crates/edge/src/a/b.rs /w/crates/edge/src/lib.rs /w/my\\ routes.toml\n";
    let sources = sources(listing);
    assert_eq!(sources.len(), 4);
    assert_eq!(sources[3], PathBuf::from("/w/my routes.toml"));
    assert_eq!(
        manifests(&sources),
        [PathBuf::from("/w/crates/core/Cargo.toml"), PathBuf::from("/w/crates/edge/Cargo.toml")]
    );
}

#[test]
fn no_listing_means_no_sources() {
    assert!(sources("").is_empty());
}
