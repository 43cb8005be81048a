//! Exit codes: 0 all is well, 1 something was found, 2 it could not be answered.
//!
//! With `--json`, 0 and 1 come with one JSON document on standard output, and 2 with none.

use crate::remote::{Refused, Unreached};
use anstream::println;
use anyhow::Result;
use serde_json::{Map, Value};
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
pub(crate) struct Found {
    text: String,
    /// What programs want to know besides
    more: Map<String, Value>,
}

impl Found {
    /// Found this.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), more: Map::new() }
    }

    /// The same, with what programs want to know besides.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

impl fmt::Display for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl std::error::Error for Found {}

/// Fine, or found.
pub(crate) fn found(whether: bool) -> ExitCode {
    if whether { ExitCode::from(FOUND) } else { FINE }
}

/// The code of an error.
pub(crate) fn of(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(if answers(error) { FOUND } else { UNANSWERED })
}

fn answers(error: &anyhow::Error) -> bool {
    error.is::<Found>() || error.is::<Refused>() || error.is::<Unreached>()
}

/// Tells programs, too, what was found: `{ "done": false, "problem": … }`, and what the worker says of a refusal.
pub(crate) fn told(as_json: bool, done: Result<ExitCode>) -> Result<ExitCode> {
    match done {
        Err(error) if as_json && answers(&error) => {
            println!("{:#}", Value::Object(written(&error)));
            Ok(ExitCode::from(FOUND))
        }
        other => other,
    }
}

fn written(error: &anyhow::Error) -> Map<String, Value> {
    let problem = Value::from(format!("{error:#}"));
    let mut told = Map::from_iter([("done".to_owned(), Value::from(false)), ("problem".to_owned(), problem)]);
    if let Some(found) = error.downcast_ref::<Found>() {
        told.extend(found.more.clone());
    }
    if let Some(refused) = error.downcast_ref::<Refused>() {
        told.insert("status".to_owned(), Value::from(refused.status));
        told.insert("code".to_owned(), Value::from(&*refused.code));
    }
    told
}
