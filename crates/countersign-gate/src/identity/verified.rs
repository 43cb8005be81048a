//! Signatures that were verified before: that a key has signed a token stays so, and is looked at once in an isolate.
//!
//! Nothing else is remembered. Whom a token names, for whom and until when, and whether its key still is one of the issuer's,
//! is looked at for every request; a token with any other byte, or another key under the same id, is verified anew.

use super::jwk::PublicKey;
use std::cell::RefCell;
use std::collections::HashMap;

/// Tokens that are remembered: with the longest there are, two megabytes.
const TOKENS: usize = if cfg!(test) { 4 } else { 256 };

/// Tokens, each with the key that has signed it.
#[derive(Debug, Default)]
pub(super) struct Verified(RefCell<HashMap<String, PublicKey>>);

impl Verified {
    /// Whether this key was seen to have signed this very token.
    pub(super) fn knows(&self, token: &str, key: &PublicKey) -> bool {
        self.0.borrow().get(token) == Some(key)
    }

    /// Remembers that it has.
    pub(super) fn note(&self, token: &str, key: PublicKey) {
        let mut held = self.0.borrow_mut();
        if held.len() >= TOKENS {
            held.clear();
        }
        held.insert(token.to_owned(), key);
    }
}
