//! The compiler and an in-memory tenant, for JavaScript that has no worker at hand.

mod given;
mod lists;
mod mapping;
mod quick;
mod routes;

use crate::error::error;
use crate::vocabulary::{attributes, vocabulary};
use countersign_compile::Model;
use countersign_core::Millis;
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::model::{MODEL_BYTES, too_long};
use countersign_wire::projection::Stamp;
use given::given;
pub use routes::RawRoutes;
use serde_json::json;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// A checked model.
#[wasm_bindgen]
pub struct RawPolicy(Model);

#[wasm_bindgen]
impl RawPolicy {
    /// Reads a model file: TOML, or the same data as JSON, in UTF-8.
    ///
    /// # Errors
    /// An `Error` with code `invalid_model` and the property `diagnostics`.
    pub fn parse(text: &[u8], name: &str) -> Result<Self, JsValue> {
        read(text, name, Model::parse).map(Self).map_err(|problems| refused("invalid_model", &problems))
    }

    /// How many bytes a model may have: the caller need not hand over what has more.
    #[wasm_bindgen(js_name = mostBytes)]
    pub fn most_bytes() -> f64 {
        MODEL_BYTES as f64
    }

    /// What [`RawPolicy::parse`] throws for a text of so many bytes, which are more than there may be.
    #[wasm_bindgen(js_name = tooLong)]
    pub fn too_long(bytes: f64, name: &str) -> JsValue {
        refused("invalid_model", &too_long(name, bytes as usize))
    }
}

/// A tenant in memory.
#[wasm_bindgen]
pub struct RawTenant(pub(crate) World, quick::Room);

#[wasm_bindgen]
impl RawTenant {
    /// Reads a tenant file, UTF-8, under its model.
    ///
    /// # Errors
    /// An `Error` with code `invalid_tenant` and the property `diagnostics`.
    pub fn load(policy: &RawPolicy, text: &[u8], name: &str) -> Result<Self, JsValue> {
        read(text, name, |source| World::load(&policy.0, source))
            .map(|world| Self(world, quick::Room::new()))
            .map_err(|problems| refused("invalid_tenant", &problems))
    }

    /// A line a type, in order: its name and its actions in bit order.
    pub fn vocabulary(&self) -> String {
        vocabulary(self.0.policy())
    }

    /// A line a declared attribute: its slot, its owner's number, whether callers may supply it, and its name.
    pub fn attributes(&self) -> String {
        attributes(self.0.policy())
    }

    /// Decides one question: JSON with `decision`, `reason` and `revision`.
    pub fn check(&self, subject: &str, action: &str, resource: &str, values: &[u8], now: f64) -> String {
        let asked = Asked { subject, action, resource, given: &given(self.0.policy(), values), now: now as Millis };
        let decision = self.0.check(&asked);
        let reason = self.0.reason(decision, &asked);
        json!({ "decision": decision.effect.as_str(), "reason": reason, "revision": 0 }).to_string()
    }

    /// Explains the decision that `check` makes: JSON.
    pub fn explain(&self, subject: &str, action: &str, resource: &str, values: &[u8], now: f64) -> String {
        let given = given(self.0.policy(), values);
        self.0.explain_json(&Asked { subject, action, resource, given: &given, now: now as Millis })
    }

    /// The browser's snapshot of a subject, good for `ttl` milliseconds.
    ///
    /// # Errors
    /// An `Error` with code `snapshot_corrupt` if it cannot be made.
    pub fn snapshot(&self, subject: &str, now: f64, ttl: f64) -> Result<Vec<u8>, JsValue> {
        let expires = (now as Millis).saturating_add(ttl as Millis);
        let stamp = Stamp { tenant: String::new(), subject: subject.to_owned(), revision: 0, expires };
        let made = self.0.snapshot(&stamp, now as Millis);
        made.map_err(|problem| error("snapshot_corrupt", &problem.to_string(), &[]))
    }
}

/// Reads a document. It comes as bytes: JavaScript writes a text of a megabyte as such in a tenth of the time that
/// wasm-bindgen takes to hand over a string.
fn read<T>(
    bytes: &[u8],
    name: &str,
    parse: impl FnOnce(Source<'_>) -> Result<T, Diagnostics>,
) -> Result<T, Diagnostics> {
    match str::from_utf8(bytes) {
        Ok(text) => parse(Source { name, text }),
        Err(_) => {
            Err(Diagnostics::new(vec![Source { name, text: "" }.problem(0..0, "", "this is not UTF-8".to_owned())]))
        }
    }
}

fn refused(code: &str, problems: &Diagnostics) -> JsValue {
    let listed: Vec<_> = problems
        .all()
        .iter()
        .map(|problem| {
            json!({
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "path": problem.path,
                "message": problem.message,
                "help": problem.help,
            })
        })
        .collect();
    let diagnostics = json!(listed).to_string();
    error(code, &problems.to_string(), &[("diagnostics", &diagnostics)])
}
