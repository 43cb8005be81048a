//! Where the cache is, and that nothing half-made is ever in its place.

use std::path::PathBuf;

use super::{cache_root, publish, remove_abandoned, staging_owner};
use crate::interrupt::Scratch;

fn root_with(variables: &[(&str, &str)]) -> Option<PathBuf> {
    cache_root(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
}

#[test]
fn the_most_specific_variable_wins() {
    let all = [("COUNTERSIGN_CACHE", "/a"), ("XDG_CACHE_HOME", "/b"), ("HOME", "/c")];
    assert_eq!(root_with(&all), Some("/a".into()));
    assert_eq!(root_with(&all[1..]), Some("/b/countersign".into()));
    assert_eq!(root_with(&all[2..]), Some("/c/.cache/countersign".into()));
    assert_eq!(root_with(&[]), None);
}

#[test]
fn the_owner_of_a_staging_directory_is_in_its_name() {
    assert_eq!(staging_owner(".worker-build-0.8.7.4711.tmp"), Some(4711));
    assert_eq!(staging_owner("worker-build-0.8.7"), None);
    assert_eq!(staging_owner(".other.tmp"), None);
}

#[test]
fn what_a_dead_process_left_is_removed() {
    let scratch = Scratch::temporary("cache-abandoned-test").unwrap();
    let dead = scratch.path().join(format!(".tool-1.{}.tmp", i32::MAX));
    let alive = scratch.path().join(format!(".tool-1.{}.tmp", std::process::id()));
    std::fs::create_dir(&dead).unwrap();
    std::fs::create_dir(&alive).unwrap();
    remove_abandoned(scratch.path());
    assert!(!dead.exists());
    assert!(alive.exists());
}

#[test]
fn a_broken_tool_is_replaced_and_a_good_one_kept() {
    let scratch = Scratch::temporary("cache-publish-test").unwrap();
    let [place, first, second] = ["tool-1", "first", "second"].map(|name| scratch.path().join(name));
    let complete = || place.join("bin").exists();
    std::fs::create_dir_all(place.join("half")).unwrap();
    std::fs::create_dir_all(first.join("bin/first")).unwrap();
    publish(&first, &place, complete).unwrap();
    assert!(place.join("bin/first").exists());
    assert!(!place.join("half").exists());

    std::fs::create_dir_all(second.join("bin/second")).unwrap();
    publish(&second, &place, complete).unwrap();
    assert!(place.join("bin/first").exists(), "another process was quicker");
}
