//! A sign of life of the module's instance, for the script around it.

use worker::wasm_bindgen::prelude::wasm_bindgen;

/// Does nothing. The loader puts a new instance in place of a dead one before it calls anything of it, so whoever calls
/// this and then finds the loader's number of instances grown knows that the one before is dead.
#[wasm_bindgen(js_name = "countersignAlive")]
#[expect(unreachable_pub, reason = "the glue exports it")]
pub fn alive() {}
