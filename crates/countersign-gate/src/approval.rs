//! What needs an approval: it waits as a request of the tenant's, and goes ahead once when it comes back with one that
//! was approved for exactly it.
//!
//! The tenant's object decides both. It looks at everything that makes an approval good once more and notes it as used,
//! in one transaction, and only then does the request go on; whatever keeps that from being known refuses it.

use crate::answer::Answer;
use crate::gate::Call;
use crate::manage::text_header;
use crate::ports::{Authority as _, Platform};
use crate::seeded::{Bug, seeded};
use countersign_core::Policy;
use countersign_wire::api::{Command, CommandAnswer, CommandCall, Done, Refusal, RequestBody};
use countersign_wire::given::{Given, values};
use serde_json::{Value, json};

/// The header that names an approved request.
const HEADER: &str = "countersign-approval";
/// Characters of an id in it.
const LONGEST: usize = 256;

/// What somebody is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// Who
    pub(crate) subject: &'a str,
    /// What
    pub(crate) action: &'a str,
    /// On what
    pub(crate) path: &'a str,
    /// What the caller supplies
    pub(crate) given: &'a Given,
}

impl Wanted<'_> {
    /// The same as a request's body: what the model declares, and nothing else that was sent along.
    pub(crate) fn body(&self, policy: &Policy) -> RequestBody {
        let Given { subject, action, resource, context } = self.given.declared(policy, self.path);
        RequestBody {
            action: self.action.to_owned(),
            resource: self.path.to_owned(),
            attributes: values(&resource),
            subject_attributes: values(&subject),
            action_attributes: values(&action),
            context: values(&context),
            note: None,
        }
    }
}

/// Lets a request through that brings the approval it needs. Without one it is answered with 202 and the address of the
/// request for it: of the one that is open already, if there is one that asks the same.
pub(crate) async fn pass<P: Platform>(
    call: &Call<'_, P>,
    tenant: &str,
    wanted: &Wanted<'_>,
    policy: &Policy,
) -> Result<(), Answer> {
    match text_header(call, HEADER, LONGEST)? {
        None => Err(waits(call, tenant, wanted, policy).await?),
        Some(id) => match spend(call, tenant, &id, wanted, policy).await? {
            Ok(()) => Ok(()),
            Err(refusal) => Err(told(refusal)),
        },
    }
}

/// Uses an approved request up for what is wanted.
pub(crate) async fn spend<P: Platform>(
    call: &Call<'_, P>,
    tenant: &str,
    id: &str,
    wanted: &Wanted<'_>,
    policy: &Policy,
) -> Result<Result<(), Refusal>, Answer> {
    let (requester, body) = (wanted.subject.to_owned(), wanted.body(policy));
    let command = Command::UseRequestFor { id: id.to_owned(), requester, body };
    match give(call, tenant, command, None).await {
        Err(_) if seeded(Bug::ApprovalUnasked) => Ok(Ok(())),
        used => Ok(used?.map(drop)),
    }
}

/// Asks for an approval of what is wanted.
pub(crate) async fn ask<P: Platform>(
    call: &Call<'_, P>,
    tenant: &str,
    wanted: &Wanted<'_>,
    policy: &Policy,
    key: Option<String>,
) -> Result<Result<Done, Refusal>, Answer> {
    let (requester, body) = (wanted.subject.to_owned(), wanted.body(policy));
    give(call, tenant, Command::RequestApprovalFor { requester, body }, key).await
}

async fn give<P: Platform>(
    call: &Call<'_, P>,
    tenant: &str,
    command: Command,
    key: Option<String>,
) -> Result<Result<Done, Refusal>, Answer> {
    let identity = &call.identity;
    let given = CommandCall { idempotency_key: key, ..CommandCall::new(&identity.subject, identity.operator, command) };
    match call.ports.authority.command(tenant, &given).await? {
        CommandAnswer::Done(done) => Ok(Ok(done)),
        CommandAnswer::Refused(refusal) => Ok(Err(refusal)),
        CommandAnswer::Impact(_) => Err(Answer::problem(503, "corrupt")),
    }
}

/// The answer to a request that waits.
async fn waits<P: Platform>(
    call: &Call<'_, P>,
    tenant: &str,
    wanted: &Wanted<'_>,
    policy: &Policy,
) -> Result<Answer, Answer> {
    let Done { revision, id, shown, .. } = ask(call, tenant, wanted, policy, None).await?.map_err(told)?;
    let id = id.ok_or_else(|| Answer::problem(503, "corrupt"))?;
    let address = format!("/v1/tenants/{tenant}/requests/{id}");
    let mut body = json!({ "decision": "approval", "request": id, "address": address });
    if let (Some(fields), Some(Value::Object(shown))) = (body.as_object_mut(), shown) {
        fields.extend(shown);
    }
    let waiting = Answer { code: "approval".to_owned(), ..Answer::json(202, body.to_string().into_bytes()) };
    Ok(waiting.with("location", address).at_revision(revision))
}

/// A refusal as the requester reads it. Where there is no such request, the route is there all the same.
fn told(refusal: Refusal) -> Answer {
    let status = if refusal.status == 404 { 403 } else { refusal.status };
    Refusal { status, ..refusal }.into()
}
