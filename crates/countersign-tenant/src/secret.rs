//! Secrets and digests: made from outside chance, stored as hashes alone.

use crate::draft::Entropy;
use base16ct::lower;
use sha2::{Digest, Sha256};

/// A secret of 256 bits in hexadecimal, different for each label.
pub(crate) fn derive(entropy: &Entropy, label: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"countersign secret\0");
    hash.update(entropy);
    hash.update(label.as_bytes());
    hex(&hash.finalize())
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    lower::encode_string(bytes)
}

/// The bytes that hexadecimal digits stand for; none if it is anything else.
pub(crate) fn from_hex(text: &str) -> Vec<u8> {
    lower::decode_vec(text).unwrap_or_default()
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::{derive, same};

    #[test]
    fn secrets_differ_by_chance_and_by_label() {
        let (one, other) = ([1; 32], [2; 32]);
        assert_ne!(derive(&one, "a"), derive(&other, "a"));
        assert_ne!(derive(&one, "a"), derive(&one, "b"));
        assert_eq!(derive(&one, "a").len(), 64);
        assert!(same("ab", "ab") && !same("ab", "aa") && !same("ab", "a"));
    }
}
