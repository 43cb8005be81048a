//! The log: one line of JSON per event, each with a reason code. No identity, path or attribute of a caller is written,
//! unless the configuration asks for it in the lines that the gate makes.

use serde_json::json;

use countersign_gate::notes::Line;

use crate::fault::Fault;

/// Writes down a failed use of a port, for the request with this id; it is empty where it was for none.
pub(crate) fn fault(fault: &Fault, request: &str) {
    error(&fault.code(), &fault.detail, request);
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

/// Writes down that something went wrong, for the request with this id; it is empty where it was for none.
pub(crate) fn error(code: &str, detail: &str, request: &str) {
    worker::console_error!("{}", line("error", code, detail, request));
}

/// Writes down something worth knowing.
pub(crate) fn info(code: &str, detail: &str) {
    worker::console_log!("{}", line("info", code, detail, ""));
}

fn line(level: &str, code: &str, detail: &str, request: &str) -> String {
    let mut line = json!({ "level": level, "code": code, "detail": detail });
    if let Some(members) = line.as_object_mut().filter(|_| !request.is_empty()) {
        members.insert("request".to_owned(), request.into());
    }
    line.to_string()
}
