//! Roles: permissions become masks, and included roles are folded in.

use crate::names;
use countersign_core::limits::{ROLE_NESTING, ROLES};
use countersign_core::{Policy, RoleId, RoleSpec, TypeId};
use countersign_wire::diagnostic::suggest;
use countersign_wire::model::RoleDecl;
use countersign_wire::reader::{Placed, Problems};
use std::collections::BTreeMap;

/// Masks by type: allowed, denied.
type Masks = BTreeMap<TypeId, (u64, u64)>;

/// Compiles the model's roles and then the tenant's own.
///
/// Problems are reported for `custom` alone if there are any: the model was checked when it was read, and its places are
/// in another text.
pub(crate) fn compile(
    vocabulary: &Policy,
    model: &[RoleDecl],
    custom: &[RoleDecl],
    problems: &mut Problems<'_>,
) -> Vec<RoleSpec> {
    let all: Vec<&RoleDecl> = model.iter().chain(custom).collect();
    let reported = if custom.is_empty() { all.as_slice() } else { all.get(model.len()..).unwrap_or_default() };
    if let Some(role) = all.get(ROLES) {
        problems.add(&role.id.at, format!("a policy has at most {ROLES} roles"));
        return Vec::new();
    }
    for role in reported {
        check_id(role, &all, problems);
    }
    let roles = all.iter().map(|decl| {
        let report = reported.iter().any(|reported| std::ptr::eq(*reported, *decl));
        let mut silent = Problems::new(countersign_wire::diagnostic::Source { name: "", text: "" });
        one(vocabulary, decl, &all, if report { &mut *problems } else { &mut silent })
    });
    roles.collect()
}

fn check_id(role: &RoleDecl, all: &[&RoleDecl], problems: &mut Problems<'_>) {
    let id = &role.id.value;
    let first = id.starts_with(|first: char| first.is_ascii_alphanumeric());
    let rest = id.chars().all(|other| other.is_ascii_alphanumeric() || matches!(other, '_' | '-' | '.'));
    if !first || !rest || id.len() > countersign_core::limits::ID_BYTES {
        let help = "use letters, digits, `_`, `-` and `.`, beginning with a letter or a digit";
        problems.add_with_help(&role.id.at, format!("`{id}` cannot be a role's id"), help);
    }
    if all.iter().filter(|other| other.id.value == *id).count() > 1 {
        problems.add(&role.id.at, format!("the role `{id}` is declared twice, in the model or in the tenant"));
    }
}

fn one(vocabulary: &Policy, decl: &RoleDecl, all: &[&RoleDecl], problems: &mut Problems<'_>) -> RoleSpec {
    let mut masks = own_masks(vocabulary, decl, problems);
    include(vocabulary, decl, all, &mut vec![&decl.id.value], &mut masks, problems);
    let assigns = decl.assigns.iter().filter_map(|given| role_index(given, all, problems)).collect();
    let mut spec = RoleSpec {
        id: decl.id.value.clone().into(),
        masks: masks.into_iter().map(|(on, (allow, deny))| (on, allow, deny)).collect(),
        at_root: decl.at.is_none(),
        at: Vec::new(),
        assigns,
    };
    match &decl.at {
        None => spec.at.extend(vocabulary.types().iter().filter_map(|kind| vocabulary.type_named(kind.name()))),
        Some(places) => {
            for place in places {
                if place.value == "/" {
                    spec.at_root = true;
                } else {
                    spec.at.extend(names::resource_type(vocabulary, place, problems));
                }
            }
        }
    }
    spec
}

fn own_masks(vocabulary: &Policy, decl: &RoleDecl, problems: &mut Problems<'_>) -> Masks {
    let mut masks = Masks::new();
    for (list, denies) in [(&decl.allow, false), (&decl.deny, true)] {
        for text in list {
            for (on, mask) in names::permissions(vocabulary, text, problems) {
                let (allow, deny) = masks.entry(on).or_default();
                if denies { *deny |= mask } else { *allow |= mask }
            }
        }
    }
    masks
}

/// Folds in what `decl` includes; `path` is the chain of ids that led here.
fn include<'a>(
    vocabulary: &Policy,
    decl: &'a RoleDecl,
    all: &[&'a RoleDecl],
    path: &mut Vec<&'a String>,
    masks: &mut Masks,
    problems: &mut Problems<'_>,
) {
    for included in &decl.includes {
        let Some(other) = all.iter().find(|other| other.id.value == included.value) else {
            role_index(included, all, problems);
            continue;
        };
        if path.contains(&&included.value) {
            problems.add(
                &included.at,
                format!("the role `{}` includes itself by way of `{}`", included.value, decl.id.value),
            );
            continue;
        }
        if path.len() >= ROLE_NESTING {
            problems.add(&included.at, format!("roles are nested more than {ROLE_NESTING} deep"));
            continue;
        }
        // What is wrong with the included role is reported where it is declared.
        let mut silent = Problems::new(countersign_wire::diagnostic::Source { name: "", text: "" });
        for (on, (allow, deny)) in own_masks(vocabulary, other, &mut silent) {
            let cell = masks.entry(on).or_default();
            cell.0 |= allow;
            cell.1 |= deny;
        }
        path.push(&other.id.value);
        include(vocabulary, other, all, path, masks, problems);
        path.pop();
    }
}

fn role_index(id: &Placed<String>, all: &[&RoleDecl], problems: &mut Problems<'_>) -> Option<RoleId> {
    let found = all.iter().position(|role| role.id.value == id.value);
    if found.is_none() {
        let known: Vec<_> = all.iter().map(|role| role.id.value.as_str()).collect();
        problems.add_with_help(&id.at, format!("there is no role `{}`", id.value), suggest(&id.value, known));
    }
    found.and_then(|index| u16::try_from(index).ok()).map(RoleId)
}
