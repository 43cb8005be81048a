//! Chance, from the platform's generator for cryptography.

use countersign_tenant::Entropy;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};

use crate::fault::{Fault, Port};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn fill(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

/// 256 bits that nobody can foresee.
///
/// # Errors
/// When the platform has none.
pub(crate) fn entropy() -> Result<Entropy, Fault> {
    bytes()
}

/// So many bytes of it.
///
/// # Errors
/// When the platform has none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(|thrown| Fault::from_thrown(Port::Object, thrown))?;
    Ok(bytes)
}
