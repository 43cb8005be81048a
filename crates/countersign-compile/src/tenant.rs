//! The tenant file against its model: names exist, roles stand where they may, nobody is written down twice.

use crate::{Model, Principal, attributes, conditions, names, principal};
use countersign_core::{Grants, Owner, Path, PathError, Policy, Registry, RoleId, TypeId, Window};
use countersign_wire::diagnostic::{Diagnostics, Source, suggest};
use countersign_wire::reader::{At, Placed, Problems};
use countersign_wire::record::{
    AssignmentForm, ConditionForm, GroupRecord, OverrideForm, RecordError, ResourcesRecord, SubjectRecord,
};
use countersign_wire::tenant::{
    self as file, ApprovalDecl, AssignmentDecl, MemberDecl, OverrideDecl, ResourceDecl, TenantFile,
};
use std::collections::BTreeMap;

/// A tenant file that fits its model.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The model's policy with the tenant's own roles
    pub policy: Policy,
    /// The members, by subject
    pub members: BTreeMap<String, Member>,
    /// The groups, by id
    pub groups: BTreeMap<String, Group>,
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
    let file = file::parse(source)?;
    let mut problems = Problems::new(source);
    let policy = model.with(&file.roles, &file.approval_policies, &mut problems);
    let members = members(&policy, &file.members, &mut problems);
    let groups = groups(&file, &mut problems);
    let (resources, registered) = resources(&policy, &file.resources, &mut problems);
    let mut compiled = Compiled { policy, members, groups, resources, registered };
    for (number, decl) in file.assignments.iter().enumerate() {
        compiled.assign(decl, number + 1, &mut problems);
    }
    for decl in &file.overrides {
        compiled.set(decl, &mut problems);
    }
    compiled.approvers(&file.approval_policies, &mut problems);
    if problems.is_empty() {
        compiled.build(&mut problems);
    }
    problems.finish(compiled)
}

fn members(policy: &Policy, decls: &[MemberDecl], problems: &mut Problems<'_>) -> BTreeMap<String, Member> {
    let mut members = BTreeMap::new();
    for decl in decls {
        if !matches!(principal(&decl.subject.value), Some(Principal::Subject(_))) {
            let message = format!("`{}` is no subject", decl.subject.value);
            problems.add_with_help(&decl.subject.at, message, "write `user:…`, `service:…` or `support:…`");
        }
        let record = SubjectRecord {
            status: decl.status.into(),
            attributes: attributes::stored(policy, Owner::Subject, &decl.attributes, problems),
            groups: decl.groups.iter().map(|group| group.value.clone()).collect(),
            assignments: Vec::new(),
            overrides: Vec::new(),
            approved: Vec::new(),
        };
        let profile = Profile { name: decl.name.clone(), email: decl.email.clone() };
        if members.insert(decl.subject.value.clone(), Member { record, grants: Grants::default(), profile }).is_some() {
            problems.add(&decl.subject.at, format!("the member `{}` is written down twice", decl.subject.value));
        }
    }
    members
}

/// The registered resources: their attributes, and their paths.
fn resources(policy: &Policy, decls: &[ResourceDecl], problems: &mut Problems<'_>) -> (ResourcesRecord, Vec<String>) {
    let mut record = ResourcesRecord::default();
    let mut registered = BTreeMap::new();
    for (decl, number) in decls.iter().zip(0_usize..) {
        let path = &decl.path;
        if registered.insert(path.value.clone(), number).is_some() {
            problems.add(&path.at, format!("the resource `{}` is written down twice", path.value));
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

fn groups(file: &TenantFile, problems: &mut Problems<'_>) -> BTreeMap<String, Group> {
    let named = file.members.iter().flat_map(|member| &member.groups);
    let mut groups = BTreeMap::new();
    for id in file.groups.iter().chain(named) {
        if id.value.starts_with("group:") {
            problems.add(&id.at, "a group is named here without `group:`");
        } else if principal(&format!("group:{}", id.value)).is_none() {
            problems.add(&id.at, format!("`{}` cannot be a group's id", id.value));
        }
        groups.insert(id.value.clone(), Group::default());
    }
    // Whoever declares groups has declared them all: a misspelt one must not become another.
    for id in file.members.iter().flat_map(|member| &member.groups).filter(|_| !file.groups.is_empty()) {
        if !file.groups.iter().any(|declared| declared.value == id.value) {
            let known: Vec<_> = file.groups.iter().map(|declared| declared.value.clone()).collect();
            unknown("group", id, &known, problems);
        }
    }
    for (at, id) in file.groups.iter().enumerate() {
        if file.groups.iter().take(at).any(|earlier| earlier.value == id.value) {
            problems.add(&id.at, format!("the group `{}` is written down twice", id.value));
        }
    }
    groups
}

impl Compiled {
    /// Builds the grants of everybody: what is checked here cannot fail later.
    fn build(&mut self, problems: &mut Problems<'_>) {
        let mut refused = |who: &str, error: &RecordError| {
            problems.add(&At::default(), format!("the grants of `{who}` cannot be held: {error}"));
        };
        for (subject, member) in &mut self.members {
            match member.record.grants(&self.policy) {
                Ok(grants) => member.grants = grants,
                Err(error) => refused(subject, &error),
            }
        }
        for (id, group) in &mut self.groups {
            match group.record.grants(&self.policy) {
                Ok(grants) => group.grants = grants,
                Err(error) => refused(&format!("group:{id}"), &error),
            }
        }
    }

    fn assign(&mut self, decl: &AssignmentDecl, number: usize, problems: &mut Problems<'_>) {
        check_assignment(&self.policy, &decl.role, &decl.scope, problems);
        let (from, until) = ends(decl.window);
        let (role, scope) = (decl.role.value.clone(), decl.scope.value.clone());
        let when = self.condition(decl, problems);
        let form = AssignmentForm { id: format!("a{number}"), role, scope, from, until, when };
        let list = match principal(&decl.to.value) {
            Some(Principal::Subject(subject)) => {
                self.members.get_mut(subject).map(|member| &mut member.record.assignments)
            }
            Some(Principal::Group(group)) => self.groups.get_mut(group).map(|group| &mut group.record.assignments),
            None => None,
        };
        match list {
            Some(list) => list.push(form),
            None => {
                let groups = self.groups.keys().map(|group| format!("group:{group}"));
                let known: Vec<_> = self.members.keys().cloned().chain(groups).collect();
                unknown("member or group", &decl.to, &known, problems);
            }
        }
    }

    /// The assignment's condition, checked against the types of what its role speaks of.
    fn condition(&self, decl: &AssignmentDecl, problems: &mut Problems<'_>) -> Option<ConditionForm> {
        let text = decl.when.as_ref()?;
        let spec = self.policy.role(self.policy.role_named(&decl.role.value)?)?.spec();
        let rows = spec.masks.iter().chain(spec.parts.iter().flat_map(|part| &part.masks));
        let types: Vec<TypeId> = rows.map(|(on, _, _)| *on).collect();
        let (condition, constant) = conditions::compile(&self.policy, text, types, problems)?;
        if constant == Some(false) {
            problems.add(&text.at, "the assignment never acts: its condition is always false");
        }
        Some(ConditionForm::of(&condition, &self.policy))
    }

    /// Checks that those who approve exist, and that there are enough of them where they are counted.
    fn approvers(&self, decls: &[ApprovalDecl], problems: &mut Problems<'_>) {
        for (number, decl) in decls.iter().enumerate() {
            if decls.iter().take(number).any(|earlier| earlier.id.value == decl.id.value) {
                problems.add(&decl.id.at, format!("the approval policy `{}` is written down twice", decl.id.value));
            }
            for approver in &decl.approvers {
                let known: Vec<String> = if approver.value.starts_with("role:") {
                    self.policy.roles().iter().map(|role| format!("role:{}", role.id())).collect()
                } else {
                    let groups = self.groups.keys().map(|group| format!("group:{group}"));
                    self.members.keys().cloned().chain(groups).collect()
                };
                if !known.contains(&approver.value) {
                    unknown("role, member or group", approver, &known, problems);
                }
            }
            let counted = decl.approvers.iter().all(|approver| self.members.contains_key(&approver.value));
            if counted && !decl.approvers.is_empty() && usize::from(decl.quorum) > decl.approvers.len() {
                let message =
                    format!("{} approvals are needed, and only {} may approve", decl.quorum, decl.approvers.len());
                problems.add(&decl.id.at, message);
            }
        }
    }

    /// The registry of stored attributes, as checks read it.
    #[must_use]
    pub fn registry(&self) -> Registry {
        self.resources.registry(&self.policy)
    }

    fn set(&mut self, decl: &OverrideDecl, problems: &mut Problems<'_>) {
        let permissions = names::permissions(&self.policy, &decl.permission, problems);
        check_scope(&self.policy, &decl.scope, problems);
        let (from, until) = ends(decl.window);
        let forms =
            permissions.into_iter().flat_map(|(on, mask)| spelt_out(&self.policy, on, mask)).map(|permission| {
                OverrideForm { permission, scope: decl.scope.value.clone(), allow: decl.allow, from, until }
            });
        let forms: Vec<_> = forms.collect();
        match self.members.get_mut(&decl.subject.value) {
            Some(member) => member.record.overrides.extend(forms),
            None => {
                let known: Vec<_> = self.members.keys().cloned().collect();
                unknown("member", &decl.subject, &known, problems);
            }
        }
    }
}

/// Checks that the role exists and may be assigned at the scope.
fn check_assignment(policy: &Policy, role: &Placed<String>, scope: &Placed<String>, problems: &mut Problems<'_>) {
    let found = policy.role_named(&role.value);
    if found.is_none() {
        let known: Vec<_> = policy.roles().iter().map(|role| role.id()).collect();
        problems.add_with_help(&role.at, format!("there is no role `{}`", role.value), suggest(&role.value, known));
    }
    if let (true, Some(id)) = (check_scope(policy, scope, problems), found)
        && policy.may_assign_at(id, &scope.value) != Ok(true)
    {
        let message = format!("the role `{}` may not be assigned at `{}`", role.value, scope.value);
        problems.add_with_help(&scope.at, message, places(policy, id));
    }
}

fn places(policy: &Policy, role: RoleId) -> String {
    let Some(role) = policy.role(role) else { return String::new() };
    let types = role.spec().at.iter().filter_map(|on| policy.resource_type(*on)).map(|kind| kind.name());
    let root = role.spec().at_root.then_some("/");
    let listed: Vec<_> = root.into_iter().chain(types).map(|place| format!("`{place}`")).collect();
    format!("its `at` says {}", listed.join(", "))
}

fn check_scope(policy: &Policy, scope: &Placed<String>, problems: &mut Problems<'_>) -> bool {
    scope.value == "/" || check_path(policy, scope, problems)
}

fn check_path(policy: &Policy, path: &Placed<String>, problems: &mut Problems<'_>) -> bool {
    match locate(policy, &path.value) {
        Ok(()) => true,
        Err(error) => {
            problems.add(&path.at, format!("`{}` is no resource path of this model: {error}", path.value));
            false
        }
    }
}

fn locate(policy: &Policy, path: &str) -> Result<(), PathError> {
    policy.locate(&Path::parse(path)?).map(|_| ())
}

/// The permissions of a mask, each as `type:action`.
fn spelt_out(policy: &Policy, on: countersign_core::TypeId, mask: u64) -> Vec<String> {
    let Some(kind) = policy.resource_type(on) else { return Vec::new() };
    let actions = kind.actions().iter().filter(|action| kind.action(action).is_some_and(|bit| bit.mask() & mask != 0));
    actions.map(|action| format!("{}:{action}", kind.name())).collect()
}

fn unknown(what: &str, name: &Placed<String>, known: &[String], problems: &mut Problems<'_>) {
    let help = suggest(&name.value, known.iter().map(String::as_str));
    problems.add_with_help(&name.at, format!("there is no {what} `{}`", name.value), help);
}

fn ends(window: Window) -> (Option<i64>, Option<i64>) {
    ((window.from != i64::MIN).then_some(window.from), (window.until != i64::MAX).then_some(window.until))
}
