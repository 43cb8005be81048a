//! When a head's list of changes counts for a set, and when the set must go.

use super::Set;
use crate::fresh::entry::Entry;
use countersign_wire::api::Head;
use std::rc::Rc;

/// Whether a record survives: a set at `held` meets a head at `to` that was asked with `since` and names `changed`.
#[track_caller]
fn check(
    held: (u64, u64),
    since: Option<(u64, u64)>,
    to: (u64, u64),
    changed: Option<&[&str]>,
    expected: (bool, bool),
) {
    let mut set = Set { head: Some(held), ..Set::default() };
    set.put("policy".to_owned(), Rc::new(Entry::nothing()));
    let changed = changed.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect());
    let head =
        Head { epoch: to.0, revision: to.1, changed, revisions: Vec::new(), records: Vec::new(), groups: Vec::new() };
    let advanced = set.advance_from(since, &head, 7);
    assert_eq!((advanced, set.get("policy").is_some()), expected);
    assert_eq!(set.since(), Some(held.max(to)), "never back");
}

#[test]
fn changes_count_for_sets_that_are_not_older_than_the_question() {
    check((1, 3), Some((1, 3)), (1, 3), Some(&[]), (true, true));
    check((1, 3), Some((1, 3)), (1, 5), Some(&["subject/user:x"]), (true, true));
    check((1, 3), Some((1, 3)), (1, 5), Some(&["policy"]), (true, false));
    check((1, 4), Some((1, 3)), (1, 5), Some(&[]), (true, true));
    // The set was made anew, from an older head: what changed between is not known.
    check((1, 2), Some((1, 3)), (1, 5), Some(&[]), (true, false));
    check((1, 3), None, (1, 5), Some(&[]), (true, false));
    check((1, 3), Some((1, 3)), (1, 5), None, (true, false));
    check((1, 3), Some((1, 3)), (2, 5), Some(&[]), (true, false));
    check((1, 3), Some((0, 3)), (1, 5), Some(&[]), (true, false));
}

#[test]
fn an_older_head_changes_nothing() {
    check((1, 5), Some((1, 3)), (1, 4), Some(&["policy"]), (false, true));
    check((2, 1), Some((1, 9)), (1, 9), None, (false, true));
}
