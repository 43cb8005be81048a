//! A route against a model: its words exist, its resource is one that the model can have, its values are of their kinds.

use super::take::{For, From, Take};
use super::template::Template;
use super::{Denied, Route, Target};
use countersign_core::condition::{Kind, Value};
use countersign_core::limits::{ID_BYTES, PATH_DEPTH};
use countersign_core::{AttributeSpec, Owner, Policy, ResourceType, TypeId};
use countersign_wire::diagnostic::suggest;
use countersign_wire::given::typed;
use countersign_wire::reader::{Placed, Problems};

/// Checks one route.
pub(super) fn check(route: &Route, policy: &Policy, problems: &mut Problems<'_>) {
    let Target::Guarded(guarded) = &route.target else { return };
    let on = resource(&guarded.resource, policy, problems);
    if let Some(on) = on {
        action(&guarded.action, on, policy, problems);
        if let Denied::UnlessMay(other) = &guarded.denied {
            action(other, on, policy, problems);
        }
    }
    for take in &guarded.takes {
        value(take, on, policy, problems);
    }
}

/// The type of the resource; nothing, with problems, where it is none of the model.
fn resource(template: &Template, policy: &Policy, problems: &mut Problems<'_>) -> Option<TypeId> {
    if template.segments.len() > PATH_DEPTH {
        problems.add(&template.text.at, format!("a resource is at most {PATH_DEPTH} levels deep"));
    }
    // Where a segment is none, or its type is not known, anything may stand below it.
    let whole = template.text.value.split('/').count() == template.segments.len();
    let mut above = whole.then_some(None);
    let mut last = None;
    for segment in &template.segments {
        let mut wrong = |message: String, help: String| {
            problems.add_within(&template.text, segment.part.clone(), message, Some(help));
        };
        if segment.before.len() + segment.after.len() > ID_BYTES {
            wrong(format!("an id has at most {ID_BYTES} bytes"), "shorten it".to_owned());
        }
        let on = policy.type_named(&segment.kind);
        if on.is_none() {
            let known = policy.types().iter().map(|kind| kind.name());
            wrong(format!("there is no type `{}`", segment.kind), suggest(&segment.kind, known));
        }
        if let (Some(kind), Some(parent)) = (on.and_then(|on| policy.resource_type(on)), above)
            && !stands(kind, parent)
        {
            let name = |id: &TypeId| policy.resource_type(*id).map_or("", |kind| kind.name());
            let place = parent.map_or("at the root".to_owned(), |parent| format!("below `{}`", name(&parent)));
            let mut places: Vec<String> =
                kind.spec().parents.iter().map(|id| format!("below `{}`", name(id))).collect();
            if kind.spec().at_root {
                places.push("at the root".to_owned());
            }
            let message = format!("a `{}` does not stand {place}", segment.kind);
            wrong(message, format!("it stands {}; name every level of the path", places.join(" or ")));
        }
        above = on.filter(|_| whole).map(Some);
        last = on.filter(|_| segment.part.end == template.text.value.len());
    }
    last
}

fn stands(kind: &ResourceType, parent: Option<TypeId>) -> bool {
    kind.is_builtin() || parent.map_or(kind.spec().at_root, |parent| kind.spec().parents.contains(&parent))
}

fn action(name: &Placed<String>, on: TypeId, policy: &Policy, problems: &mut Problems<'_>) {
    let Some(kind) = policy.resource_type(on) else { return };
    if kind.action(&name.value).is_none() && !problems.is_doubtful(&name.at.path) {
        let help = suggest(&name.value, kind.actions().iter().map(|known| &**known));
        problems.add_with_help(&name.at, format!("the type `{}` has no action `{}`", kind.name(), name.value), help);
    }
}

fn value(take: &Take, on: Option<TypeId>, policy: &Policy, problems: &mut Problems<'_>) {
    let owner = match (take.of, on) {
        (For::Resource, None) => return,
        (of, on) => owner(of, on.unwrap_or(TypeId(0))),
    };
    let slot = policy.slot(owner, &take.name.value);
    let Some(spec) = slot.and_then(|slot| policy.attribute(slot)) else {
        let of = match owner {
            Owner::Type(on) => {
                policy.resource_type(on).map_or(String::new(), |kind| format!("for the type `{}`", kind.name()))
            }
            Owner::Action => "for actions".to_owned(),
            _ => "for the context".to_owned(),
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
