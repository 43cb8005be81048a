//! The seal around a record in storage that is not trusted: which record it is, of which revision, and a MAC.
//!
//! Layout: `CSR` and the format version (4 bytes), HMAC-SHA-256 (32 bytes, RFC 2104) over all that follows, the
//! [`Header`], the record. There is no unsigned form: without a MAC that fits, the bytes are corrupt.

use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 4] = b"CSR\x01";
const MAC_BYTES: usize = 32;

/// The shortest key that is accepted, in bytes.
pub const KEY_BYTES: usize = 16;

/// Which record it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The tenant
    pub tenant: String,
    /// The key within the tenant: [`POLICY`], [`subject_key`], [`group_key`]
    pub key: String,
    /// The tenant's epoch: +1 when it is restored or replaced
    pub epoch: u64,
    /// The tenant's revision at which the record was last changed
    pub revision: u64,
    /// Whether the record exists; a removed one is published as removed, for a miss is never believed
    pub exists: bool,
}

/// The key of a tenant's policy.
pub const POLICY: &str = "policy";

/// The key of the stored attributes of a tenant's resources.
pub const RESOURCES: &str = "resources";

/// What the keys of members' records begin with.
pub const SUBJECTS: &str = "subject/";
/// What the keys of API tokens' records begin with.
pub const TOKENS: &str = "token/";

/// The key of a subject's record.
#[must_use]
pub fn subject_key(subject: &str) -> String {
    [SUBJECTS, subject].concat()
}

/// The key of a group's record.
#[must_use]
pub fn group_key(group: &str) -> String {
    ["group/", group].concat()
}

/// The key of an API token's record.
#[must_use]
pub fn token_key(id: &str) -> String {
    format!("{TOKENS}{id}")
}

/// A fingerprint, 128 bits of SHA-256 in hexadecimal: nobody finds other bytes that have it.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Why sealed bytes were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// The key is shorter than [`KEY_BYTES`]
    WeakKey,
    /// The bytes are no sealed record, or of another format version
    Format,
    /// The MAC does not fit
    Mac,
    /// The record is another one than was asked for
    Foreign,
}

impl fmt::Display for SealError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::WeakKey => "the key is shorter than 16 bytes",
            Self::Format => "the bytes are no sealed record of this version",
            Self::Mac => "the MAC does not fit",
            Self::Foreign => "the record is another one than was asked for",
        })
    }
}

impl std::error::Error for SealError {}

/// Seals a record.
///
/// # Errors
/// When the key is too short, or the header cannot be written.
pub fn seal(key: &[u8], header: &Header, record: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut signed = postcard::to_allocvec(header).map_err(|_| SealError::Format)?;
    signed.extend_from_slice(record);
    let mac = mac(key, &signed)?.finalize().into_bytes();
    Ok([MAGIC.as_slice(), mac.as_slice(), signed.as_slice()].concat())
}

/// Opens a sealed record of `tenant` under `record_key`.
///
/// # Errors
/// When anything about it is not as it was sealed. The comparison of MACs takes the same time whatever they are.
pub fn open<'a>(key: &[u8], tenant: &str, record_key: &str, bytes: &'a [u8]) -> Result<(Header, &'a [u8]), SealError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(SealError::Format)?;
    let (tag, signed) = rest.split_at_checked(MAC_BYTES).ok_or(SealError::Format)?;
    mac(key, signed)?.verify_slice(tag).map_err(|_| SealError::Mac)?;
    let (header, record) = postcard::take_from_bytes::<Header>(signed).map_err(|_| SealError::Format)?;
    if header.tenant == tenant && header.key == record_key { Ok((header, record)) } else { Err(SealError::Foreign) }
}

fn mac(key: &[u8], signed: &[u8]) -> Result<Hmac<Sha256>, SealError> {
    if key.len() < KEY_BYTES {
        return Err(SealError::WeakKey);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| SealError::WeakKey)?;
    mac.update(MAGIC);
    mac.update(signed);
    Ok(mac)
}
