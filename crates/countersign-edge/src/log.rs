//! The log: one line of JSON per event, each with a reason code. No identity, path or attribute of a caller is written,
//! unless the configuration asks for it in the lines that the gate makes.

use serde_json::json;

use countersign_gate::notes::Line;

use crate::fault::Fault;

/// Writes down a failed use of a port.
pub(crate) fn fault(fault: &Fault) {
    error(&fault.code(), &fault.detail);
}

/// Writes down what the gate says of a request.
pub(crate) fn request(line: &Line) {
    if line.error {
        worker::console_error!("{}", line.text);
    } else {
        worker::console_log!("{}", line.text);
    }
}

/// Writes down that a request was not decided.
pub(crate) fn unserved(code: &str, detail: &str, request: &str) {
    let line = json!({ "level": "error", "event": "unserved", "code": code, "detail": detail, "request": request });
    worker::console_error!("{line}");
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
