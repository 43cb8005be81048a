//! When a stamp still holds and when it does not.

use std::path::Path;

use super::{Inputs, Stamp};
use crate::interrupt::Scratch;

fn inputs(directory: &Path) -> Inputs {
    Inputs::of("test").text("1").directory(&directory.join("in"), &["dist"])
}

fn write(directory: &Path, path: &str, text: &str) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_stamp_holds_until_an_input_changes_or_the_result_is_gone() {
    let scratch = Scratch::temporary("stamp-test").unwrap();
    let dir = scratch.path();
    write(dir, "in/a.txt", "a");
    write(dir, "in/dist/made.txt", "x");
    write(dir, "out", "result");
    let stamp = Stamp::at(dir.join("stamps/test"));
    let results = [dir.join("out")];

    assert!(!stamp.matches(&inputs(dir), &results), "there is no stamp yet");
    stamp.write(&inputs(dir)).unwrap();
    assert!(stamp.matches(&inputs(dir), &results));

    write(dir, "in/dist/made.txt", "y");
    assert!(stamp.matches(&inputs(dir), &results), "an excluded directory does not count");
    write(dir, "in/b.txt", "");
    assert!(!stamp.matches(&inputs(dir), &results), "a new file counts, even an empty one");
    stamp.write(&inputs(dir)).unwrap();
    write(dir, "in/a.txt", "b");
    assert!(!stamp.matches(&inputs(dir), &results), "a changed file counts");
    stamp.write(&inputs(dir)).unwrap();
    std::fs::remove_file(dir.join("out")).unwrap();
    assert!(!stamp.matches(&inputs(dir), &results), "the result is gone");
}

#[test]
fn a_cleared_stamp_never_matches() {
    let scratch = Scratch::temporary("stamp-clear-test").unwrap();
    let stamp = Stamp::at(scratch.path().join("stamp"));
    stamp.write(&Inputs::of("x")).unwrap();
    assert!(stamp.matches(&Inputs::of("x"), &[]));
    stamp.clear();
    assert!(!stamp.matches(&Inputs::of("x"), &[]));
}
