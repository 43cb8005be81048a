//! The schema: entity types, what stands below what, and what a request brings along.

use super::{is_reserved, quoted};
use countersign_core::condition::Kind;
use countersign_core::{AttributeSpec, Owner, Policy, ResourceType, TypeId};
use std::fmt::Write;

/// Cedar's type for values of a kind; nothing for what it does not have exactly. Moments are milliseconds.
pub(super) fn kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Bool => Some("Bool"),
        Kind::Int | Kind::Timestamp => Some("Long"),
        Kind::String => Some("String"),
        Kind::Bools => Some("Set<Bool>"),
        Kind::Ints | Kind::Timestamps => Some("Set<Long>"),
        Kind::Strings => Some("Set<String>"),
        Kind::Decimal | Kind::Duration | Kind::Ip | Kind::Range | Kind::Decimals | Kind::Ips => None,
    }
}

pub(super) fn write(policy: &Policy) -> String {
    let mut text = String::from("namespace Countersign {\n  entity Group;\n");
    let stored = |spec: &&AttributeSpec| spec.owner == Owner::Subject && !spec.from_request;
    let attributes = declared(policy.attributes().iter().filter(stored), "");
    let _ = writeln!(text, "  entity Subject in [Group] {{ \"id\": String, \"status\": String{attributes} }};");
    for (on, named) in types(policy) {
        let supplied = [
            (Owner::Subject, "subject."),
            (Owner::Action, "action."),
            (Owner::Context, "context."),
            (Owner::Type(on), "resource."),
        ];
        let context: String = supplied
            .into_iter()
            .map(|(owner, prefix)| {
                let of = |spec: &&AttributeSpec| spec.owner == owner && (spec.from_request || !owner.is_stored());
                declared(policy.attributes().iter().filter(of), prefix)
            })
            .collect();
        for action in named.actions() {
            let name = quoted(&format!("{}:{action}", named.name()));
            let _ = writeln!(
                text,
                "  action {name} appliesTo {{ principal: [Subject], resource: [Resource::{}], context: {{ \"now\": \
                 Long{context} }} }};",
                named.name()
            );
        }
    }
    text.push_str("}\n\nnamespace Resource {\n");
    for (on, named) in types(policy) {
        let above: Vec<&str> =
            types(policy).filter(|(parent, _)| may_stand(named, *parent)).map(|(_, parent)| parent.name()).collect();
        let above = if above.is_empty() { String::new() } else { format!(" in [{}]", above.join(", ")) };
        let stored = |spec: &&AttributeSpec| spec.owner == Owner::Type(on) && !spec.from_request;
        let attributes = declared(policy.attributes().iter().filter(stored), "");
        let _ = writeln!(text, "  entity {}{above} {{ \"id\": String{attributes} }};", named.name());
    }
    text.push_str("}\n");
    text
}

fn types(policy: &Policy) -> impl Iterator<Item = (TypeId, &ResourceType)> {
    (0..).map(TypeId).zip(policy.types()).filter(|(_, named)| !is_reserved(named.name()))
}

fn may_stand(below: &ResourceType, above: TypeId) -> bool {
    below.is_builtin() || below.spec().parents.contains(&above)
}

fn declared<'a>(attributes: impl Iterator<Item = &'a AttributeSpec>, prefix: &str) -> String {
    let one = |spec: &AttributeSpec| {
        let name = quoted(&format!("{prefix}{}", spec.name));
        kind(spec.kind).map(|kind| format!(", {name}?: {kind}"))
    };
    attributes.filter_map(one).collect()
}
