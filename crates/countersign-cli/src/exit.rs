//! Exit codes: 0 all is well, 1 something was found, 2 it could not be answered.

use crate::remote::{Refused, Unreached};
use std::fmt;
use std::process::ExitCode;

/// All is well.
pub(crate) const FINE: ExitCode = ExitCode::SUCCESS;
/// Something was found.
pub(crate) const FOUND: u8 = 1;
/// It could not be answered.
pub(crate) const UNANSWERED: u8 = 2;

/// Found, where nothing more can be said: an error that is an answer.
#[derive(Debug)]
pub(crate) struct Found(pub(crate) String);

impl fmt::Display for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Found {}

/// Fine, or found.
pub(crate) fn found(whether: bool) -> ExitCode {
    if whether { ExitCode::from(FOUND) } else { FINE }
}

/// The code of an error.
pub(crate) fn of(error: &anyhow::Error) -> ExitCode {
    let answers = error.is::<Found>() || error.is::<Refused>() || error.is::<Unreached>();
    ExitCode::from(if answers { FOUND } else { UNANSWERED })
}
