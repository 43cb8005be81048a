//! Ports and keys of a development worker.

use std::net::TcpListener;

use super::{free_port, key, require_free};
use crate::interrupt::Scratch;

#[test]
fn a_taken_port_is_one_sentence_that_says_what_to_do() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = require_free(port).unwrap_err().to_string();
    assert_eq!(error, format!("port {port} is taken; stop what listens there, or choose another with `--port`"));
}

#[test]
fn a_free_port_can_be_listened_on() {
    require_free(free_port().unwrap()).unwrap();
}

#[test]
fn a_state_keeps_its_key_and_shares_it_with_no_other() {
    let [one, two] = ["key-test-1", "key-test-2"].map(|name| Scratch::temporary(name).unwrap());
    let [one, two] = [&one, &two].map(|state| state.path().join("a-key"));
    let made = key(&one).unwrap();
    assert_eq!(made.len(), 64);
    assert_eq!(key(&one).unwrap(), made);
    assert_ne!(key(&two).unwrap(), made);
}
