//! Reading the numbers of cargo's and Node's runners.

use super::{Counts, failures, figures, of_cargo, of_node};

#[test]
fn the_binaries_of_a_cargo_run_are_added_up() {
    let text = "running 2 tests\n\
        test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
        test result: FAILED. 40 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n\
           test result: ok. 1 passed; 0 failed; 0 ignored; finished in 0.1s\n";
    assert_eq!(of_cargo(text), Counts { passed: 43, failed: 3 });
    assert_eq!(of_cargo("error: could not compile"), Counts::default());
}

#[test]
fn a_cancelled_test_of_nodes_has_failed() {
    let text = "TAP version 13\nok 1 - # pass 900\n1..9\n# tests 9\n# pass 5\n# fail 1\n# cancelled 2\n# skipped 1\n";
    assert_eq!(of_node(text), Counts { passed: 5, failed: 3 });
    assert_eq!(of_node("SyntaxError"), Counts::default());
}

#[test]
fn what_failed_is_shown_and_what_passed_is_not() {
    let cargo = "test a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b stdout ----\npanicked\n";
    assert!(failures(cargo).contains("panicked") && !failures(cargo).contains("test a"));
    let node = "# Subtest: a\nok 1 - a\n# Subtest: b\nnot ok 2 - b\n  ---\n  error: 'no'\n  ...\n";
    assert!(failures(node).contains("error: 'no'") && !failures(node).contains("ok 1 - a"));
    assert_eq!(failures("error[E0308]: mismatched types"), "error[E0308]: mismatched types");
}

#[test]
fn what_tests_measured_is_told() {
    let text = "---- a stdout ----\nfigure: 7 histories in 1 s\nanything\n figure: no\n\nsuccesses:\n    a\n";
    assert_eq!(figures(text), ["7 histories in 1 s"]);
}
