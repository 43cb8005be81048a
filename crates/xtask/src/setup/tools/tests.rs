//! When an installation is worth a second try, and when a binary counts as installed.

use std::path::Path;

use super::{lock_is_stale, works};

#[test]
fn only_a_stale_lock_file_is_worth_a_second_try() {
    assert!(lock_is_stale("error: failed to select a version for the requirement `webpki-roots = \"^0.26\"`"));
    assert!(!lock_is_stale("error: linking with `cc` failed: exit status: 1"));
    assert!(!lock_is_stale("error: failed to download from the registry: could not resolve host"));
}

#[test]
fn a_binary_counts_only_at_the_exact_version() {
    // `cargo --version` prints `cargo 1.95.0 (…)`.
    let cargo = env!("CARGO");
    let version = std::process::Command::new(cargo).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap().split(' ').nth(1).unwrap().to_owned();
    assert!(works(Path::new(cargo), &version));
    assert!(!works(Path::new(cargo), "0.0.1"));
    assert!(!works(Path::new("no-such-binary"), &version));
}
