//! Lists of an in-memory tenant: who may, where, and what a database should be asked for.

use super::RawTenant;
use super::given::{given, wanted};
use super::mapping::{mapping, parameters};
use crate::error::error;
use countersign_core::{Millis, Plan};
use countersign_wire::plan;
use countersign_wire::sql::{SqlError, render};
use serde_json::json;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
impl RawTenant {
    /// The members that may do the action on the resource, sorted.
    pub fn subjects(&self, action: &str, resource: &str, values: &[u8], now: f64) -> Vec<String> {
        self.0.subjects(action, resource, &given(self.0.policy(), values), now as Millis)
    }

    /// The registered resources of the type on which the subject may do the action, sorted.
    pub fn resources(&self, subject: &str, action: &str, on: &str, values: &[u8], now: f64) -> Vec<String> {
        self.0.resources(subject, action, on, &given(self.0.policy(), values), now as Millis)
    }

    /// Whether the subject may do the action on any resource of the type with the values that `with` wants.
    pub fn anywhere(&self, subject: &str, action: &str, on: &str, with: &[u8], values: &[u8], now: f64) -> bool {
        let policy = self.0.policy();
        self.0.anywhere(subject, action, on, &wanted(policy, with), &given(policy, values), now as Millis)
    }

    /// On which resources of the type the subject may do the action: JSON.
    pub fn plan(&self, subject: &str, action: &str, on: &str, values: &[u8], now: f64) -> String {
        plan::to_json(&self.planned(subject, action, on, values, now), self.0.policy())
    }

    /// The same as a condition of SQL, for a mapping in JSON: JSON with `text`, and `parameters` as pairs of kind and text.
    ///
    /// # Errors
    /// An `Error` with code `sql_inexact` where SQL cannot say it, and `invalid_argument` for a wrong mapping.
    pub fn sql(
        &self,
        subject: &str,
        action: &str,
        on: &str,
        values: &[u8],
        now: f64,
        columns: &str,
    ) -> Result<String, JsValue> {
        let (mapping, dialect) = mapping(columns).map_err(|problem| error("invalid_argument", &problem, &[]))?;
        let plan = self.planned(subject, action, on, values, now);
        let sql = render(&plan, self.0.policy(), &mapping, dialect).map_err(|problem| {
            let code = if matches!(problem, SqlError::Inexact { .. }) { "sql_inexact" } else { "invalid_argument" };
            error(code, &problem.to_string(), &[])
        })?;
        Ok(json!({ "text": sql.text, "parameters": parameters(&sql.parameters, dialect) }).to_string())
    }
}

impl RawTenant {
    fn planned(&self, subject: &str, action: &str, on: &str, values: &[u8], now: f64) -> Plan {
        self.0.plan(subject, action, on, &given(self.0.policy(), values), now as Millis)
    }
}
