//! What is due by itself: one thing that cannot be done keeps nothing else from being done, and does not come back at
//! once.

use super::foundation::call;
use super::{CHANCE, assign, tenant};
use crate::{Commit, Event, State, next_due, tick};
use countersign_wire::api::CommandCall;

const HOUR: i64 = 60 * 60 * 1_000;
const DAY: i64 = 24 * HOUR;

#[test]
fn what_fails_is_put_off_and_the_rest_is_done() {
    let mut state = tenant();
    let keyed = CommandCall {
        idempotency_key: Some("k".to_owned()),
        ..CommandCall::new("user:olga", false, assign("user:vera", "viewer", "/"))
    };
    assert_eq!(call(&mut state, &keyed), "2 a6");
    // A request that cannot be read, due before everything else.
    let put = |key: &str, text: &str| Event::Doc { key: key.to_owned(), bytes: Some(text.as_bytes().to_vec()) };
    let events = vec![put("due/000000000000001/request/q1", "null"), put("request/q1", "{")];
    state.apply(&Commit { epoch: 1, revision: 3, ids: 6, events, ..Commit::default() });

    let commit = tick(&state, DAY, CHANCE).expect("it is put off").expect("something is due");
    state.apply(&commit);
    assert_eq!(state.docs("idempotent/", "", 9), Ok(Vec::new()), "the key is forgotten all the same");
    assert_eq!(next_due(&state), Ok(Some(DAY + HOUR)));
    assert_eq!(tick(&state, DAY, CHANCE), Ok(None), "and nothing is due any more");
}
