//! The wall clock, in milliseconds since 1970. The platform lets it advance only when something is awaited.

use worker::js_sys::Date;

/// The time now.
pub(crate) fn now_ms() -> i64 {
    // A Date counts whole milliseconds and stays far below 2^53.
    Date::now() as i64
}
