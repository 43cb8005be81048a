//! Searching a text in time that grows with the lengths only.

use alloc::vec::Vec;

/// Whether `part` stands somewhere in `text`.
///
/// The algorithm of Knuth, Morris and Pratt: no text makes it slow, as one can for the plain loop.
pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    if part.len() > text.len() {
        return false;
    }
    // How many bytes of the part's beginning also end at each of its bytes.
    let mut borders: Vec<usize> = Vec::with_capacity(part.len());
    let mut known = 0;
    for byte in part {
        if !borders.is_empty() {
            known = advance(part, &borders, known, *byte);
        }
        borders.push(known);
    }
    let mut known = 0;
    for byte in text {
        if known == part.len() {
            break;
        }
        known = advance(part, &borders, known, *byte);
    }
    known == part.len()
}

/// How many bytes of the part's beginning end at `byte`, if so many end before it.
fn advance(part: &[u8], borders: &[usize], mut known: usize, byte: u8) -> usize {
    loop {
        if part.get(known) == Some(&byte) {
            return known + 1;
        }
        match known.checked_sub(1).and_then(|last| borders.get(last)) {
            Some(shorter) => known = *shorter,
            None => return 0,
        }
    }
}
