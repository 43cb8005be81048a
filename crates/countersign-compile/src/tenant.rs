//! The tenant file against its model: names exist, roles stand where they may, nobody is written down twice.

mod draft;
mod members;

use crate::{Model, attributes, names, principal};
use countersign_core::sorted::{Map, Set};
use countersign_core::{Grants, Owner, Path, PathError, Policy, Registry, RoleId, Window};
use countersign_wire::diagnostic::{Diagnostics, Source, suggest};
use countersign_wire::image::Loaded;
use countersign_wire::reader::{Placed, Problems, join};
use countersign_wire::record::{GroupRecord, ResourcesRecord, SubjectRecord};
use countersign_wire::tenant::{self as file, AssignmentDecl, MemberDecl, ResourceDecl, TenantFile};
use draft::{Draft, Given};
use std::collections::HashMap;

pub(crate) use draft::condition;

/// What to do where two things have one id.
pub(crate) const OTHER_NAME: &str = "give one of them another id";

/// A tenant file that fits its model.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The model's policy with the tenant's own roles
    pub policy: Policy,
    /// The members, by subject
    pub members: Map<String, Member>,
    /// The groups, by id
    pub groups: Map<String, Group>,
    /// The stored attributes of resources
    pub resources: ResourcesRecord,
    /// The paths of all registered resources, in the order of the file
    pub registered: Vec<String>,
}

/// A member: what decides, and what people read.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// What decides
    pub record: SubjectRecord,
    /// The record's grants under the policy
    pub grants: Grants,
    /// What people read
    pub profile: Profile,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// What decides
    pub record: GroupRecord,
    /// The record's grants under the policy
    pub grants: Grants,
}

/// What people read of a member; it decides nothing and is not published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The person's name
    pub name: Option<String>,
    /// The address
    pub email: Option<String>,
}

/// Reads a tenant file and checks it against `model`.
///
/// Assignments are numbered `a1`, `a2` … in the order of the file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn tenant(model: &Model, source: Source<'_>) -> Result<Compiled, Diagnostics> {
    read(source, |file, problems| Draft::begin(model, file, problems), Draft::compiled)
}

/// Reads members with what they are given, and checks them against the policy of a tenant in which the groups exist that
/// `group` knows.
///
/// # Errors
/// Everything that is wrong with them, and everything else that stands there.
pub(crate) fn part(
    policy: &Policy,
    source: Source<'_>,
    group: impl Fn(&str) -> bool,
) -> Result<Map<String, Member>, Diagnostics> {
    let begin = |file, problems: &mut Problems<'_>| Draft::part(policy.clone(), file, &group, problems);
    Ok(read(source, begin, Draft::compiled)?.members)
}

/// Reads a tenant file and checks it against `model`, for a server that only answers.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(model: &Model, source: Source<'_>) -> Result<Loaded, Diagnostics> {
    read(source, |file, problems| Draft::begin(model, file, problems), Draft::loaded)
}

fn read<T>(
    source: Source<'_>,
    begin: impl Fn(TenantFile, &mut Problems<'_>) -> Draft,
    finish: impl FnOnce(Draft, &mut Problems<'_>) -> T,
) -> Result<T, Diagnostics> {
    let mut problems = Problems::new(source);
    let draft = match file::parse_sound(source, &begin, Draft::assign) {
        Some(draft) => draft,
        None => {
            let (mut file, found) = file::read(source)?;
            problems = found;
            let assignments = std::mem::take(&mut file.assignments);
            let mut draft = begin(file, &mut problems);
            for decl in &assignments {
                draft.assign(decl, &mut problems);
            }
            // Nothing is built of what is wrong.
            problems = problems.none()?;
            draft
        }
    };
    let finished = finish(draft, &mut problems);
    problems.finish(finished)
}

/// The registered resources: their attributes, and their paths.
fn resources(policy: &Policy, decls: &[ResourceDecl], problems: &mut Problems<'_>) -> (ResourcesRecord, Vec<String>) {
    let mut record = ResourcesRecord::default();
    // They come in any order, and there may be very many.
    let mut registered: HashMap<String, u32> = HashMap::new();
    for (decl, number) in decls.iter().zip(0_u32..) {
        let path = &decl.path;
        if problems.is_doubtful(&path.at.path) {
            continue;
        }
        if registered.insert(path.value.clone(), number).is_some() {
            let message = format!("the resource `{}` is written down twice", path.value);
            problems.add_with_help(&path.at, message, "write what both say into one");
        }
        if !check_path(policy, path, problems) {
            continue;
        }
        let on = Path::parse(&path.value).and_then(|path| policy.locate(&path));
        if let Ok(on) = on {
            let values = attributes::stored(policy, Owner::Type(on), &decl.attributes, problems);
            if !values.is_empty() {
                record.resources.push((path.value.clone(), values));
            }
        }
    }
    record.resources.sort_by(|a, b| a.0.cmp(&b.0));
    let mut paths: Vec<_> = registered.into_iter().collect();
    paths.sort_by_key(|(_, number)| *number);
    (record, paths.into_iter().map(|(path, _)| path).collect())
}

/// The groups, and what stands in the place of an id and is none.
fn groups(file: &TenantFile, problems: &mut Problems<'_>) -> (Map<String, Vec<Given>>, Vec<String>) {
    let named = file.members.iter().flat_map(|member| &member.groups);
    let (mut groups, mut unclear) = (Map::new(), unclear("groups", problems));
    // Where no group is declared, a member's list that is not understood may name any.
    let list = |member: &MemberDecl| member.subject.at.path.replace(".subject", ".groups");
    if file.groups.is_empty() && !problems.is_empty() && file.members.iter().any(|one| problems.stand(&list(one))) {
        unclear.push(String::new());
    }
    for id in file.groups.iter().chain(named) {
        groups.insert(id.value.clone(), Vec::new());
        if id.value.starts_with("group:") {
            problems.add_with_help(&id.at, "a group is named here without `group:`", "take `group:` out");
        } else if principal(&format!("group:{}", id.value)).is_some() {
            continue;
        } else if !problems.is_doubtful(&id.at.path) {
            let help = "use 1 to 250 bytes without `/` and control characters";
            problems.add_with_help(&id.at, format!("`{}` cannot be a group's id", id.value), help);
        }
        unclear.push(id.value.clone());
    }
    let mut declared = Set::new();
    for id in &file.groups {
        if !declared.insert(id.value.as_str()) && !problems.is_doubtful(&id.at.path) {
            let message = format!("the group `{}` is written down twice", id.value);
            problems.add_with_help(&id.at, message, "take one of them out");
        }
    }
    // Whoever declares groups has declared them all: a misspelt one must not become another.
    for id in file.members.iter().flat_map(|member| &member.groups).filter(|_| !declared.is_empty()) {
        let known = declared.contains(id.value.as_str()) || unclear.iter().any(|unclear| id.value.contains(unclear));
        if !known {
            let known: Vec<_> = file.groups.iter().map(|declared| declared.value.clone()).collect();
            unknown("group", id, &known, problems);
        }
    }
    (groups, unclear)
}

/// What may stand for any name of this list: nothing, unless nobody knows the list.
fn unclear(list: &str, problems: &Problems<'_>) -> Vec<String> {
    if problems.is_doubtful(list) { vec![String::new()] } else { Vec::new() }
}

impl Compiled {
    /// The registry of stored attributes, as checks read it.
    #[must_use]
    pub fn registry(&self) -> Registry {
        self.resources.registry(&self.policy)
    }
}

/// Checks that the role exists and may be assigned at the scope, and gives it if so.
pub(crate) fn check_assignment(
    policy: &Policy,
    role: Option<RoleId>,
    decl: &AssignmentDecl,
    problems: &mut Problems<'_>,
) -> Option<RoleId> {
    let AssignmentDecl { role: named, scope, .. } = decl;
    if role.is_none() && !problems.is_doubtful(&named.at.path) && !may_be_a_role(policy, problems) {
        let known: Vec<_> = policy.roles().iter().map(|role| role.id()).collect();
        problems.add_with_help(&named.at, format!("there is no role `{}`", named.value), suggest(&named.value, known));
    }
    let sound = check_scope(policy, scope, problems);
    let id = role.filter(|_| sound)?;
    if policy.may_assign_at(id, &scope.value) != Ok(true) {
        if problems.is_doubtful(&join(&join("roles", &named.value), "at")) {
            return None;
        }
        let message = format!("the role `{}` may not be assigned at `{}`", named.value, scope.value);
        problems.add_with_help(&scope.at, message, places(policy, id));
        return None;
    }
    Some(id)
}

/// Whether a name that no role has may be one all the same: the roles are not understood, or one has no id.
pub(crate) fn may_be_a_role(policy: &Policy, problems: &Problems<'_>) -> bool {
    problems.is_doubtful(names::ANY_ROLE) || policy.roles().iter().any(|role| role.id().is_empty())
}

fn places(policy: &Policy, role: RoleId) -> String {
    let Some(role) = policy.role(role) else { return String::new() };
    let types = role.spec().at.iter().filter_map(|on| policy.resource_type(*on)).map(|kind| kind.name());
    let root = role.spec().at_root.then_some("/");
    let listed: Vec<_> = root.into_iter().chain(types).map(|place| format!("`{place}`")).collect();
    format!("its `at` says {}", listed.join(", "))
}

pub(crate) fn check_scope(policy: &Policy, scope: &Placed<String>, problems: &mut Problems<'_>) -> bool {
    let known = !problems.is_doubtful(&scope.at.path);
    known && (scope.value == "/" || check_path(policy, scope, problems))
}

fn check_path(policy: &Policy, path: &Placed<String>, problems: &mut Problems<'_>) -> bool {
    match locate(policy, &path.value) {
        Ok(()) => true,
        Err(error) => {
            let message = format!("`{}` is no resource path of this model: {error}", path.value);
            problems.add_with_help(&path.at, message, way(policy, &path.value, error));
            false
        }
    }
}

/// How a path is written that is one: by the nearest type, or by the types that its own stands below.
fn way(policy: &Policy, path: &str, error: PathError) -> String {
    let mut types = path.split('/').map(|segment| segment.split(':').next().unwrap_or_default());
    match error {
        PathError::UnknownType => {
            let unknown = types.find(|name| policy.type_named(name).is_none()).unwrap_or_default();
            suggest(unknown, policy.types().iter().map(|kind| kind.name()))
        }
        PathError::Parent => "name every level from the root, as in `project:p1/sign:42`".to_owned(),
        _ => "write `type:id`, each level behind a `/`".to_owned(),
    }
}

fn locate(policy: &Policy, path: &str) -> Result<(), PathError> {
    policy.locate(&Path::parse(path)?).map(|_| ())
}

/// The permissions of a mask, each as `type:action`.
pub(crate) fn spelt_out(policy: &Policy, on: countersign_core::TypeId, mask: u64) -> Vec<String> {
    let Some(kind) = policy.resource_type(on) else { return Vec::new() };
    let actions = kind.actions().iter().filter(|action| kind.action(action).is_some_and(|bit| bit.mask() & mask != 0));
    actions.map(|action| format!("{}:{action}", kind.name())).collect()
}

fn unknown(what: &str, name: &Placed<String>, known: &[String], problems: &mut Problems<'_>) {
    let help = suggest(&name.value, known.iter().map(String::as_str));
    problems.add_with_help(&name.at, format!("there is no {what} `{}`", name.value), help);
}

pub(crate) fn ends(window: Window) -> (Option<i64>, Option<i64>) {
    ((window.from != i64::MIN).then_some(window.from), (window.until != i64::MAX).then_some(window.until))
}
