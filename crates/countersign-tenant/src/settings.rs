//! The tenant's settings.

use crate::doc;
use crate::state::{Fault, State};
use crate::stop::{Stop, refuse};
use countersign_wire::stored::Settings;

/// The settings, or those of a tenant that never set any.
pub(crate) fn of(state: &impl State) -> Result<Settings, Fault> {
    Ok(doc::read(state, doc::SETTINGS)?.unwrap_or_default())
}

/// Refuses to give a role that was sealed, with the sentence that was written for it.
pub(crate) fn refuse_sealed(state: &impl State, role: &str) -> Result<(), Stop> {
    match of(state)?.sealed_roles.remove(role) {
        Some(sentence) => Err(refuse(403, "sealed_role", sentence)),
        None => Ok(()),
    }
}
