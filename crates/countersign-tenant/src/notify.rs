//! Who is told what: notifications of members, and deliveries to webhooks.

use crate::draft::Draft;
use crate::state::State;
use crate::stop::Stop;
use serde_json::Value;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// What: `invitation.sent`, `request.approved`
    pub(crate) event: String,
    /// Who is told in the inbox: `user:…`, `group:…`, `role:…`, or `administrators`
    pub(crate) to: Vec<String>,
    /// What it is about
    pub(crate) data: Value,
    /// What only webhooks are told, such as an invitation's secret
    pub(crate) secret: Option<Value>,
}

/// Writes what is to be told into the draft.
pub(crate) fn work_in<S: State>(draft: &mut Draft<'_, S>) -> Result<(), Stop> {
    draft.told.clear();
    Ok(())
}
