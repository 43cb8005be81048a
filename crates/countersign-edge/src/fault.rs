//! What can go wrong outside our own code: which port failed, how, and the reason code that the log and the gate see.

use std::fmt;

use worker::Error;
use worker::js_sys::Reflect;
use worker::wasm_bindgen::JsValue;

/// The part of the platform that did not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    Kv,
    Object,
    Storage,
    Origin,
    Assets,
    Keys,
    Request,
}

/// How it failed. The distinction is what a caller may do next, not what the platform said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// No answer within our own deadline. The work may still have been done.
    Deadline,
    /// Too much work is queued already: asking again makes it worse.
    Overloaded,
    /// A passing trouble of the platform: an idempotent call may be made again.
    Retryable,
    /// Anything else: an exception, a panic on the other side, a missing binding, a value of the wrong shape.
    Failed,
}

/// A failed use of a port. `detail` is for the log and never leaves the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) port: Port,
    pub(crate) cause: Cause,
    pub(crate) detail: String,
}

impl Fault {
    /// A failure that we noticed ourselves.
    pub(crate) fn failed(port: Port, detail: impl Into<String>) -> Self {
        Self { port, cause: Cause::Failed, detail: detail.into() }
    }

    /// The port did not answer in time.
    pub(crate) fn deadline(port: Port) -> Self {
        Self { port, cause: Cause::Deadline, detail: String::new() }
    }

    /// A failure that workers-rs reported.
    pub(crate) fn from_error(port: Port, error: &Error) -> Self {
        let cause = match error {
            Error::UnknownJsError { original, .. } => cause_of(original),
            _ => Cause::Failed,
        };
        Self { port, cause, detail: error.to_string() }
    }

    /// A value thrown by JavaScript.
    pub(crate) fn from_thrown(port: Port, thrown: JsValue) -> Self {
        Self::from_error(port, &Error::from(thrown))
    }

    /// The stable reason code, for example `object_deadline`.
    pub(crate) fn code(&self) -> String {
        format!("{}_{}", self.port, self.cause)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Kv => "kv",
            Self::Object => "object",
            Self::Storage => "storage",
            Self::Origin => "origin",
            Self::Assets => "assets",
            Self::Keys => "keys",
            Self::Request => "request",
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Deadline => "deadline",
            Self::Overloaded => "overloaded",
            Self::Retryable => "retryable",
            Self::Failed => "failed",
        })
    }
}

/// The platform marks its exceptions with booleans. `overloaded` is asked first: such an error may be marked retryable
/// as well, and must not be retried.
fn cause_of(thrown: &JsValue) -> Cause {
    if marked(thrown, "overloaded") {
        Cause::Overloaded
    } else if marked(thrown, "retryable") {
        Cause::Retryable
    } else {
        Cause::Failed
    }
}

fn marked(thrown: &JsValue, property: &str) -> bool {
    Reflect::get(thrown, &JsValue::from_str(property)).is_ok_and(|value| value.is_truthy())
}
