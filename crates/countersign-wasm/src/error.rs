//! The one place where an error becomes a JavaScript `Error` with a stable `code`.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// An `Error` with the property `code`, and others where there are any.
pub(crate) fn error(code: &str, message: &str, more: &[(&str, &str)]) -> JsValue {
    let error = Error::new(message);
    for (key, value) in [("code", code)].iter().chain(more) {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&error, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    error.into()
}
