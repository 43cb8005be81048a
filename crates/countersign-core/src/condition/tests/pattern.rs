//! The machine of patterns on programs that no compiler makes. What real patterns match is tested with their compiler.

use super::Random;
use crate::condition::{Pattern, Place, Step};
use alloc::string::String;
use alloc::vec::Vec;

#[track_caller]
fn check(steps: &[Step], text: &str, expected: Option<bool>) {
    let mut budget = 100;
    assert_eq!(Pattern { steps: steps.into() }.matches(text, &mut budget), expected, "{steps:?} {text:?}");
}

#[test]
fn programs() {
    const A: Step = Step::Range(97, 97);
    check(&[], "a", Some(false));
    check(&[Step::Match], "", Some(true));
    check(&[A, Step::Match], "xxa", Some(true));
    check(&[A, Step::Match], "xx", Some(false));
    // The end is the only way to match: what runs out of the program does not.
    check(&[A], "a", Some(false));
    check(&[Step::Jump(9)], "a", Some(false));
    check(&[Step::Jump(0)], "a", Some(false));
    check(&[Step::Split(0, 0)], "a", Some(false));
    check(&[Step::Class(0), Step::Match], "a", Some(false));
    check(&[Step::Class(9), A, Step::Match], "a", Some(false));
    check(&[Step::Class(2), A, Step::Range(120, 122), Step::Match], "y", Some(true));
    check(&[Step::Class(2), A, Step::Range(120, 122), Step::Match], "b", Some(false));
    check(&[Step::At(Place::Start), A, Step::At(Place::End), Step::Match], "a", Some(true));
    check(&[Step::At(Place::Start), A, Step::At(Place::End), Step::Match], "aa", Some(false));
    check(&[A, Step::Match], &"x".repeat(99), Some(false));
    check(&[A, Step::Match], &"x".repeat(100), None);
    check(&[Step::Match; Pattern::STEPS], "", Some(true));
    check(&[Step::Match; Pattern::STEPS + 1], "", None);
}

#[test]
fn any_program_ends() {
    let mut random = Random(3);
    for _ in 0..100_000 {
        let steps: Vec<Step> = (0..=random.below(12))
            .map(|_| {
                let mut to = || u16::try_from(random.below(14)).unwrap();
                let (one, other) = (to(), to());
                *random.one(&[
                    Step::Range(97, 98),
                    Step::Range(99, 97),
                    Step::Class(one),
                    Step::Split(one, other),
                    Step::Jump(one),
                    Step::At(Place::WordBoundary),
                    Step::Match,
                    Step::Jump(u16::MAX),
                ])
            })
            .collect();
        let text: String = (0..random.below(10)).map(|_| *random.one(&['a', 'b', 'é', ' '])).collect();
        let mut budget = 10_000;
        assert!(Pattern { steps: steps.into() }.matches(&text, &mut budget).is_some());
    }
}
