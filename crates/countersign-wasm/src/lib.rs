//! The npm package of Countersign: wasm-bindgen over core and wire
