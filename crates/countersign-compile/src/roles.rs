//! Roles: permissions become masks under the conditions that they act by, and included roles are folded in.

use crate::circle::{self, is_last, none_left};
use crate::conditions::Conditions;
use crate::names;
use countersign_core::limits::{ROLE_NESTING, ROLES, TITLES};
use countersign_core::sorted::{Map, Set};
use countersign_core::{ConditionId, Policy, RoleId, RolePart, RoleSpec, Title, TypeId};
use countersign_wire::diagnostic::{Source, suggest};
use countersign_wire::model::RoleDecl;
use countersign_wire::reader::{Placed, Problems, join};

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
    let mut all: Vec<&RoleDecl> = model.iter().chain(custom).collect();
    if let Some(role) = all.get(ROLES) {
        let help = "take out roles that nobody holds";
        problems.add_with_help(&role.id.at, format!("a policy has at most {ROLES} roles"), help);
        problems.doubt(names::ANY_ROLE);
        all.truncate(ROLES);
    }
    let first_reported = if of_tenant { model.len() } else { 0 };
    let mut silent = Problems::new(Source { name: "", text: "" });
    let mut drafts = Vec::with_capacity(all.len());
    let names = Names::of(&all);
    for (number, decl) in all.iter().enumerate() {
        let problems = if number < first_reported { &mut silent } else { &mut *problems };
        check_id(decl, &names, problems);
        drafts.push(draft(conditions, decl, &names, problems));
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
    /// Whether nobody knows what it says, for something is wrong with it or with what it includes
    unclear: bool,
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

/// The roles by name; of two of the same name the first.
struct Names<'a> {
    sorted: Vec<(&'a str, usize)>,
    all: &'a [&'a RoleDecl],
}

impl<'a> Names<'a> {
    fn of(all: &'a [&'a RoleDecl]) -> Self {
        let mut sorted: Vec<_> = all.iter().enumerate().map(|(at, role)| (role.id.value.as_str(), at)).collect();
        sorted.sort_unstable();
        Self { sorted, all }
    }

    /// The places of all roles of this name.
    fn called(&self, name: &str) -> impl Iterator<Item = usize> {
        let first = self.sorted.partition_point(|(known, _)| *known < name);
        self.sorted.iter().skip(first).take_while(move |(known, _)| *known == name).map(|(_, at)| *at)
    }

    fn is_repeated(&self, name: &str) -> bool {
        self.called(name).nth(1).is_some()
    }

    fn index(&self, id: &Placed<String>, problems: &mut Problems<'_>) -> Option<usize> {
        let found = self.called(&id.value).next();
        // A role without an id may be the one that is meant.
        if found.is_none()
            && !problems.is_doubtful(names::ANY_ROLE)
            && !self.all.iter().any(|role| role.id.value.is_empty())
        {
            let known: Vec<_> = self.all.iter().map(|role| role.id.value.as_str()).collect();
            problems.add_with_help(&id.at, format!("there is no role `{}`", id.value), suggest(&id.value, known));
        }
        found
    }
}

fn check_id(role: &RoleDecl, names: &Names<'_>, problems: &mut Problems<'_>) {
    let id = &role.id.value;
    if id.is_empty() && problems.is_doubtful(&role.id.at.path) {
        return;
    }
    let first = id.starts_with(|first: char| first.is_ascii_alphanumeric());
    let rest = id.chars().all(|other| other.is_ascii_alphanumeric() || matches!(other, '_' | '-' | '.'));
    if !first || !rest || id.len() > countersign_core::limits::ID_BYTES {
        let help = "use letters, digits, `_`, `-` and `.`, beginning with a letter or a digit";
        problems.add_with_help(&role.id.at, format!("`{id}` cannot be a role's id"), help);
    }
    if names.is_repeated(id) {
        problems.doubt(&join("roles", id));
        let message = format!("the role `{id}` is declared twice, in the model or in the tenant");
        problems.add_with_help(&role.id.at, message, crate::tenant::OTHER_NAME);
    }
}

fn draft(conditions: &mut Conditions<'_>, decl: &RoleDecl, names: &Names<'_>, problems: &mut Problems<'_>) -> Draft {
    let vocabulary = conditions.words;
    let masks = own_masks(vocabulary, decl, problems);
    let includes: Vec<usize> = decl.includes.iter().filter_map(|id| names.index(id, problems)).collect();
    let given = decl.assigns.iter().filter_map(|id| names.index(id, problems));
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
    // What an included role guards is not known yet, nor what a misspelt permission does, so anything may be.
    let stand = |list: &&str| problems.stand(&join(&decl.place, list));
    let unclear = ["allow", "deny", "includes"].iter().any(stand);
    let guarded = if includes.is_empty() && !unclear { masks.keys().copied().collect() } else { Vec::new() };
    let when = conditions.add(decl.when.as_ref(), guarded, problems);
    if when.and_then(|when| when.constant) == Some(false)
        && let Some(text) = &decl.when
    {
        let message = format!("the role `{}` never acts: its condition is always false", decl.id.value);
        problems.add_with_help(&text.at, message, "take the role out");
    }
    let when = when.filter(|when| when.constant != Some(true)).map(|when| when.id);
    spec.when = when;
    let somewhere = problems.stand(&join(&decl.place, "at"));
    if somewhere {
        problems.doubt(&join(&join("roles", &decl.id.value), "at"));
    }
    let anywhere = decl.at.is_none() || spec.at_root || somewhere;
    let scopes = if anywhere { Vec::new() } else { spec.at.clone() };
    if decl.titles.len() > TITLES {
        let help = "join conditions of the same title by `||`";
        problems.add_with_help(&decl.id.at, format!("a role has at most {TITLES} titles"), help);
    }
    for title in decl.titles.iter().take(TITLES) {
        let when = conditions.add(title.when.as_ref(), scopes.clone(), problems).map(|when| when.id);
        spec.titles.push(Title { when, text: title.text.clone().into() });
    }
    let own = Set::from_iter(when);
    Draft { parts: Parts::from([(own, masks)]), when, includes, unclear, spec }
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
    // Who includes each role, once an inclusion; and how many of the roles that each includes are not folded yet.
    let mut including: Vec<Vec<usize>> = vec![Vec::new(); drafts.len()];
    for (number, draft) in drafts.iter().enumerate() {
        for included in &draft.includes {
            including.get_mut(*included).into_iter().for_each(|list| list.push(number));
        }
    }
    let mut waiting: Vec<usize> = drafts.iter().map(|draft| draft.includes.len()).collect();
    // How many roles deep each is; nothing while that is not known.
    let mut depths: Vec<Option<usize>> = vec![None; drafts.len()];
    let mut ready = none_left(&waiting);
    while let Some(number) = ready.pop() {
        let (Some(draft), Some(decl)) = (drafts.get(number), all.get(number)) else { continue };
        let depth = 1 + draft.includes.iter().filter_map(|index| *depths.get(*index)?).max().unwrap_or(0);
        let included = draft.includes.iter().filter_map(|index| drafts.get(*index));
        let unclear = draft.unclear || included.clone().any(|other| other.unclear);
        let parts = included.fold(draft.parts.clone(), |parts, other| joined(parts, other, draft.when));
        if parts.len() > PARTS {
            let message = format!("the role `{}` acts by more than {PARTS} sets of conditions", decl.id.value);
            problems.add_with_help(&decl.id.at, message, "include fewer roles that have conditions");
        }
        if depth == ROLE_NESTING + 1 {
            let message = format!("the role `{}` nests more than {ROLE_NESTING} deep", decl.id.value);
            problems.add_with_help(&decl.id.at, message, "name in `allow` what the innermost of them have");
        }
        if let (Some(draft), Some(slot)) = (drafts.get_mut(number), depths.get_mut(number)) {
            // What was refused says nothing, so that what includes it does not grow further.
            draft.unclear = unclear || parts.len() > PARTS;
            draft.parts = if parts.len() > PARTS { Parts::new() } else { parts };
            *slot = Some(depth);
        }
        let above = including.get(number).into_iter().flatten();
        ready.extend(above.filter(|other| is_last(&mut waiting, **other)));
    }
    let left: Vec<bool> = depths.iter().map(Option::is_none).collect();
    let includes = |number: usize| drafts.get(number).map_or(&[][..], |draft| &draft.includes);
    for decl in circle::in_circles(&left, includes).into_iter().filter_map(|number| all.get(number)) {
        let message = format!("the role `{}` includes itself, directly or by way of others", decl.id.value);
        problems.add_with_help(&decl.id.at, message, "take one of the `includes` of the circle out");
    }
    let unclear = drafts.iter().zip(&depths).filter(|(draft, depth)| draft.unclear || depth.is_none());
    for (draft, _) in unclear {
        problems.doubt(&join(&join("roles", &draft.spec.id), "allow"));
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
