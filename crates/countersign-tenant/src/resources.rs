//! The registry of resources: what is registered, its stored attributes, and what goes with it when it moves or goes.
//!
//! Whoever manages resources is authorised at the resource's parent.

mod attributes;
mod below;
mod views;

pub(crate) use views::{one, page};

use crate::authority::{Rights, Row};
use crate::draft::Draft;
use crate::members::keeps_an_administrator;
use crate::settled::types_below;
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden, invalid, not_found};
use crate::{doc, requests, selves};
use below::Below;
use countersign_core::condition::Reference;
use countersign_core::{Millis, Owner, Path, Policy, TypeId};
use countersign_wire::api::{MoveBody, ResourceBody, Values};
use serde_json::{Value, json};

/// Registers a resource.
pub(crate) fn register<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &ResourceBody) -> Result<(), Stop> {
    let place = Place::of(&draft.policy, &body.path);
    may(rights, "create", place.as_ref(), "register resources")?;
    let place = place.ok_or_else(|| no_resource(&body.path))?;
    if draft.doc(&key(&body.path))?.is_some() {
        let detail = format!("`{}` is registered already. Edit it instead.", body.path);
        return Err(conflict("resource_exists", detail));
    }
    attributes::put(draft, &body.path, place.on, &body.attributes)?;
    draft.put_doc(key(&body.path), &body.attributes)?;
    draft.note(format!("resource:{}", body.path), Value::Null, body.attributes.clone().into());
    draft.id = Some(body.path.clone());
    draft.created = true;
    Ok(())
}

/// Replaces a resource's stored attributes.
pub(crate) fn edit<S: State>(
    draft: &mut Draft<'_, S>,
    rights: &Rights,
    path: &str,
    wanted: &Values,
) -> Result<(), Stop> {
    let place = Place::of(&draft.policy, path);
    may(rights, "edit", place.as_ref(), "change resources")?;
    let place = place.ok_or_else(|| no_resource(path))?;
    let before: Value = doc::read(draft, &key(path))?.ok_or_else(|| unknown(path))?;
    attributes::put(draft, path, place.on, wanted)?;
    draft.put_doc(key(path), wanted)?;
    draft.note(format!("resource:{path}"), before, wanted.clone().into());
    // Conditions of administrators' roles may read what was changed.
    keeps_an_administrator(draft)
}

/// Moves a resource with all below it: what is registered, and what is granted there.
pub(crate) fn relocate<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, body: &MoveBody) -> Result<(), Stop> {
    let MoveBody { from, to } = body;
    let (here, there) = (Place::of(&draft.policy, from), Place::of(&draft.policy, to));
    may(rights, "move", here.as_ref(), "move resources")?;
    may(rights, "create", there.as_ref(), "register resources there")?;
    let (here, there) = (here.ok_or_else(|| no_resource(from))?, there.ok_or_else(|| no_resource(to))?);
    if draft.doc(&key(from))?.is_none() {
        return Err(unknown(from));
    }
    if here.on != there.on {
        let detail = format!("`{from}` and `{to}` are not of one type. A resource keeps its type.");
        return Err(invalid("another_type", detail));
    }
    if from == to {
        return Ok(());
    }
    if crate::authority::reaches(from, to) || crate::authority::reaches(to, from) {
        return Err(invalid("moves_into_itself", "A resource cannot move below or above itself."));
    }
    if !may_hand_over(draft, rights, here.on, from)? {
        return Err(forbidden(
            "Whoever has rights where the resource goes gains them over it, and you could not hand on all of them. \
             Ask somebody who holds everything at the resource without condition or end, or an administrator.",
        ));
    }
    if reads_place(&draft.policy, here.on) && !rights.may("edit", "/", "resource:any") {
        return Err(forbidden(
            "Rules of this account look at where such a resource stands, so moving it could free it from them. Ask \
             somebody who may edit all resources of the account.",
        ));
    }
    let below = Below::of(draft, from)?;
    if !Below::of(draft, to)?.is_empty() || draft.doc(&key(to))?.is_some() {
        let detail = format!("Something is registered or granted at `{to}` already. Choose another path.");
        return Err(conflict("resource_exists", detail));
    }
    below.relocate(draft, from, to)?;
    draft.note(format!("resource:{from}"), json!({ "path": from }), json!({ "path": to }));
    draft.id = Some(to.clone());
    keeps_an_administrator(draft)
}

/// Takes a resource and all below it out of the registry, with what was granted there.
pub(crate) fn delete<S: State>(draft: &mut Draft<'_, S>, rights: &Rights, path: &str) -> Result<(), Stop> {
    let place = Place::of(&draft.policy, path);
    may(rights, "delete", place.as_ref(), "remove resources")?;
    let before: Value = doc::read(draft, &key(path))?.ok_or_else(|| unknown(path))?;
    let below = Below::of(draft, path)?;
    below.may_free(draft, rights, path)?;
    below.remove(draft, path)?;
    draft.note(format!("resource:{path}"), before, Value::Null);
    keeps_an_administrator(draft)
}

/// Where a resource stands.
struct Place<'a> {
    /// Its type
    on: TypeId,
    /// What it stands below; `/` for the root
    parent: &'a str,
}

impl<'a> Place<'a> {
    /// The place of a resource of the model's own types; nothing for what is none.
    fn of(policy: &Policy, text: &'a str) -> Option<Self> {
        let path = Path::parse(text).ok()?;
        let on = policy.locate(&path).ok()?;
        let own = |(name, _): (&str, &str)| {
            let kind = policy.type_named(name).and_then(|on| policy.resource_type(on));
            kind.is_some_and(|kind| !kind.is_builtin())
        };
        path.segments().all(own).then(|| Self { on, parent: path.ancestor(path.depth() - 1) })
    }
}

/// Permission first: what is registered is not told to those who may not manage it.
fn may(rights: &Rights, action: &str, place: Option<&Place<'_>>, what: &str) -> Result<(), Stop> {
    if rights.may(action, place.map_or("/", |place| place.parent), "resource:any") {
        return Ok(());
    }
    Err(forbidden(format!("You may not {what}. Ask an administrator of this account.")))
}

/// Whether the actor could hand on everything that there is at and below a resource.
fn may_hand_over<S: State>(draft: &Draft<'_, S>, rights: &Rights, on: TypeId, path: &str) -> Result<bool, Stop> {
    let policy = &draft.policy;
    let types = types_below(policy, on).into_iter().chain([on]);
    let rows: Vec<Row> = types.filter_map(|on| Some((on, policy.resource_type(on)?.all()))).collect();
    // Nobody takes it out of what is denied to himself, whatever he could hand on to others.
    let denied = |rights: &Rights| rows.iter().any(|row| rights.is_denied(*row, path));
    Ok(!selves::any(draft, rights, denied)? && rights.hands_on_until(&rows, path) == Some(Millis::MAX))
}

/// Whether what restricts everybody (rules that forbid, approval policies) looks at where a resource of this type stands.
fn reads_place(policy: &Policy, on: TypeId) -> bool {
    let mut moved = types_below(policy, on);
    moved.push(on);
    let above = |of: TypeId| !moved.contains(&of) || types_below(policy, of).contains(&on);
    let rules = policy.rules().iter().filter(|rule| !rule.permit).map(|rule| (&rule.targets, rule.when));
    let policies = policy.approvals().iter().map(|asks| (&asks.targets, asks.when));
    let about = rules.chain(policies).filter(|(targets, _)| targets.iter().any(|(of, _)| moved.contains(of)));
    let mut conditions = about.filter_map(|(_, when)| policy.condition(when?));
    conditions.any(|when| {
        when.references.iter().any(|reference| match reference {
            Reference::SegmentId(_) | Reference::ResourceId => true,
            Reference::Slot(slot) => policy.attribute(*slot).is_some_and(|spec| match spec.owner {
                Owner::Type(of) => above(of),
                _ => false,
            }),
            _ => false,
        })
    })
}

fn key(path: &str) -> String {
    format!("{}{path}", doc::RESOURCE)
}

fn no_resource(path: &str) -> Stop {
    invalid("invalid_resource", format!("`{path}` is no resource of this account's model."))
}

fn unknown(path: &str) -> Stop {
    not_found("unknown_resource", format!("`{path}` is not registered."))
}

/// The requests that are open about a resource and what is below it.
fn open_requests<S: State>(draft: &Draft<'_, S>, path: &str) -> Result<Vec<String>, Stop> {
    let too_many = || {
        let detail = "More requests for approval are open than can be looked through. Decide or withdraw some first.";
        conflict("too_many_requests", detail)
    };
    requests::open_below(draft, path)?.ok_or_else(too_many)
}
