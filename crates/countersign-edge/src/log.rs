//! The log: one line of JSON per event, each with a reason code. No identity, path or attribute of a caller is written.

use serde_json::json;

use crate::fault::Fault;

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
    json!({ "level": level, "code": code, "detail": detail }).to_string()
}
