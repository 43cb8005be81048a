//! Chance, from the platform's generator for cryptography.

use std::cell::RefCell;

use countersign_tenant::Entropy;
use worker::wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen::{self, JsValue};

use crate::fault::{Fault, Port};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn fill(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

/// Bytes that are asked for at once: a call of the platform's takes longer than what a request needs of it.
const STOCK: usize = 1_024;

thread_local! {
    /// What was asked for and not used yet: each byte is handed out once.
    static DRAWN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// So many bytes that nobody can foresee, of those that are kept for requests' ids: for nothing that is secret.
///
/// # Errors
/// When the platform has none.
pub(crate) fn drawn<const N: usize>() -> Result<[u8; N], Fault> {
    DRAWN.with_borrow_mut(|stock| {
        if stock.len() < N {
            *stock = bytes::<STOCK>()?.to_vec();
        }
        let rest = stock.len().saturating_sub(N);
        let taken = stock.split_off(rest);
        taken.try_into().map_err(|_| Fault::failed(Port::Request, "too few bytes of chance"))
    })
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
