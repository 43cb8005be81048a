//! Roles: permissions become masks under the conditions that they act by, and included roles are folded in.

use crate::conditions::Conditions;
use crate::names;
use countersign_core::limits::{ROLE_NESTING, ROLES, TITLES};
use countersign_core::sorted::{Map, Set};
use countersign_core::{ConditionId, Policy, RoleId, RolePart, RoleSpec, Title, TypeId};
use countersign_wire::diagnostic::{Source, suggest};
use countersign_wire::model::RoleDecl;
use countersign_wire::reader::{Placed, Problems};

/// Masks by type: allowed, denied.
type Masks = Map<TypeId, (u64, u64)>;

/// Masks by the conditions that must all hold; no condition comes first.
type Parts = Map<Set<ConditionId>, Masks>;

/// How many different sets of conditions one role may act by.
const PARTS: usize = 64;

/// Compiles the model's roles and then the tenant's own.
///
/// With `of_tenant`, problems are reported for `custom` alone: the model was checked when it was read, and its places are
/// in another text.
pub(crate) fn compile(
    conditions: &mut Conditions<'_>,
    model: &[RoleDecl],
    custom: &[RoleDecl],
    of_tenant: bool,
    problems: &mut Problems<'_>,
) -> Vec<RoleSpec> {
    let all: Vec<&RoleDecl> = model.iter().chain(custom).collect();
    if let Some(role) = all.get(ROLES) {
        problems.add(&role.id.at, format!("a policy has at most {ROLES} roles"));
        return Vec::new();
    }
    let first_reported = if of_tenant { model.len() } else { 0 };
    let mut silent = Problems::new(Source { name: "", text: "" });
    let mut drafts = Vec::with_capacity(all.len());
    for (number, decl) in all.iter().enumerate() {
        let problems = if number < first_reported { &mut silent } else { &mut *problems };
        check_id(decl, &all, problems);
        drafts.push(draft(conditions, decl, &all, problems));
    }
    fold(&mut drafts, &all, problems);
    drafts.into_iter().map(Draft::spec).collect()
}

/// A role before what it includes is folded in.
struct Draft {
    parts: Parts,
    /// Its own condition
    when: Option<ConditionId>,
    /// Indexes of the included roles
    includes: Vec<usize>,
    spec: RoleSpec,
}

impl Draft {
    fn spec(mut self) -> RoleSpec {
        let rows = |masks: Masks| masks.into_iter().map(|(on, (allow, deny))| (on, allow, deny)).collect();
        let masks = self.parts.remove(&Set::new()).map(rows).unwrap_or_default();
        let parts = self.parts.into_iter().filter(|(_, masks)| !masks.is_empty());
        let parts = parts.map(|(when, masks)| RolePart { when: when.into_iter().collect(), masks: rows(masks) });
        RoleSpec { masks, parts: parts.collect(), ..self.spec }
    }
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

fn draft(conditions: &mut Conditions<'_>, decl: &RoleDecl, all: &[&RoleDecl], problems: &mut Problems<'_>) -> Draft {
    let vocabulary = conditions.words;
    let masks = own_masks(vocabulary, decl, problems);
    let includes: Vec<usize> = decl.includes.iter().filter_map(|id| role_index(id, all, problems)).collect();
    let given = decl.assigns.iter().filter_map(|id| role_index(id, all, problems));
    let assigns = given.filter_map(|index| u16::try_from(index).ok()).map(RoleId).collect();
    let mut spec =
        RoleSpec { id: decl.id.value.clone().into(), at_root: decl.at.is_none(), assigns, ..RoleSpec::default() };
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
    // What an included role guards is not known yet, so anything may be.
    let guarded = if includes.is_empty() { masks.keys().copied().collect() } else { Vec::new() };
    let when = conditions.add(decl.when.as_ref(), guarded, problems);
    if when.and_then(|when| when.constant) == Some(false)
        && let Some(text) = &decl.when
    {
        problems.add(&text.at, format!("the role `{}` never acts: its condition is always false", decl.id.value));
    }
    let when = when.filter(|when| when.constant != Some(true)).map(|when| when.id);
    spec.when = when;
    let scopes = if decl.at.is_none() || spec.at_root { Vec::new() } else { spec.at.clone() };
    if decl.titles.len() > TITLES {
        problems.add(&decl.id.at, format!("a role has at most {TITLES} titles"));
    }
    for title in decl.titles.iter().take(TITLES) {
        let when = conditions.add(title.when.as_ref(), scopes.clone(), problems).map(|when| when.id);
        spec.titles.push(Title { when, text: title.text.clone().into() });
    }
    let own = Set::from_iter(when);
    Draft { parts: Parts::from([(own, masks)]), when, includes, spec }
}

fn own_masks(vocabulary: &Policy, decl: &RoleDecl, problems: &mut Problems<'_>) -> Masks {
    let mut masks = Masks::new();
    for (list, denies) in [(&decl.allow, false), (&decl.deny, true)] {
        for text in list {
            for (on, mask) in names::permissions(vocabulary, text, problems) {
                let (allow, deny) = masks.or_default(on);
                if denies { *deny |= mask } else { *allow |= mask }
            }
        }
    }
    masks
}

/// Folds in what each role includes, those first that include nothing: every role once.
fn fold(drafts: &mut [Draft], all: &[&RoleDecl], problems: &mut Problems<'_>) {
    // How many roles deep each is; nothing while that is not known.
    let mut depths: Vec<Option<usize>> = vec![None; drafts.len()];
    let deepest = |included: &[usize], depths: &[Option<usize>]| {
        let known: Option<Vec<usize>> = included.iter().map(|index| depths.get(*index).copied().flatten()).collect();
        known.map(|depths| 1 + depths.into_iter().max().unwrap_or(0))
    };
    loop {
        let mut ready = Vec::new();
        for (number, draft) in drafts.iter().enumerate().filter(|(number, _)| depths.get(*number) == Some(&None)) {
            if let Some(depth) = deepest(&draft.includes, &depths) {
                let included = draft.includes.iter().filter_map(|index| drafts.get(*index));
                let own = draft.parts.clone();
                ready.push((number, depth, included.fold(own, |parts, other| joined(parts, other, draft.when))));
            }
        }
        if ready.is_empty() {
            break;
        }
        for (number, depth, parts) in ready {
            if let Some(decl) = all.get(number).filter(|_| parts.len() > PARTS) {
                let message = format!("the role `{}` acts by more than {PARTS} sets of conditions", decl.id.value);
                problems.add_with_help(&decl.id.at, message, "include fewer roles that have conditions");
            }
            if let (Some(draft), Some(slot)) = (drafts.get_mut(number), depths.get_mut(number)) {
                // What was refused says nothing, so that what includes it does not grow further.
                draft.parts = if parts.len() > PARTS { Parts::new() } else { parts };
                *slot = Some(depth);
            }
            if let Some(decl) = all.get(number).filter(|_| depth == ROLE_NESTING + 1) {
                problems.add(&decl.id.at, format!("the role `{}` nests more than {ROLE_NESTING} deep", decl.id.value));
            }
        }
    }
    report_circles(drafts, all, &depths, problems);
}

/// Of the roles that could not be folded, those that are in a circle, and not only on the way to one.
fn report_circles(drafts: &[Draft], all: &[&RoleDecl], depths: &[Option<usize>], problems: &mut Problems<'_>) {
    let mut left: Vec<usize> = (0..drafts.len()).filter(|number| depths.get(*number) == Some(&None)).collect();
    loop {
        let included = |number: &usize| {
            left.iter().filter_map(|other| drafts.get(*other)).any(|other| other.includes.contains(number))
        };
        let kept: Vec<usize> = left.iter().copied().filter(|number| included(number)).collect();
        if kept.len() == left.len() {
            break;
        }
        left = kept;
    }
    for decl in left.iter().filter_map(|number| all.get(*number)) {
        let message = format!("the role `{}` includes itself, directly or by way of others", decl.id.value);
        problems.add_with_help(&decl.id.at, message, "take one of the `includes` of the circle out");
    }
}

/// What an included role says, it says while its own conditions and that of the including role hold.
fn joined(mut parts: Parts, other: &Draft, when: Option<ConditionId>) -> Parts {
    for (conditions, masks) in &other.parts {
        let part = parts.or_default(conditions.iter().copied().chain(when).collect());
        for (on, (allow, deny)) in masks {
            let cell = part.or_default(*on);
            cell.0 |= allow;
            cell.1 |= deny;
        }
    }
    parts
}

fn role_index(id: &Placed<String>, all: &[&RoleDecl], problems: &mut Problems<'_>) -> Option<usize> {
    let found = all.iter().position(|role| role.id.value == id.value);
    if found.is_none() {
        let known: Vec<_> = all.iter().map(|role| role.id.value.as_str()).collect();
        problems.add_with_help(&id.at, format!("there is no role `{}`", id.value), suggest(&id.value, known));
    }
    found
}
