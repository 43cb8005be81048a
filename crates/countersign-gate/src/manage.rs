//! The management API: from requests to commands and queries. Who may give which is decided by the tenant.

mod ask;
mod endpoints;
mod parts;

pub use endpoints::{ENDPOINTS, Endpoint, LINES};

use crate::answer::Answer;
use crate::canonical::encode;
use crate::gate::{Call, json_body, refuse_body_of_a_read};
use crate::ports::{Authority as _, Platform, Ports};
use ask::Asked;
use countersign_wire::api::{CommandAnswer, CommandCall, Done, QueryAnswer, QueryCall};
use countersign_wire::form::from_value;
pub(crate) use parts::{DIGITS, Parts, decoded};
use serde_json::{Map, Value};

/// Bytes of a command's body.
const COMMAND: usize = 256 * 1024;
/// Bytes of a whole tenant.
const IMPORT: usize = 16 * 1024 * 1024;
/// Bytes of a part of one.
const PART: usize = 2 * 1024 * 1024;
/// Characters of the reason that a command is given with.
const REASON: usize = 500;

pub(crate) async fn handle<P: Platform>(call: &Call<'_, P>, tenant: &str) -> Result<Answer, Answer> {
    let method = call.request.method.as_str();
    let rest: Vec<&str> = call.segments.get(3..).unwrap_or_default().to_vec();
    let (endpoint, ids) = route(method, &rest)?;
    refuse_body_of_a_read(call.request)?;
    let most = match endpoint.body {
        Some("Import") => IMPORT,
        Some("ImportPart") => PART,
        _ => COMMAND,
    };
    // Megabytes are read for those alone who may send them; the tenant decides once more.
    if most > COMMAND && !call.identity.operator {
        let detail = "Only the platform's operators set tenants up. Contact them.".to_owned();
        return Err(Answer::explained(403, "forbidden", Some(detail)));
    }
    let body = match endpoint.body {
        None => Value::Null,
        Some(_) => json_body(call, most).await?,
    };
    let mut parts = Parts::new(ids, call.request.query.as_deref(), body)?;
    let asked = (endpoint.ask)(&mut parts)?;
    match asked {
        Asked::Query(query) => {
            parts.finish()?;
            let asked =
                QueryCall { actor: call.identity.subject.clone(), operator: call.identity.operator, query: *query };
            let answer = call.ports.authority.query(tenant, &asked).await?;
            if endpoint.answer == LINES { lines(call, answer) } else { found(call, answer) }
        }
        Asked::Command(command) => {
            let dry_run = parts.flag("dry_run")?;
            parts.finish()?;
            let given = CommandCall {
                reason: text_header(call, "countersign-reason", REASON)?,
                idempotency_key: text_header(call, "idempotency-key", 255)?,
                if_match: if_match(call)?,
                dry_run,
                ..CommandCall::new(&call.identity.subject, call.identity.operator, *command)
            };
            let Ports { authority, clock, notes, .. } = call.ports;
            let asking = authority.command(tenant, &given);
            let answer = if given.takes_its_time() { notes.excusing(clock, asking).await? } else { asking.await? };
            done(answer, endpoint.has_items().then_some(&call.request.path))
        }
    }
}

/// The endpoint with this method at this path, and the ids in the path.
fn route(method: &str, rest: &[&str]) -> Result<(&'static Endpoint, Vec<String>), Answer> {
    let mut there: Vec<_> = ENDPOINTS.iter().filter_map(|endpoint| Some((endpoint, endpoint.fits(rest)?))).collect();
    // Where a word stands in a path, it is no id.
    let fewest = there.iter().map(|(_, ids)| ids.len()).min().ok_or_else(|| Answer::problem(404, "no_route"))?;
    there.retain(|(_, ids)| ids.len() == fewest);
    match there.iter().position(|(endpoint, _)| endpoint.method == method) {
        Some(place) => Ok(there.swap_remove(place)),
        None => {
            let allowed: Vec<_> = there.iter().map(|(endpoint, _)| endpoint.method).collect();
            Err(Answer::problem(405, "method").with("allow", allowed.join(", ")))
        }
    }
}

/// The answer to a command; what was made in the collection at `place` has an address of its own.
fn done(answer: CommandAnswer, place: Option<&String>) -> Result<Answer, Answer> {
    let written = |status: u16, body: Result<Vec<u8>, serde_json::Error>, revision: u64| {
        let body = body.map_err(|_| Answer::problem(503, "corrupt"))?;
        Ok(Answer::json(status, body).at_revision(revision))
    };
    match answer {
        CommandAnswer::Refused(refusal) => Err(refusal.into()),
        CommandAnswer::Impact(impact) => written(200, serde_json::to_vec(&impact), impact.revision),
        CommandAnswer::Done(Done { revision, id, created, shown }) => {
            let mut fields = match shown {
                Some(Value::Object(fields)) => fields,
                _ => Map::new(),
            };
            fields.insert("revision".to_owned(), revision.into());
            let address =
                place.zip(id.as_ref()).filter(|_| created).map(|(place, id)| format!("{place}/{}", encode(id)));
            if let Some(id) = id {
                fields.insert("id".to_owned(), id.into());
            }
            let answer = written(if created { 201 } else { 200 }, serde_json::to_vec(&fields), revision)?;
            Ok(match address {
                Some(address) => answer.with("location", address),
                None => answer,
            })
        }
    }
}

fn found<P: Platform>(call: &Call<'_, P>, answer: QueryAnswer) -> Result<Answer, Answer> {
    match answer {
        QueryAnswer::Refused(refusal) => Err(refusal.into()),
        QueryAnswer::Found { revision, changed, body } => {
            let tag = changed.map(|changed| format!("\"{changed}\""));
            if tag.is_some() && call.request.header("if-none-match") == tag.as_deref() {
                return Ok(Answer::unchanged().with("etag", tag.unwrap_or_default()).at_revision(revision));
            }
            let body = serde_json::to_vec(&body).map_err(|_| Answer::problem(503, "corrupt"))?;
            let answer = Answer::json(200, body).at_revision(revision);
            Ok(match tag {
                Some(tag) => answer.with("etag", tag),
                None => answer,
            })
        }
    }
}

/// The answer that is no JSON but lines of it.
fn lines<P: Platform>(call: &Call<'_, P>, answer: QueryAnswer) -> Result<Answer, Answer> {
    match answer {
        QueryAnswer::Refused(refusal) => Err(refusal.into()),
        QueryAnswer::Found { revision, body, .. } => {
            let lines = from_value(body).map_err(|_| Answer::problem(503, "corrupt"))?;
            Ok(Answer::lines(lines, &call.request.path).at_revision(revision))
        }
    }
}

/// `If-Match: "12"`: the revision at which what is changed was read.
fn if_match<P: Platform>(call: &Call<'_, P>) -> Result<Option<u64>, Answer> {
    let Some(text) = text_header(call, "if-match", 32)? else { return Ok(None) };
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    tag.map(Some).ok_or_else(|| {
        let detail = "Send the ETag that you read, as in If-Match: \"12\".".to_owned();
        Answer::explained(400, "if_match", Some(detail))
    })
}

/// A header that is there once, and no longer than that. One that is there twice is refused, not ignored.
pub(crate) fn text_header<P: Platform>(
    call: &Call<'_, P>,
    name: &str,
    longest: usize,
) -> Result<Option<String>, Answer> {
    let refuse = || {
        let detail = format!("Send the header {name} once, with at most {longest} characters.");
        Answer::explained(400, "header", Some(detail))
    };
    if !call.request.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name)) {
        return Ok(None);
    }
    let value = call.request.header(name).ok_or_else(refuse)?;
    if value.is_empty() || value.chars().count() > longest { Err(refuse()) } else { Ok(Some(value.to_owned())) }
}
