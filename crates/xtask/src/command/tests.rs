//! What is kept of a command's output, and how its end is reported.

use super::{Failure, Run, tail};

#[test]
fn the_tail_is_the_last_lines_that_say_something() {
    assert_eq!(tail("a\n\nb\n \nc\n", 2), "b\nc");
    assert_eq!(tail("a\n", 5), "a");
    assert_eq!(tail("", 5), "");
}

#[test]
fn both_outputs_come_in_order() {
    let finished = Run::new("sh").args(["-c", "echo one; echo two >&2; echo three; exit 3"]).finish(None).unwrap();
    assert!(!finished.success);
    assert_eq!(finished.text, "one\ntwo\nthree\n");
}

#[test]
fn a_program_that_is_not_there_is_one_sentence() {
    let error = Run::new("no-such-program-at-all").finish(None).err().unwrap();
    assert_eq!(error.to_string(), "`no-such-program-at-all` is not on the PATH; install it and run this again");
}

#[test]
fn a_failure_shows_its_sentence_only() {
    let failure = Failure { sentence: "do this".to_owned(), tail: "noise".to_owned() };
    assert_eq!(failure.to_string(), "do this");
}
