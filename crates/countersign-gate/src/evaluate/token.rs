//! Texts that only this worker can write and read, each good for one purpose alone.
//!
//! base64url of a MAC (HMAC-SHA-256, RFC 2104) over what the text says and all it is bound to, and of what it says under
//! a key stream that the MAC begins (a synthetic initialisation vector, as in RFC 5297 with HMAC for its PRF): a place in
//! a list may be the name of something that the reader of the list may not know of.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Begins what is authenticated, so that no seal of a record can be taken for a token: a record's header begins with the
/// length of a tenant's name.
const DOMAIN: &[u8] = b"\xffcountersign token";
const MAC_BYTES: usize = 32;
/// What is said is filled up to a multiple of so many bytes: its length would say something, too.
const BLOCK: usize = 128;

/// What a token is bound to: its purpose, and texts whose order and ends count.
pub(super) type Bound<'a> = &'a [&'a str];

/// A token that says `content`, which holds no NUL.
pub(super) fn write(key: &[u8], bound: Bound<'_>, content: &str) -> Option<String> {
    let mut bytes = content.as_bytes().to_vec();
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    let tag = mac(key, b" mac", bound, &bytes)?.finalize().into_bytes();
    hide(key, tag.as_slice(), &mut bytes)?;
    Some(Base64UrlUnpadded::encode_string(&[tag.as_slice(), &bytes].concat()))
}

/// What a token says, if it was written for this.
pub(super) fn read(key: &[u8], bound: Bound<'_>, token: &str) -> Option<String> {
    let whole = Base64UrlUnpadded::decode_vec(token).ok()?;
    let (tag, hidden) = whole.split_at_checked(MAC_BYTES)?;
    let mut bytes = hidden.to_vec();
    hide(key, tag, &mut bytes)?;
    // Compared in constant time.
    mac(key, b" mac", bound, &bytes)?.verify_slice(tag).ok()?;
    Some(String::from_utf8(bytes).ok()?.trim_end_matches('\0').to_owned())
}

/// Hides what is said, or shows it again.
fn hide(key: &[u8], tag: &[u8], bytes: &mut [u8]) -> Option<()> {
    for (number, block) in bytes.chunks_mut(MAC_BYTES).enumerate() {
        let stream = mac(key, b" stream", &[&number.to_string()], tag)?.finalize().into_bytes();
        block.iter_mut().zip(stream).for_each(|(byte, other)| *byte ^= other);
    }
    Some(())
}

fn mac(key: &[u8], what: &[u8], bound: Bound<'_>, content: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(DOMAIN);
    mac.update(what);
    for text in bound.iter().map(|text| text.as_bytes()).chain([content]) {
        mac.update(&(text.len() as u64).to_be_bytes());
        mac.update(text);
    }
    Some(mac)
}
