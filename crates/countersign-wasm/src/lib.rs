//! The npm package's wasm: wasm-bindgen over the core and its documents. It translates and does not decide.
//!
//! The package holds three modules built from this crate:
//! - the *runtime* (no features), which reads subjects' snapshots and answers for them;
//! - the *details* (feature `details`), which explain, plan and look anywhere, by copies of those snapshots;
//! - the *compiler* (feature `compile`): a policy, an in-memory tenant and the gate's route table, for Node, tests and
//!   servers.
//!
//! Strings reach the runtime through a scratch buffer that JavaScript writes into, and masks leave it through an
//! answer buffer, because allocating for every question costs more than the question.
//! The authored TypeScript in `npm/src` is the API that people use; nothing here is.

#[cfg(not(any(feature = "compile", feature = "details")))]
mod checker;
#[cfg(feature = "compile")]
mod compile;
#[cfg(all(feature = "details", not(feature = "compile")))]
mod details;
#[cfg(feature = "compile")]
mod error;
#[cfg(not(feature = "compile"))]
mod snapshots;
#[cfg(any(feature = "compile", not(feature = "details")))]
mod told;
#[cfg(any(feature = "compile", not(feature = "details")))]
mod vocabulary;

/// A third of the default allocator's size. Threads would need another one, and this one does not compile with them.
#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(not(any(feature = "compile", feature = "details")))]
pub use checker::{answer, check, expires, mask, prepare, resolve, revision, same, text};
#[cfg(feature = "compile")]
pub use compile::{RawPolicy, RawRoutes, RawTenant};
#[cfg(all(feature = "details", not(feature = "compile")))]
pub use details::{anywhere, explain, plan};
#[cfg(not(feature = "compile"))]
pub use snapshots::{input, load, release, room, told, told_bytes, values};
