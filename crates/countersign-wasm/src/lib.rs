//! The npm package's wasm: wasm-bindgen over the core and its documents. It translates and does not decide.
//!
//! The package holds two modules built from this crate:
//! - the *runtime* (no features): [`RawChecker`], which reads one subject's snapshot and answers for it;
//! - the *compiler* (feature `compile`): a policy and an in-memory tenant, for Node, tests and servers.
//!
//! Strings reach the runtime through a scratch buffer that JavaScript writes into, and masks leave it through an
//! answer buffer, because allocating for every question costs more than the question.
//! The authored TypeScript in `npm/src` is the API that people use; nothing here is.

#[cfg(not(feature = "compile"))]
mod checker;
#[cfg(feature = "compile")]
mod compile;
#[cfg(feature = "compile")]
mod error;
mod told;
mod vocabulary;

/// A third of the default allocator's size. Threads would need another one, and this one does not compile with them.
#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(not(feature = "compile"))]
pub use checker::RawChecker;
#[cfg(feature = "compile")]
pub use compile::{RawPolicy, RawTenant};
