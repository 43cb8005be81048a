//! Signed checkpoints: how long the log was, said by somebody who cannot be made to say otherwise.

use crate::state::Meta;
use core::fmt;
use countersign_core::Millis;
use countersign_wire::api::Checkpoint;
use countersign_wire::time;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The shortest key that is accepted, in bytes.
pub const KEY_BYTES: usize = 16;

/// Why a checkpoint cannot be made, or is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The key is shorter than [`KEY_BYTES`]
    WeakKey,
    /// The signature is not one by this key of what the checkpoint says
    Signature,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::WeakKey => "the key is shorter than 16 bytes",
            Self::Signature => "the checkpoint was not signed with this key, or was changed since",
        })
    }
}

impl std::error::Error for CheckpointError {}

/// What the log of `tenant` comes to now, signed. The key is not the tenant's to have.
///
/// # Errors
/// When the key is too short.
pub fn checkpoint(meta: &Meta, tenant: &str, at: Millis, key: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let mut checkpoint = Checkpoint {
        tenant: tenant.to_owned(),
        seq: meta.audit_seq,
        hash: meta.audit_hash.clone(),
        at: time::format(at).unwrap_or_default(),
        signature: String::new(),
    };
    let signature = mac(&checkpoint, key)?.finalize().into_bytes();
    checkpoint.signature = crate::secret::hex(&signature);
    Ok(checkpoint)
}

/// Whether a checkpoint was signed with this key. The comparison takes the same time whatever it is.
///
/// # Errors
/// When it was not, or the key is too short.
pub fn believe(checkpoint: &Checkpoint, key: &[u8]) -> Result<(), CheckpointError> {
    let signature = crate::secret::from_hex(&checkpoint.signature);
    mac(checkpoint, key)?.verify_slice(&signature).map_err(|_| CheckpointError::Signature)
}

fn mac(checkpoint: &Checkpoint, key: &[u8]) -> Result<Hmac<Sha256>, CheckpointError> {
    if key.len() < KEY_BYTES {
        return Err(CheckpointError::WeakKey);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| CheckpointError::WeakKey)?;
    let Checkpoint { tenant, seq, hash, at, .. } = checkpoint;
    // As JSON: no two checkpoints are the same bytes.
    mac.update(b"countersign checkpoint 1\n");
    mac.update(serde_json::json!([tenant, seq, hash, at]).to_string().as_bytes());
    Ok(mac)
}
