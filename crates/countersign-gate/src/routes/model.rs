//! A route against a model: its words exist, its resource is one that the model can have, its values are of their kinds.

use super::take::{For, From, Take};
use super::{Denied, Guarded, Route, Target};
use countersign_core::condition::{Kind, Value};
use countersign_core::limits::{ID_BYTES, PATH_DEPTH};
use countersign_core::{AttributeSpec, Owner, Policy, TypeId};
use countersign_wire::diagnostic::suggest;
use countersign_wire::given::typed;
use countersign_wire::reader::{Placed, Problems};

/// Checks one route.
pub(super) fn check(route: &Route, policy: &Policy, problems: &mut Problems<'_>) {
    let Target::Guarded(guarded) = &route.target else { return };
    let Some(on) = resource(guarded, policy, problems) else { return };
    action(&guarded.action, on, policy, problems);
    if let Denied::UnlessMay(other) = &guarded.denied {
        action(other, on, policy, problems);
    }
    for take in &guarded.takes {
        value(take, on, policy, problems);
    }
}

/// The type of the resource; nothing, with problems, where the template can form no path of the model.
fn resource(guarded: &Guarded, policy: &Policy, problems: &mut Problems<'_>) -> Option<TypeId> {
    let template = &guarded.resource;
    let mut parent: Option<TypeId> = None;
    if template.segments.len() > PATH_DEPTH {
        problems.add(&template.text.at, format!("a resource is at most {PATH_DEPTH} levels deep"));
        return None;
    }
    for segment in &template.segments {
        let mut wrong = |message: String, help: String| {
            problems.add_within(&template.text, segment.part.clone(), message, Some(help));
        };
        if segment.before.len() + segment.after.len() > ID_BYTES {
            wrong(format!("an id has at most {ID_BYTES} bytes"), "shorten it".to_owned());
        }
        let Some(on) = policy.type_named(&segment.kind) else {
            let known = policy.types().iter().map(|kind| kind.name());
            wrong(format!("there is no type `{}`", segment.kind), suggest(&segment.kind, known));
            return None;
        };
        let kind = policy.resource_type(on)?;
        let stands = match parent {
            _ if kind.is_builtin() => true,
            None => kind.spec().at_root,
            Some(parent) => kind.spec().parents.contains(&parent),
        };
        if !stands {
            let name = |id: &TypeId| policy.resource_type(*id).map_or("", |kind| kind.name());
            let place = parent.map_or("at the root".to_owned(), |parent| format!("below `{}`", name(&parent)));
            let mut places: Vec<String> =
                kind.spec().parents.iter().map(|id| format!("below `{}`", name(id))).collect();
            if kind.spec().at_root {
                places.push("at the root".to_owned());
            }
            let message = format!("a `{}` does not stand {place}", segment.kind);
            wrong(message, format!("it stands {}; name every level of the path", places.join(" or ")));
            return None;
        }
        parent = Some(on);
    }
    parent
}

fn action(name: &Placed<String>, on: TypeId, policy: &Policy, problems: &mut Problems<'_>) {
    let Some(kind) = policy.resource_type(on) else { return };
    if kind.action(&name.value).is_none() {
        let help = suggest(&name.value, kind.actions().iter().map(|known| &**known));
        problems.add_with_help(&name.at, format!("the type `{}` has no action `{}`", kind.name(), name.value), help);
    }
}

fn value(take: &Take, on: TypeId, policy: &Policy, problems: &mut Problems<'_>) {
    let owner = owner(take.of, on);
    let slot = policy.slot(owner, &take.name.value);
    let Some(spec) = slot.and_then(|slot| policy.attribute(slot)) else {
        let of = match take.of {
            For::Resource => {
                policy.resource_type(on).map_or(String::new(), |kind| format!("for the type `{}`", kind.name()))
            }
            For::Action => "for actions".to_owned(),
            For::Context => "for the context".to_owned(),
        };
        let known: Vec<_> =
            policy.attributes().iter().filter(|spec| spec.owner == owner).map(|spec| &*spec.name).collect();
        let message = format!("the model declares no attribute `{}` {of}", take.name.value);
        problems.add_with_help(&take.name.at, message, suggest(&take.name.value, known));
        return;
    };
    if !spec.from_request && owner.is_stored() {
        let message = format!("the tenant stores `{}`: what a request says of it is not looked at", take.name.value);
        problems.add_with_help(&take.name.at, message, "take it out, or declare it with `from = \"request\"`");
        return;
    }
    match &take.from.value {
        From::Value(value) if typed(spec, value) == Value::Error => {
            let message = format!("`{}` is {}, and this is {}", take.name.value, kind(spec), value.kind());
            problems.add(&take.from.at, message);
        }
        From::Path(_) | From::Query(_) | From::Header(_) if spec.kind.item().is_some() => {
            let message = format!("`{}` is {}: a list can be taken from the body alone", take.name.value, kind(spec));
            problems.add(&take.from.at, message);
        }
        _ => {}
    }
}

/// Whose attribute a value is for.
pub(crate) fn owner(of: For, on: TypeId) -> Owner {
    match of {
        For::Resource => Owner::Type(on),
        For::Action => Owner::Action,
        For::Context => Owner::Context,
    }
}

/// What the values of an attribute are, in words.
fn kind(spec: &AttributeSpec) -> String {
    if !spec.one_of.is_empty() {
        let listed: Vec<_> = spec.one_of.iter().map(|value| format!("`{value}`")).collect();
        return format!("one of {}", listed.join(", "));
    }
    let word = match spec.kind {
        Kind::Bool => "a boolean",
        Kind::Int => "an integer",
        Kind::Decimal => "a decimal",
        Kind::String => "a string",
        Kind::Timestamp => "a date-time",
        Kind::Ip => "an IP address",
        Kind::Duration | Kind::Range => "nothing that can be written down",
        _ => "a list",
    };
    word.to_owned()
}
