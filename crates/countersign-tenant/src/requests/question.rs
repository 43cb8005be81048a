//! What a request asks: the engine's question, and what it comes to.

use crate::draft::Draft;
use crate::held::Held;
use crate::secret::digest;
use crate::state::{Fault, State};
use crate::stop::{Stop, invalid};
use countersign_core::condition::{Reference, Value as Typed};
use countersign_core::{
    ApprovalSpec, Approved, Attributes, Cause, Effect, Owner, Path, Policy, Question, TypeId, Window,
};
use countersign_wire::api::Values;
use countersign_wire::given::{Given, bag};
use countersign_wire::record::{ApprovedForm, ConditionForm, approved_forms, encode};
use countersign_wire::stored::Request;

/// What a request needs.
pub(super) enum Need {
    /// An approval under a policy
    Approval(Asking),
    /// Nothing: it is allowed
    Nothing,
    /// More than an approval: it is denied
    Denied,
}

/// An approval policy that asks.
pub(super) struct Asking {
    pub(super) id: String,
    pub(super) stamp: String,
    pub(super) quorum: u16,
    pub(super) approvers: Vec<String>,
}

/// The request without what no question reads, which approvers must not be misled by, and what it supplies.
pub(super) fn reduced<S: State>(draft: &Draft<'_, S>, request: Request) -> Result<(Request, Attributes), Stop> {
    let policy = &draft.policy;
    let on = locate(policy, &request.resource).map(Owner::Type);
    let keep = |owner: Option<Owner>, values: Values| -> Values {
        let read = |name: &str| {
            let slot = owner.and_then(|owner| policy.slot(owner, name));
            slot.and_then(|slot| policy.attribute(slot))
                .is_some_and(|spec| spec.from_request || !spec.owner.is_stored())
        };
        values.into_iter().filter(|(name, _)| read(name)).collect()
    };
    let request = Request {
        attributes: keep(on, request.attributes),
        subject_attributes: keep(Some(Owner::Subject), request.subject_attributes),
        action_attributes: keep(Some(Owner::Action), request.action_attributes),
        context: keep(Some(Owner::Context), request.context),
        ..request
    };
    let supplied = supplied(policy, &request)?;
    Ok((request, supplied))
}

/// What the request supplies, as the engine reads it.
pub(super) fn supplied(policy: &Policy, request: &Request) -> Result<Attributes, Fault> {
    let given = given(&request.subject_attributes, &request.action_attributes, &request.attributes, &request.context)?;
    Ok(given.attributes(policy, &request.resource))
}

/// What is supplied, from how calls carry it.
pub(crate) fn given(subject: &Values, action: &Values, resource: &Values, context: &Values) -> Result<Given, Fault> {
    let read = |values: &Values| bag(values).map_err(Fault);
    Ok(Given { subject: read(subject)?, action: read(action)?, resource: read(resource)?, context: read(context)? })
}

/// Whether a request asks what is wanted: the same of the same, with the same values supplied, however they are written.
pub(super) fn same<S: State>(
    draft: &Draft<'_, S>,
    request: &Request,
    wanted: &Request,
    supplied_now: &Attributes,
) -> Result<bool, Fault> {
    let of = |request: &Request| (request.requester.clone(), request.action.clone(), request.resource.clone());
    Ok(of(request) == of(wanted) && supplied(&draft.policy, request)? == *supplied_now)
}

/// Refuses a value that is not of its kind: nothing could be approved by it.
pub(super) fn well_typed<S: State>(draft: &Draft<'_, S>, supplied: &Attributes) -> Result<(), Stop> {
    match supplied.all().find(|(_, value)| **value == Typed::Error) {
        None => Ok(()),
        Some((slot, _)) => {
            let name = draft.policy.spelling(&Reference::Slot(slot));
            let detail = format!("`{name}` is not of the kind that the model declares. Correct it, and ask again.");
            Err(invalid("invalid_attribute", detail))
        }
    }
}

/// What the engine says to the requester now, approved requests left aside.
pub(super) fn need<S: State>(draft: &Draft<'_, S>, request: &Request, supplied: &Attributes) -> Result<Need, Fault> {
    let policy = &draft.policy;
    let held = Held::of(draft, policy, &request.requester)?.unapproved();
    let question = Question { action: &request.action, path: &request.resource, supplied, now: draft.now };
    let decision = held.ask(|subject| policy.check(subject, &question));
    let asking = |number: u16| policy.approvals().get(usize::from(number)).map(|asks| asking(policy, asks));
    Ok(match (decision.effect, decision.cause) {
        (Effect::Allow, _) => Need::Nothing,
        (Effect::Approval, Cause::Approval { policy: number, .. }) => {
            asking(number).map_or(Need::Denied, Need::Approval)
        }
        _ => Need::Denied,
    })
}

/// Whether what was asked still needs an approval, under the same policy, which still says the same.
pub(super) fn still_needs<S: State>(draft: &Draft<'_, S>, request: &Request) -> Result<bool, Fault> {
    let supplied = supplied(&draft.policy, request)?;
    let need = need(draft, request, &supplied)?;
    Ok(matches!(need, Need::Approval(asks) if asks.id == request.policy
        && asks.stamp == request.stamp
        && !asks.stamp.is_empty()))
}

fn asking(policy: &Policy, spec: &ApprovalSpec) -> Asking {
    let approvers: Vec<String> = spec.approvers.iter().map(ToString::to_string).collect();
    let when = spec.when.and_then(|when| policy.condition(when)).map(|when| ConditionForm::of(when, policy));
    let targets: Vec<(String, u64)> = spec
        .targets
        .iter()
        .map(|(on, mask)| (policy.resource_type(*on).map_or_else(String::new, |kind| kind.name().to_owned()), *mask))
        .collect();
    let content = encode(&(spec.id.to_string(), targets, when, &approvers, spec.quorum));
    // An empty stamp is like no other.
    let stamp = content.map(|bytes| digest(&bytes)).unwrap_or_default();
    Asking { id: spec.id.to_string(), stamp, quorum: spec.quorum, approvers }
}

/// The approval as it stands in the requester's record.
pub(super) fn form<S: State>(draft: &Draft<'_, S>, id: &str, request: &Request) -> Result<Option<ApprovedForm>, Fault> {
    let policy = &draft.policy;
    let on = locate(policy, &request.resource).and_then(|on| policy.resource_type(on));
    let permission = on.and_then(|kind| policy.permission(&format!("{}:{}", kind.name(), request.action)));
    let Some(permission) = permission else { return Ok(None) };
    let approved = Approved {
        permission,
        path: request.resource.as_str().into(),
        context: supplied(policy, request)?,
        window: Window { from: draft.now, until: request.expires },
    };
    let form = approved_forms(policy, &[approved]).pop();
    Ok(form.map(|form| ApprovedForm { id: id.to_owned(), ..form }))
}

fn locate(policy: &Policy, path: &str) -> Option<TypeId> {
    Path::parse(path).and_then(|path| policy.locate(&path)).ok()
}
