//! The gate's route table for servers that gate their own requests: which question a request comes to, and how a refusal
//! looks. Who asks and who decides is theirs.

use super::{RawPolicy, read, refused};
use countersign_core::condition::Kind;
use countersign_core::{Owner, Path, Policy};
use countersign_gate::answer::Answer;
use countersign_gate::question;
use countersign_gate::request::{Request, UrlParts};
use countersign_gate::routes::{Denied, Guarded, Routes, Target};
use countersign_gate::{refuse_another_method, refuse_body_of_a_read};
use countersign_wire::api::Refusal;
use countersign_wire::document::Value;
use countersign_wire::given::Bag;
use serde_json::{Map, Value as Json, json};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The largest whole number that JavaScript holds exactly, in digits that are all below it.
const DIGITS: usize = 15;

/// A route table that fits a model.
#[wasm_bindgen]
pub struct RawRoutes(Routes, Policy);

#[wasm_bindgen]
impl RawRoutes {
    /// Reads a route table and checks it against the model.
    ///
    /// # Errors
    /// An `Error` with code `invalid_routes` and the property `diagnostics`.
    pub fn parse(policy: &RawPolicy, text: &[u8], name: &str) -> Result<Self, JsValue> {
        let policy = policy.0.policy().clone();
        let routes = read(text, name, |source| Routes::checked(source, &policy));
        routes.map(|routes| Self(routes, policy)).map_err(|problems| refused("invalid_routes", &problems))
    }

    /// What becomes of a request before its caller is known: JSON with `refused` (an answer), `public`, or `reads_body`.
    /// Where handlers are found by a router that may ignore case, no path is let through that is another route's there.
    pub fn find(&self, method: &str, url: &str, headers: &str, ignores_case: bool) -> String {
        let found = self.with((method, url, headers), ignores_case, |_, guarded| {
            Ok(json!({ "reads_body": guarded.reads_body(), "limit": question::BODY }))
        });
        told(found)
    }

    /// What is asked for a request: JSON with `refused`, `public`, or the question. `claims` is a JSON object of the
    /// caller's claims.
    pub fn ask(&self, method: &str, url: &str, headers: &str, claims: &str, body: &[u8]) -> String {
        let claims: Map<String, Json> = serde_json::from_str(claims).unwrap_or_default();
        let claim = |name: &str| claims.get(name).and_then(Json::as_str).map(str::to_owned);
        let asked = self.with((method, url, headers), false, |(matched, request), guarded| {
            let asked = question::ask(matched, guarded, request, claim, body)?;
            let given = asked.given(&self.1);
            let on = Path::parse(&asked.resource).and_then(|path| self.1.locate(&path)).ok().map(Owner::Type);
            Ok(json!({
                "tenant": asked.tenant,
                "action": guarded.action.value,
                "resource": asked.resource,
                "attributes": on.map(|on| self.values(on, &given.resource)),
                "context": self.values(Owner::Context, &given.context),
                "action_attributes": self.values(Owner::Action, &given.action),
                "denied": match &guarded.denied {
                    Denied::Forbidden => json!(403),
                    Denied::NotFound => json!(404),
                    Denied::UnlessMay(action) => json!(action.value),
                },
            }))
        });
        told(asked)
    }

    /// The answer to a request that is denied, as JSON.
    pub fn denied(visible: bool) -> String {
        shown(&Answer::denied(visible)).to_string()
    }

    /// The answer to a request that needs an approval, as JSON: where the request for it waits, or that it needs one.
    pub fn approval(address: Option<String>) -> String {
        let Some(address) = address else {
            let (code, detail) = ("approval_required".to_owned(), "This needs an approval.".to_owned());
            return shown(&Refusal { status: 403, code, detail }.into()).to_string();
        };
        let body = json!({ "decision": "approval", "address": address }).to_string();
        let waiting = Answer { code: "approval".to_owned(), ..Answer::json(202, body.into_bytes()) };
        shown(&waiting.with("location", address)).to_string()
    }

    /// The answer to a request that is refused for another reason, as JSON.
    pub fn refusal(status: u16, code: &str) -> String {
        shown(&Answer::problem(status, code)).to_string()
    }

    fn with(
        &self,
        (method, url, headers): (&str, &str, &str),
        ignores_case: bool,
        ask: impl FnOnce((&countersign_gate::routes::Matched<'_>, &Request), &Guarded) -> Result<Json, Answer>,
    ) -> Result<Json, Answer> {
        let request = request(method, url, headers).ok_or_else(|| Answer::problem(400, "request"))?;
        let path = question::canonical(&request)?;
        refuse_body_of_a_read(&request)?;
        refuse_another_method(&request)?;
        let matched = question::route(&self.0, &request, &path)?;
        if ignores_case && self.0.are_ambiguous(&request, &path) {
            let detail = "A segment differs by case alone from one that has a meaning of its own.".to_owned();
            return Err(Answer::explained(400, "path_not_canonical", Some(detail)));
        }
        match &matched.route.target {
            Target::Public => Ok(json!({ "public": true })),
            Target::Guarded(guarded) => ask((&matched, &request), guarded),
        }
    }

    /// Values as JavaScript holds them: decimals stay texts, and a whole number that a double may not hold is left out,
    /// so that it is an error value.
    fn values(&self, owner: Owner, bag: &Bag) -> Json {
        let typed = bag.iter().filter_map(|(name, value)| {
            let slot = self.1.slot(owner, name)?;
            let spec = self.1.attribute(slot)?;
            Some((name.clone(), plain(spec.kind, value)?))
        });
        Json::Object(typed.collect())
    }
}

fn plain(kind: Kind, value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::String(text) => Json::String(text.clone()),
        Value::Number(text) if matches!(kind, Kind::Decimal | Kind::Decimals) => Json::String(text.clone()),
        Value::Number(text) if text.trim_start_matches('-').len() <= DIGITS => serde_json::from_str(text).ok()?,
        Value::Number(_) => return None,
        Value::Array(items) => {
            let all: Option<Vec<Json>> = items.iter().map(|item| plain(kind, &item.value)).collect();
            Json::Array(all?)
        }
        _ => Json::Null,
    })
}

/// A request from what JavaScript has of it; headers are a JSON list of names and values in turn.
fn request(method: &str, url: &str, headers: &str) -> Option<Request> {
    let parts = UrlParts::split(url)?;
    let headers: Vec<Json> = serde_json::from_str::<Json>(headers).ok()?.as_array()?.clone();
    let texts: Vec<&str> = headers.iter().map(Json::as_str).collect::<Option<_>>()?;
    let pairs = texts.chunks(2).map(|pair| match pair {
        [name, value] => Some(((*name).to_owned(), (*value).to_owned())),
        _ => None,
    });
    Some(Request {
        method: method.to_owned(),
        path: parts.path.to_owned(),
        query: parts.query.map(str::to_owned),
        host: parts.host.to_owned(),
        headers: pairs.collect::<Option<_>>()?,
    })
}

fn told(outcome: Result<Json, Answer>) -> String {
    outcome.unwrap_or_else(|answer| json!({ "refused": shown(&answer) })).to_string()
}

fn shown(answer: &Answer) -> Json {
    json!({
        "status": answer.status,
        "code": answer.code,
        "headers": answer.headers,
        "body": String::from_utf8_lossy(&answer.body),
    })
}
