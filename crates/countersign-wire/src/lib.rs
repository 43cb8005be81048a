//! The documents: every form in which Countersign's data is written down, and nothing that decides.
//!
//! - *Texts that people write* (model, tenant and scenario files; TOML, or the same data as JSON) are read into a
//!   [`document`] tree that knows where everything stands, and from there into [`model`], [`tenant`] and [`scenario`]
//!   forms. Unknown and repeated keys are errors, and all errors are reported at once.
//! - *Bytes that machines exchange* are versioned serde forms: [`record`]s (what the tenant keeps and the edge reads),
//!   [`seal`]ed for storage that is not trusted, the browser's [`projection`], and a server's [`image`] of a whole
//!   tenant.
//! - *Bodies of the API* are in [`api`]; what a caller supplies with a question is [`given`].
//!
//! Core types never derive serde: conversions are written by hand, so that a change of the core cannot change a format.
//! What a document means, whether its names exist and its limits hold, is the compiler's to say
//! (`countersign-compile`).

pub mod api;
pub mod assertion;
pub mod by_name;
pub mod diagnostic;
pub mod document;
pub mod explain;
pub mod form;
pub mod given;
pub mod image;
pub mod model;
mod packed;
pub mod plan;
pub mod projection;
pub mod reader;
pub mod reason;
pub mod record;
pub mod scenario;
#[cfg(feature = "schema")]
pub mod schema;
pub mod seal;
pub mod sql;
pub mod stored;
pub mod tenant;
pub mod time;
pub mod written;

#[cfg(test)]
mod tests;
