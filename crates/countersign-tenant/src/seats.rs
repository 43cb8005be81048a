//! Seats and licences: how many there are, and how many are taken.

use crate::draft::Draft;
use crate::state::State;
use crate::stop::Stop;

/// Counts what is taken anew, after everything was replaced.
pub(crate) fn recount<S: State>(_draft: &mut Draft<'_, S>) -> Result<(), Stop> {
    Ok(())
}
