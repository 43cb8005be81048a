//! Looking names up, with a diagnostic that suggests the nearest one.

use countersign_core::{Policy, TypeId};
use countersign_wire::diagnostic::suggest;
use countersign_wire::reader::{Placed, Problems, join};

/// A place that is in doubt where the names of types are not all known.
pub(crate) const ANY_TYPE: &str = "types.*";
/// A place that is in doubt where the names of roles are not all known.
pub(crate) const ANY_ROLE: &str = "roles.*";

/// The type of this name.
pub(crate) fn resource_type(policy: &Policy, name: &Placed<String>, problems: &mut Problems<'_>) -> Option<TypeId> {
    let found = policy.type_named(&name.value);
    if found.is_none() && problems.is_doubtful(ANY_TYPE) {
        problems.doubt(&name.at.path);
    } else if found.is_none() {
        let known = policy.types().iter().map(|kind| kind.name());
        problems.add_with_help(&name.at, format!("there is no type `{}`", name.value), suggest(&name.value, known));
    }
    found
}

/// The types and masks that a permission names: `type:action`, `type:*`, or `*` for everything.
pub(crate) fn permissions(policy: &Policy, text: &Placed<String>, problems: &mut Problems<'_>) -> Vec<(TypeId, u64)> {
    if text.value == "*" {
        let all = policy.types().iter().filter_map(|kind| Some((policy.type_named(kind.name())?, kind.all())));
        return all.collect();
    }
    if text.value.is_empty() && problems.is_doubtful(&text.at.path) {
        return Vec::new();
    }
    let Some((name, action)) = text.value.split_once(':') else {
        problems.add_with_help(
            &text.at,
            format!("`{}` is no permission", text.value),
            "write `type:action`, `type:*`, or `*` for everything",
        );
        return Vec::new();
    };
    let Some(on) = resource_type(policy, &text.with(name.to_owned()), problems) else { return Vec::new() };
    let Some(kind) = policy.resource_type(on) else { return Vec::new() };
    if action == "*" {
        return vec![(on, kind.all())];
    }
    if let Some(action) = kind.action(action) {
        return vec![(on, action.mask())];
    }
    if problems.is_doubtful(&join(&join("types", name), "actions")) {
        problems.doubt(&text.at.path);
        return Vec::new();
    }
    let help = suggest(action, kind.actions().iter().map(|known| &**known));
    problems.add_with_help(&text.at, format!("the type `{name}` has no action `{action}`"), help);
    Vec::new()
}
