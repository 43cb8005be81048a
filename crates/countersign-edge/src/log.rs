//! The log: one line of JSON per event, each with a reason code. No identity, path or attribute of a caller is written.

use serde::Serialize;

use crate::fault::Fault;

#[derive(Serialize)]
struct Line<'a> {
    level: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

/// Writes down a failed use of a port.
pub(crate) fn fault(fault: &Fault) {
    error(&fault.code(), &fault.detail);
}

/// Writes down that something went wrong.
pub(crate) fn error(code: &str, detail: &str) {
    worker::console_error!("{}", line("error", code, detail));
}

/// Writes down something worth knowing.
pub(crate) fn info(code: &str, detail: &str) {
    worker::console_log!("{}", line("info", code, detail));
}

fn line(level: &str, code: &str, detail: &str) -> String {
    // Three strings always serialise; the code alone is the next best thing to say.
    serde_json::to_string(&Line { level, code, detail }).unwrap_or_else(|_| code.to_owned())
}
